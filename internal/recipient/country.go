package recipient

import (
	"strings"
	"unicode"

	"github.com/notifykit/notify/internal/text"
)

// placeOf looks up a country or territory by its name in some language, a synonym, a usual misspelling, or its ISO
// code. The article may be missing: bahamas is The Bahamas, Eidal is yr Eidal. What holds a digit is no country. The
// error is [text.ErrDecomposition].
func placeOf(line string) (p place, ok bool, err error) {
	if strings.ContainsFunc(line, unicode.IsDigit) {
		return place{}, false, nil
	}
	key, err := placeKey(line)
	if err != nil {
		return place{}, false, err
	}
	for _, article := range []string{"", "the", "yr", "y"} {
		if p, ok := places()[article+key]; ok {
			return p, true, nil
		}
	}
	return place{}, false, nil
}

// placeKey reduces a name to what makes it different from others: letters, in lower case and ASCII where that is
// possible for all of them.
func placeKey(name string) (string, error) {
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
	ascii, err := text.Downgrade(key, text.PrintableASCII)
	if err != nil || !strings.Contains(ascii, "?") {
		return ascii, err
	}
	return key, nil
}
