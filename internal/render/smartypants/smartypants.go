package smartypants

import (
	"strings"
	"unicode/utf8"

	"github.com/notifykit/notify/internal/text"
)

// Curl curls the straight quotes in HTML. Tags keep their quotes, and so does the text inside <a>, <code>, <pre> and
// the other elements that keepQuotes lists.
func Curl(s string) string {
	if !strings.ContainsAny(s, `'"\`) && !strings.Contains(s, "&#8") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + len(s)/16)
	var open []string // elements that keep their quotes
	before := ' '     // the last character of the previous text
	t := tagScanner{rest: s}
	for t.next() {
		if t.isTag {
			b.WriteString(t.token)
			open = keepQuotes(open, t.token)
			continue
		}
		if len(open) > 0 {
			b.WriteString(t.token)
		} else {
			curl(&b, t.token, before)
		}
		before, _ = utf8.DecodeLastRuneInString(t.token)
	}
	return b.String()
}

// curl writes the text between two tags. before is the last character of the previous text.
func curl(b *strings.Builder, s string, before rune) {
	s = escapesToEntities(s)
	c := curler{s: s}
	var few [16]quoteMark
	c.quotes = few[:0]
	for i := range len(s) {
		if s[i] == '\'' || s[i] == '"' {
			c.quotes = append(c.quotes, quoteMark{at: i, double: s[i] == '"'})
		}
	}
	if len(c.quotes) == 1 && len(s) == 1 {
		c.quotes[0].decide(text.IsSpace(before))
	} else if len(c.quotes) > 0 {
		c.run()
	}
	done := 0
	for i := range c.quotes {
		b.WriteString(decodeTypography(s[done:c.quotes[i].at]))
		b.WriteString(c.quotes[i].curled())
		done = c.quotes[i].at + 1
	}
	b.WriteString(decodeTypography(s[done:]))
}

// decodeTypography decodes the entities that SmartyPants itself uses; others stay.
func decodeTypography(s string) string {
	if !strings.Contains(s, "&#8") {
		return s
	}
	return typographicEntities.Replace(s)
}

var typographicEntities = strings.NewReplacer("&#8211;", "–", "&#8212;", "—",
	"&#8216;", "‘", "&#8217;", "’", "&#8220;", "“", "&#8221;", "”", "&#8230;", "…")

// escapesToEntities protects a character after a backslash by making an entity of the two, which is not decoded later.
func escapesToEntities(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return backslashes.Replace(s)
}

var backslashes = strings.NewReplacer(
	`\\`, "&#92;", `\"`, "&#34;", `\'`, "&#39;",
	`\.`, "&#46;", `\-`, "&#45;", "\\`", "&#96;",
)
