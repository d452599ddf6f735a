package simulator_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// atOnce calls send from count goroutines and returns how often each status came back.
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

// TestDailyLimitIsExact holds messages up while they are being accepted, when the limit is checked for others.
func TestDailyLimitIsExact(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hold := make(chan struct{})
		w := setup(t, simulator.ServiceConfig{DailyLimits: simulator.DailyLimits{Email: new(3), InternationalSMS: new(2)}},
			simulator.WithOutcomes(func(simulator.Notification) simulator.Status { <-hold; return "" }))
		key := w.svc.Key(simulator.KeyTypeLive)
		go func() { synctest.Wait(); close(hold) }()
		send := func() answer { return w.sendEmail(t, key, "jo@example.org") }
		require.Equal(t, map[int]int{201: 3, 429: 5}, atOnce(8, send))
		require.Len(t, w.svc.Dashboard(), 3)

		hold = make(chan struct{})
		go func() { synctest.Wait(); close(hold) }()
		send = func() answer { return w.sendSMS(t, key, "+33612345678") }
		require.Equal(t, map[int]int{201: 2, 429: 6}, atOnce(8, send))
		require.Equal(t, map[simulator.MessageType]int{
			simulator.MessageTypeEmail: 3, simulator.MessageTypeSMS: 2,
		}, w.svc.Usage().Today)
		require.Equal(t, 2, w.svc.Usage().InternationalToday)
		require.Equal(t, "Exceeded send limits (international_sms: 2) for today", send().message())
	})
}

// TestDailyLimitUnderLoad is for the race detector.
func TestDailyLimitUnderLoad(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{DailyLimits: simulator.DailyLimits{SMS: new(100)}})
	live, test := w.svc.Key(simulator.KeyTypeLive), w.svc.Key(simulator.KeyTypeTest)
	send := func() answer { return w.sendSMS(t, live, "07900900123") }
	require.Equal(t, map[int]int{201: 100, 429: 100}, atOnce(200, send))
	require.Equal(t, 201, w.sendSMS(t, test, "07900900123").status, "test keys use nothing up")
	require.Len(t, w.svc.Dashboard(), 100)
}

// TestDailyLimitAboutMidnight: each day has its own count, even if a request of the day before comes late.
func TestDailyLimitAboutMidnight(t *testing.T) {
	t.Parallel()
	midnight := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	c := &clock{}
	w := setup(t, simulator.ServiceConfig{DailyLimits: simulator.DailyLimits{SMS: new(2)}}, simulator.WithClock(c.Now))
	key := w.svc.Key(simulator.KeyTypeLive)
	for _, send := range []struct {
		at   time.Duration
		want int
	}{
		{-1, 201}, {0, 201}, {-1, 201}, {-1, 429}, {0, 201}, {-1, 429}, {0, 429},
		{24*time.Hour - 1, 429}, {24 * time.Hour, 201},
	} {
		c.now = midnight.Add(send.at)
		require.Equal(t, send.want, w.sendSMS(t, key, "07900900123").status, send.at)
	}
}

// TestDailyLimitForthAndBack: a limit is exact however far the clock moves, and however often.
func TestDailyLimitForthAndBack(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	c := &clock{}
	w := setup(t, simulator.ServiceConfig{DailyLimits: simulator.DailyLimits{SMS: new(2)}}, simulator.WithClock(c.Now))
	key := w.svc.Key(simulator.KeyTypeLive)
	accepted := map[int]int{}
	for _, day := range []int{0, 2, 0, 2, 0, 2, 40, 0, -40, 2, 40, 40, 40, -40, -40, 0} {
		c.now = start.AddDate(0, 0, day)
		want := 201
		if accepted[day] == 2 {
			want = 429
		} else {
			accepted[day]++
		}
		require.Equal(t, want, w.sendSMS(t, key, "07900900123").status, "day %d", day)
		require.Equal(t, accepted[day], w.svc.Usage().Today[simulator.MessageTypeSMS], "day %d", day)
	}
}

