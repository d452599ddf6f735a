package bulk_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/bulk"
	"github.com/notifykit/notify/simulator"
)

// sending runs a test with a job of its own and the service that it sends by.
func sending(t *testing.T, kind simulator.KeyType, test func(t *testing.T, service *simulator.Service, job virtual)) {
	t.Helper()
	var service *simulator.Service
	inBubble(t, func(t *testing.T) *notify.Client {
		t.Helper()
		sim := simulator.New()
		service = addService(t, sim, notify.DefaultRateLimit)
		client, err := notify.New(service.Key(kind), notify.WithoutRateLimit(),
			notify.WithHTTPClient(&http.Client{Transport: sim}))
		require.NoError(t, err)
		return client
	}, func(t *testing.T, job virtual) { test(t, service, job) })
}

// attempts is the largest number of attempts that River counted for a job.
func (v virtual) attempts(t *testing.T) (n int) {
	t.Helper()
	require.NoError(t, v.db.QueryRowContext(t.Context(), "SELECT max(attempt) FROM river_job").Scan(&n))
	return n
}

func references(service *simulator.Service) map[string]int {
	all := map[string]int{}
	for _, m := range append(service.TestMessages(), service.Dashboard()...) {
		all[m.Reference]++
	}
	return all
}

// What Notify refuses is done, with the reason in its words, and is not sent again.
func TestRefused(t *testing.T) {
	t.Parallel()
	sending(t, simulator.KeyTypeTest, func(t *testing.T, service *simulator.Service, job virtual) {
		job.add(t, notify.SMS{PhoneNumber: "07900 900123", TemplateID: templateID},
			notify.SMS{PhoneNumber: "1", TemplateID: templateID}, texts(1)[0])
		require.NoError(t, job.run(t.Context()))
		requests := len(service.Simulator().Requests())
		require.NoError(t, job.run(t.Context()))
		require.Len(t, service.Simulator().Requests(), requests)
		counts := job.counts(t)
		require.Equal(t, 1, counts.Sent)
		require.Equal(t, 2, counts.Refused)
		require.Equal(t, 3, counts.Total())
		require.Equal(t, map[string]int{
			"BadRequestError: Missing personalisation: name":                                                1,
			"ValidationError: phone_number Number is not valid – double check the phone number you entered": 1,
		}, counts.Reasons)
	})
}

// dialling fails some times as when there is no network, and then hands on to the next.
type dialling struct {
	next  http.RoundTripper
	fails atomic.Int64
}

func (d *dialling) RoundTrip(r *http.Request) (*http.Response, error) {
	if d.fails.Add(-1) >= 0 {
		return nil, &net.OpError{Op: "dial", Err: io.ErrUnexpectedEOF}
	}
	return d.next.RoundTrip(r)
}

// Without a network a message waits, and that costs no attempt.
func TestNoNetwork(t *testing.T) {
	t.Parallel()
	d := &dialling{}
	d.fails.Store(50)
	var service *simulator.Service
	inBubble(t, func(t *testing.T) *notify.Client {
		t.Helper()
		sim := simulator.New()
		service, d.next = addService(t, sim, 3000), sim
		client, err := notify.New(service.Key(simulator.KeyTypeTest), notify.WithHTTPClient(&http.Client{Transport: d}))
		require.NoError(t, err)
		return client
	}, func(t *testing.T, job virtual) {
		job.add(t, texts(3)...)
		require.NoError(t, job.run(t.Context()))
		require.Len(t, service.TestMessages(), 3)
		require.Equal(t, 1, job.attempts(t))
	})
}

// A message whose answer was lost is found at once, and one whose request was lost is sent when that is proved.
func TestDoubt(t *testing.T) {
	t.Parallel()
	gateway := simulator.ProxyPage(simulator.ProxyNginx, 504)
	broken := simulator.Refuse(500, "SQLAlchemyError", "Internal server error")
	const second = time.Second
	for name, c := range map[string]struct {
		fault       simulator.Fault
		times       int
		least, most time.Duration
	}{
		"answer lost":         {simulator.LoseAnswer(), 1, 0, 2 * second},
		"gateway's patience":  {simulator.AfterHandling(gateway), 1, 0, 2 * second},
		"request lost":        {simulator.LoseRequest(), 1, 90 * second, 100 * second},
		"request lost twice":  {simulator.LoseRequest(), 2, 180 * second, 240 * second},
		"server error":        {broken, 1, 90 * second, 100 * second},
		"no answer, accepted": {simulator.StallAnswer(), 1, 30 * second, 32 * second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sending(t, simulator.KeyTypeTest, func(t *testing.T, service *simulator.Service, job virtual) {
				service.Simulator().Inject(simulator.OnSend(), c.fault).Times(c.times)
				job.add(t, texts(1)...)
				began := time.Now()
				require.NoError(t, job.run(t.Context()))
				require.Equal(t, map[string]int{"row-0": 1}, references(service))
				require.Equal(t, 1, job.counts(t).Sent)
				require.Equal(t, 1, job.attempts(t))
				require.GreaterOrEqual(t, time.Since(began), c.least)
				require.LessOrEqual(t, time.Since(began), c.most)
			})
		})
	}
}

