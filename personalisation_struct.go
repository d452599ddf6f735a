package notify

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// PersonalisationFrom takes the values from the exported fields of a struct, or from a map whose keys are strings.
// Either may stand behind one pointer. The result is the caller's to add to.
//
// The name of a field's placeholder is that in its tag notify; without one, that in its tag json; without one, the
// field's own. The field's own name often does: Notify compares names without regard to case, spaces, hyphens and
// underscores, so that a field FirstName fills ((first name)). Only the lines of a letter's address go by their exact
// names, address_line_1 and so on; [Letter] has a field for them.
//
//	Name     string   `notify:"full name"`          // ((full name)); no name has a comma in it
//	Discount string   `notify:"discount,omitempty"` // left out if empty
//	Forms    []string `json:"forms,omitzero"`       // left out if nil
//	Secret   string   `json:"-"`                    // left out
//	Notes    string   `json:"notes" notify:"-"`     // left out
//
// The options omitempty and omitzero mean what they mean to [encoding/json]. They are read from the tag notify, where
// any other option is an error. If there is none they are read from the tag json, where others have no effect. Notify
// refuses a message when a placeholder of its template has no value.
//
// Embedded structs are treated as in encoding/json. Their fields are the struct's own, unless a tag names the embedded
// struct. A field hides fields of exactly the same name further down. Of those equally far down, one that a tag names
// hides those that no tag names; if several are left, none is taken. A nil pointer has no fields. Fields with different
// names that are the same to Notify are an error.
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
				return nil, refuseAt("personalisation "+strconv.Quote(f.name)+" ("+f.where+")", err)
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
