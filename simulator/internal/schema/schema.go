// Package schema checks the form of requests, and says what is wrong with them in GOV.UK Notify's own words.
package schema

import (
	"slices"
	"strings"
	"time"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/recipient"
)

// Schema is the required form of a body or query. All errors are reported, in this order: properties with wrong values,
// missing properties, unexpected properties.
type Schema struct {
	properties []property
	required   []string
	closed     bool // no other properties are allowed
}

type property struct {
	name  string
	check check
}

// check checks one value. Each error message begins with the property's name.
type check func(name string, v any, now time.Time) Result

// Result is the result of a check.
type Result struct {
	// Wrong holds all error messages; nil if nothing is wrong.
	Wrong []string
	// Phone is the number that was checked. It is kept because parsing a number takes longer than anything else in sending
	// a text.
	Phone recipient.Phone
	// Err is [text.ErrDecomposition]: the real service's check crashes, whatever else is wrong.
	Err error
}

// Check returns all error messages for v, or nil if nothing is wrong.
func (s Schema) Check(v any) []string { return s.CheckAt(time.Time{}, v).Wrong }

// CheckAt checks a body that may contain a time to send at, or a number to send to.
func (s Schema) CheckAt(now time.Time, v any) Result {
	o, ok := v.(*pyjson.Object)
	if !ok {
		return Result{Wrong: []string{shown(v) + " is not of type object"}}
	}
	var all Result
	for _, p := range s.properties {
		if v, ok := o.Get(p.name); ok {
			all.add(p.check(p.name, v, now))
		}
	}
	for _, name := range s.required {
		if !o.Has(name) {
			all.Wrong = append(all.Wrong, name+" is a required property")
		}
	}
	if s.closed {
		all.Wrong = append(all.Wrong, s.unexpected(o)...)
	}
	return all
}

func (r *Result) add(found Result) {
	r.Wrong = append(r.Wrong, found.Wrong...)
	if found.Phone != (recipient.Phone{}) {
		r.Phone = found.Phone
	}
	if found.Err != nil {
		r.Err = found.Err
	}
}

// unexpected reports all properties that are not in the schema, in one error message.
func (s Schema) unexpected(o *pyjson.Object) []string {
	var names []string
	for i := range o.Len() {
		if !slices.ContainsFunc(s.properties, func(p property) bool { return p.name == o.Keys[i] }) {
			names = append(names, o.Keys[i])
		}
	}
	if names == nil {
		return nil
	}
	slices.Sort(names)
	for i := range names {
		names[i] = shown(names[i])
	}
	verb := " was"
	if len(names) > 1 {
		verb = " were"
	}
	return []string{"Additional properties are not allowed (" + strings.Join(names, ", ") + verb + " unexpected)"}
}

// shown is a value as error messages show it: Python's repr without apostrophes.
func shown(v any) string { return strings.ReplaceAll(pyjson.Repr(v), "'", "") }
