package placeholder

import (
	"strings"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/render/entity"
	"github.com/notifykit/notify/internal/text"
)

// Field is one way of putting values into a template.
type Field struct {
	// Escape makes HTML of the template and of the values.
	Escape bool
	// Bullets writes lists as Markdown instead of "a, b and c".
	Bullets bool
	// Unfilled returns what to show for a placeholder that has no value, given the placeholder as written. Defaults to a
	// span for the pages on which templates are edited. When a message is sent, only placeholders in the Welsh half of a
	// letter can be without a value.
	Unfilled func(written string) string
}

// Fill puts the values into the template.
func (f Field) Fill(template string, v Values) string {
	if f.Escape {
		template, v = entity.Escape(template), v.escaped()
	}
	m, ok := next(template, 0)
	if !ok {
		return template
	}
	var b strings.Builder
	b.Grow(len(template) + 64)
	done := 0
	for ; ok; m, ok = next(template, done) {
		b.WriteString(template[done:m.start])
		done = m.end
		value, given := v.Get(m.name)
		switch {
		case !given && f.Unfilled != nil:
			b.WriteString(f.Unfilled(template[m.start:m.end]))
		case !given:
			b.WriteString(m.span())
		case !m.conditional:
			b.WriteString(f.print(value))
		case saysYes(f.print(value)):
			b.WriteString(m.text)
		}
	}
	b.WriteString(template[done:])
	return b.String()
}

func (f Field) print(value any) string {
	var s string
	if list, ok := value.([]any); ok {
		s = f.printList(list)
	} else {
		s = pyjson.Str(value)
	}
	if f.Escape {
		return entity.Escape(s)
	}
	return s
}

func (f Field) printList(list []any) string {
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
	case f.Bullets:
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

// span returns the HTML for a placeholder that has no value.
func (m match) span() string {
	if m.conditional {
		return "<span class='placeholder-conditional'>&#40;&#40;" + m.name + "??</span>" + m.text + "&#41;&#41;"
	}
	return "<span class='placeholder'>&#40;&#40;" + m.name + "&#41;&#41;</span>"
}
