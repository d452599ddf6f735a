package e2e_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/inbox"
)

// TestSignIn: with a token, a person gets in by the form and by a link, and can then use the forms of the pages. Which
// origin comes with a form, only a browser knows: under a wrong policy it is "null", which is refused.
func TestSignIn(t *testing.T) {
	t.Parallel()
	const token, signInForm = "a-token-of-many-characters", `form[method="post"] button`
	pages, err := inbox.New(simulator.New(), inbox.WithToken(token))
	require.NoError(t, err)
	server := httptest.NewServer(pages)
	t.Cleanup(func() {
		server.CloseClientConnections() // the pages' streams never end
		server.Close()
	})
	for _, c := range map[string]struct {
		path, end string
		form      bool
	}{
		"form":          {inbox.Path + "/", inbox.Path + "/", true},
		"a stale link":  {inbox.Path + "/?token=stale", inbox.Path + "/", true},
		"a deeper page": {inbox.Path + "/requests?refused=1", inbox.Path + "/requests?refused=1", true},
		"a link":        {inbox.Path + "/controls?token=" + token, inbox.Path + "/controls", false},
	} {
		b := open(t, server.URL, "")
		if !c.form {
			eval[bool](b, `(location.href = "`+server.URL+c.path+`", true)`)
		} else {
			b.visit(c.path)
			b.fillIn("token", "not-the-right-token")
			b.send(signInForm)
			require.Contains(t, eval[string](b, `document.querySelector("[role=alert]").innerText`), "not the token")
			b.fillIn("token", token)
			b.do(chromedp.Click(chromedp.CSS(signInForm)))
		}
		b.waitFor(`document.getElementById("nav-messages")`) // the gate's page leads on at once, and is never loaded
		require.Equal(t, c.end, b.path())
		b.visit(inbox.Path + "/controls")
		b.send("#reset button")
		require.Equal(t, "Everything was reset.", b.text("done"))
		for _, complaint := range b.complaints() {
			require.Contains(t, complaint, http.StatusText(http.StatusUnauthorized))
		}
	}
}
