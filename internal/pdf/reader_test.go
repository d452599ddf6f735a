package pdf_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/pdf"
)

// samples are the files in testdata with their numbers of pages: 0 if they need a password.
var samples = map[string]int{
	"cairo": 2, "ghostscript": 3, "ghostscript-encrypted": 3, "mupdf": 3, "poppler": 5, "pypdf-update": 4, "reportlab": 3,
	"qpdf-packed": 3, "qpdf-linearized": 3,
	"qpdf-rc4-40": 3, "qpdf-rc4-128": 3, "qpdf-rc4-v4": 3, "qpdf-aes-128": 3, "qpdf-aes-256-r5": 3, "qpdf-aes-256": 3,
	"qpdf-password-40": 0, "qpdf-password-128": 0, "qpdf-password-256": 0, "qpdf-no-owner": 0,
}

func sample(tb testing.TB, name string) []byte {
	tb.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name+".pdf"))
	require.NoError(tb, err)
	return content
}

// pages inspects a file whose pages are all A4, and returns how many there are: 0 if it can't be read.
func pages(t *testing.T, content []byte) int {
	t.Helper()
	info, err := pdf.Inspect(content)
	if err != nil {
		require.ErrorIs(t, err, pdf.ErrUnreadable)
		require.Equal(t, pdf.Info{}, info)
	}
	require.NoError(t, info.Validate())
	return info.Pages
}

func TestInspectSamples(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.pdf")
	require.NoError(t, err)
	require.Len(t, files, len(samples))
	for name, want := range samples {
		content := sample(t, name)
		require.Equal(t, want, pages(t, content), name)
		require.Equal(t, want, pages(t, append([]byte("From: a\n\n"), content...)), "%s after something else", name)
		require.Equal(t, want, pages(t, append(content, "\n\n<html>"...)), "%s before something else", name)
		begun, _, _ := bytes.Cut(content, []byte("endstream"))
		require.Zero(t, pages(t, begun), "%s cut off in a stream", name)
	}
}

// The pages of the samples are found without the tables too, except those in object streams.
func TestInspectRepairsSamples(t *testing.T) {
	t.Parallel()
	for name, want := range samples {
		content := sample(t, name)
		if bytes.Contains(content, []byte("/ObjStm")) {
			want = 0
		}
		wrong := replaced(content, "startxref\n", "startxref\n9")
		require.Equal(t, want, pages(t, wrong), "%s with a wrong offset of the table", name)
		none := replaced(content, "startxref", "         ")
		require.Equal(t, want, pages(t, none), "%s without an offset of the table", name)
	}
}

