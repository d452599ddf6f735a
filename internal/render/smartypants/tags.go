package smartypants

import (
	"strings"

	"github.com/notifykit/notify/internal/text"
)

// keepQuotes returns the elements that are open after tag and whose text keeps its quotes. It compares only the
// beginning of a name.
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

// tagScanner cuts a document into tags and the text between them.
type tagScanner struct {
	rest, tag  string // tag is the tag after token
	token      string
	isTag      bool
	noComments bool // no more comments end; searching again each time would take quadratic time
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

// tagEnd returns the length of the tag or comment that s begins with, or -1.
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

// isOddComment reports whether tag is a comment with -- inside, which is treated as text.
func isOddComment(tag string) bool {
	inside, ok := strings.CutPrefix(tag, "<!--")
	if !ok {
		return false
	}
	inside = strings.TrimRight(inside, ">")
	inside = strings.TrimRightFunc(inside, text.IsSpace)
	return strings.Contains(strings.TrimRight(inside, "-"), "--")
}
