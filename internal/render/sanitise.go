package render

import (
	"strings"
	"unicode/utf8"

	"github.com/notifykit/notify/internal/text"
)

// Sanitise makes the value of an untrusted person harmless in an email. It removes web addresses, or breaks them up if
// they may be typing mistakes ("sorry.the"), and escapes Markdown. GOV.UK Notify API documentation,
// "sanitise_content_for".
func Sanitise(value string) string {
	return markdownEscaper.Replace(withoutURLs(value))
}

var markdownEscaper = strings.NewReplacer("`", "\\`", "*", `\*`, "_", `\_`, "(", `\(`, ")", `\)`, `\`, `\\`,
	"{", `\{`, "}", `\}`, "[", `\[`, "]", `\]`,
	"<", `\<`, ">", `\>`, "#", `\#`, "+", `\+`, "-", `\-`, ".", `\.`, "!", `\!`, "|", `\|`)

// withoutURLs removes or breaks up each match of this pattern, ignoring case:
//
//	\b(?<![\@\.])(https?:\/\/)?([\w\-]+\.{1})+([a-z]{2,63})(?!\@)\b([/\?#][^<\s]*)?
func withoutURLs(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	var b strings.Builder
	var h hostScanner
	done := 0
	before := ' '
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if text.IsWord(before) != text.IsWord(r) && before != '@' && before != '.' {
			end := -1
			if n := schemeLength(s[i:]); n > 0 {
				end = h.end(s, i+n)
			}
			if end < 0 {
				end = h.end(s, i)
			}
			if end >= 0 {
				if end < len(s) && strings.IndexByte("/?#", s[end]) >= 0 {
					if n := strings.IndexFunc(s[end:], func(r rune) bool { return r == '<' || text.IsSpace(r) }); n >= 0 {
						end += n
					} else {
						end = len(s)
					}
				}
				b.WriteString(s[done:i])
				if isAccidental(s[i:end]) {
					b.WriteString(strings.ReplaceAll(s[i:end], ".", ". "))
				}
				done = end
				before, _ = utf8.DecodeLastRuneInString(s[:end])
				i = end
				continue
			}
		}
		before = r
		i += size
	}
	b.WriteString(s[done:])
	return b.String()
}

func isAccidental(url string) bool {
	return !strings.ContainsFunc(url, func(r rune) bool {
		return !(r|0x20 >= 'a' && r|0x20 <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '-')
	})
}

func schemeLength(s string) int {
	for _, scheme := range [...]string{"https://", "http://"} {
		if len(s) >= len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
			return len(scheme)
		}
	}
	return 0
}

// hostScanner finds the ends of host names. It remembers the result for the last row of labels, because host names that
// begin anywhere in a row end at the same place. Scanning again each time would take quadratic time.
type hostScanner struct {
	start, stop int // the row
	dot, last   int // the last dot of the row with a top-level domain after it, and where that domain ends
}

// end returns where the host name that starts at i ends, or -1.
func (h *hostScanner) end(s string, i int) int {
	if i < h.start || i >= h.stop {
		h.scan(s, i)
	}
	if i < h.dot && s[i] != '.' {
		return h.last
	}
	return -1
}

func (h *hostScanner) scan(s string, i int) {
	h.start, h.dot = i, -1
	for i < len(s) {
		word, letters, end := i, true, i
		for end < len(s) {
			r, size := utf8.DecodeRuneInString(s[end:])
			if !text.IsWord(r) {
				break
			}
			letters = letters && isLatinLetter(r)
			end += size
		}
		n := utf8.RuneCountInString(s[word:end])
		if letters && n >= 2 && n <= 63 && word > h.start && s[word-1] == '.' && !strings.HasPrefix(s[end:], "@") {
			h.dot, h.last = word-1, end
		}
		i = end
		if i == len(s) || s[i] != '-' && s[i] != '.' {
			break
		}
		i++
		if strings.HasPrefix(s[i-1:], "..") {
			break
		}
	}
	h.stop = i
}

// isLatinLetter is Python's [a-z] ignoring case, which includes four letters beyond ASCII.
func isLatinLetter(r rune) bool {
	return r|0x20 >= 'a' && r|0x20 <= 'z' || strings.ContainsRune("İıſ\u212a", r)
}
