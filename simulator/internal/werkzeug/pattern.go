// Package werkzeug reads and writes paths and queries as the web framework behind GOV.UK Notify does, Werkzeug 3.1.8.
package werkzeug

import (
	"strings"

	"github.com/google/uuid"

	"github.com/notifykit/notify/internal/text"
)

// Pattern is what a path must look like, segment by segment: "*" stands for any segment, "#" for digits of any script,
// and "id" for a UUID with its dashes. "**" at the end stands for any number of segments. The first of them must not be
// empty, and after its first character there must be no newline, because Werkzeug's pattern there is ".*".
type Pattern []string

// NewPattern makes a pattern from a string such as "/v2/template/*".
func NewPattern(s string) Pattern { return Split(s) }

// Split returns the segments of a path.
func Split(path string) []string { return strings.Split(strings.TrimPrefix(path, "/"), "/") }

// Match compares the segments of a path with the pattern, and returns its variable parts.
func (p Pattern) Match(segments []string) (args []string, ok bool) {
	rest := p[len(p)-1] == "**"
	if len(segments) < len(p) || len(segments) > len(p) && !rest {
		return nil, false
	}
	for i, want := range p {
		s := segments[i]
		switch want {
		case "*":
			ok = s != ""
		case "**":
			ok = s != "" && !strings.Contains(strings.Join(segments[i:], "/")[1:], "\n")
		case "#":
			ok = s != "" && strings.Trim(text.Digits(s), "0123456789") == ""
		case "id":
			ok = len(s) == 36 && uuid.Validate(s) == nil
		default:
			if want != s {
				return nil, false
			}
			continue
		}
		if !ok {
			return nil, false
		}
		args = append(args, s)
	}
	return args, true
}

// Collapse turns each run of slashes into one.
func Collapse(path string) string {
	var b strings.Builder
	for i := range len(path) {
		if path[i] != '/' || i == 0 || path[i-1] != '/' {
			b.WriteByte(path[i])
		}
	}
	return b.String()
}
