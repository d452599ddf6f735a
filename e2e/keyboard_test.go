package e2e_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator/inbox"
)

// numbered gives a number to everything in the page that a mouse could use, and returns how many those are. Of a group
// of radio buttons the keyboard reaches the chosen one, and the others from there with the arrows.
const numbered = `(() => {
	let n = 0;
	for (const e of document.querySelectorAll(
		"a[href], button, input:not([type=hidden]), select, textarea, summary, iframe, [tabindex='0']")) {
		if (e.type === "radio" && !e.checked) continue;
		e.dataset.number = n++;
	}
	return n;
})()`

// focused describes what has the focus.
type focused struct {
	Number  string `json:"number"`
	HTML    string `json:"html"`
	Outline bool   `json:"outline"` // that it has the focus can be seen
	InView  bool   `json:"inView"`
	Body    bool   `json:"body"`
	Frame   bool   `json:"frame"`
}

const focus = `(() => {
	const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
	return {
		number: e.dataset.number || "", html: e.outerHTML.slice(0, 200), body: e === document.body,
		outline: s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2, frame: e.tagName === "IFRAME",
		inView: r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth,
	};
})()`

// TestEverythingByKeyboard: on every page the tab key reaches all that a mouse could use, one sees where one is, and it
// leads out again. So links lead from the list of messages to every page, by keyboard alone.
func TestEverythingByKeyboard(t *testing.T) {
	t.Parallel()
	w := town(t)
	w.fill(t)
	b := open(t, w.origin, "")
	stops := 0
	paths := crawl(t, b)
	for _, path := range paths {
		b.visit(path)
		want := eval[int](b, numbered)
		reached := map[string]bool{}
		for presses := 0; len(reached) < want; presses++ {
			require.Less(t, presses, 4*want+100, "%s: only %d of %d were reached", path, len(reached), want)
			b.press(kb.Tab, 1)
			at := eval[focused](b, focus)
			if at.Body {
				continue // past the end, where the browser's own buttons are
			}
			require.NotEmpty(t, at.Number, "%s: %s", path, at.HTML)
			// What is in a frame has the focus there, and is not ours: an email's links, the browser's viewer of PDFs.
			if !at.InView && !at.Frame {
				b.waitFor(focus + `.inView`) // a browser that is busy with a PDF scrolls a moment later
			}
			require.True(t, at.Outline || at.Frame, "%s: nothing shows that %s has the focus", path, at.HTML)
			reached[at.Number] = true
		}
		stops += want
	}
	t.Logf("%d pages, %d stops", len(paths), stops)
}

// TestSkipLink: the first stop of each page leads past the navigation.
func TestSkipLink(t *testing.T) {
	t.Parallel()
	w := town(t)
	b := open(t, w.origin, inbox.Path+"/")
	b.press(kb.Tab, 1)
	require.Equal(t, "Skip to main content", eval[string](b, `document.activeElement.innerText`))
	require.True(t, eval[focused](b, focus).InView)
	b.press(kb.Enter, 1)
	b.waitFor(`document.activeElement.id === "main"`)
	b.press(kb.Tab, 1)
	require.True(t, eval[bool](b, `document.getElementById("main").contains(document.activeElement) &&
		document.activeElement.id !== "main"`))
}

// TestKeyboardWalk: from the list to a message and to the rule that a request broke, and a form is sent.
func TestKeyboardWalk(t *testing.T) {
	t.Parallel()
	w := town(t)
	id := w.sms(t, "07900900123", "Jo")
	w.refused(t, "Jo")
	b := open(t, w.origin, inbox.Path+"/")
	b.follow(`document.activeElement.id === "message-` + id + `"`)
	require.Equal(t, w.message(id), b.path())

	b.tabTo(`document.activeElement.id === "new-status"`)
	b.press("temporary", 1)
	b.follow(`document.activeElement.closest("#set-status") && document.activeElement.tagName === "BUTTON"`)
	require.Equal(t, "temporary failure", b.text("status"))
	require.Equal(t, "The status was set.", strings.TrimSpace(b.text("done")))

	b.follow(`document.activeElement.id === "nav-requests"`)
	b.follow(`document.activeElement.pathname === "` + inbox.Path + `/requests/2"`)
	require.Contains(t, b.text("errors"), "Missing personalisation: name")
	b.follow(`document.activeElement.closest("#used-template")`)
	require.Equal(t, w.template(w.smsT), strings.SplitN(b.path(), "#", 2)[0])

	// The width of an email is chosen with the arrows.
	b.visit(w.message(w.email(t, "jo@example.gov.uk", "Jo")))
	desk := eval[float64](b, `document.getElementById("email-frame").clientWidth`)
	b.tabTo(`document.activeElement.id === "width-desk"`)
	b.press(kb.ArrowRight, 1)
	b.waitFor(`document.getElementById("width-phone").checked`)
	phone := eval[float64](b, `document.getElementById("email-frame").clientWidth`)
	require.Greater(t, desk, 580.0, "the width of an email on a desk")
	require.InDelta(t, 384, phone, 10)
}

// tabTo presses the tab key until the condition holds.
func (b *tab) tabTo(condition string) {
	b.t.Helper()
	for range 200 {
		b.press(kb.Tab, 1)
		if eval[bool](b, "!!("+condition+")") {
			return
		}
	}
	require.Fail(b.t, "never reached", condition)
}

// follow goes to what the condition is about, and presses Enter to get to another page.
func (b *tab) follow(condition string) {
	b.t.Helper()
	b.tabTo(condition)
	eval[bool](b, `window.before = true`)
	b.press(kb.Enter, 1)
	b.waitFor(`!window.before && document.readyState === "complete"`)
}
