package e2e_test

import (
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/inbox"
)

// send clicks a button that leads to another page.
func (b *tab) send(button string) {
	b.t.Helper()
	_, err := chromedp.RunResponse(b.ctx, chromedp.Click(chromedp.CSS(button)))
	require.NoError(b.t, err)
}

func (b *tab) fillIn(id, value string) {
	b.t.Helper()
	b.do(chromedp.SetValue(chromedp.ID(id), value))
}

// TestForms: all that the pages let a person do works, with the script and without.
func TestForms(t *testing.T) {
	t.Parallel()
	for _, script := range []bool{true, false} {
		t.Run("script="+strconv.FormatBool(script), func(t *testing.T) {
			t.Parallel()
			w := town(t)
			email, sms, letter := w.fill(t)
			b := open(t, w.origin, "")
			b.script(script)
			b.setAndReturn(w, email, letter)
			b.timeAndFaults(w)
			b.receive()
			b.filter(w, email, sms)

			b.visit(inbox.Path + "/services/" + w.svc.ID())
			b.send("#reset-service button")
			require.Equal(t, "The service was reset.", b.text("done"))
			require.Equal(t, 0, w.sim.Search(simulator.Search{}).Total)
			w.sms(t, "07900900123", "Jo")
			b.visit(inbox.Path + "/controls")
			b.send("#reset button")
			require.Equal(t, "Everything was reset.", b.text("done"))
			require.Equal(t, 0, w.sim.Search(simulator.Search{}).Total)
		})
	}
}

func (b *tab) setAndReturn(w place, email, letter string) {
	b.t.Helper()
	b.visit(w.message(email))
	b.fillIn("new-status", "temporary-failure")
	b.send("#set-status button")
	require.Equal(b.t, "temporary failure", b.text("status"))
	n, _ := w.svc.Notification(email)
	require.Equal(b.t, simulator.StatusTemporaryFailure, n.Status)
	b.visit(w.message(letter))
	b.send("#return-letter button")
	require.Equal(b.t, "The letter came back.", b.text("done"))
	n, _ = w.svc.Notification(letter)
	require.Equal(b.t, simulator.StatusReturnedLetter, n.Status)
}

func (b *tab) timeAndFaults(w place) {
	b.t.Helper()
	b.visit(inbox.Path + "/controls")
	before := w.sim.Now()
	b.fillIn("amount", "2")
	b.send("#advance button")
	require.Equal(b.t, "The time was moved.", b.text("done"))
	require.GreaterOrEqual(b.t, w.sim.Now().Sub(before).Hours(), 2.0)
	b.send("#remove-faults button")
	require.Empty(b.t, w.sim.Injections())
	b.fillIn("times", "3")
	b.send("#arm button")
	require.Equal(b.t, "The fault is armed.", b.text("done"))
	require.Len(b.t, w.sim.Injections(), 1)
	b.send("#remove-faults button")
	require.Equal(b.t, "The faults were removed.", b.text("done"))
}

func (b *tab) receive() {
	b.t.Helper()
	b.visit(inbox.Path + "/texts")
	b.fillIn("text-content", "Where is zone B?")
	b.send(`form[action$="/texts"] button`)
	require.Equal(b.t, "The text was received.", b.text("done"))
	require.Contains(b.t, b.text("live"), "Where is zone B?")
}

// filter narrows the list by each field of the form alone.
func (b *tab) filter(w place, email, sms string) {
	b.t.Helper()
	for field, value := range map[string]string{
		"filter-type": "sms", "filter-to": "07900900123", "filter-template": w.smsT, "filter-words": "Friday",
	} {
		b.visit(inbox.Path + "/")
		require.Equal(b.t, 3, eval[int](b, `document.querySelectorAll("#messages tbody tr").length`))
		b.fillIn(field, value)
		b.send("#filter")
		ids := eval[[]string](b, `[...document.querySelectorAll("#messages tbody a")].map(a => a.id)`)
		require.Equal(b.t, []string{"message-" + sms}, ids, field)
		b.send("#filter-clear")
		require.Equal(b.t, inbox.Path+"/", b.path())
	}
	b.fillIn("filter-status", "temporary-failure")
	b.send("#filter")
	require.Equal(b.t, []string{"message-" + email},
		eval[[]string](b, `[...document.querySelectorAll("#messages tbody a")].map(a => a.id)`))
	require.Equal(b.t, "temporary failure (1)",
		eval[string](b, `document.getElementById("filter-status").selectedOptions[0].text`))
}

// TestPreviewFollows: while values are typed in, the preview shows them, and the page stays.
func TestPreviewFollows(t *testing.T) {
	t.Parallel()
	w := town(t)
	b := open(t, w.origin, w.template(w.smsT))
	require.Contains(t, b.text("missing"), "((name))")
	eval[bool](b, `window.stayed = true`)
	b.do(chromedp.SendKeys(chromedp.ID("value-0"), "Alex"))
	b.waitFor(`document.getElementById("preview").innerText.includes("Hello Alex")`)
	require.True(t, eval[bool](b, `window.stayed && !document.getElementById("missing")`))
	require.Equal(t, "value-0", eval[string](b, `document.activeElement.id`))

	b.visit(w.template(w.emailT))
	b.do(chromedp.SendKeys(chromedp.ID("value-0"), "Alex"))
	b.waitFor(`document.getElementById("preview-subject").innerText === "Your parking permit, Alex"`)
	require.Contains(t, eval[string](b, `document.getElementById("email-frame").src`), "value-name=Alex")

	b.script(false)
	b.visit(w.template(w.smsT))
	b.do(chromedp.SendKeys(chromedp.ID("value-0"), "Sam"))
	b.send("#values button")
	require.Contains(t, b.text("preview"), "Hello Sam")
}
