package document

import (
	"bytes"
	"regexp"
	"strings"
	"sync"

	"github.com/gabriel-vasile/mimetype"
)

const (
	typeBinary = "application/octet-stream"
	typeText   = "text/plain"
	typeCSV    = "text/csv"
	typeHTML   = "text/html"
	typeTarga  = "image/x-tga"
)

// byExtension gives the type of the files with an extension (in lower case, without its dot), or "" if it is not one of
// the supported ones.
func byExtension(extension string) string {
	switch extension {
	case "csv":
		return typeCSV
	case "doc":
		return "application/msword"
	case "docx":
		return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	case "jpeg", "jpg":
		return "image/jpeg"
	case "json":
		return "application/json"
	case "odt":
		return "application/vnd.oasis.opendocument.text"
	case "pdf":
		return "application/pdf"
	case "png":
		return "image/png"
	case "rtf":
		return "text/rtf"
	case "txt":
		return typeText
	case "xlsx":
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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

const (
	markupWindow = 4096     // how far into a text markup is looked for
	textWindow   = 64 << 10 // how far a text is checked to be one
	dosHeader    = 64       // bytes
	targaHeader  = 18       // bytes
)

// Sniff gives the type of a file's content as libmagic names it, which is what the real service asks. The names of
// supported types, of archives, images, markup and programs agree; source code, which libmagic tells from prose by a word
// or two, is plain text here.
func Sniff(content []byte) string {
	// libmagic calls a file of one byte too short to tell.
	if len(content) < 2 {
		return typeBinary
	}
	m := mimetype.Detect(content)
	name, _, _ := strings.Cut(m.String(), ";")
	if known, ok := renamed(m, name); ok {
		return known
	}
	switch {
	case name == "application/vnd.microsoft.portable-executable" && len(content) >= dosHeader:
		return "application/x-dosexec"
	case !undecided(name):
		return name
	case !isText(content):
		if isTarga(content) {
			return typeTarga
		}
		return typeBinary
	case name == typeCSV:
		return name
	case isMarkup(content):
		return typeHTML
	}
	return typeText
}

// undecided reports whether the name is one that libmagic has no signature for, or another one: then the bytes decide
// between text, markup and binary.
func undecided(name string) bool {
	switch name {
	case typeBinary, typeText, typeCSV, typeHTML, "text/tab-separated-values", "text/vtt", "image/x-portable-bitmap",
		"application/vnd.microsoft.portable-executable":
		return true
	}
	return false
}

// renamed gives libmagic's name where it is another one for the same thing, or one for a whole family.
func renamed(m *mimetype.MIME, name string) (string, bool) {
	switch name {
	case "text/x-python":
		return "text/x-script.python", true
	case "text/javascript":
		return "application/javascript", true
	case "application/vnd.rar":
		return "application/x-rar", true
	case "audio/wav":
		return "audio/x-wav", true
	}
	for p := m.Parent(); p != nil; p = p.Parent() {
		if p.Is("application/json") || p.Is("text/xml") {
			family, _, _ := strings.Cut(p.String(), ";")
			return family, true
		}
	}
	return "", false
}

// isText reports whether content is text to libmagic: it has a byte order mark, or no control characters but those that
// have a place in text.
func isText(content []byte) bool {
	for _, mark := range []string{"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"} {
		if bytes.HasPrefix(content, []byte(mark)) {
			return true
		}
	}
	for _, c := range content[:min(len(content), textWindow)] {
		if c < 0x07 || c >= 0x0e && c < 0x20 && c != 0x1b || c == 0x7f {
			return false
		}
	}
	return true
}

// markup is what makes a text HTML, wherever it stands: other tags do not.
var markup = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)<(?:!doctype\s+html|(?:html|head|title|script|style|table)[\s>]|a\s+href=)`)
})

func isMarkup(content []byte) bool {
	return markup().Match(content[:min(len(content), markupWindow)])
}

// isTarga reports whether content begins like a Targa image. That format has no signature, so binary content of any kind
// may pass for it when a few bytes fall right, as the bytes 0 to 255 in their order do.
func isTarga(b []byte) bool {
	if len(b) < targaHeader {
		return false
	}
	mapType, imageType, entryBits, pixelBits, descriptor := b[1], b[2], b[7], b[16], b[17]
	return mapType <= 1 && entryBits < 64 && descriptor < 0xc0 &&
		bytes.IndexByte([]byte{1, 2, 3, 9, 10, 11, 32, 33}, imageType) >= 0 &&
		bytes.IndexByte([]byte{1, 8, 15, 16, 24, 32}, pixelBits) >= 0
}
