package e2e_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/inbox"
)

// TestMessageAppears: what a program sends is on the page that is open, without loading it again, and is announced.
func TestMessageAppears(t *testing.T) {
	t.Parallel()
	w := town(t)
	b := open(t, w.origin, inbox.Path+"/")
	require.Contains(t, b.text("empty"), "Nothing was sent yet")
	eval[bool](b, `window.stayed = true`)

	id := w.email(t, "jo@example.gov.uk", "Jo")
	b.waitFor(`document.getElementById("message-` + id + `")`)
	require.Contains(t, b.text("messages"), "jo@example.gov.uk")
	second := w.sms(t, "07900900123", "Jo")
	b.waitFor(`document.getElementById("message-` + second + `")`)
	b.waitFor(`document.getElementById("announcement").textContent === "1 new message, 2 in all"`)

	require.True(t, eval[bool](b, `window.stayed`), "the page was loaded again")
	newest := eval[string](b, `document.querySelector("#messages tbody a").id`)
	require.Equal(t, "message-"+second, newest)
}

// TestStatusFollows: the page of a message shows its next status when it has it.
func TestStatusFollows(t *testing.T) {
	t.Parallel()
	w := town(t)
	id := w.sms(t, "07900900123", "Jo")
	b := open(t, w.origin, w.message(id))
	require.Equal(t, "delivered", b.text("status"))
	require.NoError(t, w.svc.SetStatus(id, simulator.StatusPermanentFailure))
	b.waitFor(`document.getElementById("status").innerText === "permanent failure"`)
	b.waitFor(`document.querySelectorAll("#history li").length === 4`)
}

// TestTwoTabs: the log of requests and the received texts follow as well, each in a tab of its own.
func TestTwoTabs(t *testing.T) {
	t.Parallel()
	w := town(t)
	first, second := open(t, w.origin, inbox.Path+"/requests"), open(t, w.origin, inbox.Path+"/texts")
	w.refused(t, "Jo")
	first.waitFor(`document.getElementById("live").innerText.includes("400")`)
	_, err := w.svc.ReceiveText("07900900123", "STOP it")
	require.NoError(t, err)
	second.waitFor(`document.getElementById("live").innerText.includes("STOP it")`)
}
