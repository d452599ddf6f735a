package document_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/document"
)

const supportedTypes = ". Supported types are: " +
	"'.csv', '.doc', '.docx', '.jpeg', '.jpg', '.json', '.odt', '.pdf', '.png', '.rtf', '.txt', '.xlsx'"

func load(t *testing.T, path string, into any) {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(content, into))
}

func check(u document.Upload) string {
	if _, err := document.Check(u); err != nil {
		return err.Error()
	}
	return ""
}

func encode(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// virus is the harmless test string, in pieces so that this file does not contain it.
func virus() string {
	return `X5O!P%@AP[4\PZX54(P^)7CC)7}` + `$EICAR-STANDARD-ANTI` + `VIRUS-TEST-FILE!$H+H*`
}

// The real service's answers.
func TestCheckRecorded(t *testing.T) {
	t.Parallel()
	var recorded []struct {
		Name, File, Filename, Error string
		IsCSV                       bool `json:"is_csv"`
	}
	load(t, "testdata/recorded.json", &recorded)
	require.NotEmpty(t, recorded)
	for _, r := range recorded {
		t.Run(r.Name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, r.Error, check(document.Upload{Base64: r.File, Filename: r.Filename, IsCSV: r.IsCSV}))
		})
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	hello := encode("hello world")
	atLimit := encode(strings.Repeat("a", document.MaxSize))
	aboveLimit := encode(strings.Repeat("a", document.MaxSize+1))
	tests := []struct {
		name   string
		upload document.Upload
		want   string
	}{
		{"text", document.Upload{Base64: hello}, ""},
		{"as large as allowed", document.Upload{Base64: atLimit}, ""},
		{"one byte too large", document.Upload{Base64: aboveLimit}, string(document.ErrTooLarge)},
		{"request too large, although the file is not",
			document.Upload{Base64: hello + strings.Repeat(" ", 3<<20)},
			string(document.ErrTooLarge)},
		{"escapes count", document.Upload{Base64: hello + strings.Repeat("\x00", 3<<20/6)}, string(document.ErrTooLarge)},
		{"foreign characters within the limit", document.Upload{Base64: hello + strings.Repeat(" ", 1<<20)}, ""},
		{"empty", document.Upload{Base64: ""}, string(document.ErrEmpty)},
		{"only foreign characters", document.Upload{Base64: " \n!"}, string(document.ErrEmpty)},
		{"infected", document.Upload{Base64: encode("x" + virus() + "x")}, string(document.ErrInfected)},

		{"base64 before filename", document.Upload{Base64: "a", Filename: "a.exe"}, string(document.ErrNotBase64)},
		{"length before extension", document.Upload{Base64: hello, Filename: strings.Repeat("a", 97) + ".exe"},
			string(document.ErrFilenameTooLong)},
		{"a hundred characters, more bytes", document.Upload{Base64: hello, Filename: strings.Repeat("é", 96) + ".txt"}, ""},
		{"extension before size", document.Upload{Base64: aboveLimit, Filename: "a.exe"},
			"Unsupported file type '.exe'" + supportedTypes},
		{"extension before emptiness", document.Upload{Filename: "a.ZIP"}, "Unsupported file type '.zip'" + supportedTypes},
		{"emptiness before type", document.Upload{Filename: "a.txt"}, string(document.ErrEmpty)},
		{"two extensions", document.Upload{Base64: hello, Filename: "a.txt.gz"},
			"Unsupported file type '.gz'" + supportedTypes},
		{"blank after the extension", document.Upload{Base64: hello, Filename: "a.txt "},
			"Unsupported file type '.txt '" + supportedTypes},

		{"content of another supported type", document.Upload{Base64: hello, Filename: "a.pdf"}, ""},
		{"content of an unsupported type", document.Upload{Base64: encode("GIF89a\x01\x00\x01\x00"), Filename: "a.png"},
			"Unsupported file type 'image/gif'" + supportedTypes},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, check(test.upload))
		})
	}
}

func TestCheckGivesTheDocument(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		upload document.Upload
		want   document.Document
	}{
		{"by content", document.Upload{Base64: encode("hello")},
			document.Document{Content: []byte("hello"), MIMEType: "text/plain"}},
		{"text declared as CSV", document.Upload{Base64: encode("hello"), IsCSV: true},
			document.Document{Content: []byte("hello"), MIMEType: "text/csv"}},
		{"a PDF declared as CSV", document.Upload{Base64: encode("%PDF-1.4"), IsCSV: true},
			document.Document{Content: []byte("%PDF-1.4"), MIMEType: "application/pdf"}},
		{"by extension", document.Upload{Base64: encode("hello"), Filename: "a.b.JPG"},
			document.Document{Content: []byte("hello"), MIMEType: "image/jpeg"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := document.Check(test.upload)
			require.NoError(t, err)
			require.Equal(t, test.want, got)
		})
	}
}

func TestInfected(t *testing.T) {
	t.Parallel()
	v := virus()
	require.Len(t, v, 68)
	for s, want := range map[string]bool{
		"": false, v: true, "a" + v + "b": true, v[:67]: false, v[1:]: false, v[:50] + v: true, strings.ToLower(v): false,
		strings.Repeat(v[:43], 1000): false,
	} {
		require.Equal(t, want, document.Infected([]byte(s)), "%.80q", s)
	}
}

func TestLink(t *testing.T) {
	t.Parallel()
	service, file, key := [16]byte{0xff, 0xfe}, [16]byte{15: 1}, [32]byte{31: 0xff}
	require.Equal(t,
		"https://documents.service.gov.uk/d/__4AAAAAAAAAAAAAAAAAAA/AAAAAAAAAAAAAAAAAAAAAQ"+
			"?key=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAP8",
		document.Link("documents.service.gov.uk", service, file, key))
}

func FuzzCheck(f *testing.F) {
	f.Add(encode("a,b\n1,2\n"), "a.csv", true)
	f.Add(encode("PK\x03\x04"+strings.Repeat("\x00", 30)), "", false)
	f.Add("_-8=", "é.TXT", false)
	f.Fuzz(func(t *testing.T, encoded, filename string, isCSV bool) {
		d, err := document.Check(document.Upload{Base64: encoded, Filename: filename, IsCSV: isCSV})
		if err != nil {
			require.ErrorAs(t, err, new(document.Error))
			require.NotEmpty(t, err.Error())
			return
		}
		require.NotEmpty(t, d.Content)
		require.NotEmpty(t, d.MIMEType)
		if want, err := base64.StdEncoding.DecodeString(encoded); err == nil {
			require.True(t, bytes.Equal(want, d.Content))
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	for name, size := range map[string]int{"1kB": 1000, "2MB": 2_000_000} {
		b.Run(name, func(b *testing.B) {
			u := document.Upload{Base64: encode(strings.Repeat("hello, world\n", size/13)), Filename: "report.txt"}
			b.SetBytes(int64(len(u.Base64)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := document.Check(u); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
