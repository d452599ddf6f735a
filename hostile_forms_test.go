package notify_test

import (
	"bytes"
	"encoding/base64"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/notifykit/notify"
)

// The verbs that print an error, and those that are mistakes, under which fmt prints what it finds.
var (
	verbs    = []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%10.3v", "%-300s"}
	oddVerbs = []string{"%d", "%t", "%o", "%O", "%c", "%b", "%e", "%g", "%U"}
)

// renderings are all the ways in which an error gets into a log: each verb and encoder, for the error, for what it
// points to, and for what holds either. Under an odd verb fmt shows the fields of its own wrappers, and under any but
// %v what unexported fields point to, without asking for methods: these forms are left out, since nothing can be done
// about them.
func renderings(err error) map[string]string {
	held := map[string]any{
		"error":       err,
		"in a struct": struct{ Err error }{err},
		"in a list":   []error{err},
		"in a map":    map[string]error{"err": err},
		"pointed to":  &struct{ Err error }{err},
	}
	if e := apart(err); e != nil {
		held["value"] = *e
		held["value in a struct"] = struct{ Err notify.Error }{*e}
		held["values in a list"] = []notify.Error{*e}
		held["values in a map"] = map[string]notify.Error{"err": *e}
		held["pointers in a list"] = []*notify.Error{e}
		held["pointer to a pointer"] = &e
		held["pointer to a struct of it"] = &struct{ Err notify.Error }{*e}
	}
	forms := map[string]string{}
	for name, v := range held {
		for _, verb := range slices.Concat(verbs, oddVerbs) {
			forms[name+" "+verb] = fmt.Sprintf(verb, v)
		}
		forms[name+" Sprintln"] = fmt.Sprintln(v)
		for encoder, encode := range encoders {
			forms[name+" "+encoder] = encode(v)
		}
	}
	for _, verb := range verbs {
		forms["wrapped "+verb] = fmt.Sprintf(verb, fmt.Errorf("sending: %w", err))
		forms["joined "+verb] = fmt.Sprintf(verb, errors.Join(errors.New("sending"), err))
	}
	for _, verb := range verbs[:3] {
		forms["in a hidden field "+verb] = fmt.Sprintf(verb, struct{ err error }{err})
	}
	return forms
}

// encoders turn anything into a text. That some can't encode an error is no matter here.
var encoders = map[string]func(any) string{
	"json": func(v any) string { b, _ := json.Marshal(v); return string(b) },
	"json, indented": func(v any) string {
		var b bytes.Buffer
		w := json.NewEncoder(&b)
		w.SetIndent("", " ")
		_ = w.Encode(v)
		return b.String()
	},
	"xml": func(v any) string { b, _ := xml.Marshal(v); return string(b) },
	"gob": func(v any) string {
		var b bytes.Buffer
		_ = gob.NewEncoder(&b).Encode(v)
		return b.String()
	},
	"slog, json": func(v any) string {
		var b bytes.Buffer
		slog.New(slog.NewJSONHandler(&b, nil)).Error("sending", "err", v, slog.Group("more", slog.Any("err", v)))
		return b.String()
	},
	"slog, text": func(v any) string {
		var b bytes.Buffer
		slog.New(slog.NewTextHandler(&b, nil)).Error("sending", "err", v, slog.Group("more", slog.Any("err", v)))
		return b.String()
	},
}

// leaked reports whether a text holds one of the spellings. Its beginning will do: what prints a body prints it from
// the start.
func leaked(text string, spellings []string) bool {
	text = text[:min(len(text), 32<<10)]
	lower := strings.ToLower(text)
	for _, spelling := range spellings {
		if strings.Contains(text, spelling) || strings.Contains(lower, spelling) {
			return true
		}
	}
	return false
}

// spellings are the ways in which printers and encoders write a text: as it is, in hexadecimal or decimal digits, in
// base64.
func spellings(secret string) []string {
	b := []byte(secret)
	digits := hex.EncodeToString(b)
	decimal := strings.Trim(fmt.Sprintf("%d", b), "[]")
	all := []string{secret, digits, decimal, strings.ReplaceAll(decimal, " ", ","), strings.ReplaceAll(decimal, " ", ", "),
		strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%#v", b), "[]byte{"), "}")), fmt.Sprintf("% x", b)}
	// In base64 a text looks different at each of three places. Its edges depend on what stands round it, and are left
	// out.
	for shift := range 3 {
		encoded := base64.StdEncoding.EncodeToString(append(make([]byte, shift), b...))
		all = append(all, encoded[4:len(encoded)-4])
	}
	return all
}

// apart is the *notify.Error in an error, for those who look at it apart from what holds it.
func apart(err error) *notify.Error {
	var e *notify.Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}
