// Package document knows what GOV.UK Notify accepts as a file sent by email, and the link it becomes.
//
// The checks and their texts are those of the service behind the API that stores files. They were measured on the real
// service; each error's text is what the API answers.
package document

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/notifykit/notify/internal/magic"
	"github.com/notifykit/notify/internal/text"
)

const (
	// MaxSize is the size of the largest file in bytes: 2 MB and a little ("Send files by email", GOV.UK Notify API
	// documentation, says 2 MB).
	MaxSize = 2<<20 + 1<<10

	maxBody     = 3 << 20 // of the request that carries the file, as JSON
	maxFilename = 100     // characters
)

// Error is why a file is refused: the text of the answer's message.
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

// Upload is a file as a request states it.
type Upload struct {
	Base64 string
	// Filename is what the recipient's copy will be called. Defaults to no name, and then the content decides what kind
	// of file it is.
	Filename string
	// IsCSV says that plain text is to be taken for a table.
	IsCSV bool
}

// Document is a file that was accepted.
type Document struct {
	Content []byte
	// MIMEType is that of the file's extension, or of its content if it has no name.
	MIMEType string
}

// Check decodes an upload and tells whether it is accepted. The error is an Error, the first in the service's order.
func Check(u Upload) (Document, error) {
	if u.bodySize() > maxBody {
		return Document{}, ErrTooLarge
	}
	content, err := Decode(u.Base64)
	if err != nil {
		return Document{}, err
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
	// A name does not excuse the content: whatever the extension promises, the content must be of a supported type,
	// though not of that one.
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

// bodySize is the length of the request that carries the upload, give or take the few bytes of its optional members.
func (u Upload) bodySize() int {
	return len(`{"document": "", "is_csv": false}`) + jsonLength(u.Base64) + jsonLength(u.Filename)
}

// jsonLength is how long s becomes as the inside of a JSON string in ASCII.
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

// Infected reports whether b holds the test string that every virus scanner knows (EICAR), which stands in for a virus.
func Infected(b []byte) bool {
	// In two parts, so that a scanner does not take this program for infected.
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

// Link is the address at which the recipient fetches a file, for a host such as documents.service.gov.uk.
func Link(host string, service, document [16]byte, key [32]byte) string {
	e := base64.RawURLEncoding
	return "https://" + host + "/d/" + e.EncodeToString(service[:]) + "/" + e.EncodeToString(document[:]) +
		"?key=" + e.EncodeToString(key[:])
}