// A daily limit parks its channel until midnight UTC, and no other.
func TestDailyLimit(t *testing.T) {
	t.Parallel()
	sending(t, simulator.KeyTypeLive, func(t *testing.T, service *simulator.Service, job virtual) {
		two := 2
		require.NoError(t, service.SetDailyLimits(simulator.DailyLimits{SMS: &two}))
		time.Sleep(24*time.Hour - 3*time.Minute) // shortly before midnight
		letter := notify.Letter{
			TemplateID: letterID, Address: []string{"A", "1 High St", "SW1A 1AA"}, Reference: "letter",
			Personalisation: notify.Personalisation{"name": "A"},
		}
		job.add(t, append(texts(4), letter)...)
		done := make(chan error)
		go func() { done <- job.run(t.Context(), bulk.Live()) }()
		time.Sleep(90 * time.Second)
		require.Len(t, service.Dashboard(), 3)
		require.Equal(t, 2, job.counts(t).Waiting)
		requests := len(service.Simulator().Requests())
		time.Sleep(time.Minute)
		require.Len(t, service.Simulator().Requests(), requests)
		require.NoError(t, <-done)
		require.Len(t, references(service), 5)
		require.Less(t, time.Now().UTC().Sub(time.Now().UTC().Truncate(24*time.Hour)), 10*time.Second)
		require.Equal(t, 1, job.attempts(t))
	})
}

// A 429 that other programs are to blame for holds everybody back for a while.
func TestPushBack(t *testing.T) {
	t.Parallel()
	sending(t, simulator.KeyTypeTest, func(t *testing.T, service *simulator.Service, job virtual) {
		injection := service.Simulator().Inject(simulator.OnSend(), simulator.RateLimited()).Times(4)
		job.add(t, texts(10)...)
		began := time.Now()
		require.NoError(t, job.run(t.Context(), bulk.Workers(1)))
		require.Equal(t, 4, injection.Hits())
		require.Len(t, references(service), 10)
		require.Greater(t, time.Since(began), 2*time.Second)
		require.Equal(t, 1, job.attempts(t))
	})
}

// A key that is refused ends the run, and the messages wait for another.
func TestKeyRefused(t *testing.T) {
	t.Parallel()
	sending(t, simulator.KeyTypeTest, func(t *testing.T, service *simulator.Service, job virtual) {
		require.NoError(t, service.RevokeKey(service.Key(simulator.KeyTypeTest)))
		job.add(t, texts(20)...)
		require.ErrorIs(t, job.run(t.Context()), notify.ErrKeyRevoked)
		require.Equal(t, 20, job.counts(t).Waiting)
	})
}

func TestLive(t *testing.T) {
	t.Parallel()
	sending(t, simulator.KeyTypeLive, func(t *testing.T, service *simulator.Service, job virtual) {
		job.add(t, texts(1)...)
		require.ErrorIs(t, job.run(t.Context()), bulk.ErrLive)
		require.Empty(t, references(service))
		require.NoError(t, job.run(t.Context(), bulk.Live()))
		require.Len(t, references(service), 1)
	})
}

// A run that is stopped finishes what it is sending, begins nothing else, and can be continued.
func TestStop(t *testing.T) {
	t.Parallel()
	sending(t, simulator.KeyTypeTest, func(t *testing.T, service *simulator.Service, job virtual) {
		service.Simulator().Inject(simulator.OnSend(), simulator.DelayAnswer(2*time.Second))
		job.add(t, texts(50)...)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- job.run(ctx, bulk.Workers(7)) }()
		time.Sleep(5 * time.Second)
		cancel()
		synctest.Wait()
		require.ErrorIs(t, <-done, context.Canceled)
		sent := job.counts(t).Sent
		require.Len(t, references(service), sent)
		require.Positive(t, sent)
		require.Less(t, sent, 50)
		require.NoError(t, job.run(t.Context()))
		require.Len(t, references(service), 50)
		for reference, n := range references(service) {
			require.Equal(t, 1, n, reference)
		}
		require.Equal(t, 1, job.attempts(t))
	})
}

