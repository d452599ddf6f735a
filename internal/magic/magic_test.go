package magic

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What libmagic 5.44 of Debian 12 says about a thousand short files: many kinds of text in several encodings, the
// beginnings of binary files, and mutations of both.
func TestDetect(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/golden.jsonl")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close()) })
	n := 0
	for lines := bufio.NewScanner(f); lines.Scan(); n++ {
		var g struct {
			Name, Type string
			File       []byte
		}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &g))
		require.Equal(t, g.Type, Detect(g.File), "%s: %q", g.Name, g.File)
	}
	require.Greater(t, n, 1000)
}

func TestDetectShort(t *testing.T) {
	t.Parallel()
	require.Equal(t, "application/x-empty", Detect(nil))
	require.Equal(t, Binary, Detect([]byte("a")))
	require.Equal(t, Text, Detect([]byte("ab")))
}

// hostile are inputs that make rules lead to other rules, or make them search.
var hostile = []string{
	"\x00", "PK\x03\x04", "[", `{"a":`, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a,", "\n", "class ", "(",
	"\xff\xd8\xff\xe0", "RIFF", "\x89PNG\r\n\x1a\n", "\xca\xfe\xba\xbe\x00\x00\x00\x14", "\x01\x00", "\x80",
	"\xef\xbb\xbf", "\xff\xfe", "ID3\x04\x00\x00\x00\x00\x00\x00", "II*\x00", "\x00\x00\x01\x00", " ", "<?xml ",
	"%!", "MZ", "%PDF-1.", "MM\x00*", "\x7fELF", "070701",
}

// TestSteps checks that the number of rules tried does not grow with the file.
func TestSteps(t *testing.T) {
	t.Parallel()
	for _, shape := range hostile {
		for _, size := range []int{1 << 10, 1 << 15} {
			content := []byte(strings.Repeat(shape, size/len(shape)))
			for _, test := range []byte{binaryRule, textRule} {
				m := matcher{rules: rules()}
				said, found := false, false
				m.match(m.rules.trees, frame{data: content, test: test}, &said, &found)
				require.Less(t, m.steps, maxSteps/4, "%q", shape)
			}
		}
	}
}

func FuzzDetect(f *testing.F) {
	for _, shape := range hostile {
		f.Add([]byte(shape), 1)
		f.Add([]byte(shape), 30)
	}
	for _, name := range []string{"libreoffice-97.doc", "libreoffice.xls", "libreoffice.docx", "pillow.png"} {
		content, err := os.ReadFile("../document/testdata/real/" + name)
		require.NoError(f, err)
		f.Add(content, 1)
	}
	f.Fuzz(func(t *testing.T, content []byte, times int) {
		content = bytes.Repeat(content, max(1, min(times, 1000)))
		if len(content) > 1<<20 {
			return
		}
		name := Detect(content)
		require.Contains(t, name, "/")
		require.Equal(t, name, Detect(content))
	})
}
