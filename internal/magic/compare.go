package magic

import (
	"bytes"
	"math"
	"unicode/utf8"
)

// compare reports whether the value that was fetched satisfies the rule.
func (m *matcher) compare(r *rule) bool {
	switch r.kind {
	case kindUse:
		return m.value.number != 0
	case kindName, kindIndirect:
		return true
	case kindDefault, kindClear:
		return related(r, 0, 0)
	case kindString, kindPString, kindOctal:
		return related(r, difference(r.text, m.value.text[:], r.textFlags(), valueSize), 0)
	case kindBEString, kindLEString:
		return related(r, difference(r.text, m.value.text[:], 0, valueSize), 0)
	case kindGUID:
		return related(r, outcomeOf(!bytes.Equal(r.text, m.value.text[:len(r.text)])), 0)
	case kindSearch:
		return related(r, outcomeOf(!m.find(r)), 0)
	case kindRegexp:
		return m.value.region != nil && related(r, outcomeOf(!m.findPattern(r)), 0)
	case kindLEFloat, kindBEFloat:
		return relatedFloats(r, float32At(m.value.number), float32At(r.number))
	case kindLEDouble, kindBEDouble:
		return relatedFloats(r, math.Float64frombits(m.value.number), math.Float64frombits(r.number))
	}
	n := m.value.number
	if r.flags&unsigned == 0 && r.kind != kindLEDOSDate && r.kind != kindLEDOSTime {
		n = uint64(signed(n, width(r.kind)))
	}
	return related(r, n, r.number)
}

func float32At(n uint64) float64 { return float64(math.Float32frombits(uint32(n))) }

func outcomeOf(differ bool) uint64 {
	if differ {
		return 1
	}
	return 0
}

// related compares n with want as the rule's relation says. For strings, n is their difference and want is 0.
func related(r *rule, n, want uint64) bool {
	switch r.relation {
	case 'x':
		return true
	case '!':
		return n != want
	case '=':
		return n == want
	case '>':
		if r.flags&unsigned != 0 {
			return n > want
		}
		return int64(n) > int64(want)
	case '<':
		if r.flags&unsigned != 0 {
			return n < want
		}
		return int64(n) < int64(want)
	case '&':
		return n&want == want
	case '^':
		return n&want != want
	}
	return false
}

func relatedFloats(r *rule, n, want float64) bool {
	switch r.relation {
	case 'x':
		return true
	case '!':
		return n != want
	case '=':
		return n == want
	case '>':
		return n > want
	case '<':
		return n < want
	}
	return false
}

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }
func isLower(c byte) bool { return c >= 'a' && c <= 'z' }
func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }

// difference compares a rule's string with b, and returns the difference of the first two bytes that differ, as C's
// strncmp does. If the flags allow more or fewer blanks than the rule has, it looks at up to most bytes of b.
func difference(want, b []byte, flags uint32, most int) uint64 {
	b = b[:min(most, len(b))]
	if flags&(compactBlanks|optionalBlanks) == 0 && len(b) > len(want) && flags&wholeWord == 0 {
		b = b[:len(want)]
	}
	at := 0
	for i := 0; i < len(want); i++ {
		if at >= len(b) {
			return 1
		}
		w, c := want[i], b[at]
		switch {
		case flags&ignoreLower != 0 && isLower(w):
			if isUpper(c) {
				c += 'a' - 'A'
			}
		case flags&ignoreUpper != 0 && isUpper(w):
			if isLower(c) {
				c -= 'a' - 'A'
			}
		case flags&compactBlanks != 0 && isSpace(w):
			if !isSpace(c) {
				return 1
			}
			at++
			if i+1 == len(want) || !isSpace(want[i+1]) {
				for at < len(b) && isSpace(b[at]) {
					at++
				}
			}
			continue
		case flags&optionalBlanks != 0 && isSpace(w):
			for at < len(b) && isSpace(b[at]) {
				at++
			}
			continue
		}
		if c != w {
			return uint64(int64(c) - int64(w))
		}
		at++
	}
	if flags&wholeWord != 0 && at < len(b) && b[at] != 0 && !isSpace(b[at]) {
		return 1
	}
	return 0
}

// find looks for a rule's string at each place in its range.
func (m *matcher) find(r *rule) bool {
	v := &m.value
	if len(r.text) > 0 && r.textFlags() == 0 {
		region := v.region
		if end := r.textRange() + len(r.text); r.textRange() != 0 && end < len(region) {
			region = region[:end]
		}
		i := bytes.Index(region, r.text)
		if i < 0 {
			return false
		}
		v.start += uint32(i)
		return true
	}
	for i := 0; r.textRange() == 0 || i < r.textRange(); i++ {
		if i+len(r.text) > len(v.region) {
			return false
		}
		if difference(r.text, v.region[i:], r.textFlags(), len(v.region)-i) == 0 {
			v.start += uint32(i)
			return true
		}
	}
	return false
}

// findPattern looks for a rule's regular expression, up to the first zero byte. Like libmagic, it ignores the last
// byte.
func (m *matcher) findPattern(r *rule) bool {
	v := &m.value
	region := v.region
	if len(region) > 0 {
		region = region[:len(region)-1]
	}
	if i := bytes.IndexByte(region, 0); i >= 0 {
		region = region[:i]
	}
	// Go's expressions match characters, so turn each byte into one.
	found := r.pattern().FindIndex(fromLatin1(region))
	if found == nil {
		return false
	}
	start, end := found[0], found[1]
	if !isASCII(region) {
		wide := fromLatin1(region)
		start, end = utf8.RuneCount(wide[:start]), utf8.RuneCount(wide[:end])
	}
	v.start, v.length = v.start+uint32(start), uint32(end-start)
	return true
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// extent is the length of what a rule matched, for the rules that continue it.
func (m *matcher) extent(r *rule) uint32 {
	switch r.kind {
	case kindString, kindPString, kindBEString, kindLEString, kindOctal:
		if r.relation == '=' || r.relation == '!' {
			return uint32(len(r.text))
		}
		text := m.value.text[:]
		if i := bytes.IndexByte(text, 0); i >= 0 {
			text = text[:i]
		}
		if len(r.text) == 0 || r.text[0] == 0 {
			if i := bytes.IndexAny(text, "\r\n"); i >= 0 {
				text = text[:i]
			}
		}
		if r.kind == kindPString {
			return uint32(len(text) + lengthSize(r.textFlags()))
		}
		return uint32(len(text))
	case kindGUID:
		return 16
	case kindOffset, kindUse, kindIndirect, kindDefault, kindClear:
		return 0
	}
	return uint32(width(r.kind))
}
