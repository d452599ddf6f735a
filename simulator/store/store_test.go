package store_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/store"
)

func put(t require.TestingT, f *store.File, key, value string) {
	r := simulator.Record{Key: key, Value: []byte(value)}
	if value == "" {
		r.Value = nil
	}
	require.NoError(t, f.Put([]simulator.Record{r}))
}

func contents(t require.TestingT, f *store.File) map[string]string {
	all := map[string]string{}
	for r, err := range f.Records() {
		require.NoError(t, err)
		require.NotContains(t, all, r.Key, "twice")
		all[r.Key] = string(r.Value)
	}
	return all
}

// TestFile: a file has what was put in it last, whenever it is opened again.
func TestFile(t *testing.T) {
	t.Parallel()
	var files atomic.Int64
	rapid.Check(t, func(r *rapid.T) {
		path := filepath.Join(t.TempDir(), fmt.Sprint("data", files.Add(1)))
		f, err := store.Open(path)
		require.NoError(r, err)
		defer func() { require.NoError(r, f.Close()) }()
		want := map[string]string{}
		for range rapid.IntRange(1, 40).Draw(r, "steps") {
			key := rapid.SampledFrom([]string{"time", "a/b", "a/c", "ä"}).Draw(r, "key")
			switch rapid.IntRange(0, 4).Draw(r, "step") {
			case 0:
				put(r, f, key, "")
				delete(want, key)
			case 1:
				require.NoError(r, f.Close())
				f, err = store.Open(path)
				require.NoError(r, err)
				require.Zero(r, f.Dropped())
			default:
				want[key] = rapid.StringMatching(`\{"a": "[a-z é]{0,200}"\}`).Draw(r, "value")
				put(r, f, key, want[key])
			}
			require.Equal(r, want, contents(r, f))
		}
	})
}

// TestCutAnywhere: a process that is killed leaves a beginning of what it wrote. Whatever its length, the whole lines
// are there, and the file goes on from there.
func TestCutAnywhere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	whole := filepath.Join(dir, "whole")
	f, err := store.Open(whole)
	require.NoError(t, err)
	for i := range 4 {
		put(t, f, fmt.Sprint("key/", i), fmt.Sprintf(`{"n": %d}`, i))
	}
	require.NoError(t, f.Close())
	written, err := os.ReadFile(whole)
	require.NoError(t, err)
	for length := range len(written) + 1 {
		path := filepath.Join(dir, fmt.Sprint("cut-", length))
		require.NoError(t, os.WriteFile(path, written[:length], 0o600))
		f, err := store.Open(path)
		require.NoError(t, err, length)
		lines := max(bytes.Count(written[:length], []byte("\n"))-1, 0)
		require.Len(t, contents(t, f), lines, length)
		put(t, f, "key/new", "1")
		require.NoError(t, f.Close())
		f, err = store.Open(path)
		require.NoError(t, err, length)
		require.Len(t, contents(t, f), lines+1)
		require.Zero(t, f.Dropped())
		require.NoError(t, f.Close())
	}
}

