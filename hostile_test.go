package notify_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log" //nolint:depguard // net/http logs what a hostile peer sends unasked, and knows no other logger
	"math/rand/v2"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

var (
	hostileSends   = flag.Int("hostile.sends", 1200, "how many messages TestHostile sends; with -short a tenth of them")
	hostileSeed    = flag.Uint64("hostile.seed", 1, "what the order of TestHostile's answers depends on")
	hostileWorkers = flag.Int("hostile.workers", 50, "how many messages TestHostile sends at once")
)

const (
	hostileTimeout  = 250 * time.Millisecond // for an attempt
	hostileDeadline = 750 * time.Millisecond // for a call
	hostileConns    = 40                     // fewer than workers, so that connections are handed on at once
	// hostileHung is what a call may take beyond its deadline on a busy machine; one that waits for the peer takes longer.
	hostileHung = 8 * time.Second

	hostilePhone = "07700 900461"
	hostileEmail = "zebedee.quill@example.gov.uk"
	hostileName  = "Zebedee Quill"
)

// TestHostile sends messages to a peer that answers in every wrong way there is, and compares what the client says of
// each with what the peer knows. Many more of them:
//
//	go test -run '^TestHostile$' . -v -hostile.sends 120000
//
// Not parallel: it counts the goroutines and descriptors of the process.
func TestHostile(t *testing.T) { //nolint:paralleltest // see above
	log.SetOutput(io.Discard)
	defer log.SetOutput(os.Stderr)
	goroutines, descriptors := runtime.NumGoroutine(), countDescriptors()

	sends := *hostileSends
	if testing.Short() {
		sends /= 10
	}
	server := newHostileServer(t, hostileKinds())
	transport := &http.Transport{MaxConnsPerHost: hostileConns, MaxIdleConnsPerHost: hostileConns}
	clients := make([]*notify.Client, len(server.kinds))
	for i, k := range server.kinds {
		var err error
		clients[i], err = notify.New(testKey, notify.WithBaseURL(k.base), notify.WithTimeout(hostileTimeout),
			notify.WithObserver(watchHostile()),
			notify.WithHTTPClient(&http.Client{Transport: transport}), notify.WithRetry(notify.RetryPolicy{
				MinWait: time.Millisecond, MaxWait: 2 * time.Millisecond, MaxRetryAfter: 5 * time.Millisecond}))
		require.NoError(t, err)
	}
	judge := newHostileJudge(server, sends)
	start := time.Now()
	var next atomic.Int64
	var workers sync.WaitGroup
	for range *hostileWorkers {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(sends); i = next.Add(1) - 1 {
				s := newHostileSend(int(i), server.kinds)
				judge.claim(s.run(t.Context(), clients[s.kind]))
			}
		})
	}
	workers.Wait()
	took := time.Since(start)
	transport.CloseIdleConnections()
	server.close()
	judge.decide()
	settle(goroutines, descriptors)

	t.Logf("%d sends, %d kinds of answer (%d with the message taken or not), %v, %d connections: %s", sends,
		len(server.answers()), len(server.kinds), took.Round(time.Millisecond), server.opened, judge.summary())
	t.Logf("goroutines %d before, %d after; descriptors %d before, %d after", goroutines, runtime.NumGoroutine(),
		descriptors, countDescriptors())
	for _, problem := range judge.problems() {
		t.Error(problem)
	}
	require.LessOrEqual(t, runtime.NumGoroutine(), goroutines, "goroutines are left")
	require.LessOrEqual(t, countDescriptors(), descriptors, "descriptors are left")
}

// How the context of a send ends.
const (
	endsByDeadline = iota // long after all attempts
	endedBefore
	endsEarly // by a deadline that may come before the answer
	cancelled // at some time
)

// A hostileSend is one message, and what the client said of it.
type hostileSend struct {
	number  int
	kind    int
	big     bool
	ref     string
	ends    int
	allowed time.Duration // until the context ends

	id, echoed string // of the result
	err        error  // its body can be large: forgotten once it was looked at
	failed     bool
	safe       bool           // to retry, it says
	unknown    bool           // its outcome, it says
	told       []notify.Event // to an observer
	took       time.Duration
}