// TestRateLimitForthAndBack: the bucket fills again by a clock that was moved back.
func TestRateLimitForthAndBack(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)}
	w := setup(t, simulator.ServiceConfig{RateLimit: 6}, simulator.WithClock(c.Now))
	key := w.svc.Key(simulator.KeyTypeTest)
	use := func() {
		t.Helper()
		require.Equal(t, 201, w.sendSMS(t, key, "07900900123").status)
		for w.sendSMS(t, key, "07900900123").status == 201 {
		}
	}
	use()
	c.advance(-8 * 24 * time.Hour)
	require.Equal(t, 429, w.sendSMS(t, key, "07900900123").status, "it is as empty as it was")
	c.advance(time.Minute)
	use()
}

// TestDailyLimitOfTestKeys: test keys use nothing up, but are refused if the limit is zero; in trial mode they have the
// limits of a live service.
func TestDailyLimitOfTestKeys(t *testing.T) {
	t.Parallel()
	none := simulator.DailyLimits{SMS: new(0), Email: new(0), Letter: new(0), InternationalSMS: new(0)}
	for _, trial := range []bool{false, true} {
		w := setup(t, simulator.ServiceConfig{TrialMode: trial, DailyLimits: none})
		key := w.svc.Key(simulator.KeyTypeTest)
		for channel, a := range map[string]answer{
			"sms: 0": w.sendSMS(t, key, "07900900123"), "email: 0": w.sendEmail(t, key, "jo@example.org"),
			"letter: 0": w.sendLetter(t, key),
		} {
			want := "Exceeded send limits (" + channel + ") for today"
			if trial {
				want = ""
			}
			require.Equal(t, want, a.message())
		}
	}
}

// TestTestKeysAreNotCounted: a test key never reaches a limit of one.
func TestTestKeysAreNotCounted(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{DailyLimits: simulator.DailyLimits{SMS: new(1)}})
	for range 3 {
		require.Equal(t, 201, w.sendSMS(t, w.svc.Key(simulator.KeyTypeTest), "07900900123").status)
	}
	require.Equal(t, 201, w.sendSMS(t, w.svc.Key(simulator.KeyTypeLive), "07900900123").status)
	require.Equal(t, 429, w.sendSMS(t, w.svc.Key(simulator.KeyTypeLive), "07900900123").status)
}

// TestBurst: a full bucket holds a third of the limit, rounded up, and one more, but at most 1000 in all. It admits one
// fewer than it holds.
func TestBurst(t *testing.T) {
	t.Parallel()
	for limit, want := range map[int]int{
		1: 1, 3: 1, 4: 2, 30: 10, 31: 11, 2994: 998, 2995: 999, 2997: 999, 3000: 999, 60_000: 999,
	} {
		c := &clock{now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
		w := setup(t, simulator.ServiceConfig{RateLimit: limit}, simulator.WithClock(c.Now))
		key := w.svc.Key(simulator.KeyTypeTest)
		require.Equal(t, want, w.burst(t, key), limit)
		require.Equal(t, want, w.burst(t, w.svc.Key(simulator.KeyTypeLive)), "each type of key has its own")
		c.advance(time.Hour)
		require.Equal(t, want, w.burst(t, key), "it fills up, and no further: %d", limit)
	}
}

// burst sends until it is refused, and returns how many sends were admitted.
func (w town) burst(t *testing.T, key string) int {
	t.Helper()
	for sent := 0; ; sent++ {
		// An invalid request takes a token too, and less time.
		if w.do(t, key, "POST", "/v2/notifications/sms", fields{}).status == 429 {
			return sent
		}
	}
}

// TestRefill: a refused request takes a token too, and time that is not enough for a whole token is not lost.
func TestRefill(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	c := &clock{now: start}
	w := setup(t, simulator.ServiceConfig{RateLimit: 30}, simulator.WithClock(c.Now))
	key := w.svc.Key(simulator.KeyTypeTest)
	require.Equal(t, 10, w.burst(t, key))
	for _, send := range []struct {
		at   int
		want int
	}{
		{0, 429}, {0, 429}, // the bucket does not go below zero
		{2, 429},                        // one token came, and this request took it
		{6, 201},                        // two tokens came
		{9, 201},                        // one and a half
		{10, 201},                       // the other half completes a token
		{9, 429},                        // the clock went back: no token came
		{12, 429}, {14, 429}, {16, 429}, // requests come too often for it ever to hold two
		{20, 201},
	} {
		c.now = start.Add(time.Duration(send.at) * time.Second)
		require.Equal(t, send.want, w.sendSMS(t, key, "07900900123").status, "after %d s", send.at)
	}
}
