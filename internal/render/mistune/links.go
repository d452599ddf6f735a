package mistune

import (
	"strings"

	"github.com/notifykit/notify/internal/text"
)

// anyLink tries each kind of link that can begin with the bracket at open. The ! of an image may come before it. Images
// are not shown.
func (p *inlineParser) anyLink(open int) bool {
	start := open + 1
	if end := p.linkText(start, direct); end >= 0 {
		ref, after := p.target(end + len("]("))
		return p.readLink(start, end, ref, after)
	}
	if len(p.links) == 0 {
		return false
	}
	if end := p.linkText(start, referring); end >= 0 {
		key, after, _ := p.reference(end)
		if key == "" {
			key = p.s[start:end]
		}
		if ref, ok := p.links[linkKey(key)]; ok {
			return p.readLink(start, end, ref, after)
		}
	}
	if end := p.linkText(start, bare); end >= 0 {
		if ref, ok := p.links[linkKey(p.s[start:end])]; ok {
			return p.readLink(start, end, ref, end+1)
		}
	}
	return false
}

// readLink reads the link whose text is between start and end.
func (p *inlineParser) readLink(start, end int, ref reference, after int) bool {
	isImage := p.s[p.i] == '!'
	p.i = after
	if isImage {
		return true
	}
	s := p.s[start:end]
	if p.linkDepth == maxLinkDepth {
		p.text.add(escapeText(s))
		return true
	}
	p.inLink = true
	p.linkDepth++
	label := p.inline(s)
	p.linkDepth--
	p.inLink = false
	return p.emitLink(Link{URL: ref.url, Title: ref.title, Label: label}, after)
}

// linkKind is what follows the text of a link.
type linkKind int

const (
	direct    linkKind = iota // (url "title")
	referring                 // [key]
	bare                      // nothing: the text is the key
	linkKinds
)

// linkText returns where the text of a link ends that begins at i, or -1. These are the patterns for direct and
// referring links, and for bare ones:
//
//	((?:\[[^^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*)\]
//	((?:\[[^\]]*\]|[^\[\]])*)\]
//
// Of several possible ends the last counts. From any place between the parts of a text, the rest of the match is the
// same, so the end is kept for each such place. Otherwise rows of brackets would take quadratic time.
func (p *inlineParser) linkText(i int, kind linkKind) int {
	s, best := p.s, -1
	var passed []int
	for {
		if known, ok := p.ends[kind][i]; ok {
			best = max(best, known)
			break
		}
		passed = append(passed, i)
		i = indexAny(s, i, "[]")
		if i == len(s) {
			break
		}
		if s[i] == '[' {
			if i = p.groupEnd(i+1, kind); i < 0 {
				break
			}
			continue
		}
		if kind == bare {
			best = i
			break
		}
		if p.canFollow(i, kind) {
			best = i
		}
		i++
		if next := indexAny(s, i, "[]"); next == len(s) || s[next] == '[' {
			break
		}
	}
	if p.ends[kind] == nil {
		p.ends[kind] = make(map[int]int)
	}
	for _, i := range passed {
		p.ends[kind][i] = -1
		if best >= i {
			p.ends[kind][i] = best
		}
	}
	return best
}

// groupEnd returns the place after a pair of brackets inside a link's text, or -1. Their contents begin at i.
func (p *inlineParser) groupEnd(i int, kind linkKind) int {
	end := p.keyEnd.find(i, func(i int) int { return indexAny(p.s, i, "]^") })
	if kind == bare {
		end = p.bracket.find(i, func(i int) int { return indexAny(p.s, i, "]") })
	}
	if end == len(p.s) || p.s[end] == '^' {
		return -1
	}
	return end + 1
}

// canFollow reports whether the bracket at i can end a link's text, judging by what comes after it.
func (p *inlineParser) canFollow(i int, kind linkKind) bool {
	if kind == direct {
		return strings.HasPrefix(p.s[i+1:], "(") &&
			p.paren.find(i+2, func(i int) int { return indexAny(p.s, i, ")") }) < len(p.s)
	}
	_, _, ok := p.reference(i)
	return ok
}

// reference: \]\s*\[([^^\]]*)\]
func (p *inlineParser) reference(i int) (key string, after int, ok bool) {
	i = text.SkipSpace(p.s, i+1)
	if i == len(p.s) || p.s[i] != '[' {
		return "", 0, false
	}
	after = p.groupEnd(i+1, referring)
	if after < 0 {
		return "", 0, false
	}
	return p.s[i+1 : after-1], after, true
}

// target: \(\s*(<)?([\s\S]*?)(?(2)>)(?:\s+['"]([\s\S]*?)['"])?\s*\)
//
// i is after the opening parenthesis, and there is a closing one.
func (p *inlineParser) target(i int) (ref reference, after int) {
	s := p.s
	i = text.SkipSpace(s, i)
	if s[i] == '<' {
		if end := p.angle.find(i+1, p.angleEnd); end != never {
			title, after, _ := p.targetEnd(end + 1)
			return reference{s[i+1 : end], title}, after
		}
	}
	end := i + strings.IndexByte(s[i:], ')')
	for k := i; k < end; {
		size, space := text.SpaceAt(s, k)
		if !space {
			k += size
			continue
		}
		if title, after, ok := p.targetEnd(k); ok {
			return reference{s[i:k], title}, after
		}
		k = text.SkipSpace(s, k)
	}
	return reference{url: s[i:end]}, end + 1
}

// angleEnd finds the > after a link's address in angle brackets.
func (p *inlineParser) angleEnd(i int) int {
	for ; ; i++ {
		n := strings.IndexByte(p.s[i:], '>')
		if n < 0 {
			return never
		}
		i += n
		if _, _, ok := p.targetEnd(i + 1); ok {
			return i
		}
	}
}

// targetEnd: (?:\s+['"]([\s\S]*?)['"])?\s*\)
func (p *inlineParser) targetEnd(i int) (title string, after int, ok bool) {
	s := p.s
	start := text.SkipSpace(s, i)
	if start == len(s) {
		return "", 0, false
	}
	if start > i && (s[start] == '"' || s[start] == '\'') {
		if end := p.title.find(start+1, p.titleEnd); end != never {
			return s[start+1 : end], text.SkipSpace(s, end+1) + 1, true
		}
	}
	return "", start + 1, s[start] == ')'
}

// titleEnd: ['"]\s*\)
func (p *inlineParser) titleEnd(i int) int {
	for ; ; i++ {
		n := strings.IndexAny(p.s[i:], `'"`)
		if n < 0 {
			return never
		}
		i += n
		if strings.HasPrefix(p.s[text.SkipSpace(p.s, i+1):], ")") {
			return i
		}
	}
}
