package document

import (
	"archive/zip"
	"bytes"
	"strings"

	"github.com/notifykit/notify/internal/magic"
)

const (
	typeWord  = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	typeExcel = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// byExtension returns the type of files with an extension (in lower case, without its dot), or "" if the extension is
// not supported.
func byExtension(extension string) string {
	switch extension {
	case "csv":
		return magic.CSV
	case "doc":
		return "application/msword"
	case "docx":
		return typeWord
	case "jpeg", "jpg":
		return "image/jpeg"
	case "json":
		return magic.JSON
	case "odt":
		return "application/vnd.oasis.opendocument.text"
	case "pdf":
		return "application/pdf"
	case "png":
		return "image/png"
	case "rtf":
		return "text/rtf"
	case "txt":
		return magic.Text
	case "xlsx":
		return typeExcel
	}
	return ""
}

var extensions = [...]string{"csv", "doc", "docx", "jpeg", "json", "odt", "pdf", "png", "rtf", "txt", "xlsx"}

func supported(mimeType string) bool {
	for _, e := range extensions {
		if byExtension(e) == mimeType {
			return true
		}
	}
	return false
}

// Sniff returns the type of a file's content by libmagic's name, because the real service uses libmagic.
//
// There is one exception. What libmagic calls a zip archive may still be a document: the real service was seen to
// accept a Word document of two members, while libmagic 5.44 needs to see a third.
func Sniff(content []byte) string {
	name := magic.Detect(content)
	if name == magic.Zip {
		if office := officeType(content); office != "" {
			return office
		}
	}
	return name
}

// officeType recognises a Microsoft Office document by the directory at the end of the archive.
func officeType(content []byte) string {
	r, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return ""
	}
	found, described := "", false
	for _, f := range r.File {
		switch {
		case f.Name == "[Content_Types].xml":
			described = true
		case f.Name == "word/document.xml":
			found = typeWord
		case strings.HasPrefix(f.Name, "xl/workbook."):
			found = typeExcel
		}
	}
	if !described {
		return ""
	}
	return found
}
