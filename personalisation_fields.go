package notify

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// A field fills a placeholder. It belongs to a struct, or to one that is embedded in it.
type field struct {
	name, path          string
	index               []int
	named               bool // by a tag
	omitEmpty, omitZero bool
}

// in gives the field's value, invalid if it is left out.
func (f *field) in(s reflect.Value) reflect.Value {
	for _, i := range f.index {
		if s.Kind() == reflect.Pointer {
			if s.IsNil() {
				return reflect.Value{}
			}
			s = s.Elem()
		}
		s = s.Field(i)
	}
	if f.omitEmpty && isEmpty(s) || f.omitZero && isZero(s) {
		return reflect.Value{}
	}
	return s
}

// fieldsOf finds the fields that are taken, level by level as encoding/json does. That also copes with types that embed
// themselves.
func fieldsOf(root reflect.Type) ([]*field, error) {
	type level struct {
		field
		t     reflect.Type
		twice bool // embedded more than once at this depth, so that its fields are never the only ones of their name
	}
	best := map[string]*field{}
	tied := map[*field]bool{}
	seen := map[reflect.Type]bool{}
	compete := func(f *field) {
		other := best[f.name]
		switch {
		case other == nil, len(other.index) == len(f.index) && f.named && !other.named:
			best[f.name] = f
		case len(other.index) == len(f.index) && f.named == other.named:
			tied[other] = true
		}
	}
	for next := []*level{{t: root}}; len(next) > 0; {
		levels := next
		next = nil
		deeper := map[reflect.Type]*level{}
		for _, l := range levels {
			if seen[l.t] {
				continue
			}
			seen[l.t] = true
			for i := range l.t.NumField() {
				f, inner, err := readField(l.t.Field(i))
				if err != nil {
					return nil, refuseAt("personalisation field "+l.path+l.t.Field(i).Name, err)
				}
				if f == nil {
					continue
				}
				f.path = l.path + f.path
				f.index = append(slices.Clone(l.index), i)
				switch again := deeper[inner]; {
				case inner == nil:
					compete(f)
					if l.twice {
						compete(f)
					}
				case again != nil:
					again.twice = true
				default:
					f.path += "."
					deeper[inner] = &level{field: *f, t: inner}
					next = append(next, deeper[inner])
				}
			}
		}
	}
	fields := slices.DeleteFunc(slices.Collect(maps.Values(best)), func(f *field) bool { return tied[f] })
	slices.SortFunc(fields, func(a, b *field) int { return slices.Compare(a.index, b.index) })
	return fields, nil
}

// readField reads one field with its tags. It is nil if the field is not taken. If the field is embedded for its own
// fields, inner is the type of their struct.
func readField(sf reflect.StructField) (f *field, inner reflect.Type, err error) {
	own, tagged := sf.Tag.Lookup("notify")
	foreign := sf.Tag.Get("json")
	if own == "-" || !tagged && foreign == "-" {
		return nil, nil, nil
	}
	t := sf.Type
	if t.Name() == "" && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	embedded := sf.Anonymous && t.Kind() == reflect.Struct && t != reflect.TypeFor[File]()
	f = &field{path: sf.Name}
	if tagged {
		var options string
		f.name, options, _ = strings.Cut(own, ",")
		for option := range strings.SplitSeq(options, ",") {
			switch option {
			case "":
			case "omitempty":
				f.omitEmpty = true
			case "omitzero":
				f.omitZero = true
			default:
				return nil, nil, refuse(nil, "its tag has an option other than omitempty and omitzero")
			}
		}
	}
	if name, options, _ := strings.Cut(foreign, ","); f.name == "" && foreign != "-" {
		if jsonName(name) {
			f.name = name
		}
		if !tagged {
			all := strings.Split(options, ",")
			f.omitEmpty, f.omitZero = slices.Contains(all, "omitempty"), slices.Contains(all, "omitzero")
		}
	}
	f.named = f.name != ""
	switch {
	case embedded && !f.named:
		return f, t, nil
	case !sf.IsExported() && (tagged || embedded):
		return nil, nil, refuse(nil, "it has a tag but is not exported")
	case !sf.IsExported():
		return nil, nil, nil
	case !f.named:
		f.name = sf.Name
	}
	return f, nil, nil
}

// jsonName reports whether encoding/json takes a name from a tag.
func jsonName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return !strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~ ", r) && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// isEmpty is what omitempty leaves out.
func isEmpty(v reflect.Value) bool {
	switch kind := v.Kind(); kind {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Interface, reflect.Pointer:
		return v.IsNil()
	default:
		return kind <= reflect.Float64 && v.IsZero() // a boolean or a number
	}
}

// isZero is what omitzero leaves out. A type that has a method IsZero, or whose pointer has one, decides for itself.
func isZero(v reflect.Value) bool {
	type zeroer interface{ IsZero() bool }
	t, kind := v.Type(), v.Kind()
	switch {
	case !reflect.PointerTo(t).Implements(reflect.TypeFor[zeroer]()) && !t.Implements(reflect.TypeFor[zeroer]()):
		return v.IsZero()
	case kind == reflect.Pointer && v.IsNil(), kind == reflect.Interface && v.IsNil():
		return true
	case kind == reflect.Interface && v.Elem().Kind() == reflect.Pointer && v.Elem().IsNil():
		return true
	}
	if z, ok := v.Interface().(zeroer); ok {
		return z.IsZero()
	}
	pointer := reflect.New(t)
	pointer.Elem().Set(v)
	z, ok := pointer.Interface().(zeroer)
	return ok && z.IsZero()
}
