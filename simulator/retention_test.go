package simulator_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// TestCutoff: at three o'clock UTC the messages are deleted that were made before the midnight in London seven days
// ago, to the microsecond. When the simulator is called makes no difference: one that was not called for days does not
// clean up any earlier.
func TestCutoff(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ midnight, night time.Time }{
		"in winter": {time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 10, 3, 0, 0, 0, time.UTC)},
		"in summer": {time.Date(2026, 7, 2, 23, 0, 0, 0, time.UTC), time.Date(2026, 7, 10, 3, 0, 0, 0, time.UTC)},
	} {
		for _, watched := range []bool{true, false} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				now := &clock{now: c.midnight.Add(-2 * time.Microsecond)}
				w := setup(t, simulator.ServiceConfig{
					ReceivedTextNumber: "07700900880", Retention: simulator.Retention{Email: 3, Letter: 90}, // each type has its own
				}, simulator.WithClock(now.Now))
				key := w.svc.Key(simulator.KeyTypeTest)
				var ids []string
				for range 4 { // two before midnight, one at midnight, one after
					ids = append(ids, w.sendSMS(t, key, "07900900123").id())
					_, err := w.svc.ReceiveText("07900900123", "Hi")
					require.NoError(t, err)
					now.advance(time.Microsecond)
				}
				kept := func() []string {
					texts := w.do(t, key, "GET", "/v2/received-text-messages", nil).body["received_text_messages"]
					require.Len(t, texts, len(w.svc.TestMessages()))
					return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
						return w.do(t, key, "GET", "/v2/notifications/"+id, nil).status == 404
					})
				}
				if watched {
					for now.now = now.now.Add(time.Hour); now.now.Before(c.night); now.advance(time.Hour) {
						require.Equal(t, ids, kept(), now.now)
					}
				}
				now.now = c.night.Add(-30 * time.Minute)
				require.Equal(t, ids, kept())
				now.now = c.night.Add(-time.Microsecond)
				require.Equal(t, ids, kept())
				now.now = c.night
				require.Equal(t, ids[2:], kept())
				now.now = c.night.Add(24*time.Hour - time.Microsecond)
				require.Equal(t, ids[2:], kept())
				now.now = c.night.Add(24 * time.Hour)
				require.Empty(t, kept())
			})
		}
	}
}

// TestLettersUnderWay: the clean-up keeps letters that are still in transit, and only those.
func TestLettersUnderWay(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)}
	w := setup(t, simulator.ServiceConfig{}, simulator.WithClock(c.Now))
	key := w.svc.Key(simulator.KeyTypeTest)
	underWay := []simulator.Status{simulator.StatusCreated, simulator.StatusSending, simulator.StatusPendingVirusCheck}
	lettersOnly := []simulator.Status{
		simulator.StatusPendingVirusCheck, simulator.StatusValidationFailed, simulator.StatusVirusScanFailed,
		simulator.StatusCancelled, simulator.StatusReturnedLetter,
	}
	ids := map[simulator.Status]string{}
	for _, status := range append(underWay,
		simulator.StatusSent, simulator.StatusDelivered, simulator.StatusPending, simulator.StatusTechnicalFailure,
		simulator.StatusTemporaryFailure, simulator.StatusPermanentFailure, simulator.StatusValidationFailed,
		simulator.StatusVirusScanFailed, simulator.StatusCancelled, simulator.StatusReturnedLetter) {
		ids[status] = w.sendLetter(t, key).id()
		require.NoError(t, w.svc.SetStatus(ids[status], status))
		if text := w.sendSMS(t, key, "07900900123").id(); !slices.Contains(lettersOnly, status) {
			require.NoError(t, w.svc.SetStatus(text, status))
		}
	}
	c.advance(8 * 24 * time.Hour)
	for status, id := range ids {
		_, kept := w.svc.Notification(id)
		require.Equal(t, slices.Contains(underWay, status), kept, status)
	}
	require.Len(t, w.svc.TestMessages(), len(underWay), "no text stays for being on its way")

	require.NoError(t, w.svc.SetStatus(ids[simulator.StatusSending], simulator.StatusDelivered))
	require.Len(t, w.svc.TestMessages(), len(underWay), "what has arrived goes the next night")
	c.advance(24 * time.Hour)
	require.Len(t, w.svc.TestMessages(), len(underWay)-1)
}

