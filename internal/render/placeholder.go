package render

import (
	"strings"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/render/entity"
	"github.com/notifykit/notify/internal/text"
)

// placeholder is one ((name)) or ((name??text shown if the value says yes)).
type placeholder struct {
	start, end  int // in the template, brackets included
	name        string
	conditional bool
	text        string
}

// nextPlaceholder finds the first placeholder at or after from. A name holds no bracket, so of more than two opening
// brackets the last two count.
func nextPlaceholder(s string, from int) (p placeholder, ok bool) {
	for {
		i := strings.Index(s[from:], "((")
		if i < 0 {
			return placeholder{}, false
		}
		start := from + i + 2
		for start < len(s) && s[start] == '(' {
			start++
		}
		n := strings.IndexAny(s[start:], "()")
		if n < 0 {
			return placeholder{}, false
		}
		end := start + n
		if n > 0 && strings.HasPrefix(s[end:], "))") {
			p := placeholder{start: start - 2, end: end + 2}
			p.name, p.text, p.conditional = strings.Cut(s[start:end], "??")
			return p, true
		}
		from = end
	}
}

// field is one way of putting values into a template.
type field struct {
	// escape makes HTML of the template and of the values.
	escape bool
	// bullets writes lists as markdown instead of "a, b and c".
	bullets bool
	// unfilled shows a placeholder that has no value. The API never gets so far.
	unfilled func(p placeholder) string
}

func (f field) substitute(template string, v Values) string {
	if f.escape {
		template, v = entity.Escape(template), v.escaped()
	}
	p, ok := nextPlaceholder(template, 0)
	if !ok {
		return template
	}
	var b strings.Builder
	b.Grow(len(template) + 64)
	done := 0
	for ; ok; p, ok = nextPlaceholder(template, done) {
		b.WriteString(template[done:p.start])
		done = p.end
		value, given := v.Get(p.name)
		switch {
		case !given:
			b.WriteString(f.unfilled(p))
		case !p.conditional:
			b.WriteString(f.print(value))
		case saysYes(f.print(value)):
			b.WriteString(p.text)
		}
	}
	b.WriteString(template[done:])
	return b.String()
}

func (f field) print(value any) string {
	var s string
	if list, ok := value.([]any); ok {
		s = f.printList(list)
	} else {
		s = pyjson.Str(value)
	}
	if f.escape {
		return entity.Escape(s)
	}
	return s
}

func (f field) printList(list []any) string {
	items := make([]string, 0, len(list))
	for _, v := range list {
		if v == nil {
			continue
		}
		if s := text.StripObscure(pyjson.Str(v)); s != "" {
			items = append(items, s)
		}
	}
	last := len(items) - 1
	switch {
	case last < 0:
		return ""
	case f.bullets:
		return "\n\n* " + strings.Join(items, "\n* ")
	case last == 0:
		return items[0]
	}
	return strings.Join(items[:last], ", ") + " and " + items[last]
}

func saysYes(s string) bool {
	if len(s) > len("include") {
		return false
	}
	switch text.Lower(s) {
	case "yes", "y", "true", "t", "1", "include", "show":
		return true
	}
	return false
}

func unfilledHTML(p placeholder) string {
	if p.conditional {
		return "<span class='placeholder-conditional'>&#40;&#40;" + p.name + "??</span>" + p.text + "&#41;&#41;"
	}
	return "<span class='placeholder'>&#40;&#40;" + p.name + "&#41;&#41;</span>"
}

func unfilledText(p placeholder) string {
	if p.conditional {
		return "((" + p.name + "??" + p.text + "))"
	}
	return "((" + p.name + "))"
}