// TestRefuses: a file that can't be understood is left as it is, and the error says what is wrong with it.
func TestRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good := filepath.Join(dir, "good")
	f, err := store.Open(good)
	require.NoError(t, err)
	put(t, f, "a/b", "1")
	put(t, f, "a/c", "2")
	require.NoError(t, f.Close())
	read, err := os.ReadFile(good)
	require.NoError(t, err)
	written := string(read)
	for name, test := range map[string]struct {
		content string
		want    error
	}{
		"foreign": {"services:\n- id: x\n", store.ErrForeign},
		"binary":  {"SQLite format 3\x00", store.ErrForeign},
		"zeros":   {strings.Repeat("\x00", 5000), store.ErrForeign},
		"newer":   {"notify-simulator data, version 2\nwhatever", store.ErrNewer},
		"older":   {"notify-simulator data, version 0\n", store.ErrForeign},
		"changed": {strings.Replace(written, "a/b 1", "a/b 7", 1), store.ErrDamaged},
		"spliced": {strings.Replace(written, "a/b 1\n", "", 1), store.ErrDamaged},
		"zeroed":  {written + "\x00\x00\n", store.ErrDamaged},
	} {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(test.content), 0o600))
		for range 2 {
			_, err := store.Open(path)
			require.ErrorIs(t, err, test.want, name)
			require.ErrorContains(t, err, path)
		}
		left, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, test.content, string(left), name)
	}
	_, err = store.Open(dir)
	require.ErrorContains(t, err, "not a regular file")
	_, err = store.Open(filepath.Join(dir, "none", "data"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

// TestOneAtATime: two programs would overwrite each other's changes.
func TestOneAtATime(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data")
	f, err := store.Open(path)
	require.NoError(t, err)
	_, err = store.Open(path)
	require.ErrorIs(t, err, store.ErrInUse)
	require.NoError(t, f.Close())
	require.NoError(t, f.Close(), "once more does nothing")
	require.ErrorIs(t, f.Put(nil), os.ErrClosed)
	f, err = store.Open(path)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "it holds keys")
}

// TestSizeStaysInBounds: outdated lines are dropped while the file is open, and when it is opened.
func TestSizeStaysInBounds(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, link := filepath.Join(dir, "data"), filepath.Join(dir, "link")
	require.NoError(t, os.Symlink(path, link))
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	require.NoError(t, os.WriteFile(path+".new", []byte("left by a process that was killed"), 0o600))
	f, err := store.Open(link)
	require.NoError(t, err)
	large, largest := strings.Repeat("x", 100<<10), int64(0)
	for i := range 200 {
		put(t, f, fmt.Sprint("a/", i%3), fmt.Sprintf("%q", large))
		info, err := os.Stat(path)
		require.NoError(t, err)
		largest = max(largest, info.Size())
	}
	require.Less(t, largest, int64(6<<20))
	require.Len(t, contents(t, f), 3)
	require.NoError(t, f.Close())

	read, err := os.ReadFile(path)
	require.NoError(t, err)
	header, lines, _ := strings.Cut(string(read), "\n")
	require.NoError(t, os.WriteFile(path, []byte(header+"\n"+strings.Repeat(lines, 30)), 0o600))
	f, err = store.Open(link)
	require.NoError(t, err)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Less(t, info.Size(), int64(1<<20))
	require.Len(t, contents(t, f), 3)
	require.NoError(t, f.Close())
	at, err := os.Lstat(link)
	require.NoError(t, err)
	require.NotZero(t, at.Mode()&os.ModeSymlink, "a link stays a link")
	require.NoFileExists(t, path+".new")
}

// TestPutRefuses: what can't be a line is not written.
func TestPutRefuses(t *testing.T) {
	t.Parallel()
	f, err := store.Open(filepath.Join(t.TempDir(), "data"))
	require.NoError(t, err)
	defer f.Close()
	for _, r := range []simulator.Record{{}, {Key: "a b"}, {Key: "a\n"}, {Key: "a", Value: []byte("1\n")}} {
		require.Error(t, f.Put([]simulator.Record{{Key: "x", Value: []byte("1")}, r}))
	}
	require.Empty(t, contents(t, f))
}

// FuzzOpen: whatever is in a file, it is either opened, and then goes on to work, or left as it is.
func FuzzOpen(f *testing.F) {
	const header = "notify-simulator data, version 1\n"
	f.Add([]byte(header))
	f.Add([]byte(header + "00000000 a 1\n"))
	f.Add([]byte("notify-simulator data, version 99999999999999999999\n"))
	f.Add([]byte(header[:7]))
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "data")
		require.NoError(t, os.WriteFile(path, content, 0o600))
		opened, err := store.Open(path)
		if err != nil {
			left, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, content, left)
			return
		}
		before := contents(t, opened)
		put(t, opened, "fuzz/1", "{}")
		before["fuzz/1"] = "{}"
		require.NoError(t, opened.Close())
		opened, err = store.Open(path)
		require.NoError(t, err)
		require.Equal(t, before, contents(t, opened))
		require.NoError(t, opened.Close())
	})
}

// BenchmarkPut appends a message's record.
func BenchmarkPut(b *testing.B) {
	f, err := store.Open(filepath.Join(b.TempDir(), "data"))
	require.NoError(b, err)
	defer f.Close()
	value := bytes.Repeat([]byte("x"), 900)
	b.ReportAllocs()
	b.SetBytes(900)
	for i := 0; b.Loop(); i++ {
		if err := f.Put([]simulator.Record{{Key: fmt.Sprint("message/", i), Value: value}}); err != nil {
			b.Fatal(err)
		}
	}
}
