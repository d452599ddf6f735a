package mistune

import (
	"strings"
	"unicode/utf8"

	"github.com/notifykit/notify/internal/text"
)

// preprocess turns line breaks into \n and tabs into spaces, and empties lines that hold only spaces.
func preprocess(s string) string {
	if strings.ContainsAny(s, "\r\t\u2424") {
		s = lineBreaks.Replace(s)
		s = expandTabs(s)
		s = strings.ReplaceAll(s, "\u2424", "\n")
	}
	var b strings.Builder
	done := 0
	for i := 0; i < len(s); {
		end := i
		for end < len(s) && s[end] == ' ' {
			end++
		}
		if end > i && (end == len(s) || s[end] == '\n') {
			b.WriteString(s[done:i])
			done = end
		}
		n := strings.IndexByte(s[end:], '\n')
		if n < 0 {
			break
		}
		i = end + n + 1
	}
	if done == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}

var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n")

func expandTabs(s string) string {
	if !strings.Contains(s, "\t") {
		return s
	}
	var b strings.Builder
	column := 0
	for i := 0; i < len(s); {
		r, size := text.Rune(s[i:])
		i += size
		switch r {
		case '\t':
			n := 4 - column%4
			b.WriteString("    "[:n])
			column += n
			continue
		case '\n':
			column = -1
		}
		b.WriteString(s[i-size : i])
		column++
	}
	return b.String()
}

// linkKey normalises the key of a link or footnote.
func linkKey(s string) string {
	s = quoteEscaper.Replace(escapeText(text.Lower(s)))
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		if end := text.SkipSpace(s, i); end > i {
			b.WriteByte(' ')
			i = end
			continue
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		b.WriteString(s[i : i+size])
		i += size
	}
	return b.String()
}

var quoteEscaper = strings.NewReplacer(`"`, "&quot;", "'", "&#39;")

// escapeText escapes text, but not the entities in it.
func escapeText(s string) string {
	i := strings.IndexAny(s, "&<>")
	if i < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 8)
	for ; i >= 0; i = strings.IndexAny(s, "&<>") {
		b.WriteString(s[:i])
		switch {
		case s[i] == '<':
			b.WriteString("&lt;")
		case s[i] == '>':
			b.WriteString("&gt;")
		case isEntity(s[i:]):
			b.WriteByte('&')
		default:
			b.WriteString("&amp;")
		}
		s = s[i+1:]
	}
	b.WriteString(s)
	return b.String()
}

// isEntity matches &#?\w+; at the start of s.
func isEntity(s string) bool {
	i := 1
	if strings.HasPrefix(s, "&#") {
		i = 2
	}
	start := i
	i = skipWord(s, i)
	return i > start && i < len(s) && s[i] == ';'
}

func skipWord(s string, i int) int {
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !text.IsWord(r) {
			break
		}
		i += size
	}
	return i
}
