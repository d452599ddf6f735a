package recipient

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// asciiHost converts a host as Python's idna codec does, by the rules of 2003 (RFC 3490 and 3491). They allow symbols,
// unassigned characters and combining marks anywhere, which IDNA forbids today. asciiHost does not change what is
// already ASCII, even if it is not a possible name, and lets labels become empty: the checks on the result deal with
// both.
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

// plainDot maps the full stops of East Asian scripts, which separate labels too, to an ASCII one.
func plainDot(r rune) rune {
	switch r {
	case '。', '．', '｡':
		return '.'
	}
	return r
}

// asciiLabel is the ToASCII of RFC 3490, section 4.1. A label of more than 63 bytes is invalid, even if one of its
// characters turns into something with a full stop (as ⒈ does): the label is converted as a whole, and only the
// checks on the result split it there.
func asciiLabel(label string) (string, bool) {
	label, ok := nameprep(label)
	switch {
	case !ok || len(label) > maxLabel && isASCII(label):
		return "", false
	case isASCII(label):
		return label, true
	case strings.HasPrefix(label, "xn--"):
		return "", false
	}
	label, ok = punycode(label)
	return label, ok && len(label) <= maxLabel
}

// punycode is RFC 3492, with the prefix. The library would split the label at full stops, so it gets the label with
// letters in their place. That does not change how it encodes the other characters: only the number and position of
// ASCII characters matter for that.
func punycode(label string) (string, bool) {
	code, err := idna.Punycode.ToASCII(strings.ReplaceAll(label, ".", "a"))
	if err != nil {
		return "", false
	}
	basic := strings.Map(func(r rune) rune {
		if r >= utf8.RuneSelf {
			return -1
		}
		return r
	}, label)
	const prefix = "xn--"
	return prefix + basic + code[len(prefix)+len(basic):], true
}

