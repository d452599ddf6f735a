package bulk_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/bulk"
	"github.com/notifykit/notify/simulator"
)

var (
	killRows = flag.Int("bulk.kill.rows", 300, "messages that are sent by processes that are killed")
	kills    = flag.Int("bulk.kill.times", 4, "how often one of them is killed")
	killAt   = flag.Int("bulk.kill.rate", 6000, "messages a minute that they send together")
	killReal = flag.Bool("bulk.kill.real", false, "wait for rescue and proof in real time, which takes minutes")
)

// childOf is the variable that makes this binary a process that sends: the simulator's URL, the key, the store and the
// rate; or a way of childWorks, the store and how long a send takes.
const childOf = "BULK_TEST_CHILD_OF"

// child is such a process. It is killed at some moment.
func child() int {
	of := strings.Split(os.Getenv(childOf), " ")
	var err error
	if len(of) == 4 {
		err = childSends(of[0], of[1], of[2], of[3])
	} else {
		send, _ := time.ParseDuration(of[2])
		err = childWorks(of[0], of[1], send)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func childSends(url, key, source, perMinute string) error {
	client, err := notify.New(key, notify.WithBaseURL(url), notify.WithInsecureHTTP(), notify.WithoutRateLimit())
	if err != nil {
		return err
	}
	job, err := bulk.Open(context.Background(), source, client)
	if err != nil {
		return err
	}
	rate, err := strconv.Atoi(perMinute)
	if err != nil {
		return err
	}
	return job.Run(context.Background(), bulk.RateLimit(rate), bulk.Workers(20))
}

func startChild(t *testing.T, url, key, source string) *exec.Cmd {
	t.Helper()
	return startChildOf(t, url+" "+key+" "+source+" "+strconv.Itoa(*killAt))
}

func startChildOf(t *testing.T, what string) *exec.Cmd {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(os.Environ(), childOf+"="+what)
	c.Stderr = os.Stderr
	require.NoError(t, c.Start())
	return c
}

// faulty breaks every tenth exchange. Of ten faults one loses the request, and in the others nobody can tell whether it
// was lost.
func faulty(next http.Handler) http.Handler {
	var exchanges, faults atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wait(40, 160) // half of it before the message is accepted, and half after, so that kills hit both
		defer wait(40, 160)
		if exchanges.Add(1)%10 != 0 {
			next.ServeHTTP(w, r)
			return
		}
		kind := faults.Add(1) % 10
		switch kind {
		case 0:
			panic(http.ErrAbortHandler) //nolint:forbidigo // how a handler breaks the connection: the request is lost
		case 1:
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		switch kind % 3 {
		case 0: // a gateway lost patience
			w.WriteHeader(http.StatusGatewayTimeout)
			return
		case 1: // the answer is cut
			w.Header().Set("Content-Length", strconv.Itoa(answer.Body.Len()))
			w.WriteHeader(answer.Code)
			_, _ = w.Write(answer.Body.Bytes()[:answer.Body.Len()/2])
		}
		panic(http.ErrAbortHandler) //nolint:forbidigo // the answer is lost
	})
}

// Processes that are killed at any moment, over a network that breaks, lose no message and send none twice. They are
// counted at the simulator.
func TestKilled(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "killed.db")
		db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_txlock=immediate")
		require.NoError(t, err)
		testKilled(t, 1, path, skipping{db, "datetime('now', '-10 minutes')", "datetime('now', 'subsec')", "json(args)"})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		url := postgres(t)
		db, err := sql.Open("pgx", url)
		require.NoError(t, err)
		testKilled(t, 3, url, skipping{db, "now() - interval '10 minutes'", "now()", "args"})
	})
}

