package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"
)

var example = []file{{"README.md", []byte("read me"), 0o644}, {"notify-simulator", []byte{0, 1, 2}, 0o755}}

// TestSameBytes: an archive made twice is the same, and holds what was put in.
func TestSameBytes(t *testing.T) {
	t.Parallel()
	for name, pack := range map[string]func([]file) ([]byte, error){"tar": tarball, "zip": zipped} {
		first, err := pack(example)
		if err != nil {
			t.Fatal(err)
		}
		second, err := pack(example)
		if err != nil || !bytes.Equal(first, second) {
			t.Fatalf("%s: the second is another, or %v", name, err)
		}
		found := untar
		if name == "zip" {
			found = unzip
		}
		for i, f := range found(t, first) {
			if f.name != example[i].name || f.mode.Perm() != example[i].mode || !bytes.Equal(f.content, example[i].content) {
				t.Errorf("%s: got %v, want %v", name, f, example[i])
			}
		}
	}
}

func untar(t *testing.T, archive []byte) (found []file) {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, file{h.Name, content, h.FileInfo().Mode()})
	}
}

func unzip(t *testing.T, archive []byte) (found []file) {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.File {
		entry, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(entry)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, file{f.Name, content, f.Mode()})
	}
	return found
}

func TestNewest(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "CHANGELOG.md")
	for text, want := range map[string]string{
		"## [Unreleased]\n\n## [1.2.3] - today\n\n## [1.2.2]\n": "1.2.3", "## [Unreleased]\n": "",
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := newest(name)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
}