// Tables and streams in all the ways they can be written.
func TestInspectFormats(t *testing.T) {
	t.Parallel()
	packed := func() *builder { return build("1.7").packed(9, 1, root, kid3, aPage) }
	changed := func(old, replacement string) []byte {
		return replaced(packed().tableStream(10, rooted, plain), old, replacement)
	}
	png := func(b []byte) []byte { return deflate(predictPNG(b, 7)) }
	tiff := func(b []byte) []byte { return deflate(predictTIFF(b, 7)) }
	columns := func(predictor int) string {
		return fmt.Sprintf("%s%s/DecodeParms<</Predictor %d/Columns 7>>", rooted, flate, predictor)
	}
	tests := []struct {
		name  string
		file  []byte
		pages int
	}{
		{"plain table", onePage().table(rooted), 1},
		{"table in a stream", onePage().tableStream(10, rooted, plain), 1},
		{"packed table", onePage().tableStream(10, rooted+flate, deflate), 1},
		{"packed table, short name", onePage().tableStream(10, rooted+"/Filter[/Fl]", deflate), 1},
		{"packed twice", onePage().tableStream(10, rooted+"/Filter[/FlateDecode/FlateDecode]",
			func(b []byte) []byte { return deflate(deflate(b)) }), 1},
		{"PNG prediction", packed().tableStream(10, columns(12), png), 1},
		{"TIFF prediction", packed().tableStream(10, columns(2), tiff), 1},
		{"prediction in a list", packed().tableStream(10,
			rooted+"/Filter[/FlateDecode]/DecodeParms[<</Predictor 15/Columns 7>>]", png), 1},
		{"no prediction", packed().tableStream(10, columns(1), deflate), 1},
		{"packed without an end", packed().tableStream(10, rooted+flate, func(b []byte) []byte {
			out := deflate(b)
			return out[:len(out)-4]
		}), 1},
		{"objects in a stream", packed().tableStream(10, rooted, plain), 1},
		{"a table with an unknown filter", onePage().tableStream(10, rooted+"/Filter/LZWDecode", plain), 1},
		{"objects in a stream with an unknown filter", changed("/FlateDecode", "/CrypticCode"), 0},
		{"objects in a damaged stream", changed("stream\nx\x01", "stream\ny\x01"), 0},
		{"hybrid", hybrid(), 1},
		{"later versions of objects", updated("xref\n0 1\n0000000000 65535 f \n3 1\n%010d 00000 n \n"), 2},
		{"a later version that deletes", updated("xref\n0 1\n0000000000 65535 f \n5 1\n%010d 00001 f \n"), 2},
		{"a length that is an object", build("1.5").object(8, "%d", 14+len(kid3)).object(7, "0 0").
			object(9, "<</Type/ObjStm/N 1/First 4/Length 8 0 R>>stream\n2 0 %s\nendstream", kid3).packedEntries(9, 2).
			object(1, root).object(3, aPage).tableStream(10, rooted, plain), 1},
		{"a length that is too short", changed("/Length 1", "/Length "), 1},
		{"a length that is too long", changed("/Length 1", "/Length 91"), 1},
		{"no length", changed("/Length", "/Longth"), 1},
		{"names in numbers", onePage().object(2, "<</#4bids[3 0 R]/K#69ds[3 0 R]>>").table(rooted), 1},
		{"comments", onePage().object(2, "<<%%>>\n/Kids%%[\n[3 %%4\r0 R]>>").table(rooted), 1},
		{"strings with parentheses", onePage().object(2, `<</A(>>\)(\(endobj)\051)/B<3e 3e>/Kids[3 0 R]>>`).table(rooted), 1},
		{"a key without a value", onePage().object(2, "<</Kids[3 0 R]/A>>").table(rooted), 1},
		{"words that mean nothing", onePage().object(2, "<</A true/B null/C what/D - /Kids[3 0 R]>>").table(rooted), 1},
		{"stray brackets", onePage().object(2, "<<)/A}]/Kids[3 0 R]>>").table(rooted), 1},
		{"a dictionary that ends with its object", onePage().object(2, "<</Kids[3 0 R]").table(rooted), 1},
		{"a list without an end", onePage().object(2, "<</Kids[3 0 R>>").table(rooted), 0},
		{"a table with other numbers", replaced(onePage().table(rooted), "3 0 obj", "8 0 obj"), 1},
		{"no trailer", replaced(onePage().table(rooted), "trailer", "trial"), 1},
		{"no root", onePage().table(""), 1},
		{"a root that is a page", onePage().table("/Root 3 0 R"), 1},
		{"no size", replaced(onePage().table(rooted), "/Size", "/Site"), 1},
		{"wrong offsets", replaced(onePage().table(rooted), " 00000 n", "7 00000 n"), 1},
		{"a table that ends early", replaced(onePage().table(rooted), "3 1\n", "3 9\n"), 1},
		{"a version that does not exist", replaced(onePage().table(rooted), "%PDF-1", "%PDF-3"), 0},
		{"an object where a stream should be", onePage().packedEntries(3, 4).object(2, "<</Kids[4 0 R]>>").
			tableStream(10, rooted, plain), 0},
		{"encryption that the trailer states",
			onePage().table(rooted + "/Encrypt<</Filter/Standard/V 1/R 2/O()/U()/P 0>>"), 0},
		{"encryption by certificates", onePage().table(rooted + "/Encrypt<</Filter/Adobe.PubSec/V 4>>"), 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.pages, pages(t, test.file))
		})
	}
}

