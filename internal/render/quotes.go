package render

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/notifykit/notify/internal/text"
)

// smartQuotes curls straight quotes as SmartyPants does, in the version and with the mistakes of the real service. Tags
// and what stands inside <a>, <code>, <pre> and their like (by the beginning of their names) keep their quotes.
func smartQuotes(s string) string {
	if !strings.ContainsAny(s, `'"\`) && !strings.Contains(s, "&#8") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + len(s)/16)
	var open []string // elements that keep their quotes
	before := ' '     // the last character of the text before
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

// keepQuotes follows the nesting of elements whose text keeps its quotes. Only the name's beginning is compared.
func keepQuotes(open []string, tag string) []string {
	name := tag[1:]
	closing := strings.HasPrefix(name, "/")
	if closing {
		name = name[1:]
	}
	for _, element := range [...]string{"pre", "samp", "code", "tt", "kbd", "script", "style", "math", "a"} {
		if len(name) < len(element) || !strings.EqualFold(name[:len(element)], element) {
			continue
		}
		switch {
		case !closing:
			return append(open, element)
		case len(open) > 0 && open[len(open)-1] == element:
			return open[:len(open)-1]
		}
		break
	}
	return open
}

// tagScanner cuts a document into tags and the text between.
type tagScanner struct {
	rest, tag  string // tag is what follows token
	token      string
	isTag      bool
	noComments bool // no comment ends any more; looking again each time would take quadratic time
}

func (t *tagScanner) next() bool {
	if t.tag != "" {
		t.token, t.tag = t.tag, ""
		t.isTag = !isOddComment(t.token)
		return true
	}
	if t.rest == "" {
		return false
	}
	t.isTag = false
	n := strings.IndexByte(t.rest, '<')
	end := -1
	if n >= 0 {
		end = t.tagEnd(t.rest[n:])
	}
	if end < 0 {
		t.token, t.rest = t.rest, ""
		return true
	}
	t.token, t.tag, t.rest = t.rest[:n], t.rest[n:n+end], t.rest[n+end:]
	return t.token != "" || t.next()
}

// tagEnd is the length of the tag or comment that s begins with, or -1.
func (t *tagScanner) tagEnd(s string) int {
	if strings.HasPrefix(s, "<!--") && !t.noComments {
		for i := 4; ; i-- {
			n := strings.Index(s[i:], "--")
			if n < 0 {
				break
			}
			i += n + 2
			if end := text.SkipSpace(s, i); end < len(s) && s[end] == '>' {
				return end + 1
			}
		}
		t.noComments = true
	}
	if i := strings.IndexByte(s, '>'); i >= 0 {
		return i + 1
	}
	return -1
}

// isOddComment tells comments with -- inside, which are treated as text.
func isOddComment(tag string) bool {
	inside, ok := strings.CutPrefix(tag, "<!--")
	if !ok {
		return false
	}
	inside = strings.TrimRight(inside, ">")
	inside = strings.TrimRightFunc(inside, text.IsSpace)
	return strings.Contains(strings.TrimRight(inside, "-"), "--")
}

const opening, closing = true, false

// quoteMark is a straight quote and what becomes of it.
type quoteMark struct {
	at             int
	double         bool
	decided, opens bool
}

func (q *quoteMark) decide(opens bool) { q.decided, q.opens = true, opens }

func (q *quoteMark) curled() string {
	switch {
	case q.double && q.opens:
		return "“"
	case q.double:
		return "”"
	case q.opens:
		return "‘"
	}
	return "’"
}

// curl writes the text between two tags. The character before is the last one of the text before.
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

// decodeTypography decodes those entities that SmartyPants uses itself; others stay.
func decodeTypography(s string) string {
	if !strings.Contains(s, "&#8") {
		return s
	}
	return typographicEntities.Replace(s)
}

var typographicEntities = strings.NewReplacer("&#8211;", "–", "&#8212;", "—",
	"&#8216;", "‘", "&#8217;", "’", "&#8220;", "“", "&#8221;", "”", "&#8230;", "…")

// escapesToEntities protects characters that have a backslash before them. The entities stay.
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

// curler decides quotes rule after rule; each rule sees what those before it decided. A decided quote looks like the
// entity it was in SmartyPants: it begins with & and ends with ;.
type curler struct {
	s      string
	quotes []quoteMark
}

// run applies the rules in SmartyPants' order, first those for single quotes.
func (c *curler) run() {
	c.pairs(true)
	c.pairs(false)
	c.decades()
	for _, double := range [...]bool{false, true} {
		c.each(double, func(k int) (bool, bool) { return opening, c.startsWord(k) && text.IsWord(c.after(k)) })
		if double {
			c.each(double, func(k int) (bool, bool) { return closing, text.IsSpace(c.after(k)) })
			c.first()
			c.closeAfter(func(int) (int, bool) { return 0, true }, double)
		} else {
			c.closeAfter(func(k int) (int, bool) {
				next := c.after(k)
				return 0, !text.IsSpace(next) && !unicode.IsDigit(next) && !c.possessive(k)
			}, double)
			c.closeAfter(func(k int) (int, bool) {
				_, size := utf8.DecodeRuneInString(c.s[c.quotes[k].at+1:])
				return size, text.IsSpace(c.after(k)) || c.possessive(k)
			}, double)
		}
		c.each(double, func(int) (bool, bool) { return opening, true })
	}
}

func (c *curler) each(double bool, rule func(k int) (opens, applies bool)) {
	for k := range c.quotes {
		if c.quotes[k].double == double && !c.quotes[k].decided {
			if opens, applies := rule(k); applies {
				c.quotes[k].decide(opens)
			}
		}
	}
}

// pairs opens both of two different quotes before a word: "'word or '"word.
func (c *curler) pairs(doubleFirst bool) {
	for k := range len(c.quotes) - 1 {
		a, b := &c.quotes[k], &c.quotes[k+1]
		if a.double == doubleFirst && b.double != doubleFirst && !a.decided && !b.decided &&
			a.at+1 == b.at && text.IsWord(c.after(k+1)) {
			a.decide(opening)
			b.decide(opening)
		}
	}
}

// decades closes the apostrophe in 19'80s.
func (c *curler) decades() {
	c.each(false, func(k int) (bool, bool) {
		digits := 0
		for _, r := range c.s[c.quotes[k].at+1:] {
			if digits == 2 {
				return closing, r == 's' && text.IsWord(c.before(k))
			}
			if !unicode.IsDigit(r) {
				break
			}
			digits++
		}
		return closing, false
	})
}

// first closes a double quote at the very start before punctuation.
func (c *curler) first() {
	q := &c.quotes[0]
	if q.at == 0 && q.double && !q.decided && strings.ContainsRune("!\"#$%'()*+,-./:;<=>?@[\\]^_`{|}~", c.after(0)) {
		q.decide(closing)
	}
}

