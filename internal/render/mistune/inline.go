package mistune

import (
	"strings"
	"unicode/utf8"

	"github.com/notifykit/notify/internal/text"
)

// maxLinkDepth is how deeply links nest in the labels of links. Deeper ones are text, because each level reads its
// label again.
const maxLinkDepth = 50

// inlineParser reads the text of one block.
type inlineParser struct {
	*resolver
	s       string
	i       int
	prose   Prose
	text    textBuilder
	content int // the text's length without the white space at its end
	html    *htmlScanner
	ends    [linkKinds]map[int]int // see linkText

	mailEnd, mailAt int // a >, and the last : or @ before it

	spaces, mail, keyEnd, bracket, angle, title, paren finder
}

// inline parses s. The order of the rules matters. What no rule matches is text.
func (r *resolver) inline(s string) Prose {
	s = strings.TrimRight(s, "\n")
	p := inlineParser{resolver: r, s: s, content: len(strings.TrimRightFunc(s, text.IsSpace))}
	for p.i < len(s) {
		if !p.special() {
			end := p.textEnd()
			p.text.add(escapeText(s[p.i:end]))
			p.i = end
		}
	}
	p.flush()
	return p.prose
}

// flush puts the text read so far after the last link, or before all links if there is none yet.
func (p *inlineParser) flush() {
	s := p.text.take()
	if last := len(p.prose.Links) - 1; last >= 0 {
		p.prose.Links[last].After = s
	} else {
		p.prose.Before = s
	}
}

func (p *inlineParser) emitLink(l Link, end int) bool {
	p.flush()
	p.prose.Links = append(p.prose.Links, l)
	p.i = end
	return true
}

// textBuilder joins strings. It does not copy a single one.
type textBuilder struct {
	single string
	b      strings.Builder
}

func (t *textBuilder) add(s string) {
	switch {
	case t.b.Len() > 0:
		t.b.WriteString(s)
	case t.single == "":
		t.single = s
	default:
		t.b.WriteString(t.single)
		t.b.WriteString(s)
	}
}

func (t *textBuilder) take() string {
	s := t.single
	if t.b.Len() > 0 {
		s = t.b.String()
		t.b.Reset()
	}
	t.single = ""
	return s
}

func (p *inlineParser) special() bool {
	switch p.s[p.i] {
	case '\\':
		return p.escape()
	case '<':
		return p.copyHTML() || p.angleLink()
	case 'h':
		return p.url()
	case '[':
		return p.note() || p.anyLink(p.i)
	case '!':
		return strings.HasPrefix(p.s[p.i:], "![") && p.anyLink(p.i+1)
	case ' ', '\n':
		return p.lineEnd()
	}
	return false
}

func (p *inlineParser) emit(s string, end int) bool {
	p.text.add(s)
	p.i = end
	return true
}

// textEnd: [\s\S]+?(?=[\\<!\[_*`~]|https?://| *\n|$)
func (p *inlineParser) textEnd() int {
	s := p.s
	_, size := utf8.DecodeRuneInString(s[p.i:])
	for i := p.i + size; i < len(s); i++ {
		switch s[i] {
		case '\\', '<', '!', '[', '_', '*', '`', '~', '\n':
			return i
		case ' ':
			end := p.spacesEnd(i)
			if end < len(s) && s[end] == '\n' {
				return i
			}
			i = end - 1
		case 'h':
			if schemeAt(s[i:]) > 0 {
				return i
			}
		}
	}
	return len(s)
}

func (p *inlineParser) spacesEnd(i int) int {
	return p.spaces.find(i, func(i int) int { return skipSpaces(p.s, i) })
}

func schemeAt(s string) int {
	if strings.HasPrefix(s, "http://") {
		return len("http://")
	}
	if strings.HasPrefix(s, "https://") {
		return len("https://")
	}
	return 0
}

// escape: \\([\\`*{}\[\]()#+\-.!_>~|])
func (p *inlineParser) escape() bool {
	if p.i+1 == len(p.s) || strings.IndexByte("\\`*{}[]()#+-.!_>~|", p.s[p.i+1]) < 0 {
		return false
	}
	return p.emit(escapeText(p.s[p.i+1:p.i+2]), p.i+2)
}

func (p *inlineParser) copyHTML() bool {
	if p.html == nil {
		p.html = newHTMLScanner(p.s, false)
	}
	end, _ := p.html.match(p.i)
	return end >= 0 && p.emit(p.s[p.i:end], end)
}

// angleLink: <([^ >]+(@|:)[^ >]+)>
func (p *inlineParser) angleLink() bool {
	end := p.mail.find(p.i+1, func(i int) int { return indexAny(p.s, i, " >") })
	if end == len(p.s) || p.s[end] != '>' || end-p.i < 4 {
		return false
	}
	url := p.s[p.i+1 : end]
	_, first := utf8.DecodeRuneInString(url)
	_, last := utf8.DecodeLastRuneInString(url)
	if len(url) < first+1+last {
		return false
	}
	if p.mailEnd != end {
		p.mailEnd, p.mailAt = end, p.i+1+first+strings.LastIndexAny(url[first:len(url)-last], "@:")
	}
	if p.mailAt < p.i+1+first {
		return false
	}
	return p.emitLink(Link{Bare: true, Mail: p.s[p.mailAt] == '@', URL: url}, end+1)
}

// url: (https?:\/\/[^\s<]+[^<.,:"')\]\s])
func (p *inlineParser) url() bool {
	start := p.i + schemeAt(p.s[p.i:])
	if start == p.i {
		return false
	}
	end := start
	for end < len(p.s) && p.s[end] != '<' {
		size, space := text.SpaceAt(p.s, end)
		if space {
			break
		}
		end += size
	}
	url := strings.TrimRight(p.s[p.i:end], `.,:"')]`)
	end = p.i + len(url)
	if end <= start {
		return false
	}
	if _, size := utf8.DecodeRuneInString(p.s[start:]); end <= start+size {
		return false
	}
	if p.inLink {
		return p.emit(escapeText(url), end)
	}
	return p.emitLink(Link{Bare: true, URL: url}, end)
}

// lineEnd: [ ]*\n(?!\s*$)
func (p *inlineParser) lineEnd() bool {
	end := p.spacesEnd(p.i)
	return end < len(p.s) && p.s[end] == '\n' && end+1 < p.content && p.emit(string(HardBreak), end+1)
}

// note: \[\^([^\]]+)\]
func (p *inlineParser) note() bool {
	if len(p.footnotes) == 0 || p.inNote || !strings.HasPrefix(p.s[p.i:], "[^") {
		return false
	}
	end := p.bracket.find(p.i+2, func(i int) int { return indexAny(p.s, i, "]") })
	if end == len(p.s) || end == p.i+2 {
		return false
	}
	key := linkKey(p.s[p.i+2 : end])
	if number, defined := p.footnotes[key]; !defined || number > 0 {
		return false
	}
	p.order = append(p.order, key)
	p.footnotes[key] = len(p.order)
	p.i = end + 1
	return true
}
