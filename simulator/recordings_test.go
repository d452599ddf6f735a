package simulator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// The recordings are requests to the real service and its responses, one case a line; README.md beside them describes
// their form. Each is replayed against a simulator with the same services, and the responses are compared byte by byte.

const (
	recordings   = "../testdata/recordings"
	recordedBase = "https://api.notifications.service.gov.uk"
)

// knownDifferences are the recorded cases to which the simulator responds differently, each with the reason.
var knownDifferences = map[string]string{
	"auth/0005": "an artefact of the recording: the production server strips white space from the end of a header, " +
		"so \"Bearer \" arrives as \"Bearer\"",
	"phones/0686": "the recording was made with an older numbering plan, in which a ten-digit number in Benin is valid",
	"phones/0745": "the simulator uses a newer numbering plan, in which this mobile range in Somalia is valid",
}

// clock stands still unless a case moves it.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// recordedSets are the directories of recordings, each with the services of its cases.
var recordedSets = []string{recordings, filepath.Join(recordings, "random")}

// recordedFiles are the groups of cases in a directory.
func recordedFiles(t testing.TB, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

func TestRecordings(t *testing.T) {
	t.Parallel()
	transports := map[string]func(*testing.T, *simulator.Simulator) (http.RoundTripper, string){
		"round tripper": func(_ *testing.T, sim *simulator.Simulator) (http.RoundTripper, string) {
			return sim, "http://notify.test"
		},
		"in-memory connection": inMemory,
		"loopback":             loopback,
	}
	for _, dir := range recordedSets {
		for name, connect := range transports {
			t.Run(filepath.Base(dir)+" over "+name, func(t *testing.T) {
				t.Parallel()
				// In a bubble the caller's clock, which dates the tokens, stands still: a case about their age can't fail by
				// chance.
				synctest.Test(t, func(t *testing.T) { playAll(t, dir, connect) })
			})
		}
	}
}

// playAll plays the recordings of a directory to one simulator.
func playAll(t *testing.T, dir string, connect func(*testing.T, *simulator.Simulator) (http.RoundTripper, string)) {
	t.Helper()
	world, err := os.ReadFile(filepath.Join(dir, "world.json"))
	require.NoError(t, err)
	c := &clock{now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	sim := simulator.New(simulator.WithClock(c.Now))
	require.NoError(t, sim.Load(world))
	transport, base := connect(t, sim)
	p := player{transport: transport, base: base, clock: c, secrets: readSecrets(t, world)}
	total, same := 0, 0
	for _, file := range recordedFiles(t, dir) {
		for _, line := range readLines(t, file) {
			var rec recording
			require.NoError(t, json.Unmarshal(line, &rec))
			total++
			c.advance(10 * time.Millisecond) // otherwise the rate limit would be reached
			difference := p.play(t, rec)
			reason, known := knownDifferences[rec.ID]
			switch {
			case difference == "":
				same++
				if known {
					t.Errorf("%s: is the same now; known difference: %s", rec.ID, reason)
				}
			case !known:
				t.Errorf("%s (%s): %s", rec.ID, rec.Note, difference)
			}
		}
	}
	t.Logf("%d of %d cases are the same to the byte", same, total)
}

func loopback(t *testing.T, sim *simulator.Simulator) (http.RoundTripper, string) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	transport := &http.Transport{}
	serve(t, l, sim, transport)
	return transport, "http://" + l.Addr().String()
}

// inMemory serves over connections that are pipes in memory.
func inMemory(t *testing.T, sim *simulator.Simulator) (http.RoundTripper, string) {
	t.Helper()
	l := newPipeListener()
	transport := &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return l.dial(ctx) },
	}
	serve(t, l, sim, transport)
	return transport, "http://notify.test"
}

// serve runs the simulator on l until the test ends.
func serve(t *testing.T, l net.Listener, sim *simulator.Simulator, transport *http.Transport) {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	served := make(chan error, 1)
	go func() { served <- simulator.Serve(ctx, l, sim) }()
	t.Cleanup(func() {
		if transport != nil {
			transport.CloseIdleConnections()
		}
		stop()
		require.NoError(t, <-served)
	})
}

type pipeListener struct {
	conns chan net.Conn
	done  chan struct{}
}

func newPipeListener() pipeListener {
	return pipeListener{conns: make(chan net.Conn), done: make(chan struct{})}
}

func (l pipeListener) dial(ctx context.Context) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case l.conns <- there:
		return here, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}
func (l pipeListener) Close() error   { close(l.done); return nil }
func (l pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "pipe"} }

func readLines(t testing.TB, name string) [][]byte {
	t.Helper()
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	var lines [][]byte
	for line := range bytes.Lines(data) {
		if len(bytes.TrimSpace(line)) > 0 {
			lines = append(lines, line)
		}
	}
	return lines
}

// readSecrets maps service/key to the key's secret.
func readSecrets(t testing.TB, world []byte) map[string]string {
	t.Helper()
	var w struct {
		Services []struct {
			ID      string
			APIKeys []struct{ Name, Secret string } `json:"api_keys"`
		}
	}
	require.NoError(t, json.Unmarshal(world, &w))
	secrets := map[string]string{}
	for _, s := range w.Services {
		for _, k := range s.APIKeys {
			secrets[s.ID+"/"+k.Name] = k.Secret
		}
	}
	return secrets
}

type recording struct {
	ID, Note string
	Steps    []struct {
		Request  recordedRequest
		Capture  map[string]string
		DelayS   float64 `json:"delay_s"`
		Response recordedResponse
	}
}

type recordedRequest struct {
	Method, Path, Service, Key string
	Authorization              json.RawMessage
	Token                      *recordedToken
	JSON                       json.RawMessage
	Raw                        *string
	RawBase64                  *string `json:"raw_base64"`
	Headers                    map[string]*string
}

type recordedToken struct {
	Header     json.RawMessage
	Claims     map[string]json.RawMessage
	Secret     string
	RawHeader  *string `json:"raw_header"`
	RawPayload *string `json:"raw_payload"`
	Signature  *string
	Suffix     string
	Scheme     *string
}

type recordedResponse struct {
	Status      int
	ContentType *string `json:"content_type"`
	Headers     map[string]*string
	Body        string
	BodyBinary  bool `json:"body_binary"`
}
