package magic

import (
	"bytes"
	"encoding/binary"
)

// compoundBroken is the type of a compound file that cannot be read or is not recognised.
const compoundBroken = "application/x-ole-storage"

// maxChain is the largest number of sectors in a stream.
const maxChain = 10000

// endOfChain marks the end of a chain of sectors. Any other negative number ends one too.
const endOfChain = -2

// compound is one of Microsoft's compound files (OLE 2): a file system in a file, whose tables chain sectors into
// streams.
type compound struct {
	data          []byte
	sector, small int   // sizes in bytes
	standard      int64 // streams of this size or more are not in small sectors
	table         []int32
	smallTable    []int32
	entries       []compoundEntry
	smallStream   []byte // the small sectors; nil if there are none
	root          *compoundEntry
}

// Kinds of directory entries.
const (
	kindStorage = 1
	kindStream  = 2
	kindRoot    = 5
)

type compoundEntry struct {
	name  [32]uint16
	kind  byte
	class [16]byte
	first int32
	size  int64
}

// openCompound reads the tables and the directory. Header is false if data is not a compound file at all.
func openCompound(data []byte) (c *compound, header, ok bool) {
	const headerSize, maxSizeBits = 512, 20
	le := binary.LittleEndian
	if len(data) < headerSize || string(data[:8]) != "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" {
		return nil, false, false
	}
	bits, smallBits := le.Uint16(data[30:]), le.Uint16(data[32:])
	if bits > maxSizeBits || smallBits > maxSizeBits {
		return nil, false, false
	}
	c = &compound{data: data, sector: 1 << bits, small: 1 << smallBits, standard: int64(le.Uint32(data[56:]))}
	if !c.readTable() {
		return nil, true, false
	}
	small, ok := c.chain(c.table, int32(le.Uint32(data[60:])), false)
	if !ok {
		return nil, true, false
	}
	c.smallTable = numbers(small)
	if !c.readDirectory(int32(le.Uint32(data[48:]))) {
		return nil, true, false
	}
	return c, true, true
}

// sectorAt returns the content of a sector.
func (c *compound) sectorAt(n int32) ([]byte, bool) {
	from := (int64(n) + 1) * int64(c.sector)
	if n < 0 || from+int64(c.sector) > int64(len(c.data)) {
		return nil, false
	}
	return c.data[from : from+int64(c.sector)], true
}

func (c *compound) smallSectorAt(n int32) ([]byte, bool) {
	from := int64(n) * int64(c.small)
	if n < 0 || from+int64(c.small) > int64(len(c.smallStream)) {
		return nil, false
	}
	return c.smallStream[from : from+int64(c.small)], true
}

// readTable collects the table that says which sector follows which. The header lists the table's first sectors; a
// chain of other sectors lists the rest.
func (c *compound) readTable() bool {
	const listAt, listed = 76, 109
	le := binary.LittleEndian
	most := len(c.data)/c.sector + 1 // the file has no more sectors than this
	read := 0
	add := func(n int32) bool {
		s, ok := c.sectorAt(n)
		if read++; !ok || read > most {
			return false
		}
		c.table = append(c.table, numbers(s)...)
		return true
	}
	for i := range listed {
		n := int32(le.Uint32(c.data[listAt+4*i:]))
		if n < 0 {
			break
		}
		if !add(n) {
			return false
		}
	}
	next, count := int32(le.Uint32(c.data[68:])), le.Uint32(c.data[72:])
	inHeader := read
	perSector := c.sector/4 - 1
	if perSector > 0 && int64(count) > (1<<32-1)/(64*int64(c.sector))/int64(perSector) {
		return false
	}
	for range count {
		if next < 0 {
			return true
		}
		s, ok := c.sectorAt(next)
		if !ok || perSector < 1 {
			return false
		}
		list := numbers(s)
		for _, n := range list[:perSector] {
			if n < 0 {
				return true
			}
			if read-inHeader >= int(count)*perSector || !add(n) {
				return false
			}
		}
		next = list[perSector]
	}
	return true
}

