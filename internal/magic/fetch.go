package magic

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// valueSize is how many bytes a rule sees, unless it searches.
const valueSize = 128

// value is what a rule looks at: bytes, a number, or a region to search.
type value struct {
	text   [valueSize]byte
	number uint64

	region []byte // for a search
	start  uint32 // offset in the file of the region, and then of what was found there
	length uint32 // of a regular expression's match
}

// within reports whether data has n bytes at an offset.
func within(data []byte, offset uint32, n int) bool {
	return uint64(offset)+uint64(n) <= uint64(len(data))
}

// fetch gets what a rule looks at. Beyond the end of the file, some kinds of rules see zeros and others miss.
func (m *matcher) fetch(r *rule, f frame, at int, said, found *bool) int {
	if m.indirections >= maxIndirections || m.nested >= maxNested {
		return failed
	}
	offset := m.offset
	m.load(r, f.data, offset+f.base, r.flags&indirectOffset != 0)
	if r.flags&indirectOffset != 0 {
		var ok bool
		if offset, ok = m.indirect(r, f, offset, at); !ok {
			return missed
		}
		m.load(r, f.data, offset, false)
		m.offset = offset
	}
	switch r.kind {
	case kindString, kindPString, kindSearch, kindOctal, kindGUID:
		if !within(f.data, offset, len(r.text)) {
			return missed
		}
	case kindRegexp:
		if !within(f.data, offset, 0) {
			return missed
		}
	case kindIndirect:
		return m.fetchIndirect(r, f, offset)
	case kindUse:
		return m.use(r, f, offset, said, found)
	case kindQuad, kindBEQuad, kindLEQuad, kindBEQDate, kindLEQDate, kindQWDate, kindLEQWDate, kindOffset,
		kindLEDOSDate, kindLEDOSTime: // these see zeros beyond the end
	default:
		if n := width(r.kind); n > 0 && !within(f.data, offset, n) {
			return missed
		}
	}
	return m.convert(r, f.flip)
}

// load copies the bytes at an offset, or finds the region for a search.
func (m *matcher) load(r *rule, data []byte, offset uint32, indirect bool) {
	rest := data[min(uint64(offset), uint64(len(data))):]
	if !indirect {
		switch r.kind {
		case kindSearch:
			m.value.region, m.value.start = rest, min(offset, uint32(len(data)))
			return
		case kindRegexp:
			m.value.region, m.value.start, m.value.length = lines(rest, r), offset, 0
			if uint64(offset) > uint64(len(data)) {
				m.value.region = nil
			}
			return
		case kindBEString, kindLEString:
			if len(rest) > 0 {
				m.value.text = narrow(rest, r.kind == kindBEString)
				return
			}
		case kindOffset:
			m.value.text = [valueSize]byte{}
			binary.LittleEndian.PutUint64(m.value.text[:], uint64(offset))
			return
		}
	}
	size := valueSize
	if n := r.textRange(); !indirect && (r.kind == kindString || r.kind == kindPString) && n != 0 && n < size {
		size = n
	}
	n := copy(m.value.text[:size], rest)
	clear(m.value.text[n:])
}

// maxRegexp is how much of a file a regular expression sees.
const maxRegexp = 8192

// lines returns the region for a regular expression: the rule's range, in bytes or in lines. n lines are at most 80 ×
// n bytes.
func lines(rest []byte, r *rule) []byte {
	n, count := r.textRange(), 0
	if r.textFlags()&countLines != 0 {
		n, count = r.textRange()*80, r.textRange()
	}
	if n == 0 || n > len(rest) {
		n = len(rest)
	}
	rest = rest[:min(n, maxRegexp)]
	if count == 0 {
		return rest
	}
	at := 0
	for ; count > 0; count-- {
		i := bytes.IndexByte(rest[at:], '\n')
		if i < 0 {
			i = bytes.IndexByte(rest[at:], '\r')
		}
		if i < 0 {
			return rest
		}
		at += i
		if at < len(rest)-1 && rest[at] == '\r' && rest[at+1] == '\n' {
			at++
		}
		if at < len(rest)-1 && rest[at] == '\n' {
			at++
		}
		// Like libmagic, skip one byte after the end of each line but the last, where the region ends.
		if count == 1 {
			return rest[:at]
		}
		at = min(at+1, len(rest))
	}
	return rest
}

// narrow takes the low byte of each UTF-16 character, or a space if only the low byte is zero.
func narrow(rest []byte, bigEndian bool) (text [valueSize]byte) {
	low := 0
	if bigEndian {
		low = 1
	}
	for i := range valueSize - 1 {
		at := 2*i + low
		if at >= len(rest) {
			break
		}
		text[i] = rest[at]
		high := at + 1
		if bigEndian {
			high = at - 1
		}
		if text[i] == 0 && high < len(rest) && rest[high] != 0 {
			text[i] = ' '
		}
	}
	return text
}

