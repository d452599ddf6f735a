package notify

import (
	"encoding/json"
	"errors"
	"time"
)

// wireTime reads the timestamps the real service writes (2024-05-17T15:58:38.342838Z) and those of its documentation
// (2024-05-17 15:58:38.342838), which are in UTC too. Null and "" are the zero time.
type wireTime time.Time

var errTime = errors.New("notify: not a timestamp")

func (t *wireTime) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*t = wireTime{}
		return nil
	}
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		return errTime
	}
	if text == "" {
		*t = wireTime{}
		return nil
	}
	for _, layout := range []string{
		time.RFC3339, "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", time.DateOnly,
	} {
		if at, err := time.Parse(layout, text); err == nil {
			*t = wireTime(at.UTC())
			return nil
		}
	}
	return errTime
}

// wireText reads a text, and anything else as it stands: the lines of a letter's address come back as the JSON that was
// sent, which may be a number.
type wireText string

func (t *wireText) UnmarshalJSON(b []byte) error {
	if b[0] == '"' {
		return json.Unmarshal(b, (*string)(t))
	}
	*t = ""
	if string(b) != "null" {
		*t = wireText(b)
	}
	return nil
}
