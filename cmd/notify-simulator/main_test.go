package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// asCommand in the environment makes the test program behave as the command: signals have to be tested on another
// process.
const asCommand = "NOTIFY_SIMULATOR_AS_COMMAND"

// asCanned, as an argument of it, makes it serve one answer to everything.
const asCanned = "-canned"

// canned serves an answer of the size of the simulator's, as the simplest handler of net/http does.
func canned() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		os.Exit(exitFailed)
	}
	fmt.Printf("notify-simulator listening on http://%s\n", l.Addr())
	answer := []byte(strings.Repeat("x", 600))
	server := &http.Server{
		ReadHeaderTimeout: time.Minute,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write(answer)
		}),
	}
	_ = server.Serve(l)
}

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		if slices.Contains(os.Args, asCanned) {
			canned()
		}
		main()
	}
	goleak.VerifyTestMain(m)
}

// start runs the command until the test ends, and returns its standard output up to the line with the address.
func start(t *testing.T, args ...string) (base string, rest *bufio.Reader) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	var complaints bytes.Buffer
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, args, in, &complaints); _ = in.Close() }()
	rest = bufio.NewReader(out)
	first, err := rest.ReadString('\n')
	if err != nil {
		require.Zero(t, <-ended, complaints.String())
	}
	base, found := strings.CutPrefix(strings.TrimSpace(first), "notify-simulator listening on ")
	require.True(t, found, first)
	t.Cleanup(func() {
		stop()
		require.NoError(t, out.Close())
		require.Equal(t, exitFine, <-ended)
		require.Empty(t, complaints.String())
	})
	return base, rest
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(body)
}

// until reads up to and including the first line with the given beginning.
func until(t *testing.T, r *bufio.Reader, beginning string) string {
	t.Helper()
	var read strings.Builder
	for {
		s, err := r.ReadString('\n')
		require.NoError(t, err, read.String())
		read.WriteString(s)
		if strings.HasPrefix(strings.TrimSpace(s), beginning) {
			return read.String()
		}
	}
}

func TestDemonstration(t *testing.T) {
	t.Parallel()
	base, rest := start(t, "-listen", "127.0.0.1:0")
	printed := until(t, rest, "a team key reaches")
	for _, want := range []string{
		"service Demonstration (" + demoService + ")", "test-" + demoService, "team-" + demoService, "live-" + demoService,
		demoSMS, demoEmail, demoLetter, "((date))",
	} {
		require.Contains(t, printed, want)
	}
	status, body := get(t, base+"/_status?simple=1")
	require.Equal(t, 200, status)
	require.Equal(t, "{\"status\":\"ok\"}\n", body)
}

const fixture = `
services:
- id: d6aa2c68-a2d9-4437-ab19-3ae8eb202553
  name: Licensing
  api_keys: [{name: cron, type: live}, {name: "old one", type: team, revoked_at: {days_ago: 1}}]
  templates:
  - {id: 5d3f7c1e-0b6a-4f6e-9d59-6c1f3f1f0a01, type: sms, name: Reminder, versions: [{body: "Hello ((name))"}]}
  - {id: 5d3f7c1e-0b6a-4f6e-9d59-6c1f3f1f0a02, type: sms, name: Gone, archived: true, versions: [{body: "x"}]}
- id: d6aa2c68-a2d9-4437-ab19-3ae8eb202554
  name: "Parking\e[31m"
  api_keys: [{name: t, type: test, secret: 5d3f7c1e-0b6a-4f6e-9d59-6c1f3f1f0a03}]
- {id: d6aa2c68-a2d9-4437-ab19-3ae8eb202555, name: Zoo}
`

// TestFixture: the output lists all services, and shows what the fixture left to chance, such as the secrets of keys.
func TestFixture(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "fixture.yaml")
	require.NoError(t, os.WriteFile(name, []byte(fixture), 0o600))
	base, rest := start(t, "-listen", "localhost:0", "-fixture", name)
	printed := until(t, rest, "service Zoo")
	require.Regexp(t, `live key +cron-d6aa2c68-a2d9-4437-ab19-3ae8eb202553-[0-9a-f-]{36}\n`, printed)
	require.Regexp(t, `sms template +5d3f7c1e-0b6a-4f6e-9d59-6c1f3f1f0a01  Reminder \(\(name\)\)\n`, printed)
	const parking = "d6aa2c68-a2d9-4437-ab19-3ae8eb202554"
	require.Contains(t, printed, "test key         t-"+parking+"-5d3f7c1e-0b6a-4f6e-9d59-6c1f3f1f0a03\n")
	require.Contains(t, printed, "service Parking [31m ("+parking+")\n", "no escapes for the terminal")
	require.NotContains(t, printed, "Gone")
	require.NotContains(t, printed, "old one", "a revoked key is no use to anybody")
	status, body := get(t, base+"/_status/live-service-and-organisation-counts")
	require.Equal(t, 200, status)
	require.Contains(t, body, `"services":3`)
}