// indirect reads an offset from the file and applies the rule's arithmetic to it.
func (m *matcher) indirect(r *rule, f frame, offset uint32, at int) (uint32, bool) {
	kind := r.inKind
	if f.flip {
		kind = flipped(kind)
	}
	operand := r.inOffset
	extend := func(n uint64) int64 {
		if r.inOp&opSigned != 0 {
			return signed(n, width(kind))
		}
		return int64(n)
	}
	if r.inOp&opIndirect != 0 {
		from := offset + uint32(operand)
		if width(kind) == 0 || !within(f.data, from, width(kind)) {
			return 0, false
		}
		operand = extend(read(kind, f.data[from:]))
	}
	var left int64
	switch {
	case kind == kindOctal:
		if !within(f.data, offset, len(r.text)) {
			return 0, false
		}
		left = octalPrefix(m.value.text[:])
	case width(kind) == 0 || !within(f.data, offset, width(kind)):
		return 0, false
	default:
		n := read(kind, m.value.text[:])
		if kind == kindBEID3 || kind == kindLEID3 {
			n = n&0x7f | n>>8&0x7f<<7 | n>>16&0x7f<<14 | n>>24&0x7f<<21
		}
		left = extend(n)
	}
	result, ok := calculate(r.inOp, left, operand)
	if !ok {
		return 0, false
	}
	offset = uint32(result)
	if r.flags&relativeIndirect != 0 {
		if at == 0 {
			return 0, false
		}
		if offset += m.levels[at-1].end; offset == 0 {
			return 0, false
		}
	}
	return offset, true
}

// fetchIndirect applies all binary rules to the data from an offset on.
func (m *matcher) fetchIndirect(r *rule, f frame, offset uint32) int {
	if r.textFlags()&relativeToParent != 0 {
		offset += f.base
	}
	if offset == 0 || !within(f.data, offset, 0) {
		return missed
	}
	m.indirections++
	said, found := false, false
	return m.match(m.rules.trees, frame{data: f.data[offset:], test: binaryRule}, &said, &found)
}

// use applies the rules with a name.
func (m *matcher) use(r *rule, f frame, offset uint32, said, found *bool) int {
	if !within(f.data, offset, 0) {
		return missed
	}
	name, flip := string(r.text), f.flip
	if strings.HasPrefix(name, "^") {
		name, flip = name[1:], !flip
	}
	levels := m.levels
	m.levels = append([]level(nil), levels...)
	m.nested++
	inner := false
	f = frame{data: f.data, base: offset + f.base, test: f.test, flip: flip}
	ok := m.match([][]rule{m.rules.named[name]}, f, said, &inner)
	m.nested--
	m.levels = levels
	if ok == failed {
		return failed
	}
	m.value.number = 0
	if inner {
		m.value.number = 1
	}
	*found = *found || inner
	m.offset = offset
	return outcome(ok == matched || *found)
}

// convert turns what was loaded into a number, or into the string that follows its length.
func (m *matcher) convert(r *rule, flip bool) int {
	kind := r.kind
	if flip {
		kind = flipped(kind)
	}
	if kind == kindPString {
		return m.convertPString(r)
	}
	w := width(kind)
	if w == 0 {
		m.value.text[valueSize-1] = 0
		return matched
	}
	n, ok := masked(read(kind, m.value.text[:]), r, w)
	m.value.number = n
	return outcome(ok)
}

// lengthSize is the size in bytes of the length before a string.
func lengthSize(flags uint32) int {
	switch {
	case flags&(length4BE|length4LE) != 0:
		return 4
	case flags&(length2BE|length2LE) != 0:
		return 2
	}
	return 1
}

func (m *matcher) convertPString(r *rule) int {
	b := m.value.text[:]
	size := lengthSize(r.textFlags())
	var n uint64
	switch flags := r.textFlags(); {
	case flags&length4BE != 0:
		n = read(kindBELong, b)
	case flags&length4LE != 0:
		n = read(kindLELong, b)
	case flags&length2BE != 0:
		n = read(kindBEShort, b)
	case flags&length2LE != 0:
		n = read(kindLEShort, b)
	default:
		n = read(kindByte, b)
	}
	if r.textFlags()&lengthOfItself != 0 {
		if n < uint64(size) {
			return missed
		}
		n -= uint64(size)
	}
	length := int(min(n, uint64(valueSize-size)))
	copy(b, b[size:size+length])
	if length < valueSize {
		b[length] = 0
	}
	return matched
}
