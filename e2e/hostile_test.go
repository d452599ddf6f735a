package e2e_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator/inbox"
)

// evil runs, or at least loads something, if anything shows it as HTML. Whatever runs asks for /ran or opens a dialog.
const evil = `"'></title></textarea></pre></code><script>fetch("/ran");alert(1)</script>` +
	`<img src=/ran onerror=alert(2)><svg onload=alert(3)><a href="javascript:alert(4)">x</a>` +
	`<style>@import "/ran"</style><iframe src=/ran></iframe>`

// counter counts what was asked for.
func counter(n *atomic.Int64) http.Handler {
	return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { n.Add(1) })
}

// TestNothingRuns: HTML in the name of the service, of keys and templates, in the values, references and texts. No page
// runs it, loads anything for it or shows an element that it asked for.
func TestNothingRuns(t *testing.T) {
	t.Parallel()
	var ran atomic.Int64
	w := newPlace(t, evil, map[string]http.Handler{"/ran": counter(&ran)})
	w.email(t, "jo@example.gov.uk", evil)
	w.sms(t, "07900900123", evil)
	w.letter(t, evil)
	w.refused(t, evil)
	_, err := w.svc.ReceiveText(evil, evil)
	require.NoError(t, err)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.origin+"/v2/notifications/sms",
		strings.NewReader(evil))
	require.NoError(t, err)
	r.Header.Set("X-Evil", evil)
	resp, err := new(http.Client).Do(r)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())

	b := open(t, w.origin, "")
	paths := crawl(t, b)
	for _, path := range append(paths, inbox.Path+"/?words=%3Cscript%3Ealert(5)%3C/script%3E") {
		b.visit(path)
		require.Equal(t, 0, eval[int](b, `document.querySelectorAll(
			"script:not([src]), img, svg, style, [onerror], [onload], a[href^='javascript:']").length`), path)
	}
	require.Zero(t, ran.Load(), "something was loaded")
	require.Empty(t, b.complaints(), "no dialog, and nothing that the policy had to stop")
	t.Logf("%d pages, nothing ran", len(paths)+1)
}

// TestFramePolicy: if HTML did get into an email, the frame's policy would stop it. The page here has the
// headers of an email and the attributes of its frame, and everything in it wants to run.
func TestFramePolicy(t *testing.T) {
	t.Parallel()
	var ran, shown atomic.Int64
	var policy http.Header
	w := newPlace(t, "", map[string]http.Handler{
		"/ran": counter(&ran),
		"/evil": http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
			shown.Add(1)
			for name, values := range policy {
				rw.Header()[name] = values
			}
			_, _ = rw.Write([]byte(`<!DOCTYPE html><title>x</title><body onload=alert(0)><meta http-equiv=refresh ` +
				`content="0;url=/ran"><form id=f action=/ran method=post><button>x</button></form>` +
				`<script>f.submit();top.location="/ran"</script>` + evil))
		}),
	})
	id := w.email(t, "jo@example.gov.uk", "Jo")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.origin+w.message(id)+"/email", http.NoBody)
	require.NoError(t, err)
	resp, err := new(http.Client).Do(r)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	policy = resp.Header.Clone()
	policy.Del("Content-Length")

	b := open(t, w.origin, w.message(id))
	b.do(chromedp.Evaluate[chromedp.Void](`new Promise(loaded => {
		const frame = document.getElementById("email-frame");
		frame.onload = () => loaded({});
		frame.src = "/evil";
	})`, chromedp.EvalAwaitPromise))
	require.EqualValues(t, 1, shown.Load())
	require.Equal(t, w.message(id), b.path())
	b.visit("/evil") // in a tab of its own, as its link offers
	require.Eventually(t, func() bool { return len(b.stopped()) > 3 }, waiting, pause)
	for _, c := range b.complaints() {
		require.True(t, stopped(c), c)
	}
	require.Zero(t, ran.Load(), "something was loaded")
}

// stopped reports whether the browser says that a policy has stopped something.
func stopped(complaint string) bool {
	return strings.HasPrefix(complaint, "log: error: ") &&
		(strings.Contains(complaint, "Content Security Policy") || strings.Contains(complaint, "sandboxed"))
}

func (b *tab) stopped() (all []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.faults {
		if stopped(c) {
			all = append(all, c)
		}
	}
	return all
}
