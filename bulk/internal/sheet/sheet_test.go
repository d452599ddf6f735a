package sheet_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/unicode"

	"github.com/notifykit/notify/bulk/internal/sheet"
)

// all reads rows, and the lines on which they begin, until something ends them.
func all(r io.Reader) (rows [][]string, lines []int, err error) {
	from := sheet.NewReader(r)
	for {
		row, line, err := from.Read()
		if err != nil {
			return rows, lines, err
		}
		rows, lines = append(rows, row), append(lines, line)
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	want := [][]string{{"phone number", "name"}, {"07900 900123", "Zoë,\nof Bath"}, {"07900 900124", "Ann"}}
	const text = "phone number,name\r\n07900 900123,\"Zoë,\nof Bath\"\r\n\r\n , \n07900 900124,Ann"
	encoded := func(e unicode.Endianness) string {
		s, err := unicode.UTF16(e, unicode.UseBOM).NewEncoder().String(text)
		require.NoError(t, err)
		return s
	}
	for name, text := range map[string]string{
		"UTF-8": text, "UTF-8 with a mark": "\uFEFF" + text,
		"UTF-16, little end first": encoded(unicode.LittleEndian), "UTF-16, big end first": encoded(unicode.BigEndian),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, lines, err := all(strings.NewReader(text))
			require.ErrorIs(t, err, io.EOF)
			require.Equal(t, want, rows)
			require.Equal(t, []int{1, 2, 6}, lines)
		})
	}
	for _, separator := range []string{"\t", ";"} {
		rows, _, err := all(strings.NewReader("phone number" + separator + "name\n07900 900123" + separator + "Ann, Bob\n"))
		require.ErrorIs(t, err, io.EOF)
		require.Equal(t, [][]string{{"phone number", "name"}, {"07900 900123", "Ann, Bob"}}, rows)
	}
}

// What ends the reading says on which line it is, and quotes nothing.
func TestReadBroken(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a,b\n1,2\n\"secret,4\n5,6\n":        "line 3: a quote is not closed, or closed too early: line 4, byte 5",
		"a,b\n1,2\n\"secret\"x,4\n":          "line 3: a quote is not closed, or closed too early: line 3, byte 8",
		"a,b\n1,sec\"ret\n3,4\n":             "line 2: a quote in a value without quotes: line 2, byte 6",
		"a\nx\n" + strings.Repeat("s", 2e6):  "line 3: the row is longer than 1048576 bytes: perhaps a quote is not closed",
		"a\n\"" + strings.Repeat("s\n", 1e6): "line 2: the row is longer than 1048576 bytes: perhaps a quote is not closed",
	} {
		_, _, err := all(strings.NewReader(text))
		var broken *sheet.Error
		require.ErrorAs(t, err, &broken)
		require.EqualError(t, err, want)
	}
	failure := errors.New("the disk is gone")
	_, _, err := all(io.MultiReader(strings.NewReader("a\n1\n"), failing{failure}))
	require.ErrorIs(t, err, failure)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// endless is one line without an end.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	if e.read > 100<<20 {
		return 0, io.EOF
	}
	for i := range p {
		p[i] = 'x'
	}
	e.read += len(p)
	return len(p), nil
}

// A line of 100 MB is refused after its first.
func TestLongLine(t *testing.T) { //nolint:paralleltest // it measures the memory
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	line := &endless{}
	_, _, err := all(line)
	runtime.ReadMemStats(&after)
	require.ErrorContains(t, err, "line 1: the row is longer")
	require.Less(t, line.read, 2*sheet.MaxRow)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16*sheet.MaxRow))
}

func TestUnreadable(t *testing.T) {
	t.Parallel()
	require.Empty(t, sheet.Unreadable("Zoë 👋"))
	require.Contains(t, sheet.Unreadable("Zo\xeb"), "not UTF-8")
	require.Contains(t, sheet.Unreadable("Zo\uFFFD"), "not UTF-8")
	require.Contains(t, sheet.Unreadable("Z\x00o"), "UTF-16")
}

// What a table is written from is read from it, and no input takes more than its bound.
func FuzzRead(f *testing.F) {
	f.Add([]byte("phone number,name\n07900 900123,Ann\n"), "a", "b\n\"c")
	f.Add([]byte("\xff\xfea\x00,\x00b\x00"), "", " ")
	f.Add([]byte("\"a\nb"), ";", "\t")
	f.Add([]byte("\xef\xbb\xbf\"a\""), ",", "\r")
	f.Fuzz(func(t *testing.T, raw []byte, a, b string) {
		rows, lines, err := all(bytes.NewReader(raw))
		require.Error(t, err)
		last := 0
		for i, line := range lines {
			require.Greater(t, line, last)
			require.NotEmpty(t, rows[i])
			last = line
		}
		var table bytes.Buffer
		w := csv.NewWriter(&table)
		written := [][]string{{"one", "two"}, {"x" + a, "y" + b}}
		require.NoError(t, w.WriteAll(written))
		rows, _, err = all(&table)
		require.ErrorIs(t, err, io.EOF)
		for i := range written { // a line break is read as a line feed
			for j := range written[i] {
				written[i][j] = strings.ReplaceAll(written[i][j], "\r\n", "\n")
			}
		}
		require.Equal(t, written, rows)
	})
}

func BenchmarkRead(b *testing.B) {
	table := strings.Repeat("07900 900123,Ann Example,\"1 High Street, Bath\"\n", 1000)
	b.SetBytes(int64(len(table)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := all(strings.NewReader(table)); !errors.Is(err, io.EOF) {
			b.Fatal(err)
		}
	}
}
