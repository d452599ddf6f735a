package control

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/notifykit/notify/simulator/internal/strict"
)

// read decodes the body of a request, which is an object.
func (c *call) read(into any) error { return c.decode(into, false) }

// readNothing reads the body of a request that takes none. An object without fields will do.
func (c *call) readNothing() error {
	var none struct{}
	return c.decode(&none, true)
}

func (c *call) decode(into any, optional bool) error {
	body, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, strict.MaxSize))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		text := fmt.Sprintf("the body is larger than %d MiB", strict.MaxSize>>20)
		return &failure{status: http.StatusRequestEntityTooLarge, Text: text}
	case err != nil:
		return wrong("", "the body can't be read to its end")
	case len(body) == 0 && optional:
		return nil
	case len(body) == 0:
		return wrong("", "there is no body: want an object")
	case !json.Valid(body):
		return wrong("", "the body is not JSON")
	case string(bytes.TrimSpace(body)) == "null":
		return wrong("", "want an object")
	}
	read, err := strict.Parse(body)
	if err == nil {
		err = read.Decode(into)
	}
	if err != nil {
		return mistake(err)
	}
	var all any
	if json.Unmarshal(body, &all) == nil {
		if field, found := nullIn(all); found {
			field = strings.TrimPrefix(field, ".")
			return wrong(field, "%s: null is no value: leave the field out", field)
		}
	}
	return nil
}

// nullIn finds the first field of a body that is null. A fixture may have such fields, because in YAML they are what is
// left when a value is deleted. A program that sends one has mostly lost a value on the way.
func nullIn(value any) (path string, found bool) {
	within := func(step string, inner any) bool {
		rest, there := nullIn(inner)
		path, found = step+rest, there
		return there
	}
	switch v := value.(type) {
	case nil:
		return "", true
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if within("."+name, v[name]) {
				return path, true
			}
		}
	case []any:
		for i, inner := range v {
			if within("["+strconv.Itoa(i)+"]", inner) {
				return path, true
			}
		}
	}
	return "", false
}

// mistake is the error about the field that err is about.
func mistake(err error) error {
	if err == nil {
		return nil
	}
	var where *strict.Error
	if !errors.As(err, &where) {
		return wrong("", "%s", strings.TrimPrefix(err.Error(), "simulator: "))
	}
	field := strings.TrimPrefix(where.Path, ".")
	if field == "" {
		return wrong("", "%s", where.Text)
	}
	return wrong(field, "%s: %s", field, where.Text)
}

// duration is a time like 1m30s, or a number of seconds.
type duration time.Duration

// UnmarshalYAML reads either form.
func (d *duration) UnmarshalYAML(unmarshal func(any) error) error {
	var text string
	if err := unmarshal(&text); err != nil {
		return errNoDuration
	}
	read, err := readDuration(text)
	*d = duration(read)
	return err
}

var errNoDuration = errors.New("want a time like 1m30s, or a number of seconds")

// longest is more than anybody needs, and far from where times overflow.
const longest = 10 * 365 * 24 * time.Hour

func readDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		seconds, notNumber := strconv.ParseFloat(text, 64)
		hexadecimal := strings.ContainsAny(text, "xX_")
		if notNumber != nil || hexadecimal || !(seconds >= -longest.Seconds() && seconds <= longest.Seconds()) { // NaN too
			return 0, errNoDuration
		}
		d = time.Duration(seconds * float64(time.Second))
	}
	if d > longest || d < -longest {
		return 0, fmt.Errorf("at most ten years, not %s", d)
	}
	return d, nil
}

// query reads the parameters of a request. A parameter that is not known is an error, because a test that misspells one
// would find other messages than it asked for.
type query struct {
	values url.Values
	err    error
}

// parameters are known by their names, or by a prefix that ends with a dot.
func (c *call) parameters(known ...string) *query {
	values, err := url.ParseQuery(c.r.URL.RawQuery)
	q := &query{values: values}
	if err != nil {
		q.err = wrong("", "the query can't be read: a percent sign is written %%25, and a semicolon %%3B")
	}
	for name, given := range values {
		prefix, _, dotted := strings.Cut(name, ".")
		switch {
		case slices.Contains(known, name), dotted && slices.Contains(known, prefix+"."):
		case strict.Nearest(name, known) != "":
			q.complain(name, "unknown parameter %.80q: did you mean %q?", name, strict.Nearest(name, known))
		default:
			q.complain(name, "unknown parameter %.80q: want some of %s", name, strings.Join(known, ", "))
		}
		if len(given) > 1 && name != "allow" {
			q.complain(name, "the parameter %.80q stands twice", name)
		}
	}
	return q
}

func (q *query) complain(field, format string, args ...any) {
	if q.err == nil {
		q.err = wrong(fmt.Sprintf("%.80s", field), format, args...)
	}
}

func (q *query) text(name string) string { return q.values.Get(name) }

func (q *query) flag(name string) bool {
	switch q.text(name) {
	case "", "false", "0":
	case "true", "1":
		return true
	default:
		q.complain(name, "%s: want true or false", name)
	}
	return false
}

// number is a whole number from 0 to most, or otherwise if it is not given.
func (q *query) number(name string, otherwise, most int) int {
	if !q.values.Has(name) {
		return otherwise
	}
	n, err := strconv.Atoi(q.text(name))
	if err != nil || strconv.Itoa(n) != q.text(name) || n < 0 || n > most {
		q.complain(name, "%s: want a whole number from 0 to %d", name, most)
	}
	return n
}

// mostWait is how long a request may wait. A server may cut an answer off that takes longer than two minutes.
const mostWait = time.Minute

func (q *query) wait() time.Duration {
	if !q.values.Has("wait") {
		return 0
	}
	d, err := readDuration(q.text("wait"))
	if err != nil || d < 0 || d > mostWait {
		q.complain("wait", "wait: want a time like 5s, or a number of seconds, of at most %v", mostWait)
	}
	return d
}
