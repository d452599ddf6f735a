package notify

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	// MaxFileBytes is the size of the largest file that can be sent by email: 2 MiB and 1 KiB, measured on the real
	// service, where the documentation says 2 MB.
	MaxFileBytes = 2<<20 + 1<<10
	// MaxLetterBytes is the size of the largest precompiled letter that is sent: 5 MiB ("GOV.UK Notify API documentation,
	// Send a precompiled letter": 5 MB).
	MaxLetterBytes = 5 << 20
)

// A File is a personalisation value of an email: the recipient gets a link to it. Make one with [FileFromReader] or
// [FileFromBytes]; the fields can be set afterwards.
//
// Notify takes .csv, .doc, .docx, .jpeg, .jpg, .json, .odt, .pdf, .png, .rtf, .txt and .xlsx, up to [MaxFileBytes], and
// the service must have contact details set up for files ("GOV.UK Notify API documentation, Send a file by email").
type File struct {
	// Filename is what the recipient sees; it must end with an extension and be at most 100 characters. Defaults to a name
	// made by Notify.
	Filename string
	// RetentionWeeks is how long the file can be downloaded, 1 to 78. Defaults to Notify's 26.
	RetentionWeeks int
	// ConfirmEmail is whether the recipient must type their email address to get the file. Defaults to Notify's true.
	ConfirmEmail *bool

	content *fileContent // nil for none
}

// fileContent stands behind a pointer, because fmt prints only the address of a pointer inside a struct.
type fileContent struct {
	reader io.Reader // nil if there are bytes
	bytes  []byte
}

func (c *fileContent) open() io.Reader {
	switch {
	case c == nil:
		return bytes.NewReader(nil)
	case c.reader != nil:
		return c.reader
	}
	return bytes.NewReader(c.bytes)
}

// FileFromReader makes a File which is read when it is sent. A reader can be read only once, so the File can be sent
// only once. Only io.EOF itself ends the content. After any other error of the reader, such as the io.ErrUnexpectedEOF
// of a download that was cut off, nothing is sent, and the send's error matches both [ErrInvalidRequest] and the
// reader's. A reader that gives neither bytes nor an error 100 times in a row ends in [io.ErrNoProgress].
func FileFromReader(filename string, content io.Reader) File {
	return File{Filename: filename, content: &fileContent{reader: content}}
}

// FileFromBytes makes a File that can be sent any number of times. The bytes are not copied before that.
func FileFromBytes(filename string, content []byte) File {
	return File{Filename: filename, content: &fileContent{bytes: content}}
}

// String keeps name and content out of what is printed.
func (f File) String() string { return "notify.File" }

// Format prints [File.String] under every verb.
func (f File) Format(s fmt.State, verb rune) { printRedacted(s, verb, f.String()) }

// MarshalText gives [File.String]: an encoded File cannot be read back, on purpose.
func (f File) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// GobEncode gives [File.String]: an encoded File cannot be read back, on purpose.
func (f File) GobEncode() ([]byte, error) { return f.MarshalText() }

// appendJSON writes the object Notify wants, after reading all of the content.
func (f File) appendJSON(dst []byte) ([]byte, error) {
	if f.Filename != "" && !strings.Contains(f.Filename, ".") {
		return nil, refuse(nil, "a file's name must end with an extension, such as report.csv")
	}
	if utf8.RuneCountInString(f.Filename) > 100 {
		return nil, refuse(nil, "a file's name is longer than 100 characters")
	}
	if f.RetentionWeeks < 0 || f.RetentionWeeks > 78 {
		return nil, refuse(nil, "a file's retention must be from 1 to 78 weeks")
	}
	dst, err := appendBase64(append(dst, `{"file":"`...), f.content.open(), MaxFileBytes, "file")
	if err != nil {
		return nil, err
	}
	dst = append(dst, '"')
	if f.Filename != "" {
		dst = appendString(append(dst, `,"filename":`...), f.Filename)
	}
	if f.RetentionWeeks > 0 {
		dst = append(dst, `,"retention_period":"`...)
		dst = append(strconv.AppendInt(dst, int64(f.RetentionWeeks), 10), ` weeks"`...)
	}
	if f.ConfirmEmail != nil {
		dst = strconv.AppendBool(append(dst, `,"confirm_email_before_download":`...), *f.ConfirmEmail)
	}
	return append(dst, '}'), nil
}

// appendBase64 reads at most one byte more than allowed, in pieces, straight into the request body.
func appendBase64(dst []byte, r io.Reader, most int, what string) ([]byte, error) {
	if isNil(r) {
		return nil, refuse(nil, fmt.Sprintf("the %s cannot be read: its reader is a nil %T", what, r))
	}
	if known, ok := r.(interface{ Len() int }); ok {
		size := known.Len()
		if size < 0 {
			return nil, refuse(nil, fmt.Sprintf("the %s cannot be read: its reader, a %T, gives a negative length", what, r))
		}
		if size > most {
			return nil, tooLarge(what, most)
		}
		dst = slices.Grow(dst, base64.StdEncoding.EncodedLen(size)+256)
	}
	piece := make([]byte, 48<<10) // a multiple of 3: no padding inside
	r = io.LimitReader(r, int64(most)+1)
	size := 0
	for {
		n, err := fill(piece, r)
		size += n
		if size > most {
			return nil, tooLarge(what, most)
		}
		dst = base64.StdEncoding.AppendEncode(dst, piece[:n])
		if err == io.EOF { //nolint:errorlint // one that only wraps io.EOF is no end
			break
		}
		if err != nil {
			return nil, &requestError{err, "cannot read the " + what + ": " + printableCause(err)}
		}
	}
	if size == 0 {
		return nil, refuse(nil, "the "+what+" is empty")
	}
	return dst, nil
}

// emptyReads is how many reads in a row may give neither bytes nor an error, as in package bufio.
const emptyReads = 100

var (
	errReadCount = &plainError{says: "the reader counts more bytes than it was asked for, or fewer than none"}
	errNoBytes   = &plainError{"the reader gives neither bytes nor an error", io.ErrNoProgress}
)

// fill reads until the piece is full or the reader gives an error, io.EOF where the content ends. io.ReadFull will not
// do: it gives io.ErrUnexpectedEOF for an end inside the piece, and so do bodies and archives that were cut off.
func fill(piece []byte, r io.Reader) (n int, err error) {
	for empty := 0; n < len(piece); {
		got, err := r.Read(piece[n:])
		if got < 0 || got > len(piece)-n {
			return n, errReadCount
		}
		n += got
		if err != nil {
			return n, err
		}
		if got > 0 {
			empty = 0
		} else if empty++; empty == emptyReads {
			return n, errNoBytes
		}
	}
	return n, nil
}

// isNil reports whether a value is a pointer or function of some type that is nil, such as the file of a failed
// os.Open: the methods of most of these panic.
func isNil(value any) bool {
	v := reflect.ValueOf(value)
	return (v.Kind() == reflect.Pointer || v.Kind() == reflect.Func) && v.IsNil()
}

func tooLarge(what string, most int) error {
	return refuse(ErrTooLarge, "the "+what+" is larger than "+strconv.Itoa(most)+" bytes")
}