func numbers(b []byte) []int32 {
	n := make([]int32, len(b)/4)
	for i := range n {
		n[i] = int32(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return n
}

// chain joins the sectors that follow each other in a table, starting with first. A sector that came twice would make
// the chain endless, and maxChain refuses that. So no sector is joined twice, and the result is no longer than the
// file.
func (c *compound) chain(table []int32, first int32, inSmall bool) ([]byte, bool) {
	if first == endOfChain {
		return []byte{}, true
	}
	n := 0
	for at := first; at >= 0; at = table[at] {
		if n++; n > maxChain || int(at) >= len(table) {
			return nil, false
		}
	}
	if n == 0 {
		return nil, false
	}
	joined := []byte{}
	for at := first; at >= 0; at = table[at] {
		read := c.sectorAt
		if inSmall {
			read = c.smallSectorAt
		}
		s, ok := read(at)
		if !ok {
			return nil, false
		}
		joined = append(joined, s...)
	}
	return joined, true
}

func (c *compound) readDirectory(first int32) bool {
	const entrySize = 128
	le := binary.LittleEndian
	b, ok := c.chain(c.table, first, false)
	if !ok {
		return false
	}
	for s := range chunks(b, c.sector) {
		for e := range chunks(s, entrySize) {
			if len(e) < entrySize {
				break
			}
			entry := compoundEntry{
				kind: e[66], class: [16]byte(e[80:]), first: int32(le.Uint32(e[116:])), size: int64(le.Uint32(e[120:])),
			}
			for i := range entry.name {
				entry.name[i] = le.Uint16(e[2*i:])
			}
			c.entries = append(c.entries, entry)
		}
	}
	for i := range c.entries {
		if c.entries[i].kind == kindRoot {
			c.root = &c.entries[i]
			break
		}
	}
	if c.root == nil || c.root.first < 0 {
		return true
	}
	if c.root.size == 0 {
		return false
	}
	c.smallStream, ok = c.chain(c.table, c.root.first, false)
	return ok
}

func chunks(b []byte, size int) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for len(b) > 0 {
			n := min(size, len(b))
			if !yield(b[:n]) {
				return
			}
			b = b[n:]
		}
	}
}

// find returns the last entry of the given kind and name.
func (c *compound) find(name string, kind byte) *compoundEntry {
	for i := len(c.entries) - 1; i >= 0; i-- {
		if e := &c.entries[i]; e.kind == kind && e.is(name) {
			return e
		}
	}
	return nil
}

func (e *compoundEntry) is(name string) bool {
	for i := range len(name) {
		if e.name[i] != uint16(name[i]) {
			return false
		}
	}
	return len(name) < len(e.name) && e.name[len(name)] == 0
}

// narrowName is the low byte of each character of the name, up to a zero.
func (e *compoundEntry) narrowName() []byte {
	var b []byte
	for _, c := range e.name {
		if byte(c) == 0 {
			break
		}
		b = append(b, byte(c))
	}
	return b
}

// stream reads a stream. Its last sector is not cut to the stream's size.
func (c *compound) stream(name string) ([]byte, bool) {
	e := c.find(name, kindStream)
	switch {
	case e == nil:
		return nil, false
	case e.size < c.standard && c.smallStream != nil:
		return c.chain(c.smallTable, e.first, true)
	case e.size == 0 || e.first == endOfChain:
		return nil, false
	}
	return c.chain(c.table, e.first, false)
}

// compoundType returns the type of a compound file. It goes by the program that made the file, if the summary names it,
// or else by the streams. It returns "" for other files.
func compoundType(data []byte) string {
	c, header, ok := openCompound(data)
	switch {
	case !header:
		return ""
	case !ok:
		return compoundBroken
	}
	if s, ok := c.stream("FileHeader"); ok && bytes.HasPrefix(s, []byte("HWP Document File")) {
		return "application/x-hwp"
	}
	for _, name := range []string{"\x05SummaryInformation", "\x05DocumentSummaryInformation"} {
		if s, ok := c.stream(name); ok {
			if name, ok := c.summaryType(s); ok {
				return name
			}
		}
	}
	return c.streamsType()
}
