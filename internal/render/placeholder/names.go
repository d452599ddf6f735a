package placeholder

import "strings"

// Names lists the names in these parts of a template, in order, each in its first spelling.
func Names(parts ...string) []string {
	var names []string
	seen := make(map[string]bool)
	for _, part := range parts {
		for m, ok := next(part, 0); ok; m, ok = next(part, m.end) {
			if key := Key(m.name); !seen[key] {
				seen[key] = true
				names = append(names, m.name)
			}
		}
	}
	return names
}

// match is one ((name)) or ((name??text shown if the value means yes)).
type match struct {
	start, end  int // in the template, brackets included
	name        string
	conditional bool
	text        string
}

// next finds the first placeholder at or after from. A name holds no bracket, so of more than two opening
// brackets the last two count.
func next(s string, from int) (m match, ok bool) {
	for {
		i := strings.Index(s[from:], "((")
		if i < 0 {
			return match{}, false
		}
		start := from + i + 2
		for start < len(s) && s[start] == '(' {
			start++
		}
		n := strings.IndexAny(s[start:], "()")
		if n < 0 {
			return match{}, false
		}
		end := start + n
		if n > 0 && strings.HasPrefix(s[end:], "))") {
			m := match{start: start - 2, end: end + 2}
			m.name, m.text, m.conditional = strings.Cut(s[start:end], "??")
			return m, true
		}
		from = end
	}
}
