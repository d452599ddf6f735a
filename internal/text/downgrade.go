package text

import (
	"errors"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Downgrade reduces s to the characters that allowed accepts. Any other character becomes the first of these that
// exists: the first character of its canonical decomposition, if that is allowed; its entry in a short list of
// typographic replacements (for dashes, quotes, the ellipsis and spaces; invisible characters vanish); a question mark.
//
// The real service applies this rule in two places: to text messages (with the GSM alphabet and Welsh letters), and to
// telephone numbers and names of countries, which it reduces to ASCII.
//
// The error is [ErrDecomposition], if the real service fails on one of the characters. The string is complete even
// then.
func Downgrade(s string, allowed func(rune) bool) (string, error) {
	i := strings.IndexFunc(s, func(r rune) bool { return !allowed(r) })
	if i < 0 {
		return s, nil
	}
	var err error
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(s[:i])
	for i < len(s) {
		r, size := Rune(s[i:])
		i += size
		if allowed(r) {
			b.WriteString(s[i-size : i])
			continue
		}
		first, decomposes := firstOfDecomposition()[r]
		switch {
		case decomposes && allowed(first):
			b.WriteRune(first)
		case decomposes:
			b.WriteByte('?')
		case decomposesBeyondBasicPlane(r):
			err = ErrDecomposition
			b.WriteByte('?')
		default:
			b.WriteString(typographic(r))
		}
	}
	return b.String(), err
}

// ErrDecomposition means that a string contains one of the 138 characters whose decomposition begins with a code point
// of five hexadecimal digits, such as the half note, U+1D15E. The real service expects four digits and fails: HTTP 500
// with the text of this error.
var ErrDecomposition = errors.New("ValueError")

func decomposesBeyondBasicPlane(r rune) bool {
	const basicPlane = 0xffff
	first, _ := utf8.DecodeRune(norm.NFD.PropertiesString(string(r)).Decomposition())
	return first > basicPlane
}

// PrintableASCII is the alphabet of telephone numbers and names of countries.
func PrintableASCII(r rune) bool { return r >= ' ' && r <= '~' }

func typographic(r rune) string {
	switch r {
	case '\u2011', '\u2013', '\u2014', '\u2212':
		return "-"
	case '\u2018', '\u2019', '\u201a':
		return "'"
	case '\u201c', '\u201d', '\u201e':
		return `"`
	case '\u2026':
		return "..."
	case 'Ł':
		return "L"
	case 'ł':
		return "l"
	case '\t':
		return " "
	}
	switch {
	case isNoBreakSpace(r):
		return " "
	case isZeroWidth(r):
		return ""
	}
	return "?"
}

// firstOfDecomposition maps a composed character to the first character of its one-level canonical decomposition (field
// 5 of the Unicode Character Database). It has only entries whose first character is in one of our alphabets.
var firstOfDecomposition = sync.OnceValue(func() map[rune]rune {
	m := make(map[rune]rune, 450)
	for row := range strings.FieldsSeq(decompositions) {
		base, composed, _ := strings.Cut(row, ":")
		for _, r := range composed {
			m[r] = []rune(base)[0]
		}
	}
	return m
})

const decompositions = `
<:≮ =:≠ >:≯ A:ÀÁÂÃÄÅĀĂĄǍȀȂȦḀẠẢ B:ḂḄḆ C:ÇĆĈĊČ D:ĎḊḌḎḐḒ
E:ÈÉÊËĒĔĖĘĚȄȆȨḘḚẸẺẼ F:Ḟ G:ĜĞĠĢǦǴḠ H:ĤȞḢḤḦḨḪ
I:ÌÍÎÏĨĪĬĮİǏȈȊḬỈỊ J:Ĵ K:ĶǨḰḲḴ L:ĹĻĽḶḺḼ M:ḾṀṂ N:ÑŃŅŇǸṄṆṈṊ
O:ÒÓÔÕÖŌŎŐƠǑǪȌȎȮỌỎ P:ṔṖ R:ŔŖŘȐȒṘṚṞ S:ŚŜŞŠȘṠṢ T:ŢŤȚṪṬṮṰ
U:ÙÚÛÜŨŪŬŮŰŲƯǓȔȖṲṴṶỤỦ V:ṼṾ W:ŴẀẂẄẆẈ X:ẊẌ Y:ÝŶŸȲẎỲỴỶỸ
Z:ŹŻŽẐẒẔ a:àáâãäåāăąǎȁȃȧḁạả b:ḃḅḇ c:çćĉċč d:ďḋḍḏḑḓ
e:èéêëēĕėęěȅȇȩḙḛẹẻẽ f:ḟ g:ĝğġģǧǵḡ h:ĥȟḣḥḧḩḫẖ
i:ìíîïĩīĭįǐȉȋḭỉị j:ĵǰ k:ķǩḱḳḵ l:ĺļľḷḻḽ m:ḿṁṃ n:ñńņňǹṅṇṉṋ
o:òóôõöōŏőơǒǫȍȏȯọỏ p:ṕṗ r:ŕŗřȑȓṙṛṟ s:śŝşšșṡṣ t:ţťțṫṭṯṱẗ
u:ùúûüũūŭůűųưǔȕȗṳṵṷụủ v:ṽṿ w:ŵẁẃẅẇẉẘ x:ẋẍ y:ýÿŷȳẏẙỳỵỷỹ
z:źżžẑẓẕ Â:ẤẦẨẪ Ä:Ǟ Å:Ǻ Æ:ǢǼ Ç:Ḉ Ê:ẾỀỂỄ Ï:Ḯ Ô:ỐỒỔỖ Ö:Ȫ Ø:Ǿ
Ü:ǕǗǙǛ â:ấầẩẫ ä:ǟ å:ǻ æ:ǣǽ ê:ếềểễ ï:ḯ ô:ốồổỗ ö:ȫ ø:ǿ ü:ǖǘǚǜ
Ω:ΏὨὩῺῼ` +
	// As escapes, because Unicode normalisation changes these characters, and an editor may apply it unasked.
	" ;:\u037e K:\u212a `:\u1fef Å:\u212b Ω:\u2126"
