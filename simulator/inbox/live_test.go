package inbox_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/inbox"
)

// listener is an answer that never ends, as it arrives.
type listener struct {
	header    http.Header
	wrote     chan string
	deadlines []time.Time
}

func (l *listener) SetReadDeadline(at time.Time) error { return l.SetWriteDeadline(at) }
func (l *listener) SetWriteDeadline(at time.Time) error {
	l.deadlines = append(l.deadlines, at)
	return nil
}

func (l *listener) Header() http.Header { return l.header }
func (l *listener) WriteHeader(int)     {}
func (l *listener) Flush()              {}
func (l *listener) Write(b []byte) (int, error) {
	l.wrote <- string(b)
	return len(b), nil
}

// listen opens the stream of events, and ends it with the test.
func (p place) listen(t *testing.T) <-chan string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	l := &listener{header: http.Header{}, wrote: make(chan string, 1000)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, "http://localhost"+inbox.Path+"/live", nil)
		p.pages.ServeHTTP(l, r)
	}()
	t.Cleanup(func() { cancel(); <-done })
	return l.wrote
}

// TestLive: a browser is told of every change, but not more often than it can follow.
func TestLive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := setup(t)
		wrote := p.listen(t)
		require.Equal(t, "event: change\ndata: 1\n\n", <-wrote)
		send := func() {
			_, err := p.client.SendSMS(t.Context(), notify.SMS{
				PhoneNumber: "07900900124", TemplateID: p.smsT,
				Personalisation: notify.Personalisation{"name": "a", "first <b>name": "b"},
			})
			require.NoError(t, err)
		}
		time.Sleep(time.Second)
		require.Empty(t, wrote, "nothing has happened")
		send()
		require.Equal(t, "event: change\ndata: 2\n\n", <-wrote)
		for range 100 {
			send()
		}
		synctest.Wait()
		require.Empty(t, wrote, "not before it had time to breathe")
		time.Sleep(time.Second)
		require.Equal(t, "event: change\ndata: 3\n\n", <-wrote)
		require.Empty(t, wrote)
		time.Sleep(25 * time.Second)
		require.Equal(t, ": still here\n\n", <-wrote)
	})
}

// TestLiveLooks: what happens by itself is shown when it is due, though nobody asks for it.
func TestLiveLooks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := setup(t, simulator.WithOutcomeDelay(7*time.Second))
		began := time.Now()
		wrote := p.listen(t)
		<-wrote
		require.Equal(t, "event: change\ndata: 2\n\n", <-wrote)
		require.InDelta(t, 7, time.Since(began).Seconds(), 0.3)
	})
}

// TestLiveWithAClockThatStands: an event that is due by a clock that does not move is looked for ever more seldom.
func TestLiveWithAClockThatStands(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
		var asked atomic.Int32
		clock := simulator.WithClock(func() time.Time { asked.Add(1); return now })
		p := setup(t, clock, simulator.WithOutcomeDelay(time.Millisecond))
		wrote := p.listen(t)
		<-wrote
		before := asked.Load()
		time.Sleep(10 * time.Minute)
		require.Less(t, asked.Load()-before, int32(500))
	})
}

// TestLiveOutlastsTheServersLimits: a server that limits how long an exchange takes, as the command's does, is told to
// make an exception.
func TestLiveOutlastsTheServersLimits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := setup(t)
		l := &listener{header: http.Header{}, wrote: make(chan string, 1)}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			r := httptest.NewRequestWithContext(ctx, http.MethodGet, "http://localhost"+inbox.Path+"/live", nil)
			p.pages.ServeHTTP(l, r)
		}()
		<-l.wrote
		cancel()
		<-done
		require.Equal(t, []time.Time{{}, time.Now().Add(30 * time.Second), {}}, l.deadlines)
		require.Equal(t, "text/event-stream", l.header.Get("Content-Type"))
	})
}

// TestLiveEndsForADeadReader: a browser that takes nothing, and does not hang up either, is given up.
func TestLiveEndsForADeadReader(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := setup(t)
		here, there := net.Pipe()
		began, ended := time.Now(), make(chan struct{})
		server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(
			func(w http.ResponseWriter, r *http.Request) {
				defer close(ended)
				p.pages.ServeHTTP(w, r)
			})}
		served := make(chan error, 1)
		go func() { served <- server.Serve(&oneConnection{conn: there, closed: make(chan struct{})}) }()
		_, err := io.WriteString(here, "GET "+inbox.Path+"/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
		require.NoError(t, err)
		<-ended
		require.Equal(t, 30*time.Second, time.Since(began))
		require.NoError(t, server.Close())
		require.ErrorIs(t, <-served, http.ErrServerClosed)
		require.NoError(t, here.Close())
	})
}

// oneConnection is a listener to which one caller comes.
type oneConnection struct {
	conn   net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *oneConnection) Accept() (net.Conn, error) {
	if conn := l.conn; conn != nil {
		l.conn = nil
		return conn, nil
	}
	<-l.closed
	return nil, net.ErrClosed
}

func (l *oneConnection) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *oneConnection) Addr() net.Addr { return &net.TCPAddr{} }
