package worker_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/examples/worker"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

var (
	rows  = flag.Int("worker.rows", 5000, "how many rows TestManyRows sends")
	kills = flag.Int("worker.kills", 200, "how often TestKilled kills the worker")
)

// rowsOf is a file with so many rows: texts, emails and letters in turn.
func rowsOf(t *testing.T, kit *simtest.Kit, n int) []worker.Row {
	t.Helper()
	var file strings.Builder
	for i := range n {
		switch i % 3 {
		case 0:
			fmt.Fprintf(&file, "sms,07900 900123,row-%d,Ada\n", i)
		case 1:
			fmt.Fprintf(&file, "email,ada@example.gov.uk,row-%d,Ada\n", i)
		default:
			fmt.Fprintf(&file, "letter,Ada Byron;1 High Street;SW1A 1AA,row-%d,Ada\n", i)
		}
	}
	all, err := worker.ReadRows(strings.NewReader(file.String()), worker.Templates{
		SMS: kit.SMSTemplate("Dear ((name))"), Email: kit.EmailTemplate("Hello", "Dear ((name))"),
		Letter: kit.LetterTemplate("Hello", "Dear ((name))"),
	})
	require.NoError(t, err)
	return all
}

func open(t *testing.T, name string) *worker.Journal {
	t.Helper()
	journal, err := worker.OpenJournal(name)
	require.NoError(t, err)
	return journal
}

// eachOnce fails if a row went out twice, or not at all.
func eachOnce(t *testing.T, kit *simtest.Kit, n int) {
	t.Helper()
	sent := map[string]int{}
	for _, m := range kit.Messages() {
		sent[m.Reference]++
	}
	require.Len(t, sent, n, "lost")
	for reference, times := range sent {
		require.Equal(t, 1, times, reference)
	}
}

// 5,000 rows, with answers and requests that are lost, and a limit that takes three days.
func TestManyRows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // time passes only while all wait, at once
		kit := simtest.New(t).Allow(notify.ErrDailyLimit)
		all := rowsOf(t, kit, *rows)
		perDay := len(all) / 8 // of about a third that are texts
		require.NoError(t, kit.Service.SetDailyLimits(simulator.DailyLimits{SMS: new(perDay)}))
		kit.Inject(simulator.OnSend(), simulator.LoseAnswer()).Skip(10).Times(20)
		kit.Inject(simulator.OnSend(), simulator.LoseRequest()).Skip(100).Times(20)
		journal := open(t, filepath.Join(t.TempDir(), "journal"))
		w := &worker.Worker{Client: kit.ClientWithKey(kit.LiveKey, notify.WithoutGuard()), Journal: journal, AtOnce: 20}

		require.NoError(t, w.Run(t.Context(), all))

		require.NoError(t, journal.Close())
		eachOnce(t, kit, len(all))
		days := map[string]int{}
		for _, m := range kit.Messages(simtest.OfType(notify.NotificationTypeSMS)) {
			days[m.CreatedAt.UTC().Format(time.DateOnly)]++
		}
		require.Len(t, days, 3)
		require.Equal(t, perDay, days["2000-01-01"])
	})
}

// A clock that is ahead of Notify's has its midnight first. Until Notify has it too, the worker asks once a minute.
func TestDailyLimitByAClockThatIsAhead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const ahead = 5 * time.Minute
		kit := simtest.New(t, simulator.WithClock(func() time.Time { return time.Now().Add(-ahead) })).
			Allow(notify.ErrDailyLimit).Allow(notify.ErrClockSkew)
		all := rowsOf(t, kit, 1)
		require.NoError(t, kit.Service.SetDailyLimits(simulator.DailyLimits{SMS: new(0)}))
		journal := open(t, filepath.Join(t.TempDir(), "journal"))
		w := &worker.Worker{Client: kit.ClientWithKey(kit.LiveKey), Journal: journal, AtOnce: 1}
		ctx, stop := context.WithTimeout(t.Context(), ahead-time.Minute) // the bubble's time begins at midnight
		defer stop()
		require.ErrorIs(t, w.Run(ctx, all), context.DeadlineExceeded)
		require.Less(t, len(kit.Simulator.Requests()), 10)
		require.NoError(t, journal.Close())
	})
}