// nameprep is RFC 3491. Case folding can turn one letter into two (ß into ss), and normalisation turns some symbols
// into letters. So a label that looks foreign can end up as plain ASCII, but need not (İ becomes i and a combining
// dot, which stays).
func nameprep(label string) (string, bool) {
	var b strings.Builder
	caser := cases.Fold()
	for _, r := range label {
		switch {
		case r < utf8.RuneSelf:
			b.WriteRune(unicode.ToLower(r))
		case !unicode.Is(mappedToNothing, r):
			b.WriteString(folded(caser, r))
		}
	}
	label = compose(b.String())
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

// folded is table B.2 of RFC 3454: r folded, and folded again if its normal form has capitals, as that of ℃ does.
func folded(caser cases.Caser, r rune) string {
	once := caser.String(string(r))
	normal := compose(once)
	if twice := compose(caser.String(normal)); twice != normal {
		return twice
	}
	return once
}

// compose is normalisation form KC in the Unicode of 2002, which leaves later characters alone: the digits added in
// 2020 that look like a pocket calculator's do not become 0 to 9.
func compose(s string) string {
	var b strings.Builder
	for {
		i := strings.IndexFunc(s, decomposesLater)
		if i < 0 {
			return b.String() + norm.NFKC.String(s)
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		b.WriteString(norm.NFKC.String(s[:i]))
		b.WriteString(s[i : i+size])
		s = s[i+size:]
	}
}

func decomposesLater(r rune) bool { return r > unicode.MaxASCII && unicode.Is(decomposesLaterTable, r) }

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
		{0x00ad, 0x00ad, 1}, {0x034f, 0x034f, 1}, {0x1806, 0x1806, 1}, {0x180b, 0x180d, 1}, {0x200b, 0x200d, 1},
		{0x2060, 0x2060, 1}, {0xfe00, 0xfe0f, 1}, {0xfeff, 0xfeff, 1},
	}}

	prohibitedTable = &unicode.RangeTable{R16: []unicode.Range16{
		{0x0080, 0x00a0, 1}, {0x0340, 0x0341, 1}, {0x06dd, 0x06dd, 1}, {0x070f, 0x070f, 1}, {0x1680, 0x1680, 1},
		{0x180e, 0x180e, 1}, {0x2000, 0x200f, 1}, {0x2028, 0x202f, 1}, {0x205f, 0x2063, 1}, {0x206a, 0x206f, 1},
		{0x2ff0, 0x2ffb, 1}, {0x3000, 0x3000, 1}, {0xd800, 0xf8ff, 1}, {0xfdd0, 0xfdef, 1}, {0xfeff, 0xfeff, 1},
		{0xfff9, 0xfffd, 1},
	}, R32: []unicode.Range32{
		{0x1d173, 0x1d17a, 1}, {0xe0001, 0xe0001, 1}, {0xe0020, 0xe007f, 1}, {0xf0000, 0x10ffff, 1},
	}}

	rightToLeftTable = &unicode.RangeTable{R16: []unicode.Range16{
		{0x05be, 0x05be, 1}, {0x05c0, 0x05c0, 1}, {0x05c3, 0x05c3, 1}, {0x05d0, 0x05ea, 1}, {0x05f0, 0x05f4, 1},
		{0x061b, 0x061b, 1}, {0x061f, 0x061f, 1}, {0x0621, 0x063a, 1}, {0x0640, 0x064a, 1}, {0x066d, 0x066f, 1},
		{0x0671, 0x06d5, 1}, {0x06dd, 0x06dd, 1}, {0x06e5, 0x06e6, 1}, {0x06fa, 0x06fe, 1}, {0x0700, 0x070d, 1},
		{0x0710, 0x0710, 1}, {0x0712, 0x072c, 1}, {0x0780, 0x07a5, 1}, {0x07b1, 0x07b1, 1}, {0x200f, 0x200f, 1},
		{0xfb1d, 0xfb1d, 1}, {0xfb1f, 0xfb28, 1}, {0xfb2a, 0xfb36, 1}, {0xfb38, 0xfb3c, 1}, {0xfb3e, 0xfb3e, 1},
		{0xfb40, 0xfb41, 1}, {0xfb43, 0xfb44, 1}, {0xfb46, 0xfbb1, 1}, {0xfbd3, 0xfd3d, 1}, {0xfd50, 0xfd8f, 1},
		{0xfd92, 0xfdc7, 1}, {0xfdf0, 0xfdfc, 1}, {0xfe70, 0xfe74, 1}, {0xfe76, 0xfefc, 1},
	}}

	// The characters added since Unicode 3.2 that have a decomposition today, with neighbours that are as new.
	decomposesLaterTable = &unicode.RangeTable{R16: []unicode.Range16{
		{0x03f9, 0x03f9, 1}, {0x10fc, 0x10fc, 1}, {0x1d2c, 0x1dbf, 1}, {0x2090, 0x209c, 1}, {0x213b, 0x213c, 1},
		{0x2150, 0x2152, 1}, {0x2189, 0x2189, 1}, {0x2c7c, 0x2d6f, 1}, {0x321d, 0x321e, 1}, {0x3244, 0x3250, 1},
		{0x327c, 0x327e, 1}, {0x32cc, 0x32cf, 1}, {0x32ff, 0x32ff, 1}, {0x3377, 0x337a, 1}, {0x33de, 0x33df, 1},
		{0x33ff, 0x33ff, 1}, {0xa69c, 0xab69, 1}, {0xfa2e, 0xfa2f, 1}, {0xfa6b, 0xfad9, 1}, {0xfe10, 0xfe19, 1},
		{0xfe47, 0xfe48, 1},
	}, R32: []unicode.Range32{
		{0x10781, 0x107ba, 1}, {0x1d4c1, 0x1d4c1, 1}, {0x1d6a4, 0x1d6a5, 1}, {0x1d7ca, 0x1d7cb, 1}, {0x1e030, 0x1fbf9, 1},
	}}
)