func testKilled(t *testing.T, processes int, source string, clock skipping) {
	t.Helper()
	t.Cleanup(func() { _ = clock.Close() })
	service, url := serve(t)
	key := service.Key(simulator.KeyTypeTest)
	client, err := notify.New(key, notify.WithBaseURL(url), notify.WithInsecureHTTP())
	require.NoError(t, err)
	job := openAt(t, source, client)
	_, err = job.Add(t.Context(), texts(*killRows)...)
	require.NoError(t, err)

	children := make([]*exec.Cmd, processes)
	for i := range children {
		children[i] = startChild(t, url, key, source)
	}
	for range *kills {
		wait(300, 1500)
		i := rand.IntN(len(children))
		kill(t, children[i])
		children[i] = startChild(t, url, key, source)
	}
	if !*killReal {
		for _, c := range children {
			kill(t, c)
		}
		clock.skipToRescue(t) // all that run are a dead process's
		for i := range children {
			children[i] = startChild(t, url, key, source)
		}
	}
	ended := make(chan error, len(children))
	for _, c := range children {
		go func() { ended <- c.Wait() }()
	}
	for left := len(children); left > 0; {
		select {
		case err := <-ended:
			require.NoError(t, err)
			left--
		default:
			wait(500, 501)
			if !*killReal {
				clock.skipToProof(t)
			}
		}
	}

	counts, err := job.Counts(t.Context())
	require.NoError(t, err)
	sent := map[string]int{}
	for _, m := range service.TestMessages() {
		sent[m.Reference]++
	}
	lost, doubled := *killRows-len(sent), 0
	for _, n := range sent {
		doubled += n - 1
	}
	t.Logf("%d kills, %d messages: %d lost, %d doubled", *kills, *killRows, lost, doubled)
	require.Zero(t, lost)
	require.Zero(t, doubled)
	require.Equal(t, *killRows, counts.Sent)
}

func wait(least, most int) { time.Sleep(time.Duration(least+rand.IntN(most-least)) * time.Millisecond) }

func kill(t *testing.T, c *exec.Cmd) {
	t.Helper()
	if err := c.Process.Kill(); !errors.Is(err, os.ErrProcessDone) {
		require.NoError(t, err)
	}
	_ = c.Wait()
}

// skipping lets minutes pass, which the test would otherwise wait for, by moving what is written of earlier times. That
// is fair because nothing is under way meanwhile: those who sent are dead, or put the message off.
type skipping struct {
	*sql.DB
	ago, now, args string
}

func (s skipping) skipToRescue(t *testing.T) {
	t.Helper()
	_, err := s.ExecContext(t.Context(), "UPDATE river_job SET attempted_at = "+s.ago+" WHERE state = 'running'")
	require.NoError(t, err)
	_, err = s.ExecContext(t.Context(), "DELETE FROM river_leader") // its lease of 15 seconds
	require.NoError(t, err)
}

func (s skipping) skipToProof(t *testing.T) {
	t.Helper()
	tx, err := s.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer tx.Rollback() //nolint:errcheck // does nothing after the commit
	rows, err := tx.QueryContext(t.Context(), "UPDATE river_job SET scheduled_at = "+s.now+" WHERE state = 'scheduled'"+
		" RETURNING "+s.args)
	require.NoError(t, err)
	var ids []int64
	for rows.Next() {
		var args []byte
		require.NoError(t, rows.Scan(&args))
		var a struct {
			ID int64 `json:"id"`
		}
		require.NoError(t, json.Unmarshal(args, &a))
		ids = append(ids, a.ID)
	}
	require.NoError(t, rows.Err())
	for _, id := range ids {
		_, err := tx.ExecContext(t.Context(), "UPDATE notify_messages SET doubt_at = doubt_at - 92000000 WHERE id = "+
			strconv.FormatInt(id, 10))
		require.NoError(t, err)
	}
	require.NoError(t, tx.Commit())
}

func serve(t *testing.T) (*simulator.Service, string) {
	t.Helper()
	sim := simulator.New()
	service := addService(t, sim, 60_000)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- simulator.Serve(ctx, l, faulty(sim)) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, errors.Join(<-done))
	})
	return service, "http://" + l.Addr().String()
}
