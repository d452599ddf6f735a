package pdf_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// builder writes a PDF, good or bad.
type builder struct {
	bytes.Buffer

	entries map[int][3]int // of the cross-reference table, as records of a table in a stream
}

func build(version string) *builder {
	b := &builder{entries: map[int][3]int{}}
	fmt.Fprintf(b, "%%PDF-%s\n", version)
	return b
}

// object adds an object on one line.
func (b *builder) object(number int, format string, args ...any) *builder {
	b.entries[number] = [3]int{1, b.Len(), 0}
	fmt.Fprintf(b, "%d 0 obj ", number)
	fmt.Fprintf(b, format, args...)
	b.WriteString(" endobj\n")
	return b
}

// stream adds a stream. Its dictionary has the length of the data, and attrs.
func (b *builder) stream(number int, attrs string, data []byte) *builder {
	return b.object(number, "<<%s/Length %d>>stream\n%s\nendstream", attrs, len(data), data)
}

// packed adds an object stream with the given objects, numbered from the given number on.
func (b *builder) packed(number, from int, texts ...string) *builder {
	var list, content strings.Builder
	for i, s := range texts {
		b.entries[from+i] = [3]int{2, number, i}
		fmt.Fprintf(&list, "%d %d ", from+i, content.Len())
		content.WriteString(s + "\n")
	}
	attrs := fmt.Sprintf("/Type/ObjStm/N %d/First %d/Filter/FlateDecode", len(texts), list.Len())
	return b.stream(number, attrs, deflate([]byte(list.String()+content.String())))
}

func (b *builder) numbers() []int {
	var all []int
	for n := range b.entries {
		all = append(all, n)
	}
	slices.Sort(all)
	return all
}

// table adds a table in plain text, its trailer, and the end.
func (b *builder) table(attrs string) []byte {
	start := b.Len()
	b.WriteString("xref\n0 1\n0000000000 65535 f \n")
	numbers := b.numbers()
	for _, n := range numbers {
		fmt.Fprintf(b, "%d 1\n%010d 00000 n \n", n, b.entries[n][1])
	}
	fmt.Fprintf(b, "trailer<</Size %d%s>>\n", numbers[len(numbers)-1]+1, attrs)
	return b.end(start)
}

// tableStream adds a table in a stream, packed as attrs say, and the end.
func (b *builder) tableStream(number int, attrs string, pack func([]byte) []byte) []byte {
	b.entries[number] = [3]int{1, b.Len(), 0}
	var index strings.Builder
	var records []byte
	for _, n := range b.numbers() {
		e := b.entries[n]
		fmt.Fprintf(&index, "%d 1 ", n)
		records = append(records, byte(e[0]))
		records = binary.BigEndian.AppendUint32(records, uint32(e[1]))
		records = binary.BigEndian.AppendUint16(records, uint16(e[2]))
	}
	start := b.Len()
	attrs = fmt.Sprintf("/Type/XRef/W[1 4 2]/Size %d/Index[%s]%s", number+1, index.String(), attrs)
	b.stream(number, attrs, pack(records))
	return b.end(start)
}

func (b *builder) end(start int) []byte {
	fmt.Fprintf(b, "startxref\n%d\n%%%%EOF\n", start)
	return b.Bytes()
}

func deflate(b []byte) []byte {
	var out bytes.Buffer
	w, _ := zlib.NewWriterLevel(&out, zlib.BestSpeed) // the level is valid
	_, _ = w.Write(b)                                 // a buffer never fails
	_ = w.Close()
	return out.Bytes()
}

func plain(b []byte) []byte { return b }

// predictPNG returns rows of differences, using PNG's five filters in turn.
func predictPNG(b []byte, columns int) []byte {
	var out []byte
	above := make([]byte, columns)
	for n := 0; len(b) > 0; n++ {
		row := b[:columns]
		b = b[columns:]
		out = append(out, byte(n%5))
		for i, c := range row {
			var left, corner byte
			if i > 0 {
				left, corner = row[i-1], above[i-1]
			}
			average := byte((int(left) + int(above[i])) / 2)
			out = append(out, c-[]byte{0, left, above[i], average, nearest(left, above[i], corner)}[n%5])
		}
		above = row
	}
	return out
}

// nearest is Paeth's predictor as the PNG specification writes it.
func nearest(a, b, c byte) byte {
	p := int(a) + int(b) - int(c)
	pa, pb, pc := abs(p-int(a)), abs(p-int(b)), abs(p-int(c))
	if pa <= pb && pa <= pc {
		return a
	}
	if pb <= pc {
		return b
	}
	return c
}

func abs(n int) int { return max(n, -n) }

// predictTIFF returns rows of differences from the byte to the left.
func predictTIFF(b []byte, columns int) []byte {
	out := bytes.Clone(b)
	for i := range out {
		if i%columns > 0 {
			out[i] -= b[i-1]
		}
	}
	return out
}
