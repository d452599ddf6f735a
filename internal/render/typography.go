package render

import (
	"strings"
	"unicode/utf8"

	"github.com/notifykit/notify/internal/render/smartypants"
	"github.com/notifykit/notify/internal/text"
)

// typography does what the real service does to everything but text messages: it removes spaces before commas and full
// stops, curls quotes and makes en dashes. It is applied to whole HTML documents. Quotes inside tags stay straight.
func typography(s string) string {
	s = text.TightenPunctuation(s)
	s = smartypants.Curl(s)
	s = straightenAddresses(s)
	return enDashes(s)
}

// straightenAddresses makes curly apostrophes straight again in words with an @ inside. A match includes the white
// space around the word, so if a single space separates two addresses, only the first is changed.
func straightenAddresses(s string) string {
	if !strings.Contains(s, "@") || !strings.ContainsAny(s, "‘’") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	taken := -1 // where the white space after the last match begins
	for i := 0; i < len(s); {
		n := strings.IndexFunc(s[i:], text.IsSpace)
		if n < 0 {
			n = len(s) - i
		}
		word := s[i : i+n]
		_, before := utf8.DecodeLastRuneInString(s[:i])
		free := i == 0 || s[i-1] == '\n' || taken != i-before
		if at := strings.IndexByte(word[min(1, n):], '@'); free && at >= 0 && strings.LastIndexByte(word[:n-1], '@') > 0 {
			word = straightener.Replace(word)
			taken = i + n
		}
		b.WriteString(word)
		i += n
		_, size := utf8.DecodeRuneInString(s[i:])
		b.WriteString(s[i : i+size])
		i += size
	}
	return b.String()
}

var straightener = strings.NewReplacer("‘", "'", "’", "'")

// enDashes replaces one to three hyphens or dashes between white space with " – ".
func enDashes(s string) string {
	var b *strings.Builder
	done := 0
	for i := 0; i < len(s); {
		if c := s[i]; c > ' ' && c < utf8.RuneSelf { // nearly always
			i++
			continue
		}
		n, space := text.SpaceAt(s, i)
		if !space {
			i += n
			continue
		}
		start := i
		i = text.SkipSpace(s, i)
		dashes, end := 0, i
		for dashes < 3 {
			r, size := utf8.DecodeRuneInString(s[end:])
			if r != '-' && r != '–' && r != '—' {
				break
			}
			dashes++
			end += size
		}
		if dashes == 0 {
			continue
		}
		after := text.SkipSpace(s, end)
		if after == end {
			i = end
			continue
		}
		if b == nil {
			b = &strings.Builder{}
			b.Grow(len(s))
		}
		b.WriteString(s[done:start])
		b.WriteString(" – ")
		done, i = after, after
		// The white space after the dashes belongs to this match, so the next match needs white space of its own.
	}
	if b == nil {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}
