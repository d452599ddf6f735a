package notify

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// PersonalisationFrom takes the values from the exported fields of a struct, or from a map whose keys are text, either
// of them as it is or behind one pointer. The result is the caller's to add to.
//
// The name of a field's placeholder is that in its tag notify; without one, that in its tag json; without one, the
// field's own. The last often does: Notify compares names without regard to case, spaces, hyphens and underscores, so
// that a field FirstName fills ((first name)). Only the lines of a letter's address go by their exact names,
// address_line_1 and so on; [Letter] has a field for them.
//
//	Name     string   `notify:"full name"`          // ((full name)); no name has a comma in it
//	Discount string   `notify:"discount,omitempty"` // left out if empty
//	Forms    []string `json:"forms,omitzero"`       // left out if nil
//	Secret   string   `json:"-"`                    // left out
//	Notes    string   `json:"notes" notify:"-"`     // left out
//
// The options omitempty and omitzero mean what they mean to [encoding/json]. They are read from the tag notify, in
// which others are an error, or if there is none from the tag json, in which others have no effect. Notify refuses a
// message when a placeholder of its template has no value.
//
// Embedded structs count as in encoding/json. Their fields are the struct's own, unless a tag names the embedded one. A
// field hides those of exactly its name further down; of those equally far down, one with a name in a tag hides those
// without; if several are left then, none counts. A pointer that is nil has no fields. Fields that differ in name, but
// not for Notify, are an error.
//
// The rules for values are those of [Personalisation], so that a struct inside, such as a time.Time, needs a tag that
// leaves it out. Errors give the path of the field and the type of its value, never the value, and match
// [ErrInvalidRequest]. nil is an error, and so is a struct without any field to take. Files are not read.
func PersonalisationFrom(v any) (Personalisation, error) {
	value := reflect.ValueOf(v)
	if value.Kind() == reflect.Pointer {
		value = value.Elem()
	}
	var all []found
	var err error
	switch {
	case !value.IsValid():
		return nil, refuse(nil, "personalisation cannot be taken from nil")
	case value.Kind() == reflect.Map && value.Type().Key().Kind() == reflect.String:
		all = fromMap(value)
	case value.Kind() == reflect.Struct && value.Type() != reflect.TypeFor[File]():
		all, err = fromStruct(value)
	default:
		err = refuse(nil, fmt.Sprintf("personalisation cannot be taken from a value of type %T", v))
	}
	if err != nil {
		return nil, err
	}
	return collect(all)
}

// found is a value on its way into a personalisation.
type found struct {
	name, where string
	value       reflect.Value // invalid if it is left out
}

func collect(all []found) (Personalisation, error) {
	p := make(Personalisation, len(all))
	places := make(map[string]string, len(all))
	var scratch []byte
	for _, f := range all {
		name := plainName(f.name)
		if other, twice := places[name]; twice {
			return nil, refuse(nil, "personalisation "+strconv.Quote(f.name)+" is given twice: by "+other+" and by "+f.where)
		}
		places[name] = f.where
		if !f.value.IsValid() {
			continue
		}
		value := f.value.Interface()
		switch value.(type) {
		case File, *File: // may be readable once only
		default:
			var err error
			if scratch, err = appendValue(scratch[:0], value, true); err != nil {
				return nil, inside("personalisation "+strconv.Quote(f.name)+" ("+f.where+")", err)
			}
		}
		p[f.name] = value
	}
	return p, nil
}

// plainName folds what Notify does not tell apart in the name of a placeholder.
func plainName(name string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r == ' ' || r == '_' || r == '-' {
			return -1
		}
		return r
	}, name))
}

func fromMap(m reflect.Value) []found {
	all := make([]found, 0, m.Len())
	for key, value := range m.Seq2() {
		all = append(all, found{key.String(), "key " + strconv.Quote(key.String()), value})
	}
	slices.SortFunc(all, func(a, b found) int { return strings.Compare(a.name, b.name) }) // the same map, the same error
	return all
}

func fromStruct(s reflect.Value) ([]found, error) {
	fields, err := fieldsOf(s.Type())
	if err != nil {
		return nil, err
	}
	if len(fields) == 0 && s.NumField() > 0 {
		return nil, refuse(nil, "personalisation cannot be taken from a "+s.Type().String()+": it has no fields to take")
	}
	all := make([]found, len(fields))
	for i, f := range fields {
		all[i] = found{f.name, "field " + f.path, f.in(s)}
	}
	return all, nil
}

// A field is one that a struct or a struct embedded in it has for a placeholder.
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

// fieldsOf finds the fields that count, level by level as encoding/json does, which also copes with types that embed
// themselves.
func fieldsOf(root reflect.Type) ([]*field, error) {
	type level struct {
		field
		t     reflect.Type
		twice bool // embedded more than once as deep as this, so that its fields are never the only ones of their name
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
					return nil, inside("personalisation field "+l.path+l.t.Field(i).Name, err)
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

// readField reads one field with its tags; nil if it does not count. If it is embedded for its fields, inner is their
// struct.
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

// jsonName tells the names that encoding/json takes from a tag.
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

// isZero is what omitzero leaves out: a type with a method IsZero, of it or of a pointer to it, decides for itself.
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
