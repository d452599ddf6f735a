package document_test

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/document"
)

// archive returns a zip file of the given entries, a name and its content in turn, without compression.
func archive(t *testing.T, entries ...string) string {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := 0; i < len(entries); i += 2 {
		w, err := z.CreateRaw(&zip.FileHeader{
			Name: entries[i], CompressedSize64: uint64(len(entries[i+1])), UncompressedSize64: uint64(len(entries[i+1])),
		})
		require.NoError(t, err)
		_, err = w.Write([]byte(entries[i+1]))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return out.String()
}

func allBytes() string {
	b := make([]byte, 256)
	for i := range b {
		b[i] = byte(i)
	}
	return string(b)
}

// What libmagic 5.44 says.
func TestSniff(t *testing.T) {
	t.Parallel()
	const office = "application/vnd.openxmlformats-officedocument."
	tests := []struct{ name, content, want string }{
		{"text", "hello world", "text/plain"},
		{"UTF-8", "café ŵ 漢字", "text/plain"},
		{"Latin-1", "caf\xe9 cr\xe8me", "text/plain"},
		{"UTF-16", "\xff\xfeh\x00i\x00", "text/plain"},
		{"only blanks", "  \n", "text/plain"},
		{"bell and escape", "a\x07\x1b[1m", "text/plain"},
		{"control character", "a\x01b", "application/octet-stream"},
		{"NUL far into text", strings.Repeat("abc def\n", 7000) + "\x00x", "application/octet-stream"},
		{"NUL beyond the window", strings.Repeat("abc def\n", 9000) + "\x00x", "text/plain"},
		{"NUL at the end of text", strings.Repeat("abc def\n", 7000) + "\x00", "text/plain"},
		{"one byte", "a", "application/octet-stream"},
		{"table", "a,b,c\n1,2,3\n4,5,6\n", "text/csv"},
		{"tabs", "a\tb\tc\n1\t2\t3\n", "text/plain"},
		{"JSON", `{"a": 1}`, "application/json"},
		{"GeoJSON", `{"type":"Feature","geometry":null}`, "application/json"},
		{"JSON lines", "{\"a\":1}\n{\"b\":2}\n", "application/x-ndjson"},
		{"RTF", `{\rtf1\ansi hello}`, "text/rtf"},
		{"HTML", "<!DOCTYPE html><html>x</html>", "text/html"},
		{"HTML in text", `see <a href="x">this</a>`, "text/html"},
		{"HTML beyond the window", strings.Repeat("x", 5000) + "<html>", "text/plain"},
		{"other tags", "<p>hi <b>there</b></p>", "text/plain"},
		{"tag that begins like another", "<header>x", "text/plain"},
		{"HTML in JSON", `{"a": "<html>"}`, "application/json"},
		{"XML", `<?xml version="1.0"?><a/>`, "text/xml"},
		{"RSS", `<?xml version="1.0"?><rss version="2.0"></rss>`, "text/xml"},
		{"SVG", `<svg xmlns="http://www.w3.org/2000/svg"></svg>`, "image/svg+xml"},
		{"shell script", "#!/bin/sh\necho hi\n", "text/x-shellscript"},
		{"Python script", "#!/usr/bin/python3\nprint(1)\n", "text/x-script.python"},
		{"PDF", "%PDF-1.4\n%", "application/pdf"},
		{"PNG", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image/png"},
		{"only a PNG signature", "\x89PNG\r\n\x1a\n", "application/octet-stream"},
		{"PNG signature and zeros", "\x89PNG\r\n\x1a\n" + strings.Repeat("\x00", 20), "application/octet-stream"},
		{"JPEG", "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01", "image/jpeg"},
		{"GIF", "GIF89a\x01\x00\x01\x00", "image/gif"},
		{"gzip", "\x1f\x8b\x08" + strings.Repeat("\x00", 20), "application/gzip"},
		{"program", "MZ" + strings.Repeat("\x00", 100), "application/x-dosexec"},
		{"MZ, as at the start of a program", "MZ fake", "text/plain"},
		{"every byte in order", allBytes(), "image/x-tga"},
		{"zeros", strings.Repeat("\x00", 100), "application/octet-stream"},
		{"zip", archive(t, "a.txt", "hi"), "application/zip"},
		{"docx", archive(t, "[Content_Types].xml", "<Types/>", "_rels/.rels", "<x/>", "word/document.xml", "<x/>"),
			office + "wordprocessingml.document"},
		{"xlsx", archive(t, "[Content_Types].xml", "<Types/>", "_rels/.rels", "<x/>", "xl/workbook.xml", "<x/>"),
			office + "spreadsheetml.sheet"},
		{"pptx", archive(t, "[Content_Types].xml", "<Types/>", "_rels/.rels", "<x/>", "ppt/p.xml", "<x/>"),
			office + "presentationml.presentation"},
		{"odt", archive(t, "mimetype", "application/vnd.oasis.opendocument.text", "content.xml", "<x/>"),
			"application/vnd.oasis.opendocument.text"},
		{"odt without its type first",
			archive(t, "content.xml", "<x/>", "mimetype", "application/vnd.oasis.opendocument.text"), "application/zip"},
		{"old Office", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 504), "application/x-ole-storage"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, document.Sniff([]byte(test.content)))
		})
	}
}