// closeAfter closes quotes that follow a character to which they can belong. A match takes that character, and as many
// bytes after the quote as applies says; what is taken can't belong to the next quote.
func (c *curler) closeAfter(applies func(k int) (takes int, ok bool), double bool) {
	taken := 0
	for k := range c.quotes {
		q := &c.quotes[k]
		if q.double != double || q.decided || q.at == 0 || strings.ContainsRune(" \t\r\n[{(-", c.before(k)) {
			continue
		}
		_, size := utf8.DecodeLastRuneInString(c.s[:q.at])
		if takes, ok := applies(k); ok && q.at-size >= taken {
			q.decide(closing)
			taken = q.at + 1 + takes
		}
	}
}

// before is the character before quote k; U+FFFD at the start.
func (c *curler) before(k int) rune {
	at := c.quotes[k].at
	if k > 0 && c.quotes[k-1].at == at-1 && c.quotes[k-1].decided {
		return ';'
	}
	r, _ := utf8.DecodeLastRuneInString(c.s[:at])
	return r
}

// after is the character after quote k; U+FFFD at the end.
func (c *curler) after(k int) rune {
	at := c.quotes[k].at
	if k+1 < len(c.quotes) && c.quotes[k+1].at == at+1 && c.quotes[k+1].decided {
		return '&'
	}
	r, _ := utf8.DecodeRuneInString(c.s[at+1:])
	return r
}

// possessive reports whether a lone s follows quote k.
func (c *curler) possessive(k int) bool {
	if c.after(k) != 's' {
		return false
	}
	r, _ := utf8.DecodeRuneInString(c.s[c.quotes[k].at+2:])
	return !text.IsWord(r)
}

// startsWord reports whether quote k stands where a word begins.
func (c *curler) startsWord(k int) bool {
	s := c.s[:c.quotes[k].at]
	if text.IsSpace(c.before(k)) {
		return true
	}
	for _, end := range [...]string{"&nbsp;", "--", "&mdash;", "&ndash;"} {
		if strings.HasSuffix(s, end) {
			return true
		}
	}
	return false
}
