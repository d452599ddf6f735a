package simulator

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/recipient"
	"github.com/notifykit/notify/internal/text"
	"github.com/notifykit/notify/simulator/internal/ids"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// schema is what a body or query must look like. All that is wrong is reported, in this order: properties, then
// required, then what does not belong there.
type schema struct {
	properties []property
	required   []string
	closed     bool // no other properties
}

// property checks one value, and returns what is wrong with it: one text an offence, after the property's name.
type property struct {
	name  string
	check func(name string, v any, c *checking) []string
}

// checking is what checks need besides the value, and what they find out that is needed later.
type checking struct {
	now   time.Time
	phone recipient.Phone // the number that was checked: reading one is the dearest part of sending a text
	crash wire.Class      // the class of what made the real service's check break off
}

// check returns everything that is wrong with v; nil if nothing is.
func (s schema) check(v any, c *checking) []string {
	o, ok := v.(*pyjson.Object)
	if !ok {
		return []string{shown(v) + " is not of type object"}
	}
	var wrong []string
	for _, p := range s.properties {
		if v, ok := o.Get(p.name); ok {
			wrong = append(wrong, p.check(p.name, v, c)...)
		}
	}
	for _, name := range s.required {
		if !o.Has(name) {
			wrong = append(wrong, name+" is a required property")
		}
	}
	if extra := s.extra(o); s.closed && len(extra) > 0 {
		verb := " was"
		if len(extra) > 1 {
			verb = " were"
		}
		wrong = append(wrong, "Additional properties are not allowed ("+strings.Join(extra, ", ")+verb+" unexpected)")
	}
	return wrong
}

func (s schema) extra(o *pyjson.Object) []string {
	var names []string
	for i := range o.Len() {
		if !slices.ContainsFunc(s.properties, func(p property) bool { return p.name == o.Keys[i] }) {
			names = append(names, o.Keys[i])
		}
	}
	slices.Sort(names)
	for i := range names {
		names[i] = shown(names[i])
	}
	return names
}

// shown is how a value stands in a schema message: Python's repr without its apostrophes.
func shown(v any) string { return strings.ReplaceAll(pyjson.Repr(v), "'", "") }

func pathObject(name, value string) *pyjson.Object {
	o := &pyjson.Object{}
	o.Set(name, value)
	return o
}

// typed makes a check of a value's type, and then, if that is right, of more.
func typed(
	types string, is func(any) bool, more func(v any, c *checking) string,
) func(string, any, *checking) []string {
	return func(name string, v any, c *checking) []string {
		if !is(v) {
			return []string{name + " " + shown(v) + " is not of type " + types}
		}
		if more != nil {
			if wrong := more(v, c); wrong != "" {
				return []string{name + " " + strings.ReplaceAll(wrong, "'", "")}
			}
		}
		return nil
	}
}

func isText(v any) bool { _, ok := v.(string); return ok }
func isNull(v any) bool { return v == nil }
func isList(v any) bool { _, ok := v.([]any); return ok }
func isMap(v any) bool  { _, ok := v.(*pyjson.Object); return ok }
func orNull(is func(any) bool) func(any) bool {
	return func(v any) bool { return isNull(v) || is(v) }
}

var (
	isString       = typed("string", isText, nil)
	isObject       = typed("object", isMap, nil)
	isListOrNull   = typed("array, null", orNull(isList), nil)
	isReference    = typed("string", isText, notTooLong)
	isPhoneNumber  = typed("string", isText, parseablePhone)
	isEmailAddress = typed("string", isText, parseableEmail)
	isSchedule     = typed("string, null", orNull(isText), schedulable)
)

// isUUID says the same whatever is wrong, even the type.
func isUUID(name string, v any, _ *checking) []string {
	if s, ok := v.(string); ok {
		if _, ok := ids.Parse(s); ok {
			return nil
		}
	}
	return []string{name + " is not a valid UUID"}
}

// isHTTPS checks a link to unsubscribe.
func isHTTPS(name string, v any, _ *checking) []string {
	if s, ok := v.(string); ok && strings.HasPrefix(s, "https") && absoluteURI().MatchString(s) {
		return nil
	}
	return []string{name + " is not a valid https url"}
}

