package mistune

import (
	"strings"
	"unicode/utf8"

	"github.com/notifykit/notify/internal/text"
)

// definitions holds the links and footnotes that are defined in one place and referred to in another.
type definitions struct {
	links     map[string]reference
	footnotes map[string]int // the number of each defined footnote, 0 until it is referred to
}

type reference struct{ url, title string }

func (p *blockParser) linkDefinition() bool {
	key, ref, end, ok := p.matchLink(p.i)
	if !ok {
		return false
	}
	if p.links == nil {
		p.links = make(map[string]reference)
	}
	p.links[linkKey(key)] = ref
	p.i = end
	return true
}

// matchLink: [ ]*\[([^^\]]+)\]: *<?([^\s>]+)>?(?: +["(]([^\n]+)[")])? *(?:\n+|$)
func (p *blockParser) matchLink(i int) (key string, ref reference, end int, ok bool) {
	s := p.s
	i = skipSpaces(s, i)
	if i >= len(s) || s[i] != '[' {
		return "", ref, 0, false
	}
	i++
	stop := p.keyEnd.find(i, func(i int) int { return indexAny(s, i, "]^") })
	if stop == i || !strings.HasPrefix(s[stop:], "]:") {
		return "", ref, 0, false
	}
	key = s[i:stop]
	i = skipSpaces(s, stop+2)
	end = lineEnd(s, i)
	line := s[i:end]
	if len(line) > 1 && line[0] == '<' && line[1] != '>' && !startsWithSpace(line[1:]) {
		line = line[1:]
	}
	n := strings.IndexFunc(line+" ", func(r rune) bool { return r == '>' || text.IsSpace(r) })
	if n == 0 {
		return "", ref, 0, false
	}
	ref.url, line = line[:n], strings.TrimPrefix(line[n:], ">")
	line = strings.TrimRight(line, " ")
	title := strings.TrimLeft(line, " ")
	last := len(title) - 1
	switch {
	case title == "":
	case len(title) < len(line) && last >= 2 &&
		strings.IndexByte(`"(`, title[0]) >= 0 && strings.IndexByte(`")`, title[last]) >= 0:
		ref.title = title[1:last]
	default:
		return "", ref, 0, false
	}
	return key, ref, skipNewlines(s, end), true
}

func (p *blockParser) noteDefinition() bool {
	key, note, ok := p.matchNote(p.i)
	if !ok {
		return false
	}
	// The note continues with lines that begin with a space.
	start, i := note, note
	for {
		i = skipNewlines(p.s, lineEnd(p.s, i))
		if i == len(p.s) || p.s[i] != ' ' {
			break
		}
	}
	p.i = i
	key = linkKey(key)
	if _, defined := p.footnotes[key]; defined {
		return true
	}
	if p.footnotes == nil {
		p.footnotes = make(map[string]int)
	}
	p.footnotes[key] = 0
	// The resolver reads a note in its place, and it is shown at the end.
	at := len(p.out)
	p.out = append(p.out, Block{Kind: footnoteBlock, Source: key})
	p.out[at].Children = p.parse(outdentNote(p.s[start:i]), noteRules)
	return true
}

// matchNote: \[\^([^\]]+)\]: *
func (p *blockParser) matchNote(i int) (key string, note int, ok bool) {
	if !strings.HasPrefix(p.s[i:], "[^") {
		return "", 0, false
	}
	i += 2
	stop := p.noteEnd.find(i, func(i int) int { return indexAny(p.s, i, "]") })
	if stop == i || !strings.HasPrefix(p.s[stop:], "]:") {
		return "", 0, false
	}
	return p.s[i:stop], skipSpaces(p.s, stop+2), true
}

// outdentNote removes the indent of the least indented line from all lines but the first. A line without an indent does
// not count as the least indented, but loses as many characters.
func outdentNote(s string) string {
	lines := strings.Split(s, "\n")
	indent := 0
	for _, line := range lines[1:] {
		n := utf8.RuneCountInString(line) - utf8.RuneCountInString(strings.TrimLeftFunc(line, text.IsSpace))
		if n > 0 && (indent == 0 || n < indent) {
			indent = n
		}
	}
	for i, line := range lines[1:] {
		for range indent {
			_, size := utf8.DecodeRuneInString(line)
			line = line[size:]
		}
		lines[i+1] = line
	}
	return strings.Join(lines, "\n")
}

// indexAny returns the place of the first of chars at or after i, or the end of s.
func indexAny(s string, i int, chars string) int {
	if n := strings.IndexAny(s[i:], chars); n >= 0 {
		return i + n
	}
	return len(s)
}