// write makes a fixture file for a test.
func write(t *testing.T, content string) (name string) {
	t.Helper()
	name = filepath.Join(t.TempDir(), "fixture.yaml")
	require.NoError(t, os.WriteFile(name, []byte(content), 0o600))
	return name
}

// TestFixtures: several files are loaded one after the other, and a file need not contain services.
func TestFixtures(t *testing.T) {
	t.Parallel()
	prices := write(t, "prices: {sms_rate: 0.5}")
	zoo := write(t, "services: [{id: d6aa2c68-a2d9-4437-ab19-3ae8eb202556, name: Zebra}]")
	_, rest := start(t, "-listen", "127.0.0.1:0", "-fixture", prices, "-fixture", write(t, fixture), "-fixture", zoo)
	printed := until(t, rest, "service Zebra")
	require.Contains(t, printed, "service Licensing")
	require.NotContains(t, printed, "Demonstration")

	var stdout, stderr bytes.Buffer
	args := []string{"-listen", "127.0.0.1:0", "-fixture", zoo, "-fixture", zoo}
	require.Equal(t, exitFailed, run(t.Context(), args, &stdout, &stderr))
	require.Contains(t, stderr.String(), "already")
}

// TestDelaysGiven: a delay on the command line overrides the fixture's, even if it is 0.
func TestDelaysGiven(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args  []string
		ready bool
	}{{nil, false}, {[]string{"-pdf-delay", "0"}, true}, {[]string{"-pdf-delay", "0s", "-pdf-delay", "1h"}, false}} {
		a, err := parse(test.args, io.Discard)
		require.NoError(t, err)
		sim := simulator.New(a.options("", simulator.Observer{})...)
		_, err = sim.AddService(demonstration())
		require.NoError(t, err)
		require.NoError(t, sim.Load([]byte("simulator: {pdf_delay_seconds: 60}")))
		client, err := notify.New("test-"+demoService+"-"+demoTest, notify.WithHTTPClient(&http.Client{Transport: sim}))
		require.NoError(t, err)
		sent, err := client.SendLetter(t.Context(), notify.Letter{
			Address: []string{"Amala Bird", "123 High Street", "SW14 6BF"}, TemplateID: demoLetter,
			Personalisation: notify.Personalisation{"name": "Ms Bird"},
		})
		require.NoError(t, err)
		_, err = client.LetterPDF(t.Context(), sent.ID)
		require.Equal(t, test.ready, err == nil, "%v: %v", test.args, err)
	}
}

// TestRelease: the command's version is the one in the client's User-Agent and in CHANGELOG.md.
func TestRelease(t *testing.T) {
	t.Parallel()
	for file, pattern := range map[string]string{
		"../../notify.go":    `(?m)^\tversion = "(.*)"$`,
		"../../CHANGELOG.md": `(?m)^## \[(\d+\.\d+\.\d+)\]`,
	} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		found := regexp.MustCompile(pattern).FindSubmatch(text)
		require.Len(t, found, 2, file)
		require.Equal(t, release, string(found[1]), file)
	}
}

// TestNobodyReads: if only the first line of the output is read, the command still answers, and still stops.
func TestNobodyReads(t *testing.T) {
	t.Parallel()
	base, _ := start(t, "-listen", "127.0.0.1:0")
	status, _ := get(t, base+"/_status")
	require.Equal(t, 200, status)
}

