package e2e_test

import (
	"bufio"
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator/inbox"
)

// What docs/served.md tells people to send.
const (
	demoKey      = "live-d1b2c3a4-0000-4000-8000-000000000001-d1b2c3a4-0000-4000-8000-0000000000a3"
	demoTemplate = "d1b2c3a4-0000-4000-8000-000000000012"
)

// TestFirstEmail: the way from nothing to one's first email in the browser, as docs/served.md describes it, with the
// program itself.
func TestFirstEmail(t *testing.T) {
	t.Parallel()
	began := time.Now()
	step := func(what string) {
		t.Helper()
		t.Logf("%6.2f s: %s", time.Since(began).Seconds(), what)
	}
	program := filepath.Join(t.TempDir(), "notify-simulator")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./cmd/notify-simulator")
	build.Dir = ".."
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))
	step("built")

	run := exec.CommandContext(context.WithoutCancel(t.Context()), program, "-listen", "127.0.0.1:0", "-log", "off")
	stdout, err := run.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, run.Start())
	t.Cleanup(func() {
		require.NoError(t, run.Process.Signal(syscall.SIGTERM))
		require.NoError(t, run.Wait(), "it stops by itself, although a page waits for news")
	})
	lines := bufio.NewScanner(stdout)
	require.True(t, lines.Scan())
	origin, ok := strings.CutPrefix(lines.Text(), "notify-simulator listening on ")
	require.True(t, ok, lines.Text())
	step("listens")

	b := open(t, origin, "/")
	require.Equal(t, inbox.Path+"/", b.path(), "a browser is led to the messages")
	require.Equal(t, "Nothing was sent yet", b.text("empty"))
	step("the page is open")

	client, err := notify.New(demoKey, notify.WithBaseURL(origin))
	require.NoError(t, err)
	sent, err := client.SendEmail(t.Context(), notify.Email{
		EmailAddress: "jo@example.gov.uk", TemplateID: demoTemplate,
		Personalisation: notify.Personalisation{"name": "Jo", "documents": "your form"},
	})
	require.NoError(t, err)
	b.waitFor(`document.getElementById("message-` + sent.ID + `")`)
	step("the email is in the list")
	b.visit(inbox.Path + "/messages/d1b2c3a4-0000-4000-8000-000000000001/" + sent.ID)
	require.Contains(t, b.text("plain"), "Dear Jo")
	require.Eventually(t, func() bool { return count(b.picture("email-frame"), ink) > 1_000 }, waiting, pause)
	step("the email is read")
}
