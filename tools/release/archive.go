package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io/fs"
	"time"
)

// file is one in an archive.
type file struct {
	name    string
	content []byte
	mode    fs.FileMode
}

// always is the time of every file: the earliest that a zip can say.
var always = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// tarball packs files for systems where a program has to be marked as one.
func tarball(files []file) ([]byte, error) {
	var packed bytes.Buffer
	squeezed, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	w := tar.NewWriter(squeezed)
	for _, f := range files {
		h := tar.Header{
			Name: f.name, Size: int64(len(f.content)), Mode: int64(f.mode), ModTime: always, Format: tar.FormatUSTAR,
		}
		if err := w.WriteHeader(&h); err != nil {
			return nil, err
		}
		if _, err := w.Write(f.content); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if err := squeezed.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

// zipped packs files for Windows, which opens a zip without another program.
func zipped(files []file) ([]byte, error) {
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for _, f := range files {
		h := zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: always}
		h.SetMode(f.mode)
		entry, err := w.CreateHeader(&h)
		if err != nil {
			return nil, err
		}
		if _, err := entry.Write(f.content); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}
