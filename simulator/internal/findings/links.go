package findings

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"
)

// InText returns the links in a plain text, in order, each once: everything from http:// or https:// to the next white
// space, quotation mark or angle bracket, without the punctuation at the end. A name without a scheme, such as
// gov.uk/pay, is no link: in a text message Notify's documentation asks for links in full.
func InText(text string) []string {
	var l list
	for rest := text; ; {
		start, scheme := findScheme(rest)
		if start < 0 {
			return l.links
		}
		before, _ := utf8.DecodeLastRuneInString(rest[:start])
		rest = rest[start:]
		end := strings.IndexFunc(rest, endsLink)
		if end < 0 {
			end = len(rest)
		}
		link := withoutPunctuation(rest[:end])
		if len(link) > scheme && !unicode.IsLetter(before) && !unicode.IsDigit(before) {
			l.add(link)
		}
		rest = rest[end:]
	}
}

// InHTML returns the web addresses that links in HTML lead to, in order, each once.
func InHTML(page string) []string {
	var l list
	for {
		_, tag, found := strings.Cut(page, "<a ")
		if !found {
			return l.links
		}
		tag, page, _ = strings.Cut(tag, ">")
		if _, value, found := strings.Cut(tag, `href="`); found {
			value, _, _ = strings.Cut(value, `"`)
			link := html.UnescapeString(value)
			if start, scheme := findScheme(link); start == 0 && len(link) > scheme {
				l.add(link)
			}
		}
	}
}

// list is links without duplicates.
type list struct {
	links []string
	known map[string]bool
}

func (l *list) add(link string) {
	if l.known[link] {
		return
	}
	if l.known == nil {
		l.known = map[string]bool{}
	}
	l.known[link] = true
	l.links = append(l.links, link)
}

// findScheme returns where the first http:// or https:// is, and how long it is; start is -1 if there is none.
func findScheme(s string) (start, length int) {
	const secure, insecure = "https://", "http://"
	for at := 0; ; {
		i := strings.Index(s[at:], "://")
		if i < 0 {
			return -1, 0
		}
		i += at
		at = i + len("://")
		for _, scheme := range []string{secure, insecure} {
			if start = at - len(scheme); start >= 0 && strings.EqualFold(s[start:at], scheme) {
				return start, len(scheme)
			}
		}
	}
}

func endsLink(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("<>\"“”«»", r)
}

// withoutPunctuation cuts off what ends the sentence around a link. A closing bracket stays if the link opens it.
func withoutPunctuation(link string) string {
	brackets := map[byte]int{}
	for i := range len(link) {
		brackets[link[i]]++
	}
	for link != "" {
		last, size := utf8.DecodeLastRuneInString(link)
		opening, closes := map[rune]byte{')': '(', ']': '[', '}': '{'}[last]
		switch {
		case strings.ContainsRune(".,;:!?'*_’‘…", last):
		case closes && brackets[byte(last)] > brackets[opening]:
			brackets[byte(last)]--
		default:
			return link
		}
		link = link[:len(link)-size]
	}
	return link
}
