package document_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/document"
)

const office = "application/vnd.openxmlformats-officedocument."

// Files written by LibreOffice, python-docx, openpyxl, XlsxWriter, odfpy and Pillow, with the types that libmagic 5.44
// gives them.
var realFiles = map[string]string{
	"libreoffice-95.doc": "application/msword", "libreoffice-97.doc": "application/msword",
	"libreoffice.docx": office + "wordprocessingml.document",
	"python-docx.docx": office + "wordprocessingml.document", "libreoffice.xlsx": office + "spreadsheetml.sheet",
	"openpyxl.xlsx": office + "spreadsheetml.sheet", "xlsxwriter.xlsx": office + "spreadsheetml.sheet",
	"libreoffice.odt": "application/vnd.oasis.opendocument.text",
	"odfpy.odt":       "application/vnd.oasis.opendocument.text", "libreoffice.rtf": "text/rtf",
	"pillow.png": "image/png", "pillow.jpg": "image/jpeg", "libreoffice.xls": "application/vnd.ms-excel",
	"pillow.gif": "image/gif",
}

func readReal(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", "real", name))
	require.NoError(t, err)
	return content
}

func TestRealFiles(t *testing.T) {
	t.Parallel()
	for name, want := range realFiles {
		require.Equal(t, want, document.Sniff(readReal(t, name)), name)
	}
	for _, name := range []string{"libreoffice-97.doc", "python-docx.docx", "libreoffice.odt", "xlsxwriter.xlsx"} {
		encoded := base64.StdEncoding.EncodeToString(readReal(t, name))
		require.Empty(t, check(document.Upload{Base64: encoded}), name)
		require.Empty(t, check(document.Upload{Base64: encoded, Filename: name}), name)
	}
	require.Equal(t, "Unsupported file type 'application/vnd.ms-excel'"+supportedTypes,
		check(document.Upload{Base64: base64.StdEncoding.EncodeToString(readReal(t, "libreoffice.xls"))}))
}

// TestLateMembers is about documents whose first member is a large picture, so that the members that show their type
// come late.
func TestLateMembers(t *testing.T) {
	t.Parallel()
	picture := make([]byte, 200_000)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range picture {
		picture[i] = byte(random.Uint32())
	}
	for name, first := range map[string]string{
		"python-docx.docx": "word/media/image1.jpeg", "openpyxl.xlsx": "xl/media/image1.jpeg",
	} {
		original := readReal(t, name)
		r, err := zip.NewReader(bytes.NewReader(original), int64(len(original)))
		require.NoError(t, err)
		var late bytes.Buffer
		w := zip.NewWriter(&late)
		member, err := w.Create(first)
		require.NoError(t, err)
		_, err = member.Write(picture)
		require.NoError(t, err)
		for _, f := range r.File {
			require.NoError(t, w.Copy(f))
		}
		require.NoError(t, w.Close())
		require.Equal(t, realFiles[name], document.Sniff(late.Bytes()), name)
	}
	types := "<Types>" + strings.Repeat(" ", 20_000) + "</Types>"
	for name, want := range map[string]string{
		"word/document.xml": office + "wordprocessingml.document", "xl/workbook.xml": office + "spreadsheetml.sheet",
	} {
		late := archive(t, "[Content_Types].xml", types, "_rels/.rels", "<x/>", name, "<x/>")
		require.Equal(t, want, document.Sniff([]byte(late)), name)
	}
}

// TestTwoMembers is about a document that the real service accepted although libmagic 5.44 calls it a zip archive.
// Archives of other things must still count as archives.
func TestTwoMembers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ first, second, want string }{
		{"[Content_Types].xml", "word/document.xml", office + "wordprocessingml.document"},
		{"[Content_Types].xml", "xl/workbook.xml", office + "spreadsheetml.sheet"},
		{"[Content_Types].xml", "ppt/presentation.xml", "application/zip"},
		{"a.txt", "word/document.xml", "application/zip"},
	} {
		require.Equal(t, test.want, document.Sniff([]byte(archive(t, test.first, "<x/>", test.second, "<x/>"))), test.second)
	}
}
