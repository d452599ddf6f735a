package smartypants

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/notifykit/notify/internal/text"
)

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

// curler applies one rule after another to the quotes, and each rule sees what the earlier ones decided. A decided
// quote looks like the entity that SmartyPants puts in its place: it begins with & and ends with ;.
type curler struct {
	s      string
	quotes []quoteMark
}

// run applies the rules in SmartyPants' order.
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

// first closes a double quote at the very start if punctuation follows.
func (c *curler) first() {
	q := &c.quotes[0]
	if q.at == 0 && q.double && !q.decided && strings.ContainsRune("!\"#$%'()*+,-./:;<=>?@[\\]^_`{|}~", c.after(0)) {
		q.decide(closing)
	}
}

// closeAfter closes quotes that follow a character they can belong to. A match takes that character, and as many bytes
// after the quote as applies returns. The next match can't take them again.
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

// before returns the character before quote k, or U+FFFD at the start.
func (c *curler) before(k int) rune {
	at := c.quotes[k].at
	if k > 0 && c.quotes[k-1].at == at-1 && c.quotes[k-1].decided {
		return ';'
	}
	r, _ := utf8.DecodeLastRuneInString(c.s[:at])
	return r
}

// after returns the character after quote k, or U+FFFD at the end.
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

// startsWord reports whether white space or a dash comes before quote k.
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
