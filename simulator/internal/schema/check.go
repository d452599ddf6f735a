package schema

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
	"github.com/notifykit/notify/simulator/internal/postage"
)

var (
	isString       = typed("string", isText, nil)
	isObject       = typed("object", isMap, nil)
	isListOrNull   = typed("array, null", orNull(isList), nil)
	isReference    = typed("string", isText, notTooLong)
	isPhoneNumber  = typed("string", isText, parseablePhone)
	isEmailAddress = typed("string", isText, parseableEmail)
	isSchedule     = typed("string, null", orNull(isText), schedulable)
)

// typed makes a check of a value's type, followed by another check if the type is right.
func typed(types string, is func(any) bool, more check) check {
	return func(name string, v any, now time.Time) Result {
		switch {
		case !is(v):
			return offence(name, shown(v)+" is not of type "+types)
		case more == nil:
			return Result{}
		}
		return more(name, v, now)
	}
}

func offence(name, wrong string) Result { return Result{Wrong: []string{name + " " + wrong}} }

func isText(v any) bool { _, ok := v.(string); return ok }
func isNull(v any) bool { return v == nil }
func isList(v any) bool { _, ok := v.([]any); return ok }
func isMap(v any) bool  { _, ok := v.(*pyjson.Object); return ok }
func orNull(is func(any) bool) func(any) bool {
	return func(v any) bool { return isNull(v) || is(v) }
}

// isUUID has one error message for everything, even a wrong type.
func isUUID(name string, v any, _ time.Time) Result {
	if s, ok := v.(string); ok {
		if _, ok := ids.Parse(s); ok {
			return Result{}
		}
	}
	return offence(name, "is not a valid UUID")
}

// isPostage has one error message for all wrong strings.
func isPostage(name string, v any, _ time.Time) Result {
	s, ok := v.(string)
	switch {
	case !ok:
		return offence(name, shown(v)+" is not of type string")
	case s != postage.First && s != postage.Second && s != postage.Economy:
		return offence(name, "invalid. It must be either first, second or economy.")
	}
	return Result{}
}

// isOneOf checks one or more values of a query parameter.
func isOneOf(allowed ...string) check {
	return func(name string, v any, _ time.Time) Result {
		values, ok := v.([]any)
		if !ok {
			values = []any{v}
		}
		var all Result
		for _, v := range values {
			if s, _ := v.(string); !slices.Contains(allowed, s) {
				all.add(offence(name, shown(v)+" is not one of ["+strings.Join(allowed, ", ")+"]"))
			}
		}
		return all
	}
}

// maxReference is the longest reference, in characters.
const maxReference = 1000

func notTooLong(name string, v any, _ time.Time) Result {
	if utf8.RuneCountInString(v.(string)) > maxReference {
		return offence(name, shown(v)+" is too long")
	}
	return Result{}
}

func parseablePhone(name string, v any, _ time.Time) Result {
	phone, err := recipient.ParsePhone(v.(string))
	if err == nil {
		err = phone.Permitted(true, true)
	}
	switch {
	case errors.Is(err, text.ErrDecomposition):
		return Result{Err: err}
	case err != nil:
		return offence(name, err.Error())
	}
	return Result{Phone: phone}
}

func parseableEmail(name string, v any, _ time.Time) Result {
	if _, ok := recipient.ParseEmail(v.(string)); !ok {
		return offence(name, recipient.NotEmail)
	}
	return Result{}
}

// schedulable checks a time to send at. The time is then ignored: the real service sends at once.
func schedulable(name string, v any, now time.Time) Result {
	s, ok := v.(string)
	if !ok {
		return Result{}
	}
	at, ok := parseISO8601(s)
	switch {
	case !ok:
		return offence(name, "datetime format is invalid. "+
			"It must be a valid ISO8601 date time format, https://en.wikipedia.org/wiki/ISO_8601")
	case at.Before(now):
		return offence(name, "datetime can not be in the past")
	case at.After(now.Add(24 * time.Hour)):
		return offence(name, "datetime can only be 24 hours in the future")
	}
	return Result{}
}

// isHTTPS checks a link to unsubscribe.
func isHTTPS(name string, v any, _ time.Time) Result {
	if s, ok := v.(string); ok && strings.HasPrefix(s, "https") && absoluteURI().MatchString(s) {
		return Result{}
	}
	return offence(name, "is not a valid https url")
}

// absoluteURI is RFC 3986's "URI". Like Python's $ it allows a line feed at the end.
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
