package notify_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

// Types that read otherwise than they are stored, each by one method.
type (
	byString     int
	byPointer    int8
	byText       bool
	byAppending  uint16
	byJSON       float32
	byError      uint
	byFormatting int64
	byBoth       int // text in one of its methods, as an embedded type would give it
	version      [3]int
	scores       []float64
	uuid         [16]byte
)

func (byString) String() string                         { return "text" }
func (*byPointer) String() string                       { return "text" }
func (byText) MarshalText() ([]byte, error)             { return []byte("text"), nil }
func (byAppending) AppendText(b []byte) ([]byte, error) { return append(b, "text"...), nil }
func (byJSON) MarshalJSON() ([]byte, error)             { return []byte(`"text"`), nil }
func (byError) Error() string                           { return "text" }
func (byFormatting) Format(s fmt.State, _ rune)         { _, _ = io.WriteString(s, "text") }
func (byBoth) String() string                           { return "text" }
func (byBoth) MarshalJSON() ([]byte, error)             { return []byte(`1`), nil }
func (version) String() string                          { return "1.2.3" }
func (scores) String() string                           { return "text" }

// Types with methods whose values are what they are.
type (
	label  string
	labels []label
	amount int
	level  uint16

	consent bool
)

func (label) String() string               { return "other" }
func (label) MarshalText() ([]byte, error) { return []byte("other"), nil }
func (labels) String() string              { return "other" }
func (amount) Pounds() int                 { return 0 }

// TestPersonalisationThatReadsOtherwise: a reader of "see you on 3" is none the wiser.
func TestPersonalisationThatReadsOtherwise(t *testing.T) {
	t.Parallel()
	day, pointer := time.Wednesday, byPointer(7)
	for want, value := range map[string]any{
		"time.Weekday": day, "time.Month": time.May, "time.Duration": time.Hour, "json.Delim": json.Delim('{'),
		"notify_test.byString": byString(7), "notify_test.byPointer": &pointer, "notify_test.byText": byText(true),
		"notify_test.byAppending": byAppending(7), "notify_test.byJSON": byJSON(7), "notify_test.byError": byError(7),
		"notify_test.byFormatting": byFormatting(7), "notify_test.byBoth": byBoth(7), "notify_test.version": version{7, 7, 7},
		"notify_test.scores": scores{7}, "*notify_test.version": &version{7}, "notify_test.uuid": uuid{7},
		"net.IP": net.IPv4(7, 7, 7, 7), "json.RawMessage": json.RawMessage("7"), "[]uint8": []byte("7"),
		"time.Time": time.Unix(7, 0),
	} {
		for _, v := range []any{value, []any{"Monday", value}} {
			m := sms()
			m.Personalisation = notify.Personalisation{"name": "Amala", "day of visit": v}
			c, _ := setup(t)
			_, err := c.SendSMS(t.Context(), m)
			require.ErrorIs(t, err, notify.ErrInvalidRequest, want)
			after, ok := strings.CutPrefix(err.Error(), `notify: personalisation "day of visit": a value of type `+want+" ")
			require.True(t, ok, err)
			require.NotContains(t, after, "7")
		}
	}
	c, _ := setup(t)
	m := sms()
	m.Personalisation = notify.Personalisation{"days": []time.Weekday{day}, "also": &day}
	_, err := c.SendSMS(t.Context(), m)
	require.ErrorContains(t, err, `personalisation "also": a value of type time.Weekday `)
	m.Personalisation = notify.Personalisation{"days": []*time.Weekday{nil, &day}}
	_, err = c.SendSMS(t.Context(), m)
	require.ErrorContains(t, err, `personalisation "days": a value of type time.Weekday `)
}

func TestPersonalisationThatIsWhatItIs(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	bodies := answer(mock, "POST", "/v2/notifications/sms", 201, smsAnswer)
	text := label("a")
	m := sms()
	m.Personalisation = notify.Personalisation{
		"text": text, "pointer": &text, "texts": labels{"a", "b"}, "any": []any{text},
		"amount": amount(5), "levels": []level{1, 2}, "number": json.Number("1.50"),
		"agrees": consent(true), "plain": int(time.Wednesday), "said": time.Wednesday.String(), "no day": (*time.Weekday)(nil),
	}
	_, err := c.SendSMS(t.Context(), m)
	require.NoError(t, err)
	require.Equal(t, map[string]any{
		"text": "a", "pointer": "a", "texts": []any{"a", "b"}, "any": []any{"a"},
		"amount": 5.0, "levels": []any{1.0, 2.0}, "number": 1.5,
		"agrees": true, "plain": 3.0, "said": "Wednesday", "no day": nil,
	}, (*bodies)[0]["personalisation"])
}