// TestStatus is about arguments with which the command does not serve. It reports an error only once.
func TestStatus(t *testing.T) {
	t.Parallel()
	bad := filepath.Join(t.TempDir(), "bad.yaml")
	require.NoError(t, os.WriteFile(bad, []byte("services: [{}]"), 0o600))
	none := filepath.Join(t.TempDir(), "none.yaml")
	require.NoError(t, os.WriteFile(none, []byte("services:\nprices: {sms_rate: 1}"), 0o600))
	empty := filepath.Join(t.TempDir(), "empty.yaml")
	require.NoError(t, os.WriteFile(empty, []byte("services: []"), 0o600))
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	anyPort := []string{"-listen", "127.0.0.1:0"}
	for _, test := range []struct {
		args   []string
		status int
		out    string // on standard output if the status is 0, else on standard error
	}{
		{[]string{"-h"}, exitFine, "-fixture"},
		{[]string{"--help"}, exitFine, "-listen"},
		{[]string{"-fixture", "x", "-help"}, exitFine, "(default \"127.0.0.1:6011\")"},
		{[]string{"-version"}, exitFine, "notify-simulator " + release + " "},
		{[]string{"-h"}, exitFine, "-pdf-delay duration\n"},
		{[]string{"-h"}, exitFine, "-precompiled-delay duration\n"},
		{[]string{"-pdf-delay", "-5s"}, exitUsage, "from 0 to 24h"},
		{[]string{"-pdf-delay", "24h1ns"}, exitUsage, "from 0 to 24h"},
		{[]string{"-precompiled-delay", "1000h"}, exitUsage, "from 0 to 24h"},
		{[]string{"-precompiled-delay", "5"}, exitUsage, "a time like 500ms"},
		{append(anyPort, "-fixture", none), exitFailed, "no services in " + none},
		{append(anyPort, "-fixture", none, "-fixture", empty), exitFailed, "no services in " + none + ", " + empty},
		{[]string{"-port", "1"}, exitUsage, "not defined: -port"},
		{[]string{"-listen"}, exitUsage, "needs an argument"},
		{[]string{"-expose=perhaps"}, exitUsage, "invalid boolean"},
		{[]string{"serve"}, exitUsage, `unexpected argument "serve"`},
		{[]string{"-version", "serve"}, exitUsage, `unexpected argument "serve"`},
		{[]string{"-listen", "0.0.0.0:0"}, exitUsage, "other machines could reach"},
		{[]string{"-listen", ":0"}, exitUsage, "-expose"},
		{[]string{"-listen", "localhost"}, exitUsage, "missing port"},
		{[]string{"-health", "127.0.0.1:6011"}, exitUsage, "want a URL like http://127.0.0.1:6011"},
		{[]string{"-health", "http://"}, exitUsage, "want a URL like http://127.0.0.1:6011"},
		{append(anyPort, "-token", "short"), exitUsage, "notify-simulator: the token has 5 characters"},
		{[]string{"-listen", taken.Addr().String()}, exitFailed, "listen tcp"},
		{append(anyPort, "-fixture", "nowhere.yaml"), exitFailed, "no such file"},
		{append(anyPort, "-fixture", bad), exitFailed, "a service needs a name"},
	} {
		if len(test.args) > 1 && test.args[0] == "-fixture" { // not on the usual port, where one may be running
			test.args = append(test.args, "-listen", "127.0.0.1:0")
		}
		var stdout, stderr bytes.Buffer
		require.Equal(t, test.status, run(t.Context(), test.args, &stdout, &stderr), "%v", test.args)
		said, silent := &stdout, &stderr
		if test.status != exitFine {
			said, silent = &stderr, &stdout
		}
		if test.status == exitUsage {
			require.Equal(t, 1, strings.Count(stderr.String(), "\n"), stderr.String())
		}
		require.Equal(t, 1, strings.Count(said.String(), test.out), "%v: %s", test.args, said)
		require.Empty(t, silent.String(), "%v", test.args)
	}
}

// TestHangingCaller: a caller in the middle of a request delays the command's end by five seconds, but does not make it
// fail.
func TestHangingCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		here, there := net.Pipe()
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		var stdout bytes.Buffer
		p := program{stdout: &stdout}
		p.a.fixtures = []string{write(t, "services: [{id: "+demoService+", name: A}]")}
		p.log, p.a.documentLinks = discarded(), linksToNotify
		l := &oneCaller{there, make(chan struct{})}
		require.NoError(t, p.open(ctx, l))
		go func() { ended <- p.serve(ctx, l) }()
		_, err := io.WriteString(here, "POST /v2/notifications/sms HTTP/1.1\r\nHost:")
		require.NoError(t, err)
		synctest.Wait()
		began := time.Now()
		stop()
		require.NoError(t, <-ended)
		require.Equal(t, 5*time.Second, time.Since(began))
		require.NoError(t, here.Close())
		require.Contains(t, stdout.String(), "notify-simulator listening on http://pipe\n")
	})
}

// oneCaller is a listener that accepts one connection.
type oneCaller struct {
	conn   net.Conn
	closed chan struct{}
}

func (l *oneCaller) Accept() (net.Conn, error) {
	if c := l.conn; c != nil {
		l.conn = nil
		return c, nil
	}
	<-l.closed
	return nil, net.ErrClosed
}

func (l *oneCaller) Close() error   { close(l.closed); return nil }
func (l *oneCaller) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }
