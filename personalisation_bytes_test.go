package notify_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

type (
	octet   byte
	octets  []octet
	pair    [2]octet
	digest  [2]byte
	visits  []string
	percent uint8
)

// TestPersonalisationBytes: whatever bytes are called, a list of their numbers is not what anyone means to send.
func TestPersonalisationBytes(t *testing.T) {
	t.Parallel()
	for want, value := range map[string]any{
		"[]uint8": []byte{7}, "[2]uint8": [2]byte{7, 7}, "notify_test.digest": digest{7, 7},
		"[]notify_test.octet": []octet{7}, "[2]notify_test.octet": [2]octet{7, 7},
		"notify_test.octets": octets{7}, "notify_test.pair": pair{7, 7},
	} {
		m := sms()
		m.Personalisation = notify.Personalisation{"v": value}
		c, _ := setup(t)
		_, err := c.SendSMS(t.Context(), m)
		require.ErrorIs(t, err, notify.ErrInvalidRequest, want)
		require.EqualError(t, err,
			`notify: personalisation "v": a value of type `+want+` is bytes; make it a string or a File`)
		_, err = notify.PersonalisationFrom(map[string]any{"v": value})
		require.ErrorContains(t, err, want+" is bytes")
	}
	pointed := []octet{7}
	m := sms()
	m.Personalisation = notify.Personalisation{"v": &pointed}
	c, _ := setup(t)
	_, err := c.SendSMS(t.Context(), m)
	require.ErrorContains(t, err, "*[]notify_test.octet is bytes", "behind a pointer, too")
}

// TestPersonalisationPointers has pointers to all that a value can be.
func TestPersonalisationPointers(t *testing.T) {
	t.Parallel()
	texts, named, numbers, mixed, small := []string{"a", "b"}, visits{"c"}, [2]int{1, 2}, []any{"d", 3}, percent(50)
	var none []string
	given := map[string]any{
		"texts": &texts, "named": &named, "numbers": &numbers, "mixed": &mixed, "small": &small,
		"empty": &none, "nil": (*[]string)(nil),
	}
	want := map[string]any{
		"texts": []any{"a", "b"}, "named": []any{"c"}, "numbers": []any{1.0, 2.0}, "mixed": []any{"d", 3.0}, "small": 50.0,
		"empty": []any{}, "nil": nil,
	}
	from, err := notify.PersonalisationFrom(given)
	require.NoError(t, err)
	for _, p := range []notify.Personalisation{given, from} {
		c, mock := setup(t)
		bodies := answer(mock, "POST", "/v2/notifications/sms", 201, smsAnswer)
		m := sms()
		m.Personalisation = p
		_, err := c.SendSMS(t.Context(), m)
		require.NoError(t, err)
		require.Equal(t, want, (*bodies)[0]["personalisation"])
	}
	again := &texts
	for _, value := range []any{&again, []any{&texts}, []*[]string{&texts}} {
		c, _ := setup(t)
		m := sms()
		m.Personalisation = notify.Personalisation{"v": value}
		_, err := c.SendSMS(t.Context(), m)
		require.ErrorContains(t, err, "cannot be used here", "%T", value)
	}
}
