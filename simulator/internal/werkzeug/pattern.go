// Package werkzeug reads and writes paths and queries as the web framework behind GOV.UK Notify does, Werkzeug 3.1.8.
package werkzeug

import (
	"strings"

	"github.com/google/uuid"

	"github.com/notifykit/notify/internal/text"
)

// Pattern is what a path must look like, segment by segment: "*" stands for any segment, "#" for digits of any script,
// "id" for a UUID with its dashes, and "**" at the end for any segments of which the first is not empty and no newline
// stands behind the first character, for Werkzeug reads ".*" there.
type Pattern []string

// NewPattern makes a pattern of what looks like a path.
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

// Collapse takes each run of slashes for one.
func Collapse(path string) string {
	var b strings.Builder
	for i := range len(path) {
		if path[i] != '/' || i == 0 || path[i-1] != '/' {
			b.WriteByte(path[i])
		}
	}
	return b.String()
}
