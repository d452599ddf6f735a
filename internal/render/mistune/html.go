package mistune

import (
	"slices"
	"strings"

	"github.com/notifykit/notify/internal/text"
)

// htmlScanner recognises HTML, which is copied. HTML occurs only in the plain text part of emails: elsewhere < is &lt;
// already.
//
//	ATTR = \s*[a-zA-Z\-](?:\s*\=\s*(?:"[^"]*"|'[^']*'|[^\s'">]+))?
//
// matches one letter of an attribute's name, with the value if it is the last letter. Everything found is remembered,
// so many beginnings of tags cost no more than one.
type htmlScanner struct {
	s       string
	block   bool // an empty line or the end must follow, see tail
	content int  // the text's length without the white space at its end
	comment finder
	quotes  [2]finder
	value   finder
	tags    map[int]tagEnd   // by where an attribute may begin
	closing map[string][]int // where the closing tags of a name begin
}

// tagEnd is the place after a tag, or -1, and whether a slash or a space comes before its >.
type tagEnd struct {
	end          int
	slash, space bool
}

func newHTMLScanner(s string, block bool) *htmlScanner {
	return &htmlScanner{
		s: s, block: block, content: len(strings.TrimRightFunc(s, text.IsSpace)), tags: make(map[int]tagEnd),
	}
}

// blockHTML:
//
//	*(?:<!--[\s\S]*?-->|<(BLOCKTAG)((?:ATTR)*?)>([\s\S]*?)<\/\1>|<BLOCKTAG(?:ATTR)*?\s*\/?>) *(?:\n{2,}|\s*$)
func (p *blockParser) blockHTML() bool {
	start := skipSpaces(p.s, p.i)
	if start == len(p.s) || p.s[start] != '<' {
		return false
	}
	if p.html == nil {
		p.html = newHTMLScanner(p.s, true)
	}
	end, pair := p.html.match(start)
	if end < 0 {
		return false
	}
	after := p.html.tail(end)
	if pair {
		return p.emit(Block{Kind: Code, Source: p.s[start:end]}, after)
	}
	return p.emit(Block{Kind: Code, Source: p.s[p.i:after]}, after)
}

// match returns where the HTML that begins at i ends, or -1, and whether it is a pair of tags.
func (h *htmlScanner) match(i int) (end int, pair bool) {
	s := h.s
	if strings.HasPrefix(s[i:], "<!--") {
		if end := h.comment.find(i+len("<!--"), h.commentEnd); end != never {
			return end, false
		}
		return -1, false
	}
	word := skipWord(s, i+1)
	name := s[i+1 : word]
	if !isTagName(s, i+1, word) || h.block && isInlineTag(name) {
		return -1, false
	}
	tag := h.tagEnd(word)
	if tag.end < 0 {
		return -1, false
	}
	if !tag.slash && !(h.block && tag.space) {
		if at := h.closingTag(name, tag.end); at >= 0 {
			return at + len("</>") + len(name), true
		}
	}
	if h.tail(tag.end) < 0 {
		return -1, false
	}
	return tag.end, false
}

// tail returns the end of what must follow HTML that ends at i, or -1. After a block that is an empty line or the end
// of the text; elsewhere anything may follow.
func (h *htmlScanner) tail(i int) int {
	if !h.block {
		return i
	}
	i = skipSpaces(h.s, i)
	switch {
	case strings.HasPrefix(h.s[i:], "\n\n"):
		return skipNewlines(h.s, i)
	case i >= h.content:
		return len(h.s)
	}
	return -1
}

func (h *htmlScanner) commentEnd(i int) int {
	for {
		n := strings.Index(h.s[i:], "-->")
		if n < 0 {
			return never
		}
		i += n + len("-->")
		if h.tail(i) >= 0 {
			return i
		}
	}
}

// isTagName: \w+(?!:/|[^\w\s@]*@)\b, so not <https://… or <someone@….
func isTagName(s string, start, end int) bool {
	if start == end || strings.HasPrefix(s[end:], ":/") {
		return false
	}
	for _, r := range s[end:] {
		if r == '@' {
			return false
		}
		if text.IsWord(r) || text.IsSpace(r) {
			break
		}
	}
	return true
}

// tagEnd reads the attributes from i on, and returns how the tag ends.
func (h *htmlScanner) tagEnd(i int) tagEnd {
	var passed []int
	tag, known := h.tags[i]
	for !known {
		passed = append(passed, i)
		if i, tag = h.attribute(i); tag.end != 0 {
			break
		}
		tag, known = h.tags[i]
	}
	for _, i := range passed {
		h.tags[i] = tag
	}
	return tag
}

// attribute returns either where the attribute at i ends, or the end of the tag.
func (h *htmlScanner) attribute(i int) (next int, tag tagEnd) {
	s := h.s
	j := text.SkipSpace(s, i)
	switch {
	case strings.HasPrefix(s[j:], ">"):
		return 0, tagEnd{end: j + 1, space: j > i}
	case strings.HasPrefix(s[j:], "/>"):
		return 0, tagEnd{end: j + 2, slash: true}
	case j == len(s) || s[j] != '-' && (s[j]|0x20 < 'a' || s[j]|0x20 > 'z'):
		return 0, tagEnd{end: -1}
	}
	i = j + 1
	j = text.SkipSpace(s, i)
	if j == len(s) || s[j] != '=' {
		return i, tagEnd{}
	}
	j = text.SkipSpace(s, j+1)
	for k, quote := range [...]string{`"`, "'"} {
		if strings.HasPrefix(s[j:], quote) {
			if end := h.quotes[k].find(j+1, func(i int) int { return indexAny(s, i, quote) }); end < len(s) {
				return end + 1, tagEnd{}
			}
			return 0, tagEnd{end: -1}
		}
	}
	end := h.value.find(j, func(i int) int {
		n := strings.IndexFunc(s[i:], func(r rune) bool { return r == '\'' || r == '"' || r == '>' || text.IsSpace(r) })
		if n < 0 {
			return len(s)
		}
		return i + n
	})
	if end == j {
		return 0, tagEnd{end: -1}
	}
	return end, tagEnd{}
}

// closingTag returns the place of the first </name> at or after i, or -1.
func (h *htmlScanner) closingTag(name string, i int) int {
	if h.closing == nil {
		h.closing = make(map[string][]int)
		for at := strings.Index(h.s, "</"); at >= 0; {
			word := skipWord(h.s, at+2)
			if strings.HasPrefix(h.s[word:], ">") && h.tail(word+1) >= 0 {
				h.closing[h.s[at+2:word]] = append(h.closing[h.s[at+2:word]], at)
			}
			n := strings.Index(h.s[word:], "</")
			if n < 0 {
				break
			}
			at = word + n
		}
	}
	places := h.closing[name]
	if n, _ := slices.BinarySearch(places, i); n < len(places) {
		return places[n]
	}
	return -1
}

// isInlineTag reports whether an element does not make a block.
func isInlineTag(name string) bool {
	switch name {
	case "a", "em", "strong", "small", "s", "cite", "q", "dfn", "abbr", "data", "time", "code", "var", "samp",
		"kbd", "sub", "sup", "i", "b", "u", "mark", "ruby", "rt", "rp", "bdi", "bdo", "span",
		"br", "wbr", "ins", "del", "img", "font":
		return true
	}
	return false
}
