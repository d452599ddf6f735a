package simulator_test

import (
	"context"
	"encoding/base64"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

var precompiled = fields{"reference": "r", "content": base64.StdEncoding.EncodeToString([]byte("%PDF-1.4\n"))}

// TestPrecompiledDelay: the letter exists when the response to its POST arrives, and not before; nothing else waits
// meanwhile.
func TestPrecompiledDelay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const delay = 500 * time.Millisecond
		w := setup(t, simulator.ServiceConfig{}, simulator.WithPrecompiledDelay(delay))
		key := w.svc.Key(simulator.KeyTypeLive)
		start := time.Now()
		done, recorder := make(chan struct{}), httptest.NewRecorder()
		r := w.request(t, key, "POST", "/v2/notifications/letter", precompiled)
		go func() { w.sim.ServeHTTP(recorder, r); close(done) }()
		synctest.Wait()
		require.True(t, w.sim.Unlocked())
		require.Equal(t, 201, w.sendLetter(t, key).status)
		require.Len(t, w.do(t, key, "GET", "/v2/notifications", nil).body["notifications"], 1)
		require.Len(t, w.svc.Dashboard(), 1)
		require.Zero(t, time.Since(start))

		<-done
		require.Equal(t, delay, time.Since(start))
		require.Equal(t, 201, recorder.Code)
		require.Len(t, w.svc.Dashboard(), 2)
		require.Equal(t, delay, w.svc.Dashboard()[0].CreatedAt.Sub(start), "it is accepted at the end")

		refused := w.do(t, key, "POST", "/v2/notifications/letter", fields{"reference": "r", "content": "a"})
		require.Equal(t, 400, refused.status)
		require.Equal(t, delay, time.Since(start), "a refusal comes at once")
	})
}

// TestPrecompiledDelayGivenUp: a letter whose sender no longer waits is not accepted.
func TestPrecompiledDelayGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const delay = 500 * time.Millisecond
		w := setup(t, simulator.ServiceConfig{}, simulator.WithPrecompiledDelay(delay))
		key := w.svc.Key(simulator.KeyTypeLive)
		for _, timeout := range []time.Duration{0, 200 * time.Millisecond, delay - 1} {
			ctx, cancel := context.WithTimeout(t.Context(), timeout)
			start := time.Now()
			resp, err := w.sim.RoundTrip(w.request(t, key, "POST", "/v2/notifications/letter", precompiled).WithContext(ctx))
			if err == nil {
				_ = resp.Body.Close()
			}
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.Equal(t, timeout, time.Since(start))
			cancel()
		}
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		recorder := httptest.NewRecorder()
		w.sim.ServeHTTP(recorder, w.request(t, key, "POST", "/v2/notifications/letter", precompiled).WithContext(ctx))
		require.Equal(t, 499, recorder.Code, "no success, should somebody read it")
		time.Sleep(time.Minute)
		require.Empty(t, w.svc.Dashboard())
		require.Empty(t, w.svc.Usage().Today)
	})
}

// TestDailyLimitDuringDelay: several letters arrive within the limit, but once the first are accepted the others are
// over it.
func TestDailyLimitDuringDelay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limited := simulator.ServiceConfig{DailyLimits: simulator.DailyLimits{Letter: new(3)}}
		w := setup(t, limited, simulator.WithPrecompiledDelay(time.Second))
		key := w.svc.Key(simulator.KeyTypeLive)
		send := func() answer { return w.do(t, key, "POST", "/v2/notifications/letter", precompiled) }
		require.Equal(t, map[int]int{201: 3, 429: 5}, atOnce(8, send))
		require.Equal(t, "Exceeded send limits (letter: 3) for today", send().message())
		require.Equal(t, 3, w.svc.Usage().Today[simulator.MessageTypeLetter])
	})
}

// TestPDFDelay: the PDF of a templated letter is ready by the simulator's clock, that of a precompiled letter at once.
func TestPDFDelay(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	w := setup(t, simulator.ServiceConfig{}, simulator.WithPDFDelay(2*time.Second), simulator.WithClock(c.Now))
	key := w.svc.Key(simulator.KeyTypeTest)
	pdf := func(id string) answer { return w.do(t, key, "GET", "/v2/notifications/"+id+"/pdf", nil) }
	letter := w.sendLetter(t, key).id()
	require.Equal(t, 200, pdf(w.do(t, key, "POST", "/v2/notifications/letter", precompiled).id()).status)
	require.Equal(t, "received", w.status(t, key, letter))
	require.Contains(t, pdf(letter).raw, `{"error":"PDFNotReadyError","message":"PDF not available yet, try again later"}`)
	delivered, _ := w.svc.Delivered(letter)
	require.NotEmpty(t, delivered.PDF)
	c.advance(2*time.Second - time.Microsecond)
	require.Equal(t, 400, pdf(letter).status)
	c.advance(time.Microsecond)
	require.Equal(t, 200, pdf(letter).status)

	require.NoError(t, w.svc.SetStatus(letter, simulator.StatusTechnicalFailure))
	require.Contains(t, pdf(letter).message(), "technical-failure")
}

