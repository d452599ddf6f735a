// Package schema checks the form of requests, and says what is wrong with them in GOV.UK Notify's own words.
package schema

import (
	"slices"
	"strings"
	"time"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/recipient"
)

// Schema is what a body or query must look like. All that is wrong is reported, in this order: properties, then
// required, then what does not belong there.
type Schema struct {
	properties []property
	required   []string
	closed     bool // no other properties
}

type property struct {
	name  string
	check check
}

// check looks at one value. It reports one text an offence, each after the property's name.
type check func(name string, v any, now time.Time) Result

// Result is what a check came to.
type Result struct {
	// Wrong is everything that is wrong; nil if nothing is.
	Wrong []string
	// Phone is the number that was checked: of all that sending a text takes, reading one takes longest.
	Phone recipient.Phone
	// Err is [text.ErrDecomposition], over which the real service's check breaks off, whatever else is wrong.
	Err error
}

// Check returns everything that is wrong with v; nil if nothing is.
func (s Schema) Check(v any) []string { return s.CheckAt(time.Time{}, v).Wrong }

// CheckAt checks a body that may hold a time to send at, or a number to send to.
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

// unexpected reports all properties that do not belong there, in one text.
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

// shown is how a value stands in a message: Python's repr without its apostrophes.
func shown(v any) string { return strings.ReplaceAll(pyjson.Repr(v), "'", "") }
