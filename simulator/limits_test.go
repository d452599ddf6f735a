package simulator_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// atOnce calls send from so many goroutines and returns how often each status came back.
func atOnce(count int, send func() answer) map[int]int {
	var wg sync.WaitGroup
	var mu sync.Mutex
	statuses := map[int]int{}
	for range count {
		wg.Go(func() {
			status := send().status
			mu.Lock()
			defer mu.Unlock()
			statuses[status]++
		})
	}
	wg.Wait()
	return statuses
}

// TestDailyLimitIsExact holds messages up while they are accepted, when others are looking at the limit.
func TestDailyLimitIsExact(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hold := make(chan struct{})
		w := setup(t, simulator.ServiceConfig{DailyLimits: simulator.DailyLimits{Email: new(3), InternationalSMS: new(2)}},
			simulator.WithOutcomes(func(simulator.Notification) simulator.Status { <-hold; return "" }))
		key := w.svc.Key(simulator.KeyTypeLive)
		go func() { synctest.Wait(); close(hold) }()
		require.Equal(t, map[int]int{201: 3, 429: 5}, atOnce(8, func() answer { return w.sendEmail(t, key, "jo@example.org") }))
		require.Len(t, w.svc.Dashboard(), 3)

		hold = make(chan struct{})
		go func() { synctest.Wait(); close(hold) }()
		require.Equal(t, map[int]int{201: 2, 429: 6}, atOnce(8, func() answer { return w.sendSMS(t, key, "+33612345678") }))
		require.Equal(t, map[simulator.MessageType]int{simulator.Email: 3, simulator.SMS: 2}, w.svc.Usage().Today)
		require.Equal(t, 2, w.svc.Usage().InternationalToday)
		require.Equal(t, "Exceeded send limits (international_sms: 2) for today", w.sendSMS(t, key, "+33612345678").message())
	})
}

// TestDailyLimitUnderLoad is for the race detector.
func TestDailyLimitUnderLoad(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{DailyLimits: simulator.DailyLimits{SMS: new(100)}})
	live, test := w.svc.Key(simulator.KeyTypeLive), w.svc.Key(simulator.KeyTypeTest)
	require.Equal(t, map[int]int{201: 100, 429: 100}, atOnce(200, func() answer { return w.sendSMS(t, live, "07900900123") }))
	require.Equal(t, 201, w.sendSMS(t, test, "07900900123").status, "test keys use nothing up")
	require.Len(t, w.svc.Dashboard(), 100)
}

// TestDailyLimitAboutMidnight: a day's count is that day's, also if a request of the day before comes late.
func TestDailyLimitAboutMidnight(t *testing.T) {
	t.Parallel()
	midnight := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	c := &clock{}
	w := setup(t, simulator.ServiceConfig{DailyLimits: simulator.DailyLimits{SMS: new(2)}}, simulator.WithClock(c.Now))
	key := w.svc.Key(simulator.KeyTypeLive)
	for _, send := range []struct {
		at   time.Duration
		want int
	}{{-1, 201}, {0, 201}, {-1, 201}, {-1, 429}, {0, 201}, {-1, 429}, {0, 429}, {24*time.Hour - 1, 429}, {24 * time.Hour, 201}} {
		c.now = midnight.Add(send.at)
		require.Equal(t, send.want, w.sendSMS(t, key, "07900900123").status, send.at)
	}
}

// TestDailyLimitOfTestKeys: they use nothing up, but are refused where nothing may be sent at all; in trial mode they have the limits
// of a live service.
func TestDailyLimitOfTestKeys(t *testing.T) {
	t.Parallel()
	none := simulator.DailyLimits{SMS: new(0), Email: new(0), Letter: new(0), InternationalSMS: new(0)}
	for _, trial := range []bool{false, true} {
		w := setup(t, simulator.ServiceConfig{TrialMode: trial, DailyLimits: none})
		key := w.svc.Key(simulator.KeyTypeTest)
		for channel, a := range map[string]answer{
			"sms: 0": w.sendSMS(t, key, "07900900123"), "email: 0": w.sendEmail(t, key, "jo@example.org"), "letter: 0": w.sendLetter(t, key),
		} {
			want := "Exceeded send limits (" + channel + ") for today"
			if trial {
				want = ""
			}
			require.Equal(t, want, a.message())
		}
	}
}
