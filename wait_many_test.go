package notify_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// mailOut is a simulated service, a client for it, and what the client asks it for.
type mailOut struct {
	t              *testing.T
	sim            *simulator.Simulator
	service        *simulator.Service
	client         *notify.Client
	pages, singles int
}

func (m *mailOut) RoundTrip(req *http.Request) (*http.Response, error) {
	switch {
	case req.Method != http.MethodGet:
	case req.URL.Path == "/v2/notifications":
		m.pages++
	default:
		m.singles++
	}
	return m.sim.RoundTrip(req)
}

func newMailOut(t *testing.T, opts ...simulator.Option) *mailOut {
	t.Helper()
	m := &mailOut{t: t, sim: simulator.New(opts...)}
	var err error
	m.service, err = m.sim.AddService(simulator.ServiceConfig{
		Name: "Mail-out", RateLimit: 1_000_000,
		Keys: []simulator.KeyConfig{
			{Name: "test", Type: simulator.KeyTypeTest}, {Name: "team", Type: simulator.KeyTypeTeam},
		},
		Templates: []simulator.TemplateConfig{{
			ID: templateID, Type: simulator.MessageTypeSMS, Name: "M", Versions: []simulator.TemplateVersion{{Body: "M"}},
		}},
		GuestList: []string{"07900900123"},
	})
	require.NoError(t, err)
	m.client = m.with(simulator.KeyTypeTest)
	return m
}

func (m *mailOut) with(key simulator.KeyType) *notify.Client {
	m.t.Helper()
	client, err := notify.New(m.service.Key(key), notify.WithHTTPClient(&http.Client{Transport: m}),
		notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
	require.NoError(m.t, err)
	return client
}

// send sends that many messages, and gives their ids.
func (m *mailOut) send(n int) []string { return m.sendWith(m.client, n) }

func (m *mailOut) sendWith(client *notify.Client, n int) []string {
	m.t.Helper()
	ids := make([]string, n)
	for i := range ids {
		if i%400 == 399 {
			time.Sleep(60 * time.Millisecond) // no more than a thousand requests at once, however high the limit
		}
		sent, err := client.SendSMS(m.t.Context(), notify.SMS{PhoneNumber: "07900900123", TemplateID: templateID})
		require.NoError(m.t, err)
		ids[i] = sent.ID
	}
	return ids
}

// wait collects the ids of those that become final, and the error that ends it.
func (m *mailOut) wait(ctx context.Context, ids []string) (got []string, err error) {
	for n, err := range m.client.WaitForNotifications(ctx, ids) {
		if n == nil {
			return got, err
		}
		if err == nil {
			require.Equal(m.t, notify.StatusDelivered, n.Status)
		} else {
			require.ErrorIs(m.t, err, notify.ErrNotFound)
		}
		got = append(got, n.ID)
	}
	return got, nil
}

// calls are the reads since it was last asked.
func (m *mailOut) calls() (pages, singles int) {
	pages, singles = m.pages, m.singles
	m.pages, m.singles = 0, 0
	return pages, singles
}

// TestWaitForNotificationsCalls compares the calls with those of reading each notification alone.
func TestWaitForNotificationsCalls(t *testing.T) {
	t.Parallel()
	reversed := func(ids []string) []string { slices.Reverse(ids); return ids }
	shuffled := func(ids []string) []string {
		r := rand.New(rand.NewPCG(1, 2))
		r.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
		return ids
	}
	same := func(ids []string) []string { return ids }
	for name, c := range map[string]struct {
		n, others      int // of its own, and of others' sent afterwards
		order          func([]string) []string
		pages, singles int // in all rounds
	}{
		"one":              {1, 0, same, 0, 5},
		"two":              {2, 0, same, 5, 0},
		"a page":           {250, 0, same, 5, 0},
		"a page, reversed": {250, 0, reversed, 5, 0},
		"a thousand":       {1000, 0, same, 20, 0},
		"shuffled":         {500, 0, shuffled, 10, 0},
		// The newest page shows none: one page more, and one message to go on from, which is then read alone each time.
		"under others'":           {500, 600, same, 1 + 10, 5},
		"under others', reversed": {500, 600, reversed, 2 + 10, 5 + 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				// Looked at after 0, 1, 3, 7 and 15 seconds.
				m := newMailOut(t, simulator.WithOutcomeDelay(10*time.Second))
				ids := m.send(c.n)
				m.send(c.others)
				start := time.Now()
				got, err := m.wait(t.Context(), c.order(slices.Clone(ids)))
				require.NoError(t, err)
				require.ElementsMatch(t, ids, got)
				require.Equal(t, 15*time.Second, time.Since(start))
				pages, singles := m.calls()
				t.Logf("%d calls instead of %d", pages+singles, 5*c.n)
				require.Equal(t, fmt.Sprint(c.pages, " pages, ", c.singles, " singles"),
					fmt.Sprint(pages, " pages, ", singles, " singles"))
			})
		})
	}
}

