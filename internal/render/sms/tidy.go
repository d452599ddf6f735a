package sms

import (
	"strings"
	"unicode/utf8"

	"github.com/notifykit/notify/internal/render/placeholder"
	"github.com/notifykit/notify/internal/text"
)

// unfilledMark takes the place of a placeholder in a message without any values. White space is tidied around it, and
// then it is removed, even if somebody typed it. The real service uses the same mark.
const unfilledMark = "🇬🇧🐦✉️"

func withoutMarks(s string) string { return strings.ReplaceAll(s, unfilledMark, "") }

func fill(template string, v placeholder.Values) string {
	unfilled := func(written string) string { return written }
	if v.Empty() {
		unfilled = func(string) string { return unfilledMark }
	}
	return placeholder.Field{Unfilled: unfilled}.Fill(template, v)
}

// tidy leaves at most one space between words and one empty line between paragraphs, and none at the ends. at is the
// place in tidied of the first character that was at start or after it in s.
func tidy(s string, start int) (tidied string, at int) {
	var b strings.Builder
	b.Grow(len(s))
	started, gap, lines := false, false, 0
	at = -1
	for i := 0; i < len(s); {
		c, size := rune(s[i]), 1
		if c >= 0x80 {
			c, size = utf8.DecodeRuneInString(s[i:])
		}
		end := i + size
		switch {
		case c == ' ' || c == '\t':
			for end < len(s) && (s[end] == ' ' || s[end] == '\t') {
				end++
			}
			// No space is left before a comma or a full stop.
			gap = gap || end == len(s) || s[end] != ',' && s[end] != '.'
		case text.IsLineBreak(c):
			if strings.HasPrefix(s[i:], "\r\n") {
				end++
			}
			lines++
		case text.IsSpace(c):
			gap = true
		case text.IsObscure(c):
		default:
			switch {
			case !started:
			case lines > 0:
				b.WriteString("\n\n"[:min(lines, 2)])
			case gap:
				b.WriteByte(' ')
			}
			if at < 0 && i >= start {
				at = b.Len()
			}
			started, gap, lines = true, false, 0
			b.WriteString(s[i:end])
		}
		i = end
	}
	if at < 0 {
		at = b.Len()
	}
	return b.String(), at
}