func TestPauseAndCancel(t *testing.T) {
	t.Parallel()
	sending(t, simulator.KeyTypeTest, func(t *testing.T, service *simulator.Service, job virtual) {
		job.add(t, texts(10)...)
		require.NoError(t, job.Pause(t.Context()))
		done := make(chan error)
		go func() { done <- job.run(t.Context()) }()
		time.Sleep(time.Minute)
		require.Empty(t, references(service))
		n, err := job.Cancel(t.Context(), "row-3", "row-4", "nothing")
		require.NoError(t, err)
		require.Equal(t, 2, n)
		require.NoError(t, job.Resume(t.Context()))
		require.NoError(t, <-done)
		require.Len(t, references(service), 8)
		require.NotContains(t, references(service), "row-3")

		job.add(t, texts(20)...)
		n, err = job.Cancel(t.Context())
		require.NoError(t, err)
		require.Zero(t, n)
		n, err = job.CancelAll(t.Context())
		require.NoError(t, err)
		require.Equal(t, 10, n)
		require.NoError(t, job.run(t.Context()))
		require.Len(t, references(service), 8)
		require.Equal(t, 12, job.counts(t).Cancelled)
	})
}

// A letter made from a template takes two tokens.
func TestLettersTakeTwo(t *testing.T) {
	t.Parallel()
	count := &counting{}
	inBubble(t, func(t *testing.T) *notify.Client {
		t.Helper()
		sim := simulator.New()
		count.next = sim
		client, err := notify.New(addService(t, sim, 60).Key(simulator.KeyTypeTest), notify.WithoutRateLimit(),
			notify.WithHTTPClient(&http.Client{Transport: count}))
		require.NoError(t, err)
		return client
	}, func(t *testing.T, job virtual) {
		for n := range 25 {
			job.add(t, notify.Letter{
				TemplateID: letterID, Address: []string{"A", "1 High St", "SW1A 1AA"},
				Personalisation: notify.Personalisation{"name": n},
			})
		}
		began := time.Now()
		require.NoError(t, job.run(t.Context(), bulk.RateLimit(60)))
		require.Equal(t, 25, job.counts(t).Sent)
		require.Zero(t, count.refused.Load())
		require.InDelta(t, 40, time.Since(began).Seconds(), 2) // 50 tokens less 10 of the burst, one a second
	})
}

// A message that may have been sent when it was cancelled is looked for.
func TestCancelInDoubt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault simulator.Fault
		state bulk.State
	}{
		"accepted":     {simulator.LoseAnswer(), bulk.StateSent},
		"not accepted": {simulator.LoseRequest(), bulk.StateCancelled},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sending(t, simulator.KeyTypeTest, func(t *testing.T, service *simulator.Service, job virtual) {
				service.Simulator().Inject(simulator.OnSend(), c.fault).Times(1)
				service.Simulator().Inject(simulator.On(simulator.OperationList), simulator.Refuse(500, "E", "e")).Times(30)
				job.add(t, texts(1)...)
				done := make(chan error)
				go func() { done <- job.run(t.Context()) }()
				time.Sleep(10 * time.Second)
				n, err := job.CancelAll(t.Context())
				require.NoError(t, err)
				require.Equal(t, 1, n)
				require.NoError(t, <-done)
				for r, err := range job.Results(t.Context()) {
					require.NoError(t, err)
					require.Equal(t, c.state, r.State)
				}
			})
		})
	}
}

// saying refuses everything, in words of its own.
type saying string

func (s saying) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusBadRequest, Header: http.Header{"Content-Type": {"application/json"}}, Request: r,
		Body: io.NopCloser(strings.NewReader(string(s))),
	}, nil
}

// A reason that Postgres cannot store as it is doesn't keep the message from being done.
func TestRefusedWithNUL(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, source string) {
		answer := saying(`{"errors": [{"error": "BadRequestError", "message": "no\u0000t this"}], "status_code": 400}`)
		service, _ := setup(t, 60_000)
		client, err := notify.New(service.Key(simulator.KeyTypeTest),
			notify.WithHTTPClient(&http.Client{Transport: answer}))
		require.NoError(t, err)
		job := openAt(t, source, client)
		_, err = job.Add(t.Context(), texts(1)...)
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		require.NoError(t, job.Run(ctx))
		counts, err := job.Counts(t.Context())
		require.NoError(t, err)
		require.Equal(t, map[string]int{"a reason that may hold personal data": 1}, counts.Reasons)
	})
}
