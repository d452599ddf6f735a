// Package document decides which files GOV.UK Notify accepts to send by email, and makes the links they become.
//
// The checks and their error messages are those of the service behind the API that stores files, as measured on the
// real service. The text of each error is the message in the API's response.
package document

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/notifykit/notify/internal/magic"
	"github.com/notifykit/notify/internal/pybase64"
	"github.com/notifykit/notify/internal/text"
)

const (
	// MaxSize is the size of the largest file in bytes: 2 MB and a little ("Send files by email", GOV.UK Notify API
	// documentation, says 2 MB).
	MaxSize = 2<<20 + 1<<10

	maxBody     = 3 << 20 // of the request that carries the file, as JSON
	maxFilename = 100     // characters
)

// Error says why a file is refused: the message in the API's response.
type Error string

func (e Error) Error() string { return string(e) }

// Reasons for refusing any file.
const (
	ErrTooLarge        Error = "Uploaded file exceeds file size limit"
	ErrNotBase64       Error = "Document is not base64 encoded"
	ErrFilenameTooLong Error = "`filename` cannot be longer than 100 characters"
	ErrEmpty           Error = "Document must not be empty"
	ErrInfected        Error = "File did not pass the virus scan"
)

// unsupported is the error for a file extension or a content type, whichever is at fault.
func unsupported(what string) Error {
	return Error("Unsupported file type '" + what + "'. Supported types are: " +
		"'.csv', '.doc', '.docx', '.jpeg', '.jpg', '.json', '.odt', '.pdf', '.png', '.rtf', '.txt', '.xlsx'")
}

// Upload is a file as the request gives it.
type Upload struct {
	Base64 string
	// Filename is what the recipient's copy will be called. If it is empty, the content decides the type of the file.
	Filename string
	// IsCSV says that plain text is a table.
	IsCSV bool
}

// Document is a file that was accepted.
type Document struct {
	Content []byte
	// MIMEType is the type of the file's extension, or of its content if it has no name.
	MIMEType string
}

// Check decodes an upload and checks whether it is accepted. The error is an Error, the first in the service's order.
func Check(u Upload) (Document, error) {
	if u.bodySize() > maxBody {
		return Document{}, ErrTooLarge
	}
	content, err := pybase64.Decode(u.Base64)
	if err != nil {
		return Document{}, ErrNotBase64
	}
	if utf8.RuneCountInString(u.Filename) > maxFilename {
		return Document{}, ErrFilenameTooLong
	}
	named := ""
	if u.Filename != "" {
		extension := text.Lower(u.Filename[strings.LastIndexByte(u.Filename, '.')+1:])
		if named = byExtension(extension); named == "" {
			return Document{}, unsupported("." + extension)
		}
	}
	switch {
	case len(content) > MaxSize:
		return Document{}, ErrTooLarge
	case len(content) == 0:
		return Document{}, ErrEmpty
	case Infected(content):
		return Document{}, ErrInfected
	}
	// A supported extension is not enough: the content must be of a supported type too, although not necessarily of the
	// same one.
	sniffed := Sniff(content)
	if u.IsCSV && sniffed == magic.Text {
		sniffed = magic.CSV
	}
	if !supported(sniffed) {
		return Document{}, unsupported(sniffed)
	}
	if named == "" {
		named = sniffed
	}
	return Document{Content: content, MIMEType: named}, nil
}

// bodySize is the length of the request that carries the upload, give or take a few bytes for optional members.
func (u Upload) bodySize() int {
	return len(`{"document": "", "is_csv": false}`) + jsonLength(u.Base64) + jsonLength(u.Filename)
}

// jsonLength is the length of s as the inside of a JSON string in ASCII.
func jsonLength(s string) int {
	const escape, pair = len(`\u0000`), len(`\ud800\udc00`)
	n := len(s)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '"' || c == '\\':
			n++
		case c >= ' ' && c < 0x7f:
		case c == '\n' || c == '\r' || c == '\t' || c == '\b' || c == '\f':
			n++
		case c <= 0x7f:
			n += escape - 1
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			if r < 0x10000 {
				n += escape - size
			} else {
				n += pair - size
			}
			i += size - 1
		}
	}
	return n
}

// Infected reports whether b contains EICAR, the test string that every virus scanner treats as a virus.
func Infected(b []byte) bool {
	// In two parts, so that scanners do not report this program.
	const first, second = `X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-`, `ANTIVIRUS-TEST-FILE!$H+H*`
	for rest := b; ; {
		i := bytes.Index(rest, []byte(first))
		if i < 0 {
			return false
		}
		rest = rest[i+len(first):]
		if bytes.HasPrefix(rest, []byte(second)) {
			return true
		}
	}
}

// Link is the URL from which the recipient downloads a file, on a host such as documents.service.gov.uk, or one with
// its scheme, such as http://localhost:6011.
func Link(host string, service, document [16]byte, key [32]byte) string {
	e := base64.RawURLEncoding
	if !strings.Contains(host, "://") {
		host = "https://" + host
	}
	return host + "/d/" + e.EncodeToString(service[:]) + "/" + e.EncodeToString(document[:]) +
		"?key=" + e.EncodeToString(key[:])
}