// The strings of the encryption dictionary in all the ways they can be written, with keys that are right or wrong.
func TestInspectStrings(t *testing.T) {
	t.Parallel()
	found := regexp.MustCompile(`/O <(\w+)> .* /U <(\w+)>`).FindSubmatch(sample(t, "qpdf-rc4-40"))
	owner, err := hex.DecodeString(string(found[1]))
	require.NoError(t, err)
	user, err := hex.DecodeString(string(found[2]))
	require.NoError(t, err)
	short := map[byte]string{'\n': `\n`, '\r': `\r`, '\t': `\t`, '\b': `\b`, '\f': `\f`, '(': `\(`, ')': `\)`, '\\': `\\`}
	ways := map[string]func(c byte) string{
		"hexadecimal": func(c byte) string { return fmt.Sprintf("%02x\n", c) },
		"octal":       func(c byte) string { return fmt.Sprintf(`\%03o`, c) },
		"escapes": func(c byte) string {
			if s, ok := short[c]; ok {
				return s
			}
			return string([]byte{c})
		},
		"lines that continue": func(c byte) string { return fmt.Sprintf("\\\n\\%03o\\\r\n", c) },
		"needless escapes": func(c byte) string {
			if s, ok := short[c]; ok {
				return s
			}
			if c >= 'a' && c <= 'z' || c >= '0' && c <= '7' {
				return fmt.Sprintf(`\%03o`, c)
			}
			return `\` + string([]byte{c})
		},
	}
	for name, way := range ways {
		write := func(value []byte) string {
			var out strings.Builder
			for _, c := range value {
				out.WriteString(way(c))
			}
			if name == "hexadecimal" {
				return "<" + out.String() + ">"
			}
			return "(" + out.String() + ")"
		}
		file := func(user []byte) []byte {
			id := regexp.MustCompile(`/ID \[<\w+>`).Find(sample(t, "qpdf-rc4-40"))
			return onePage().table(fmt.Sprintf("%s%s]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O%s/U%s>>",
				rooted, id, write(owner), write(user)))
		}
		require.Equal(t, 1, pages(t, file(user)), name)
		require.Zero(t, pages(t, file(owner)), name)
	}
}

// hybrid is a file whose table marks the page as free, while the stream for newer readers has it.
func hybrid() []byte {
	b := build("1.5").object(1, root).object(2, kid3).packed(9, 3, aPage)
	at := b.Len()
	newer := &builder{entries: map[int][3]int{3: b.entries[3], 9: b.entries[9]}}
	_, _ = newer.Write(b.Bytes()) // a buffer never fails
	newer.tableStream(10, rooted, plain)
	start := newer.Len()
	fmt.Fprintf(newer, "xref\n0 4\n0000000000 65535 f \n%010d 00000 n \n", b.entries[1][1])
	fmt.Fprintf(newer, "%010d 00000 n \n0000000000 65535 f \n", b.entries[2][1])
	fmt.Fprintf(newer, "trailer<</Size 4%s/XRefStm %d>>\n", rooted, at)
	return newer.end(start)
}

// updated is a file of three pages with an update that replaces them by two, if its table says so.
func updated(table string) []byte {
	b := build("1.4").object(1, root).object(2, "<</Kids[4 0 R 5 0 R 4 0 R]>>").object(4, aPage).object(5, aPage)
	first := b.Len()
	b.table(rooted)
	b.object(3, "<</Kids[4 0 R 4 0 R]>>").object(2, "<</Kids[3 0 R]>>")
	start := b.Len()
	fmt.Fprintf(b, table, b.entries[3][1])
	if strings.Contains(table, "3 1") {
		fmt.Fprintf(b, "2 1\n%010d 00000 n \n", b.entries[2][1])
	}
	fmt.Fprintf(b, "trailer<</Size 5%s/Prev %d>>\n", rooted, first)
	return b.end(start)
}