// isPostage says the same whatever the text.
func isPostage(name string, v any, _ *checking) []string {
	s, ok := v.(string)
	switch {
	case !ok:
		return []string{name + " " + shown(v) + " is not of type string"}
	case s != "first" && s != "second" && s != "economy":
		return []string{name + " invalid. It must be either first, second or economy."}
	}
	return nil
}

// isOneOf checks the values of a query parameter, of which there may be several.
func isOneOf(allowed ...string) func(string, any, *checking) []string {
	return func(name string, v any, _ *checking) []string {
		values, ok := v.([]any)
		if !ok {
			values = []any{v}
		}
		var wrong []string
		for _, v := range values {
			if s, _ := v.(string); !slices.Contains(allowed, s) {
				wrong = append(wrong, name+" "+shown(v)+" is not one of ["+strings.Join(allowed, ", ")+"]")
			}
		}
		return wrong
	}
}

// maxReference is in characters.
const maxReference = 1000

func notTooLong(v any, _ *checking) string {
	if utf8.RuneCountInString(v.(string)) > maxReference {
		return shown(v) + " is too long"
	}
	return ""
}

func parseablePhone(v any, c *checking) string {
	phone, err := recipient.ParsePhone(v.(string))
	if err == nil {
		err = phone.Permitted(true, true)
	}
	switch {
	case errors.Is(err, text.ErrDecomposition):
		c.crash = wire.ValueError
	case err != nil:
		return err.Error()
	}
	c.phone = phone
	return ""
}

func parseableEmail(v any, _ *checking) string {
	if _, ok := recipient.ParseEmail(v.(string)); !ok {
		return "Not a valid email address"
	}
	return ""
}

// schedulable checks a time to send at. It is then ignored: the real service sends at once.
func schedulable(v any, c *checking) string {
	s, ok := v.(string)
	if !ok {
		return ""
	}
	at, ok := parseISO8601(s)
	switch {
	case !ok:
		return "datetime format is invalid. " +
			"It must be a valid ISO8601 date time format, https://en.wikipedia.org/wiki/ISO_8601"
	case at.Before(c.now):
		return "datetime can not be in the past"
	case at.After(c.now.Add(24 * time.Hour)):
		return "datetime can only be 24 hours in the future"
	}
	return ""
}

// absoluteURI is RFC 3986's "URI". A line feed at the end is let through, as Python's $ does.
var absoluteURI = sync.OnceValue(func() *regexp.Regexp {
	const (
		escaped = `%[0-9A-Fa-f]{2}`
		plain   = `A-Za-z0-9\-._~!$&'()*+,;=`
		pchar   = `(?:[` + plain + `:@]|` + escaped + `)`
		user    = `(?:(?:[` + plain + `:]|` + escaped + `)*@)?`
		host    = `(?:\[[` + plain + `:]+\]|(?:[` + plain + `]|` + escaped + `)*)`
		path    = `(?:/` + pchar + `*)*`
		rest    = `(?:` + pchar + `|[/?])*`
	)
	return regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+\-.]*:(?://` + user + host + `(?::[0-9]*)?` + path +
		`|/(?:` + pchar + `+` + path + `)?|` + pchar + `+` + path + `|)(?:\?` + rest + `)?(?:#` + rest + `)?\n?$`)
})

var smsSchema = schema{
	properties: []property{
		{"reference", isReference}, {"phone_number", isPhoneNumber}, {"template_id", isUUID}, {"personalisation", isObject},
		{"scheduled_for", isSchedule}, {"sms_sender_id", isUUID},
	},
	required: []string{"phone_number", "template_id"},
	closed:   true,
}

var emailSchema = schema{
	properties: []property{
		{"reference", isReference}, {"email_address", isEmailAddress}, {"template_id", isUUID}, {"personalisation", isObject},
		{"scheduled_for", isSchedule}, {"email_reply_to_id", isUUID}, {"one_click_unsubscribe_url", isHTTPS},
		{"sanitise_content_for", isListOrNull},
	},
	required: []string{"email_address", "template_id"},
	closed:   true,
}

var letterSchema = schema{
	properties: []property{{"reference", isReference}, {"template_id", isUUID}, {"personalisation", isObject}},
	required:   []string{"template_id", "personalisation"},
	closed:     true,
}

var precompiledSchema = schema{
	properties: []property{{"reference", isString}, {"content", isString}, {"postage", isPostage}},
	required:   []string{"reference", "content"},
	closed:     true,
}
