package notify

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"
)

// get makes a call and returns its answer, decoded into out. lacks looks at that and says what it lacks to be the
// answer that was asked for, or nothing.
func get[T any](
	ctx context.Context, c *Client, r request, out T, lacks func(*T) string, opts []CallOption,
) (*T, error) {
	o, err := callOptions(opts)
	r.refused = cmp.Or(r.refused, err)
	return getWith(ctx, c, r, out, lacks, o)
}

func getWith[T any](
	ctx context.Context, c *Client, r request, out T, lacks func(*T) string, o *options,
) (*T, error) {
	d := &decoder[T]{out, lacks}
	if err := c.newCall(ctx, r, d, o).run(); err != nil {
		return nil, err
	}
	d.lacks = nil // the result may be kept, but not what the request held
	return &d.out, nil
}

// A decoder reads an answer in JSON.
type decoder[T any] struct {
	out   T
	lacks func(*T) string
}

func (d *decoder[T]) accept(_ *http.Response, body []byte) (missing string) {
	if json.Unmarshal(body, wireForm(&d.out)) != nil {
		return "JSON of the form that was expected" // the decoder's error quotes the answer
	}
	return d.lacks(&d.out)
}

// sentID is the id of a message that was accepted, if the answer is to a send.
func (d *decoder[T]) sentID() string {
	if s, ok := any(&d.out).(interface{ sentID() string }); ok {
		return s.sentID()
	}
	return ""
}

// wireForm is what a result is decoded through: one with times or with strings that may be anything gives a view of
// itself that can read them.
func wireForm(result any) any {
	if r, ok := result.(interface{ wireForm() any }); ok {
		return r.wireForm()
	}
	return result
}

// readList decodes the items of a list and gives them to each, one by one, until that wants no more: {} takes two bytes
// of an answer and hundreds of memory. The last item may be one that could be decoded in part only.
func readList[T any](b []byte, each func(item *T) (more bool)) error {
	list := json.NewDecoder(bytes.NewReader(b))
	if start, err := list.Token(); err != nil || start != json.Delim('[') {
		return errNoList
	}
	for list.More() {
		item := new(T)
		err := list.Decode(wireForm(item))
		if !each(item) || err != nil {
			return err
		}
	}
	return nil
}

var (
	errNoList  = errors.New("notify: not a list")
	errBadTime = errors.New("notify: not a timestamp")
)

// timeInto reads a timestamp into a field of a result: those the real service writes (2024-05-17T15:58:38.342838Z) and
// those of its documentation (2024-05-17 15:58:38.342838), which are in UTC too. Null and "" are the zero time.
type timeInto struct{ field *time.Time }

func (t *timeInto) UnmarshalJSON(b []byte) error {
	*t.field = time.Time{}
	if string(b) == "null" {
		return nil
	}
	var s string
	if json.Unmarshal(b, &s) != nil {
		return errBadTime
	}
	if s == "" {
		return nil
	}
	for _, layout := range []string{
		time.RFC3339, "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", time.DateOnly,
	} {
		if at, err := time.Parse(layout, s); err == nil {
			*t.field = at.UTC()
			return nil
		}
	}
	return errBadTime
}

// stringInto reads a string into a field of a result, and anything else as it stands: the lines of a letter's address
// come back as the JSON that was sent, which may be a number.
type stringInto struct{ field *string }

func (s *stringInto) UnmarshalJSON(b []byte) error {
	switch {
	case b[0] == '"':
		return json.Unmarshal(b, s.field)
	case string(b) == "null":
		*s.field = ""
	default:
		*s.field = string(b)
	}
	return nil
}
