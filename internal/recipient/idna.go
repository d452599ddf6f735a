package recipient

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// asciiHost converts a host as Python's idna codec does, by the rules of 2003 (RFC 3490 and 3491): symbols, characters yet to be
// invented and combining marks may stand anywhere, which IDNA forbids today. What is ASCII already it leaves alone, even if that is no
// possible name, and so are labels of which nothing remains: both are for the checks on the result.
func asciiHost(host string) (string, bool) {
	if isASCII(host) {
		return host, true
	}
	var b strings.Builder
	for i, label := range strings.Split(strings.Map(plainDot, host), ".") {
		if i > 0 {
			b.WriteByte('.')
		}
		if !isASCII(label) {
			var ok bool
			if label, ok = asciiLabel(label); !ok {
				return "", false
			}
		}
		b.WriteString(label)
	}
	return b.String(), true
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// plainDot maps the full stops of East Asian scripts, which part labels too.
func plainDot(r rune) rune {
	switch r {
	case '。', '．', '｡':
		return '.'
	}
	return r
}

func asciiLabel(label string) (string, bool) {
	label, ok := nameprep(label)
	if !ok || isASCII(label) {
		return label, ok
	}
	if strings.HasPrefix(label, "xn--") {
		return "", false
	}
	label, err := idna.Punycode.ToASCII(label)
	return label, err == nil
}

// nameprep is RFC 3491, but for the folding of case: lower case is enough to tell whether a label is valid.
func nameprep(label string) (string, bool) {
	label = norm.NFKC.String(strings.Map(func(r rune) rune {
		if unicode.Is(mappedToNothing, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, label))
	if strings.ContainsFunc(label, prohibited) {
		return "", false
	}
	if !strings.ContainsFunc(label, rightToLeft) {
		return label, true
	}
	first, _ := utf8.DecodeRuneInString(label)
	last, _ := utf8.DecodeLastRuneInString(label)
	return label, rightToLeft(first) && rightToLeft(last) && !strings.ContainsFunc(label, leftToRight)
}

func prohibited(r rune) bool {
	return r&0xfffe == 0xfffe || r > unicode.MaxASCII && unicode.Is(prohibitedTable, r)
}

func rightToLeft(r rune) bool { return unicode.Is(rightToLeftTable, r) }

func leftToRight(r rune) bool {
	p, _ := bidi.LookupRune(r)
	return p.Class() == bidi.L
}

// The tables of RFC 3454 that RFC 3491 names, in the Unicode of 2002: B.1, C (without the non-characters) and D.1.
var (
	mappedToNothing = &unicode.RangeTable{R16: []unicode.Range16{
		{0x00ad, 0x00ad, 1}, {0x034f, 0x034f, 1}, {0x1806, 0x1806, 1}, {0x180b, 0x180d, 1}, {0x200b, 0x200d, 1}, {0x2060, 0x2060, 1},
		{0xfe00, 0xfe0f, 1}, {0xfeff, 0xfeff, 1},
	}}

	prohibitedTable = &unicode.RangeTable{R16: []unicode.Range16{
		{0x0080, 0x00a0, 1}, {0x0340, 0x0341, 1}, {0x06dd, 0x06dd, 1}, {0x070f, 0x070f, 1}, {0x1680, 0x1680, 1}, {0x180e, 0x180e, 1},
		{0x2000, 0x200f, 1}, {0x2028, 0x202f, 1}, {0x205f, 0x2063, 1}, {0x206a, 0x206f, 1}, {0x2ff0, 0x2ffb, 1}, {0x3000, 0x3000, 1},
		{0xd800, 0xf8ff, 1}, {0xfdd0, 0xfdef, 1}, {0xfeff, 0xfeff, 1}, {0xfff9, 0xfffd, 1},
	}, R32: []unicode.Range32{
		{0x1d173, 0x1d17a, 1}, {0xe0001, 0xe0001, 1}, {0xe0020, 0xe007f, 1}, {0xf0000, 0x10ffff, 1},
	}}

	rightToLeftTable = &unicode.RangeTable{R16: []unicode.Range16{
		{0x05be, 0x05be, 1}, {0x05c0, 0x05c0, 1}, {0x05c3, 0x05c3, 1}, {0x05d0, 0x05ea, 1}, {0x05f0, 0x05f4, 1}, {0x061b, 0x061b, 1},
		{0x061f, 0x061f, 1}, {0x0621, 0x063a, 1}, {0x0640, 0x064a, 1}, {0x066d, 0x066f, 1}, {0x0671, 0x06d5, 1}, {0x06dd, 0x06dd, 1},
		{0x06e5, 0x06e6, 1}, {0x06fa, 0x06fe, 1}, {0x0700, 0x070d, 1}, {0x0710, 0x0710, 1}, {0x0712, 0x072c, 1}, {0x0780, 0x07a5, 1},
		{0x07b1, 0x07b1, 1}, {0x200f, 0x200f, 1}, {0xfb1d, 0xfb1d, 1}, {0xfb1f, 0xfb28, 1}, {0xfb2a, 0xfb36, 1}, {0xfb38, 0xfb3c, 1},
		{0xfb3e, 0xfb3e, 1}, {0xfb40, 0xfb41, 1}, {0xfb43, 0xfb44, 1}, {0xfb46, 0xfbb1, 1}, {0xfbd3, 0xfd3d, 1}, {0xfd50, 0xfd8f, 1},
		{0xfd92, 0xfdc7, 1}, {0xfdf0, 0xfdfc, 1}, {0xfe70, 0xfe74, 1}, {0xfe76, 0xfefc, 1},
	}}
)