// TestNightsInTheirTurn: a letter that was in transit at night and arrived the next day is there until the night after,
// even if the simulator was not called in all that time.
func TestNightsInTheirTurn(t *testing.T) {
	t.Parallel()
	for _, watched := range []bool{true, false} {
		c := &clock{now: time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)}
		w := setup(t, simulator.ServiceConfig{}, simulator.WithClock(c.Now), simulator.WithOutcomeDelay(10*24*time.Hour))
		key := w.svc.Key(simulator.KeyTypeLive)
		id := w.sendLetter(t, key).id()
		for range 9 {
			c.advance(24 * time.Hour)
			if watched {
				require.Equal(t, "accepted", w.status(t, key, id))
			}
		}
		c.advance(25 * time.Hour)
		require.Equal(t, "received", w.status(t, key, id))
		c.advance(24 * time.Hour)
		require.Equal(t, 404, w.do(t, key, "GET", "/v2/notifications/"+id, nil).status)
	}
}

// TestPagingOverNight reads a page, lets the clean-up delete half of the messages, and reads on.
func TestPagingOverNight(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)}
	w := setup(t, simulator.ServiceConfig{}, simulator.WithClock(c.Now))
	key := w.svc.Key(simulator.KeyTypeTest)
	send := func(reference string) string {
		return w.do(t, key, "POST", "/v2/notifications/sms", fields{
			"phone_number": "07900900123", "template_id": w.sms, "personalisation": fields{"name": "Jo"}, "reference": reference,
		}).id()
	}
	var old, recent []string
	for range 3 {
		old = append(old, send("r"))
	}
	c.advance(4 * 24 * time.Hour)
	for range 300 {
		recent = append(recent, send("r"))
	}
	page := func(query string) (ids []string) {
		for _, n := range w.do(t, key, "GET", "/v2/notifications?reference=r"+query, nil).body["notifications"].([]any) {
			ids = append(ids, n.(fields)["id"].(string))
		}
		return ids
	}
	slices.Reverse(recent)
	require.Equal(t, recent[:250], page(""), "a page ends at 250, with a reference too")
	require.Len(t, page("&older_than="+recent[249]), 53)

	c.advance(4 * 24 * time.Hour)
	require.Equal(t, recent[250:], page("&older_than="+recent[249]))
	require.Empty(t, page("&older_than="+recent[299]))
	require.Empty(t, page("&older_than="+old[2]), "what is deleted is older than nothing")
	latest := send("r")
	require.Equal(t, append([]string{latest}, recent[:249]...), page(""))
	require.Equal(t, recent[:250], page("&older_than="+latest))
}

// TestReceivedTextsOverNight: texts of a description are never deleted, and older_than with the id of a deleted text
// finds nothing.
func TestReceivedTextsOverNight(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)}
	w := setup(t, simulator.ServiceConfig{
		ReceivedTextNumber: "07700900880",
		ReceivedTexts:      []simulator.ReceivedTextConfig{{Content: "lasts", CreatedAt: "2026-11-01T12:00:00.000000Z"}},
	}, simulator.WithClock(c.Now))
	key := w.svc.Key(simulator.KeyTypeTest)
	old, err := w.svc.ReceiveText("07900900123", "goes")
	require.NoError(t, err)
	page := func(query string) (contents []string) {
		a := w.do(t, key, "GET", "/v2/received-text-messages"+query, nil)
		for _, text := range a.body["received_text_messages"].([]any) {
			contents = append(contents, text.(fields)["content"].(string))
		}
		return contents
	}
	require.Equal(t, []string{"goes", "lasts"}, page(""))
	require.Equal(t, []string{"lasts"}, page("?older_than="+old))
	c.advance(8 * 24 * time.Hour)
	require.Empty(t, page("?older_than="+old))
	require.Equal(t, []string{"lasts"}, page(""))
}