// TestWaitForNotificationsYieldsEarly: each is yielded in the round in which it is final, while others are still sent.
func TestWaitForNotificationsYieldsEarly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMailOut(t, simulator.WithOutcomeDelay(10*time.Second))
		first := m.send(300)
		time.Sleep(7 * time.Second)
		second := m.send(300)
		ids := append(slices.Clone(first), second...)
		at := map[string]time.Duration{}
		start := time.Now()
		for n, err := range m.client.WaitForNotifications(t.Context(), ids) {
			require.NoError(t, err)
			require.NotContains(t, at, n.ID)
			at[n.ID] = time.Since(start)
			if len(at)%100 == 1 {
				m.send(50) // others come in on top
			}
		}
		require.Len(t, at, 600)
		for _, id := range first {
			require.Equal(t, 3*time.Second, at[id])
		}
		for _, id := range second {
			require.Equal(t, 15*time.Second, at[id])
		}
		pages, singles := m.calls()
		require.LessOrEqual(t, pages, 3*3+2*2)
		require.Zero(t, singles)
	})
}

// TestWaitForNotificationsPushedDown: the newest of the list has none before it to find it by, once others are on top.
func TestWaitForNotificationsPushedDown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMailOut(t, simulator.WithOutcomeDelay(10*time.Second))
		ids := m.send(10)
		time.AfterFunc(500*time.Millisecond, func() { m.send(300) })
		got, err := m.wait(t.Context(), ids)
		require.NoError(t, err)
		require.ElementsMatch(t, ids, got)
		pages, singles := m.calls()
		// The first look, the one that loses it, and three more.
		require.Equal(t, []int{1 + 2 + 3, 0 + 1 + 3}, []int{pages, singles})
	})
}

// TestWaitForNotificationsElsewhere: those that no page of this key shows are read one by one, and those that Notify
// does not know keep nobody waiting.
func TestWaitForNotificationsElsewhere(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMailOut(t, simulator.WithOutcomeDelay(10*time.Second))
		elsewhere := m.sendWith(m.with(simulator.KeyTypeTeam), 20)
		ids := append(slices.Clone(elsewhere), m.send(100)...)
		unknown := "740E5834-3a29-46b4-9a6f-16142fde533a"
		asked := append([]string{unknown}, ids...)
		asked = append(asked, strings.ToUpper(ids[7]), unknown) // again
		got, err := m.wait(t.Context(), asked)
		require.NoError(t, err)
		require.ElementsMatch(t, append(ids, unknown), got)
		pages, singles := m.calls()
		require.LessOrEqual(t, pages, 5+3)
		require.Equal(t, 5*20+1, singles)
	})
}

func TestWaitForNotificationsEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMailOut(t, simulator.WithOutcomeDelay(10*time.Second))
		early := m.send(3)
		time.Sleep(9 * time.Second)
		late := m.send(2)
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(5*time.Second, func() { cancel(errors.New("07900900123 rang")) })
		got, err := m.wait(ctx, append(slices.Clone(early), late...))
		require.ElementsMatch(t, early, got)
		var unfinished *notify.UnfinishedError
		require.ErrorAs(t, err, &unfinished)
		require.Equal(t, late, unfinished.IDs)
		require.ErrorIs(t, err, context.Canceled)
		require.True(t, notify.SafeToRetry(err))
		const says = "notify: 2 of 5 notifications are left: stopped waiting for notifications: context canceled"
		for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
			require.Equal(t, says, fmt.Sprintf(verb, err))
		}
		text, err := unfinished.MarshalText()
		require.NoError(t, err)
		require.Equal(t, says, string(text))

		// What is left can be waited for again.
		got, err = m.wait(t.Context(), unfinished.IDs)
		require.NoError(t, err)
		require.ElementsMatch(t, late, got)

		ctx, stop := context.WithTimeout(t.Context(), 2*time.Second)
		defer stop()
		_, err = m.wait(ctx, m.send(2))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorAs(t, err, &unfinished)
		require.Len(t, unfinished.IDs, 2)

		// A key that is revoked in the middle.
		ids := m.send(3)
		time.AfterFunc(2*time.Second, func() { _ = m.service.RevokeKey(m.service.Key(simulator.KeyTypeTest)) })
		_, err = m.wait(t.Context(), ids)
		require.ErrorIs(t, err, notify.ErrKeyRevoked)
		require.ErrorAs(t, err, &unfinished)
		require.ElementsMatch(t, ids, unfinished.IDs)
	})
}

// TestWaitForNotificationsStops: who leaves the loop makes no more calls, and a context that ends in the middle of a
// page leaves the rest of it.
func TestWaitForNotificationsStops(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMailOut(t)
		ids := m.send(600)
		seen := 0
		for _, err := range m.client.WaitForNotifications(t.Context(), ids) {
			require.NoError(t, err)
			if seen++; seen == 10 {
				break
			}
		}
		pages, singles := m.calls()
		require.Equal(t, []int{10, 1, 0}, []int{seen, pages, singles})

		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var last error
		seen = 0
		for n, err := range m.client.WaitForNotifications(ctx, ids) {
			if last = err; n != nil {
				seen++
				cancel()
			}
		}
		require.Equal(t, 1, seen)
		require.ErrorIs(t, last, context.Canceled)
		var unfinished *notify.UnfinishedError
		require.ErrorAs(t, last, &unfinished)
		require.Len(t, unfinished.IDs, 599)
	})
}
