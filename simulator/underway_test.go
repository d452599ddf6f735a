package simulator_test

import (
	"encoding/base64"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/render/letter"
	"github.com/notifykit/notify/simulator"
)

// drawn returns a letter of that many pages, as a PDF that can be uploaded.
func drawn(t *testing.T, pages int) []byte {
	t.Helper()
	body := slices.Repeat([]letter.Block{{Content: "text"}, {Kind: letter.PageBreak}}, pages)
	content, _, err := letter.Draw(letter.Contents{Address: []string{"a"}, Body: body[:len(body)-1]})
	require.NoError(t, err)
	return content
}

// TestUnderWay checks each kind of message before and after its outcome. Times are seconds after it was accepted; -1
// means none.
func TestUnderWay(t *testing.T) {
	t.Parallel()
	ready := fields{"reference": "r", "content": base64.StdEncoding.EncodeToString(drawn(t, 1))}
	const test, live = simulator.KeyTypeTest, simulator.KeyTypeLive
	type state struct {
		status simulator.Status
		sent   int
		parts  any // fragments or sheets that are paid for
	}
	for name, c := range map[string]struct {
		key           simulator.KeyType
		send          func(w town, key string) answer
		before, after state
	}{
		"test text": {
			test, func(w town, key string) answer { return w.sendSMS(t, key, "07900900123") },
			state{"sending", 0, 0.0}, state{"delivered", 0, 1.0},
		},
		"live text": {
			live, func(w town, key string) answer { return w.sendSMS(t, key, "07900900123") },
			state{"sending", 0, 1.0}, state{"delivered", 0, 1.0},
		},
		"test text to France": {
			test, func(w town, key string) answer { return w.sendSMS(t, key, "+33612345678") },
			state{"sent", 0, 0.0}, state{"delivered", 0, 1.0},
		},
		"test text to Argentina, which reports no delivery": {
			test, func(w town, key string) answer { return w.sendSMS(t, key, "+5491123456789") },
			state{"sent", 0, 0.0}, state{"sent", 0, 0.0},
		},
		"live text to Argentina": {
			live, func(w town, key string) answer { return w.sendSMS(t, key, "+5491123456789") },
			state{"sent", 0, 1.0}, state{"sent", 0, 1.0},
		},
		"test email": {
			test, func(w town, key string) answer { return w.sendEmail(t, key, "jo@example.org") },
			state{"sending", 0, nil}, state{"delivered", 0, nil},
		},
		"test letter": {
			test, func(w town, key string) answer { return w.sendLetter(t, key) },
			state{"sending", -1, 0.0}, state{"delivered", -1, 0.0},
		},
		"live letter": {
			live, func(w town, key string) answer { return w.sendLetter(t, key) },
			state{"sending", 0, 1.0}, state{"delivered", 0, 1.0},
		},
		"test precompiled letter": {
			test, func(w town, key string) answer { return w.do(t, key, "POST", "/v2/notifications/letter", ready) },
			state{"pending-virus-check", -1, nil}, state{"delivered", -1, 1.0},
		},
		"live precompiled letter": {
			live, func(w town, key string) answer { return w.do(t, key, "POST", "/v2/notifications/letter", ready) },
			state{"pending-virus-check", -1, nil}, state{"delivered", 10, 1.0},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := &clock{now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
			w := setup(t, simulator.ServiceConfig{}, simulator.WithOutcomeDelay(10*time.Second), simulator.WithClock(now.Now))
			key := w.svc.Key(c.key)
			sent := c.send(w, key)
			require.Equal(t, 201, sent.status, sent.raw)
			look := func() state {
				n, ok := w.svc.Notification(sent.id())
				require.True(t, ok)
				s := state{n.Status, -1, nil}
				if !n.SentAt.IsZero() {
					s.sent = int(n.SentAt.Sub(n.CreatedAt).Seconds())
				}
				details, _ := w.do(t, key, "GET", "/v2/notifications/"+sent.id(), nil).body["cost_details"].(fields)
				for _, part := range []string{"billable_sms_fragments", "billable_sheets_of_paper"} {
					if details[part] != nil {
						s.parts = details[part]
					}
				}
				return s
			}
			require.Equal(t, c.before, look())
			now.advance(10*time.Second - time.Microsecond)
			require.Equal(t, c.before, look())
			now.advance(time.Microsecond)
			require.Equal(t, c.after, look())
		})
	}
}
