package recipient

import (
	"strings"
	"unicode"

	"github.com/notifykit/notify/internal/text"
)

// placeOf looks up a country or territory by its name in some language, a synonym, a usual misspelling, or its ISO code. The
// article may be missing: bahamas is The Bahamas, Eidal is yr Eidal.
func placeOf(line string) (place, bool) {
	key := placeKey(line)
	for _, article := range []string{"", "the", "yr", "y"} {
		if p, ok := places()[article+key]; ok {
			return p, true
		}
	}
	return place{}, false
}

// placeKey reduces a name to what makes it different from others: letters, in lower case and ASCII where that is possible for all
// of them.
func placeKey(name string) string {
	var b strings.Builder
	b.Grow(len(name))
	for _, r := range name {
		switch r {
		case ' ', '_', '-', '\'', '’', ',', '.', '(', ')':
		case '&', '+':
			b.WriteString("and")
		case 'İ':
			b.WriteString("i̇") // two characters; Go gives the first alone
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	key := b.String()
	if ascii := text.Downgrade(key, text.PrintableASCII); !strings.Contains(ascii, "?") {
		return ascii
	}
	return key
}
