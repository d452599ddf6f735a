package placeholder

import (
	"strings"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/render/entity"
	"github.com/notifykit/notify/internal/text"
)

// Values is a message's personalisation. Names are compared by their [Key].
type Values struct {
	given   *pyjson.Object
	entries []entry
	byKey   map[string]any // instead of entries when there are many
}

type entry struct {
	key   string
	value any
}

// manyValues is the number of values above which a map is faster than a linear search.
const manyValues = 16

// NewValues indexes a personalisation object, which may be nil. Of values with the same key, the last wins.
func NewValues(personalisation *pyjson.Object) Values {
	return index(personalisation, Key)
}

func index(given *pyjson.Object, key func(string) string) Values {
	v := Values{given: given}
	n := given.Len()
	if n == 0 {
		return v
	}
	if n > manyValues {
		v.byKey = make(map[string]any, n)
		for i, name := range given.Keys {
			v.byKey[key(name)] = given.At(i)
		}
		return v
	}
	v.entries = make([]entry, n)
	for i, name := range given.Keys {
		v.entries[i] = entry{key(name), given.At(i)}
	}
	return v
}

// Get returns the value for a placeholder's name. A null counts as missing.
func (v Values) Get(name string) (value any, ok bool) {
	key := Key(name)
	if v.byKey != nil {
		value = v.byKey[key]
		return value, value != nil
	}
	for i := len(v.entries) - 1; i >= 0; i-- {
		if v.entries[i].key == key {
			value = v.entries[i].value
			return value, value != nil
		}
	}
	return nil, false
}

// Missing returns the names that v has no value for.
func (v Values) Missing(names []string) []string {
	var missing []string
	for _, name := range names {
		if _, ok := v.Get(name); !ok {
			missing = append(missing, name)
		}
	}
	return missing
}

// Empty reports whether no value was given at all, not even null.
func (v Values) Empty() bool { return v.given.Len() == 0 }

// escaped returns v for an escaped template: the real service escapes the names of values too.
func (v Values) escaped() Values {
	for i := range v.given.Len() {
		if strings.ContainsAny(v.given.Keys[i], "&<>") {
			return index(v.given, func(name string) string { return Key(entity.Escape(name)) })
		}
	}
	return v
}

// Key normalises a placeholder's name. It ignores case, spaces, underscores and hyphens; a tab or a no-break space
// counts.
func Key(name string) string {
	for i := range len(name) {
		switch c := name[i]; {
		case c == ' ', c == '_', c == '-', c >= 'A' && c <= 'Z', c >= 0x80:
			return text.Lower(ignored.Replace(name))
		}
	}
	return name
}

var ignored = strings.NewReplacer(" ", "", "_", "", "-", "")
