package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start runs the command until the test ends, and returns its standard output up to the line with the address.
func start(t *testing.T, args ...string) (base string, rest *bufio.Reader) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	out, in, err := os.Pipe() // has room for all it prints, unlike io.Pipe
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, args, in, io.Discard); _ = in.Close() }()
	rest = bufio.NewReader(out)
	line, err := rest.ReadString('\n')
	if err != nil {
		require.NoError(t, <-ended)
	}
	base, found := strings.CutPrefix(strings.TrimSpace(line), "notify-simulator listening on ")
	require.True(t, found, line)
	t.Cleanup(func() {
		stop()
		select {
		case err := <-ended:
			require.NoError(t, err)
		case <-time.After(10 * time.Second):
			t.Error("it does not end")
		}
		require.NoError(t, out.Close())
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

func TestDemonstration(t *testing.T) {
	t.Parallel()
	base, rest := start(t, "-listen", "127.0.0.1:0")
	status, body := get(t, base+"/_status?simple=1")
	require.Equal(t, 200, status)
	require.Equal(t, "{\"status\":\"ok\"}\n", body)
	var printed strings.Builder
	for !strings.Contains(printed.String(), "a team key reaches") {
		line, err := rest.ReadString('\n')
		require.NoError(t, err)
		printed.WriteString(line)
	}
	for _, want := range []string{"test-" + demoService, "team-" + demoService, "live-" + demoService, demoSMS, demoEmail, demoLetter} {
		require.Contains(t, printed.String(), want)
	}
}

func TestFixture(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "fixture.yaml")
	require.NoError(t, os.WriteFile(name, []byte("services: [{id: d6aa2c68-a2d9-4437-ab19-3ae8eb202553, name: Licensing}]"), 0o600))
	base, _ := start(t, "-listen", "localhost:0", "-fixture", name)
	status, body := get(t, base+"/_status/live-service-and-organisation-counts")
	require.Equal(t, 200, status)
	require.Contains(t, body, `"services":1`)
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	bad := filepath.Join(t.TempDir(), "bad.yaml")
	require.NoError(t, os.WriteFile(bad, []byte("services: [{}]"), 0o600))
	for want, args := range map[string][]string{
		"other machines could reach": {"-listen", "0.0.0.0:0"},
		"-expose":                    {"-listen", ":0"},
		"missing port":               {"-listen", "localhost"},
		"unexpected argument":        {"serve"},
		"not defined":                {"-port", "1"},
		"no such file":               {"-fixture", "nowhere.yaml"},
		"a service needs a name":     {"-fixture", bad},
	} {
		require.ErrorContains(t, run(t.Context(), args, io.Discard, io.Discard), want)
	}
}