// TestDelaysOfFixture: a fixture sets both delays, a later fixture replaces them, and an option wins over both.
func TestDelaysOfFixture(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct {
			more        string
			opts        []simulator.Option
			precompiled time.Duration
			pdf         time.Duration
		}{
			{"", nil, 500 * time.Millisecond, 2 * time.Second},
			{"services: []", nil, 500 * time.Millisecond, 2 * time.Second},
			{"simulator: {pdf_delay_seconds: 1}", nil, 0, time.Second},
			{"", []simulator.Option{simulator.WithPrecompiledDelay(time.Minute)}, time.Minute, 2 * time.Second},
			{"", []simulator.Option{simulator.WithPDFDelay(time.Minute)}, 500 * time.Millisecond, time.Minute},
			{"", []simulator.Option{simulator.WithPrecompiledDelay(0), simulator.WithPDFDelay(0)}, 0, 0},
		} {
			w := setup(t, simulator.ServiceConfig{}, c.opts...)
			require.NoError(t, w.sim.Load([]byte("simulator: {precompiled_delay_seconds: 0.5, pdf_delay_seconds: 2}")))
			if c.more != "" {
				require.NoError(t, w.sim.Load([]byte(c.more)))
			}
			key := w.svc.Key(simulator.KeyTypeTest)
			start := time.Now()
			w.do(t, key, "POST", "/v2/notifications/letter", precompiled)
			require.Equal(t, c.precompiled, time.Since(start))
			path := "/v2/notifications/" + w.sendLetter(t, key).id() + "/pdf"
			for start = time.Now(); w.do(t, key, "GET", path, nil).status != 200; time.Sleep(100 * time.Millisecond) {
				require.Less(t, time.Since(start), time.Hour)
			}
			require.Equal(t, c.pdf, time.Since(start))
		}
	})
	sim := simulator.New()
	require.NoError(t, sim.Load([]byte("simulator: {precompiled_delay_seconds: 86400, pdf_delay_seconds: 0}")))
	for setting, want := range map[string]string{
		"pdf_delay_seconds: -1":           "line 2: .simulator.pdf_delay_seconds: a delay is 0 to 86400 seconds",
		"precompiled_delay_seconds: .NaN": "line 2: .simulator.precompiled_delay_seconds: a delay is 0 to 86400 seconds",
		"pdf_delay_seconds: 86401":        "a delay is 0 to 86400 seconds",
		"pdf_delay_seconds: soon":         "line 2: .simulator.pdf_delay_seconds: want a number",
		"pdf_delay: 1":                    `unknown field "pdf_delay"`,
	} {
		require.ErrorContains(t, sim.Load([]byte("simulator:\n  "+setting)), want)
	}
}

// TestOutcomesOfFixture: a fixture says when and how messages end, and the options win.
func TestOutcomesOfFixture(t *testing.T) {
	t.Parallel()
	const says = "simulator: {outcome_delay_seconds: 60, outcome: permanent-failure}"
	for name, c := range map[string]struct {
		options     []simulator.Option
		first, last simulator.Status
	}{
		"fixture": {nil, "sending", "permanent-failure"},
		"delay":   {[]simulator.Option{simulator.WithOutcomeDelay(0)}, "permanent-failure", "permanent-failure"},
		"outcome": {[]simulator.Option{simulator.WithOutcomes(func(simulator.Notification) simulator.Status {
			return ""
		})}, "sending", "delivered"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := setup(t, simulator.ServiceConfig{}, c.options...)
			require.NoError(t, w.sim.Load([]byte(says)))
			live, test := w.svc.Key(simulator.KeyTypeLive), w.svc.Key(simulator.KeyTypeTest)
			sent, letter := w.sendSMS(t, live, "07900900123"), w.sendLetter(t, live)
			tested := w.sendSMS(t, test, "07900900123")
			require.EqualValues(t, c.first, w.status(t, live, sent.body["id"].(string)))
			w.sim.Advance(time.Minute)
			require.EqualValues(t, c.last, w.status(t, live, sent.body["id"].(string)))
			require.Equal(t, "received", w.status(t, live, letter.body["id"].(string)))
			require.Equal(t, "delivered", w.status(t, test, tested.body["id"].(string)))
		})
	}
	for _, bad := range []string{"outcome: lost", "outcome: received", "outcome_delay_seconds: -1"} {
		require.ErrorContains(t, simulator.New().Load([]byte("simulator: {"+bad+"}")), "line 1: .simulator.outcome")
	}
}
