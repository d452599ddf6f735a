package store

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strconv"
	"strings"
)

// The first line of a file ends with the version of the format. A change that an older program can't read raises it.
const (
	magic   = "notify-simulator data, version "
	version = 1
	header  = magic + "1\n"
)

// checksumLength is the length of a checksum, in hexadecimal digits.
const checksumLength = 8

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// validKey reports whether a key can stand in a line.
func validKey(key string) bool { return key != "" && !strings.ContainsAny(key, " \n") }

// appendLine appends the line for a record: its checksum, its key, and its value if it has one.
func appendLine(b []byte, key string, value []byte) []byte {
	start := len(b)
	b = append(b, "00000000 "...)
	b = append(b, key...)
	if value != nil {
		b = append(append(b, ' '), value...)
	}
	sum := crc32.Checksum(b[start+checksumLength:], castagnoli)
	for i := range checksumLength {
		b[start+i] = "0123456789abcdef"[sum>>(28-4*i)&0xf]
	}
	return append(b, '\n')
}

// parseLine reads a line without its end. The value is nil if the record was deleted. Both are parts of the line.
func parseLine(line []byte) (key, value []byte, ok bool) {
	if len(line) <= checksumLength || line[checksumLength] != ' ' {
		return nil, nil, false
	}
	sum, err := strconv.ParseUint(string(line[:checksumLength]), 16, 32)
	if err != nil || sum != uint64(crc32.Checksum(line[checksumLength:], castagnoli)) {
		return nil, nil, false
	}
	key, value, found := bytes.Cut(line[checksumLength+1:], []byte{' '})
	if !found {
		value = nil
	}
	return key, value, len(key) > 0
}

// span is where a line is in the file.
type span struct{ offset, length int64 }

// index is where the line that counts is, by key.
type index map[string]span

// bytes is how long a file with nothing but these lines would be.
func (x index) bytes() int64 {
	sum := int64(len(header))
	for _, s := range x {
		sum += s.length
	}
	return sum
}

// extent is how much of a file is whole, in bytes, and how much at its end is not.
type extent struct{ whole, torn int64 }

// scan reads the file from its beginning and checks every line.
func scan(from io.ReaderAt) (index, extent, error) {
	x := index{}
	e, err := each(from, func(at span, key, value []byte) error {
		if value == nil {
			delete(x, string(key))
			return nil
		}
		x[string(key)] = at
		return nil
	})
	return x, e, err
}

// each calls do with every line after the first, in order. The key and the value are only good until do returns.
func each(from io.ReaderAt, do func(at span, key, value []byte) error) (e extent, err error) {
	r := bufio.NewReaderSize(io.NewSectionReader(from, 0, 1<<62), 1<<16)
	var long []byte // a line that the reader's buffer can't hold
	for number := 1; ; number++ {
		line, err := r.ReadSlice('\n')
		for long = long[:0]; errors.Is(err, bufio.ErrBufferFull); line, err = r.ReadSlice('\n') {
			long = append(long, line...)
		}
		if len(long) > 0 {
			long = append(long, line...)
			line = long
		}
		switch {
		case errors.Is(err, io.EOF):
			e.torn = int64(len(line))
			if number == 1 && !strings.HasPrefix(header, string(line)) {
				return extent{}, ErrForeign
			}
			return e, nil
		case err != nil:
			return extent{}, err
		case number == 1:
			if err := checkHeader(string(line)); err != nil {
				return extent{}, err
			}
		default:
			key, value, ok := parseLine(line[:len(line)-1])
			if !ok {
				return extent{}, fmt.Errorf("%w: line %d, %d bytes from the beginning, is not as it was written",
					ErrDamaged, number, e.whole)
			}
			if err := do(span{e.whole, int64(len(line))}, key, value); err != nil {
				return extent{}, err
			}
		}
		e.whole += int64(len(line))
	}
}

// checkHeader checks the first line.
func checkHeader(line string) error {
	written, found := strings.CutPrefix(line, magic)
	n, err := strconv.Atoi(strings.TrimSuffix(written, "\n"))
	switch {
	case !found || err != nil || n < 1:
		return ErrForeign
	case n > version:
		return fmt.Errorf("%w: its format has version %d, and this program knows %d", ErrNewer, n, version)
	}
	return nil
}