// newHostileSend chooses by the number alone, so that the same sends are made whatever the workers' pace. Of each round
// of sends, every kind gets one.
func newHostileSend(number int, kinds []hostileKind) hostileSend {
	s := hostileSend{number: number, ref: fmt.Sprintf("hostile-%d-%06d", *hostileSeed, number), allowed: hostileDeadline}
	round := rand.New(rand.NewPCG(*hostileSeed, uint64(number/len(kinds))))
	s.kind = round.Perm(len(kinds))[number%len(kinds)]
	own := rand.New(rand.NewPCG(*hostileSeed, uint64(number)<<32))
	switch own.IntN(20) {
	case 0:
		s.ends, s.allowed = endedBefore, 0
	case 1:
		s.ends, s.allowed = cancelled, time.Duration(own.Int64N(int64(hostileTimeout)))
	case 2, 3:
		s.ends, s.allowed = endsEarly, time.Duration(own.Int64N(int64(hostileTimeout)))
	}
	s.big = kinds[s.kind].big
	return s
}

var errNeverBack = errors.New("the call never came back")

// run makes the call, in a goroutine of its own: one that does not even come back when the server ends the connection
// is given up.
func (s hostileSend) run(ctx context.Context, c *notify.Client) hostileSend {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	switch s.ends {
	case endedBefore:
		cancel()
	case cancelled:
		defer time.AfterFunc(s.allowed, cancel).Stop()
	default:
		var end context.CancelFunc
		ctx, end = context.WithTimeout(ctx, s.allowed)
		defer end()
	}
	watchdog := time.NewTimer(4 * hostileHold)
	defer watchdog.Stop()
	start := time.Now()
	done := make(chan hostileSend, 1)
	go func() {
		s := s
		s.send(ctx, c)
		s.took = time.Since(start)
		done <- s
	}()
	select {
	case s = <-done:
	case <-watchdog.C:
		s.err, s.took = errNeverBack, time.Since(start)
	}
	return s
}

// send uses all the methods that make messages.
func (s *hostileSend) send(ctx context.Context, c *notify.Client) {
	ctx = context.WithValue(ctx, hostileKey{}, s)
	values, size := notify.Personalisation{"name": hostileName}, 1<<10
	if s.big {
		size = 1 << 20
		values["long"] = strings.Repeat("x", size)
	}
	switch s.number % 8 {
	case 0:
		sent, err := c.SendEmail(ctx, notify.Email{
			EmailAddress: hostileEmail, TemplateID: templateID, Personalisation: values, Reference: s.ref})
		if s.err = err; err == nil {
			s.id, s.echoed = sent.ID, sent.Reference
		}
	case 1:
		sent, err := c.SendLetter(ctx, notify.Letter{
			Address:    []string{hostileName, "1 High Street", "SW1A 1AA"},
			TemplateID: templateID, Personalisation: values, Reference: s.ref})
		if s.err = err; err == nil {
			s.id, s.echoed = sent.ID, sent.Reference
		}
	case 2:
		sent, err := c.SendPrecompiledLetter(ctx, notify.PrecompiledLetter{
			Content: strings.NewReader("%PDF-1.7" + strings.Repeat(" ", size)), Reference: s.ref})
		if s.err = err; err == nil {
			s.id, s.echoed = sent.ID, sent.Reference
		}
	default:
		sent, err := c.SendSMS(ctx, notify.SMS{
			PhoneNumber: hostilePhone, TemplateID: templateID, Personalisation: values, Reference: s.ref})
		if s.err = err; err == nil {
			s.id, s.echoed = sent.ID, sent.Reference
		}
	}
}

type hostileKey struct{}

// watchHostile notes with each send what an observer is told.
func watchHostile() notify.Observer {
	return notify.Observer{End: func(ctx context.Context, e notify.Event) {
		s := ctx.Value(hostileKey{}).(*hostileSend)
		s.told = append(s.told, e)
	}}
}

// settle waits until what the sends began has ended: net/http takes a moment.
func settle(goroutines, descriptors int) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for range 2000 {
		if runtime.NumGoroutine() <= goroutines && countDescriptors() <= descriptors {
			return
		}
		<-tick.C
	}
}

// countDescriptors gives 0 where there is no /proc.
func countDescriptors() int {
	entries, err := os.ReadDir("/proc/self/fd")
	if errors.Is(err, os.ErrNotExist) {
		return 0
	}
	return len(entries)
}
