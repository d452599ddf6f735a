package recipient

import (
	"strings"
	"unicode"

	"github.com/notifykit/notify/internal/text"
)

// placeOf looks up a country or territory by its name in some language, a synonym, a usual misspelling, or its ISO
// code. The article may be missing: bahamas is The Bahamas, Eidal is yr Eidal. A line with a digit is never a country.
// The only error is [text.ErrDecomposition].
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

// placeKey reduces a name to the letters that distinguish it: in lower case, and in ASCII if every letter has an ASCII
// form.
func placeKey(name string) (string, error) {
	var b strings.Builder
	b.Grow(len(name))
	for _, r := range name {
		switch r {
		case ' ', '_', '-', '\'', '’', ',', '.', '(', ')':
		case '&', '+':
			b.WriteString("and")
		case 'İ':
			b.WriteString("i̇") // two characters; Go's ToLower gives only the first
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
