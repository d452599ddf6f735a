// Package sheet reads tables as spreadsheets write them: CSV in UTF-8 or UTF-16, with or without a byte-order mark. It
// holds one row at a time, and none that is too long.
package sheet

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// MaxRow is how long a row may be, in bytes of UTF-8. Files don't stand in tables, so that no true row comes near it,
// and a quote that never closes doesn't fill the memory.
const MaxRow = 1 << 20

// An Error is why a table cannot be read on: what follows may have been taken for something else. It quotes nothing.
type Error struct {
	Line   int // where it begins, from 1; 0 if that is unknown
	Reason string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Reason
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Reason)
}

// A Reader reads a table row by row.
type Reader struct {
	csv    *csv.Reader
	bound  *bound
	next   int // the line after the last row
	failed error
}

// NewReader reads a table whose columns are separated by commas: or, if its first line has none, by tabs or semicolons.
func NewReader(r io.Reader) *Reader {
	text := bufio.NewReaderSize(transform.NewReader(r, unicode.BOMOverride(encoding.Nop.NewDecoder())), 64<<10)
	b := &bound{next: text}
	c := csv.NewReader(b)
	c.Comma = separator(text)
	c.FieldsPerRecord = -1
	return &Reader{csv: c, bound: b, next: 1}
}

// separator looks at the first line.
func separator(r *bufio.Reader) rune {
	start, _ := r.Peek(4096) // whatever is wrong shows later
	first, _, _ := bytes.Cut(bytes.TrimLeft(start, "\r\n"), []byte("\n"))
	for _, c := range []byte{',', '\t', ';'} {
		if bytes.IndexByte(first, c) >= 0 {
			return rune(c)
		}
	}
	return ','
}

// Read returns the next row that isn't empty, and the line on which it begins. The error is [io.EOF] at the end, an
// [*Error], or what reading failed with; it stays.
func (r *Reader) Read() (fields []string, line int, err error) {
	for r.failed == nil {
		r.bound.left = MaxRow
		fields, err = r.csv.Read()
		if err != nil {
			r.failed = r.explain(err)
			break
		}
		line, _ = r.csv.FieldPos(0)
		r.next = line + 1
		for _, f := range fields {
			r.next += strings.Count(f, "\n")
		}
		if !blank(fields) {
			return fields, line, nil
		}
	}
	return nil, 0, r.failed
}

func (r *Reader) explain(err error) error {
	var wrong *csv.ParseError
	switch {
	case r.bound.exceeded:
		after, _, _ := r.position(err)
		return &Error{after, fmt.Sprintf("the row is longer than %d bytes: perhaps a quote is not closed", MaxRow)}
	case !errors.As(err, &wrong):
		return err
	case errors.Is(err, csv.ErrQuote):
		begin, line, column := r.position(err)
		return &Error{begin, fmt.Sprintf("a quote is not closed, or closed too early: line %d, byte %d", line, column)}
	case errors.Is(err, csv.ErrBareQuote):
		begin, line, column := r.position(err)
		return &Error{begin, fmt.Sprintf("a quote in a value without quotes: line %d, byte %d", line, column)}
	}
	return &Error{wrong.StartLine, wrong.Err.Error()}
}

func (r *Reader) position(err error) (begin, line, column int) {
	var wrong *csv.ParseError
	if errors.As(err, &wrong) {
		return wrong.StartLine, wrong.Line, wrong.Column
	}
	return r.next, 0, 0
}

// Unreadable says why no message can be made of text, or returns "".
func Unreadable(value string) string {
	switch {
	case strings.ContainsRune(value, 0):
		return "has a NUL character: perhaps the file is UTF-16 without a byte-order mark"
	case !utf8.ValidString(value), strings.ContainsRune(value, utf8.RuneError):
		return "is not UTF-8: perhaps the file was saved in another encoding"
	}
	return ""
}

func blank(fields []string) bool {
	for _, f := range fields {
		if strings.TrimSpace(f) != "" {
			return false
		}
	}
	return true
}

// A bound ends the reading of a row that is too long. The reader above it reads some ahead, which doesn't matter.
type bound struct {
	next     io.Reader
	left     int
	exceeded bool
}

var errTooLong = errors.New("the row is too long")

func (b *bound) Read(p []byte) (int, error) {
	if b.left <= 0 {
		b.exceeded = true
		return 0, errTooLong
	}
	n, err := b.next.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
