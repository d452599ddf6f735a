package pdf_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/pdf"
	"github.com/notifykit/notify/internal/render/letter"
)

const a4 = "/MediaBox[0 0 595 842]"

// file builds a PDF of the given number of pages, with attrs in every page and treeAttrs in the node above them.
func file(pages int, attrs, treeAttrs string) []byte {
	var kids strings.Builder
	for i := range pages {
		fmt.Fprintf(&kids, "%d 0 R ", i+3)
	}
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R>>",
		fmt.Sprintf("<</Type/Pages/Kids[%s]/Count %d%s>>", kids.String(), pages, treeAttrs),
	}
	for range pages {
		objects = append(objects, "<</Type/Page/Parent 2 0 R"+attrs+">>")
	}
	var out, xref bytes.Buffer
	out.WriteString("%PDF-1.4\n")
	for i, o := range objects {
		fmt.Fprintf(&xref, "%010d 00000 n \n", out.Len())
		fmt.Fprintf(&out, "%d 0 obj%sendobj\n", i+1, o)
	}
	start, size := out.Len(), len(objects)+1
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n%strailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n",
		size, xref.String(), size, start)
	return out.Bytes()
}

func replaced(b []byte, old, replacement string) []byte {
	return bytes.ReplaceAll(b, []byte(old), []byte(replacement))
}

// What can be opened was compared with pypdf 6, a lenient reader.
func TestInspect(t *testing.T) {
	t.Parallel()
	valid := file(1, a4, "")
	tests := []struct {
		name  string
		input []byte
		pages int
		want  error
	}{
		{"one page", valid, 1, nil},
		{"ten pages", file(10, a4, ""), 10, nil},
		{"eleven pages", file(11, a4, ""), 11, pdf.ErrTooManyPages},
		{"more pages than we count", file(1200, a4, ""), 1000, pdf.ErrTooManyPages},
		{"size inherited", file(2, "", a4), 2, nil},
		{"size in fractions", file(1, "/MediaBox[0 0 595.276 841.89]", ""), 1, nil},
		{"corners the other way round", file(1, "/MediaBox[595 842 0 0]", ""), 1, nil},
		{"origin elsewhere", file(1, "/MediaBox[-100 -100 495 742]", ""), 1, nil},
		{"landscape, rotated", file(1, "/MediaBox[0 0 842 595]/Rotate 90", ""), 1, nil},
		{"landscape, rotated the other way", file(1, "/MediaBox[0 0 842 595]/Rotate -90", ""), 1, nil},
		{"rotation inherited", file(1, "/MediaBox[0 0 842 595]", "/Rotate 270"), 1, nil},
		{"upside down", file(1, a4+"/Rotate 180", ""), 1, nil},
		{"cropped to A4", file(1, "/MediaBox[0 0 800 1000]/CropBox[100 79 695 921]", ""), 1, nil},
		{"crop beyond the media box", file(1, a4+"/CropBox[-100 -100 1000 1000]", ""), 1, nil},
		{"crop leaves nothing", file(1, a4+"/CropBox[0 0 0 0]", ""), 1, nil},
		{"scaled", file(1, "/MediaBox[0 0 297.5 421]/UserUnit 2", ""), 1, nil},

		{"US Letter", file(1, "/MediaBox[0 0 612 792]", ""), 1, pdf.ErrPageSize},
		{"landscape", file(1, "/MediaBox[0 0 842 595]", ""), 1, pdf.ErrPageSize},
		{"A4 rotated", file(1, a4+"/Rotate 90", ""), 1, pdf.ErrPageSize},
		{"A3", file(1, "/MediaBox[0 0 842 1191]", ""), 1, pdf.ErrPageSize},
		{"cropped from A4", file(1, a4+"/CropBox[0 0 420 595]", ""), 1, pdf.ErrPageSize},
		{"no size", file(1, "", ""), 1, pdf.ErrPageSize},
		{"size of words", file(1, "/MediaBox[/a /b /c /d]", ""), 1, pdf.ErrPageSize},

		{"Windows line endings", replaced(valid, "\n", "\r\n"), 1, nil},
		{"wrong startxref", replaced(valid, "startxref\n1", "startxref\n9"), 1, nil},
		{"wrong count of pages", replaced(file(3, a4, ""), "/Count 3", "/Count 1"), 3, nil},
		{"no types", replaced(replaced(valid, "/Type/Pages", ""), "/Type/Page", ""), 1, nil},
		{"text before", append([]byte("junk\n"), valid...), 1, nil},
		{"text after", append(bytes.Clone(valid), "garbage"...), 1, nil},

		{"empty", nil, 0, pdf.ErrUnreadable},
		{"not a PDF", []byte("not a pdf"), 0, pdf.ErrUnreadable},
		{"only a header", []byte("%PDF-1.4\n"), 0, pdf.ErrUnreadable},
		{"header and end", []byte("%PDF-1.4\n%%EOF\n"), 0, pdf.ErrUnreadable},
		{"cut off", valid[:120], 0, pdf.ErrUnreadable},
		{"no pages", file(0, "", a4), 0, pdf.ErrUnreadable},
		{"page missing", replaced(valid, "Kids[3", "Kids[9"), 0, pdf.ErrUnreadable},
		{"tree within itself", replaced(valid, "Kids[3", "Kids[2"), 0, pdf.ErrUnreadable},
		{"long repair", append([]byte("%PDF-1.4\n"), bytes.Repeat([]byte("1 0 obj<<>>endobj\n"), 1<<13)...),
			0, pdf.ErrUnreadable},
		{"deep nesting", append([]byte("%PDF-1.4\n1 0 obj"), bytes.Repeat([]byte("["), 1<<20)...), 0, pdf.ErrUnreadable},
		{"too large", append(bytes.Clone(valid), make([]byte, 15<<20)...), 0, pdf.ErrUnreadable},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			info, err := pdf.Inspect(test.input)
			require.Equal(t, test.pages, info.Pages)
			require.Len(t, info.Sizes, test.pages)
			if err == nil {
				err = info.Validate()
			}
			require.ErrorIs(t, err, test.want)
		})
	}
}

func FuzzInspect(f *testing.F) {
	f.Add(file(1, a4, ""))
	f.Add(file(3, "/Rotate 90/CropBox[0 0 1 1]/UserUnit 2", a4))
	f.Add(replaced(file(1, a4, ""), "Kids[3", "Kids[2"))
	drawn, _, err := letter.Draw(letter.Contents{Subject: "s", Body: []letter.Block{{Content: "b"}}})
	require.NoError(f, err)
	f.Add(drawn)
	for name := range samples {
		f.Add(sample(f, name))
	}
	f.Add(hybrid())
	f.Fuzz(func(t *testing.T, b []byte) {
		start := time.Now()
		info, err := pdf.Inspect(b)
		require.Less(t, time.Since(start), 10*time.Second)
		if err != nil {
			require.ErrorIs(t, err, pdf.ErrUnreadable)
			return
		}
		require.Positive(t, info.Pages)
		_ = info.Validate()
	})
}

func BenchmarkInspect(b *testing.B) {
	content := file(10, a4, "")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := pdf.Inspect(content); err != nil {
			b.Fatal(err)
		}
	}
}