func TestStoppedAndStartedAgain(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"accepted": simulator.LoseAnswer(), "not accepted": simulator.LoseRequest(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				kit := simtest.New(t)
				all := rowsOf(t, kit, 50)
				kit.Inject(simulator.OnSend(), fault).Skip(20).Times(1)
				kit.Inject(simulator.On(simulator.OperationList), simulator.LoseRequest()).Times(4)
				name := filepath.Join(t.TempDir(), "journal")
				journal := open(t, name)
				w := &worker.Worker{Client: kit.Client(), Journal: journal, AtOnce: 1}
				soon, stop := context.WithTimeout(t.Context(), time.Second)
				defer stop()
				require.ErrorIs(t, w.Run(soon, all), context.DeadlineExceeded) // while one row is in doubt
				require.NoError(t, journal.Close())

				w.Journal = open(t, name)
				require.NoError(t, w.Run(t.Context(), all))
				require.NoError(t, w.Journal.Close())
				eachOnce(t, kit, len(all))
			})
		})
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t).Expect(notify.ErrValidation)
	all := rowsOf(t, kit, 3)
	all[0].Message = notify.SMS{PhoneNumber: "0", TemplateID: "x", Reference: "row-0"}
	w := &worker.Worker{Client: kit.Client(), Journal: open(t, filepath.Join(t.TempDir(), "journal")), AtOnce: 2}
	require.NoError(t, w.Run(t.Context(), all))
	kit.N(2)
	require.Contains(t, resultOf(w, "row-0"), "refused: notify: POST /v2/notifications/sms: 400 ValidationError")
	require.Contains(t, resultOf(w, "row-1"), "sent as ")
	require.NoError(t, w.Journal.Close())

	require.NoError(t, kit.Service.RevokeKey(kit.TestKey))
	kit.Expect(notify.ErrKeyRevoked)
	w.Journal = open(t, filepath.Join(t.TempDir(), "journal"))
	require.ErrorIs(t, w.Run(t.Context(), all), notify.ErrKeyRevoked, "nothing can be sent any more")
	require.NoError(t, w.Journal.Close())
}

func resultOf(w *worker.Worker, reference string) string {
	result, _ := w.Journal.Result(reference)
	return result
}

func TestReadRows(t *testing.T) {
	t.Parallel()
	for file, why := range map[string]string{
		"sms,07900 900123,,Ada":             "line 1: each row needs a reference of its own",
		"sms,1,r,Ada\nemail,a@b.uk,r,Ada":   "line 2: each row needs a reference of its own",
		"fax,1,r,Ada":                       "line 1: the kind must be sms, email or letter",
		"sms,1,r":                           "wrong number of fields",
		"sms,1,\"r,Ada":                     "extraneous or missing",
		"sms,1,r,Ada\n\nletter,x,s,Ada,Ada": "record on line 3",
	} {
		_, err := worker.ReadRows(strings.NewReader(file), worker.Templates{})
		require.ErrorContains(t, err, why)
	}
}

// The worker is killed at random places, and started again, until a job of 1,000 rows is done.
func TestKilled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		kit := simtest.New(t)
		all := rowsOf(t, kit, 1000)
		name := filepath.Join(t.TempDir(), "journal")
		random := rand.New(rand.NewPCG(1, 2))
		for range *kills {
			live(t, kit, all, name, random, random.IntN(2**kills))
		}
		live(t, kit, all, name, random, -1)
		time.Sleep(time.Hour) // what is still on its way arrives
		eachOnce(t, kit, len(all))
	})
}

// live is the life of a process, which ends after so many requests, or when it is done.
func live(t *testing.T, kit *simtest.Kit, all []worker.Row, name string, random *rand.Rand, requests int) {
	t.Helper()
	ctx, kill := context.WithCancel(t.Context())
	defer kill()
	journal := open(t, name)
	p := &process{next: kit.Simulator, random: random, left: requests % 20}
	if requests < 0 {
		p.left = -1
	}
	p.die = func() {
		// Nothing is written any more, but perhaps half a line.
		require.NoError(t, journal.Close())
		file, err := os.OpenFile(name, os.O_WRONLY|os.O_APPEND, 0o600)
		require.NoError(t, err)
		_, err = file.WriteString(`"row-1" "s`[:p.random.IntN(10)])
		require.NoError(t, err)
		require.NoError(t, file.Close())
		kill()
	}
	client := kit.Client(notify.WithHTTPClient(&http.Client{Transport: p}))
	w := &worker.Worker{Client: client, Journal: journal, AtOnce: 8}
	err := w.Run(ctx, all)
	if requests < 0 {
		require.NoError(t, err)
		require.NoError(t, journal.Close())
	}
}

// A process is the network of a worker, which dies with it.
type process struct {
	next http.RoundTripper
	die  func()

	mu     sync.Mutex
	random *rand.Rand
	left   int // requests until it dies; negative for never
	dead   bool
}

var errDead = errors.New("the process is dead")

func (p *process) RoundTrip(req *http.Request) (*http.Response, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.dead {
		return nil, errDead
	}
	if p.left == 0 {
		p.dead = true
		switch p.random.IntN(3) {
		case 0: // before the request left
		case 1: // after it was accepted
			if resp, err := p.next.RoundTrip(req); err == nil {
				_ = resp.Body.Close()
			}
		case 2: // it is still under way, and will arrive
			late := req.Clone(context.WithoutCancel(req.Context()))
			if req.Body != nil {
				body, err := io.ReadAll(req.Body)
				if err != nil {
					return nil, err
				}
				late.Body = io.NopCloser(strings.NewReader(string(body)))
			}
			time.AfterFunc(time.Duration(p.random.IntN(29))*time.Second, func() {
				if resp, err := p.next.RoundTrip(late); err == nil {
					_ = resp.Body.Close()
				}
			})
		}
		p.die()
		return nil, errDead
	}
	p.left--
	return p.next.RoundTrip(req)
}
