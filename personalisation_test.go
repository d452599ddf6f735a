package notify_test

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
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

func (byString) String() string { return "text" }

func (*byPointer) String() string { return "text" }

func (byText) MarshalText() ([]byte, error) { return []byte("text"), nil }

func (byAppending) AppendText(b []byte) ([]byte, error) { return append(b, "text"...), nil }

func (byJSON) MarshalJSON() ([]byte, error) { return []byte(`"text"`), nil }

func (byError) Error() string { return "text" }

func (byFormatting) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "text") }

func (byBoth) String() string { return "text" }

func (byBoth) MarshalJSON() ([]byte, error) { return []byte(`1`), nil }

func (version) String() string { return "1.2.3" }

func (scores) String() string { return "text" }

// Types with methods whose values are what they are.
type (
	label  string
	labels []label
	amount int
	level  uint16

	consent bool
)

func (label) String() string { return "other" }

func (label) MarshalText() ([]byte, error) { return []byte("other"), nil }

func (labels) String() string { return "other" }

func (amount) Pounds() int { return 0 }

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
		"agrees": consent(true), "plain": int(time.Wednesday), "said": time.Wednesday.String(),
		"no day": (*time.Weekday)(nil),
	}
	_, err := c.SendSMS(t.Context(), m)
	require.NoError(t, err)
	require.Equal(t, map[string]any{
		"text": "a", "pointer": "a", "texts": []any{"a", "b"}, "any": []any{"a"},
		"amount": 5.0, "levels": []any{1.0, 2.0}, "number": 1.5,
		"agrees": true, "plain": 3.0, "said": "Wednesday", "no day": nil,
	}, (*bodies)[0]["personalisation"])
}

func TestPersonalisation(t *testing.T) {
	t.Parallel()
	type name string
	type names []name
	text := "p"
	c, mock := setup(t)
	bodies := answer(mock, "POST", "/v2/notifications/sms", 201, `{"id":"`+notificationID+`"}`)
	for label, tc := range map[string]struct {
		value any
		want  string // JSON; "" for refused
	}{
		"text":          {"a\"\\\n\t\x00\x7f<é😀\u2028", `"a\"\\\n\t\u0000` + "\x7f" + `<é😀\u2028"`},
		"invalid UTF-8": {"a\xffb", `"a\ufffdb"`},
		"int":           {-5, `-5`}, "uint8": {uint8(7), `7`}, "int64": {int64(math.MaxInt64), `9223372036854775807`},
		"float": {1.5, `1.5`}, "whole float": {3.0, `3`}, "float32": {float32(0.1), `0.1`},
		"huge": {1e30, `1e+30`}, "tiny": {1e-9, `1e-09`},
		"bool": {true, `true`}, "nil": {nil, `null`}, "number": {json.Number("1.20"), `1.20`},
		"named": {name("n"), `"n"`}, "pointer": {&text, `"p"`}, "nil pointer": {(*string)(nil), `null`},
		"strings": {[]string{"a", "b"}, `["a","b"]`}, "any": {[]any{"a", 1, true, nil}, `["a",1,true,null]`},
		"named list": {names{"a"}, `["a"]`},
		"empty list": {[]string{}, `[]`}, "nil list": {[]string(nil), `[]`}, "array": {[2]int{1, 2}, `[1,2]`},
		"NaN": {math.NaN(), ""}, "infinite": {math.Inf(1), ""}, "infinite in a list": {[]float64{math.Inf(-1)}, ""},
		"bad number": {json.Number("secret"), ""},
		"bytes":      {[]byte("secret"), ""}, "map": {map[string]string{"secret": "secret"}, ""},
		"struct": {struct{ A string }{"secret"}, ""}, "time": {time.Now(), ""},
		"func": {func() {}, ""}, "channel": {make(chan int), ""}, "complex": {1i, ""},
		"nested list":    {[]any{[]string{"secret"}}, ""},
		"file in a list": {[]any{notify.FileFromBytes("a.csv", []byte("secret"))}, ""},
		"nil file":       {(*notify.File)(nil), `null`},
	} {
		before := mock.GetTotalCallCount()
		m := sms()
		m.Personalisation = notify.Personalisation{"k\"1": tc.value}
		_, err := c.SendSMS(t.Context(), m)
		if tc.want == "" {
			require.ErrorIs(t, err, notify.ErrInvalidRequest, label)
			require.NotContains(t, err.Error(), "secret", label)
			require.Equal(t, before, mock.GetTotalCallCount())
			continue
		}
		require.NoError(t, err, label)
		raw, err := json.Marshal((*bodies)[len(*bodies)-1]["personalisation"].(map[string]any)["k\"1"])
		require.NoError(t, err)
		require.JSONEq(t, tc.want, string(raw), label)
	}
}

func FuzzPersonalisation(f *testing.F) {
	f.Add("name", "value\x00\xff\"")
	f.Add("", "\u2028</script>")
	f.Fuzz(func(t *testing.T, key, value string) {
		c, mock := setup(t)
		stored, err := json.Marshal(string([]rune(value)))
		require.NoError(t, err)
		bodies := answer(mock, "POST", "/v2/notifications/sms", 201,
			`{"id":"`+notificationID+`","reference":`+string(stored)+`}`)
		m := sms()
		m.Reference = value
		m.Personalisation = notify.Personalisation{key: value, "list": []string{value}}
		_, err = c.SendSMS(t.Context(), m)
		require.NoError(t, err)
		want := strings.ToValidUTF8(value, "\ufffd")
		if strings.Count(want, "\ufffd") != strings.Count(value, "\ufffd") {
			want = string([]rune(value)) // one replacement for each bad byte
		}
		p := (*bodies)[0]["personalisation"].(map[string]any)
		if key != "list" {
			require.Equal(t, want, p[string([]rune(key))])
		}
	})
}

// Whatever takes a personalisation refuses what cannot be sent, before it sends anything.
func TestPersonalisationIsRefusedByAll(t *testing.T) {
	t.Parallel()
	c, _ := setup(t)
	bad := notify.Personalisation{"when": time.Now()}
	for name, call := range map[string]func() error{
		"sms": func() error {
			_, err := c.SendSMS(t.Context(), notify.SMS{Personalisation: bad})
			return err
		},
		"email": func() error {
			_, err := c.SendEmail(t.Context(), notify.Email{Personalisation: bad})
			return err
		},
		"letter": func() error {
			_, err := c.SendLetter(t.Context(), notify.Letter{Personalisation: bad})
			return err
		},
		"preview": func() error {
			_, err := c.PreviewTemplate(t.Context(), templateID, bad)
			return err
		},
	} {
		err := call()
		require.ErrorIs(t, err, notify.ErrInvalidRequest, name)
		require.EqualError(t, err, `notify: personalisation "when": a value of type time.Time cannot be used here`, name)
	}
}
