// Package findings finds in the text of a message what its reader looks for: the links to follow and the code to enter.
package findings

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	minCode, maxCode = 4, 8  // digits, or capital letters and digits
	sameSentence     = 8     // words before a code among which the word "code" is looked for
	nearby           = 3     // words before a number that say what it is
	leading          = "#([" // may stand before a code; so may quotation marks
	trailing         = ".,;:!?)]…"
	quotes           = `"'“”‘’*_`
)

// Code returns the code in the text of a message, such as one for signing in, and whether there is one. It is the first
// group that the text calls a code, or else the first number that is nothing else.
//
// A group is 4 to 8 digits on their own. One space or hyphen may be in their middle, and is left out of the result:
// 4821, 482913, 482 913 and 4829-1377, but neither 1,234 nor B-4711 nor 10:30. The text calls a group a code if before
// it, in the same sentence, is code, passcode, pin, otp or password: directly before it, or among eight words of which
// the last is "is" or ends with a colon. Such a group may also have capital letters beside its digits, and a hyphen,
// which stays: K7X2QP, ABCD-1234.
//
// A number is something else if it is
//   - part of a link or an address,
//   - an amount: there is a currency sign before it, or a unit of time or money after it,
//   - a year: 1900 to 2099 after a month, or after "in", "since", "until", "by" or "year",
//   - a telephone number: it is a number of 8 digits or more that begins with 0, or a word such as "call" or "phone" is
//     among the three before it in the sentence, or it is where to text something to,
//   - a reference: a word such as "reference", "order", "account" or "ending" is among the three before it; so is a
//     sort code or a tax code.
func Code(text string) (code string, found bool) {
	t := read(text)
	for i := 0; i < len(t); {
		g := t.group(i)
		if g.code != "" && !t.unit(i+g.words) {
			switch {
			case t.named(i):
				return g.code, true
			case code == "" && g.number && !t.somethingElse(i, g):
				code = g.code
			}
		}
		i += max(g.words, 1)
	}
	return code, code != ""
}

// words are the words of a text.
type words []word

// word has the marks around it.
type word struct {
	text string
	last bool // in its line
}

func read(text string) (t words) {
	for line := range strings.Lines(text) {
		for w := range strings.FieldsSeq(line) {
			t = append(t, word{text: w})
		}
		if len(t) > 0 {
			t[len(t)-1].last = true
		}
	}
	return t
}

// group is what could be a code, and how many words it takes.
type group struct {
	code   string // empty: no code
	words  int
	number bool // of digits alone
}

// group reads the code that begins with word i. Numbers on one line with only spaces between them belong together:
// telephone numbers are written like that.
func (t words) group(i int) group {
	first := t[i].bare()
	if !startsNumber(first) {
		return letters(first)
	}
	end := i + 1
	for end < len(t) && !t[end-1].closed() && startsNumber(t[end].text) {
		end++
	}
	g := group{words: end - i}
	switch g.words {
	case 1:
		g.code, g.number = digits(first)
		if !g.number {
			g.code = letters(first).code
		}
	case 2:
		second := t[i+1].bare()
		if isDigits(first) && isDigits(second) && len(first) == len(second) {
			g.code, g.number = digits(first + second)
		}
	}
	return g
}

// digits reads a number with an optional hyphen in its middle.
func digits(s string) (code string, ok bool) {
	if before, after, cut := strings.Cut(strings.ReplaceAll(s, "\u2011", "-"), "-"); cut && len(before) == len(after) {
		s = before + after
	}
	if len(s) < minCode || len(s) > maxCode || !isDigits(s) {
		return "", false
	}
	return s, true
}

// letters reads a group of capital letters and digits, at least one of them a digit.
func letters(s string) group {
	g := group{words: 1}
	before, after, cut := strings.Cut(s, "-")
	if n := len(before) + len(after); n < minCode || n > maxCode || cut && (before == "" || after == "") {
		return g
	}
	capital := func(r rune) bool { return r >= 'A' && r <= 'Z' || isDigit(r) }
	if strings.TrimFunc(before+after, capital) == "" && strings.ContainsFunc(s, isDigit) {
		g.code = s
	}
	return g
}

// named reports whether the text calls what begins with word i a code.
func (t words) named(i int) bool {
	before := t.before(i, sameSentence)
	if len(before) == 0 {
		return false
	}
	last := before[len(before)-1]
	if last.kind() == isCode {
		return !before.otherCode(len(before) - 1)
	}
	if last.plain() != "is" && !strings.HasSuffix(last.text, ":") {
		return false
	}
	for k, w := range before {
		if w.kind() == isCode && !before.otherCode(k) {
			return true
		}
	}
	return false
}

// otherCode reports whether word k, code, is part of the name of something else, such as a sort code.
func (t words) otherCode(k int) bool { return k > 0 && t[k-1].kind() == ofOtherCode }

// somethingElse reports whether the number that begins with word i is known to be no code.
func (t words) somethingElse(i int, g group) bool {
	before := t.before(i, nearby)
	if len(g.code) == maxCode && g.code[0] == '0' {
		return true
	}
	var last word
	if len(before) > 0 {
		last = before[len(before)-1]
	}
	year := len(g.code) == 4 && (strings.HasPrefix(g.code, "19") || strings.HasPrefix(g.code, "20"))
	for k, w := range before {
		switch w.kind() {
		case isCode:
			if before.otherCode(k) {
				return true
			}
		case isNoCode:
			return true
		case isText:
			if last.plain() == "to" {
				return true
			}
		case isMonth:
			if year {
				return true
			}
		}
	}
	return year && last.kind() == isBeforeYear
}

// before are the words before word i in its sentence, at most n.
func (t words) before(i, n int) words {
	start := i
	for start > 0 && start > i-n && !t[start-1].endsSentence() {
		start--
	}
	return t[start:i]
}

// unit reports whether word i is a unit of time or money.
func (t words) unit(i int) bool { return i < len(t) && t[i].kind() == isUnit }

// bare is the word without the marks around it.
func (w word) bare() string {
	return strings.TrimRight(strings.TrimLeft(w.text, leading+quotes), trailing+quotes)
}

func (w word) plain() string { return strings.ToLower(w.bare()) }

// kind is what the word says about numbers near it.
func (w word) kind() kind { return kindOf[w.plain()] }

// closed reports whether a mark or the end of the line separates the word from the next.
func (w word) closed() bool { return w.last || w.endsWith(trailing+quotes) }

// endsSentence reports whether no sentence goes on after the word. The full stop of "ref." ends none.
func (w word) endsSentence() bool {
	return w.endsWith(".!?") && !strings.EqualFold(w.text, "ref.") && !strings.EqualFold(w.text, "tel.")
}

func (w word) endsWith(one string) bool {
	_, size := utf8.DecodeLastRuneInString(w.text)
	return strings.Contains(one, w.text[len(w.text)-size:])
}

// startsNumber reports whether a word is a number or part of one that is written with spaces, such as +44, (020) or
// 1234.
func startsNumber(w string) bool {
	w = strings.TrimLeft(w, "+(")
	return w != "" && isDigit(rune(w[0])) && !strings.ContainsFunc(w, unicode.IsLetter)
}

func isDigits(s string) bool { return s != "" && strings.TrimFunc(s, isDigit) == "" }

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
