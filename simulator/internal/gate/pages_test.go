package gate

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func form(pairs ...string) string {
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return values.Encode()
}

var formType = head("Content-Type", "application/x-www-form-urlencoded")

func TestSigningInWithTheForm(t *testing.T) {
	t.Parallel()
	g := newGate(t, secret)
	c := &caller{t: t, behind: g.Pages}
	const address = "http://notify:6011/simulator/inbox/messages?type=email&q=%22%3E%3Cscript%3E"
	w := c.do("GET", address, nil, "")
	require.Equal(t, 401, w.Code)
	require.Contains(t, w.Body.String(), `<form method="post">`)
	require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
	require.Contains(t, w.Header().Get("Content-Security-Policy"), "default-src 'none'; style-src 'sha256-")

	w = c.do("POST", address, formType, form(formField, "wrong-"+secret))
	require.Equal(t, 401, w.Code)
	require.Contains(t, w.Body.String(), "not the token")
	require.NotContains(t, w.Body.String(), secret)
	require.Empty(t, w.Result().Cookies())

	w = c.do("POST", address, formType, form(formField, " "+secret+" "))
	require.Equal(t, 200, w.Code)
	require.Contains(t, w.Body.String(),
		`content="0; url=/simulator/inbox/messages?q=%22%3E%3Cscript%3E&amp;type=email"`)
	require.Nil(t, c.came)
	cookies := w.Result().Cookies()
	require.Len(t, cookies, 1)
	require.True(t, cookies[0].HttpOnly)
	require.False(t, cookies[0].Secure, "over plain HTTP the browser would not send it")
	require.Equal(t, http.SameSiteStrictMode, cookies[0].SameSite)
	require.Equal(t, "/simulator", cookies[0].Path)
	require.NotContains(t, cookies[0].Value, secret)

	c.do("GET", address, head("Cookie", cookies[0].Name+"="+cookies[0].Value), "")
	require.NotNil(t, c.came)
	require.Empty(t, c.came.Header)
	for _, value := range []string{"", "00", cookies[0].Value + "00", cookies[0].Value[2:], "zz", secret} {
		require.Equal(t, 401, c.do("GET", address, head("Cookie", cookies[0].Name+"="+value), "").Code, value)
	}
	api := &caller{t: t, behind: newGate(t, secret).API}
	require.Equal(t, 200, api.do("GET", address, head("Cookie", cookies[0].Name+"="+cookies[0].Value), "").Code,
		"another gate with the token knows the cookie")
	require.Equal(t, 401, (&caller{t: t, behind: newGate(t, secret+"2").API}).
		do("GET", address, head("Cookie", cookies[0].Name+"="+cookies[0].Value), "").Code)
	require.NotEqual(t, newGate(t, secret+"2").cookieName, g.cookieName)
}

func TestSigningInByLink(t *testing.T) {
	t.Parallel()
	c := &caller{t: t, behind: newGate(t, secret).Pages}
	for target, next := range map[string]string{
		"https://notify/simulator/inbox/?token=" + secret:         `url=/simulator/inbox/"`,
		"https://notify/simulator/inbox/?a=1&token=" + secret:     `url=/simulator/inbox/?a=1"`,
		"https://notify//evil.example/%5Cx?token=" + secret:       `url=/evil.example/%5Cx"`,
		`https://notify/%5C%5Cevil.example/?token=` + secret:      `url=/%5C%5Cevil.example/"`,
		`https://notify/%22%3E%3Cscript%3E/?token=` + secret:      `url=/%22%3E%3Cscript%3E/"`,
		`https://notify/;url=javascript:alert(1)?token=` + secret: `url=/;url=javascript:alert%281%29"`,
	} {
		w := c.do("GET", target, nil, "")
		require.Equal(t, 200, w.Code)
		require.Contains(t, w.Body.String(), next)
		require.NotContains(t, w.Body.String(), secret)
		require.True(t, w.Result().Cookies()[0].Secure)
		require.Equal(t, "no-referrer", w.Header().Get("Referrer-Policy"))
	}
	w := c.do("GET", "https://notify/simulator/inbox/?token=guess", nil, "")
	require.Equal(t, 401, w.Code)
	require.Empty(t, w.Result().Cookies())
	w = c.do("POST", "https://notify/simulator/inbox/?token=guess", formType, form(formField, secret))
	require.Equal(t, 200, w.Code, "the form on that page goes to the same address")
	require.Contains(t, w.Body.String(), `url=/simulator/inbox/"`)
}

// TestFormHasItsOrigin: a browser sends a form of a page without any referrer with the origin null, as it does for the
// form of another site.
func TestFormHasItsOrigin(t *testing.T) {
	t.Parallel()
	c := &caller{t: t, behind: newGate(t, secret).Pages}
	for _, target := range []string{"http://notify/simulator/inbox/", "http://notify/simulator/inbox/?token=guess"} {
		w := c.do("GET", target, nil, "")
		require.Contains(t, w.Body.String(), "<form")
		require.Equal(t, "same-origin", w.Header().Get("Referrer-Policy"))
	}
}

// TestLinkFromAnotherSite follows a link of another site: the browser keeps the cookie back, until it comes again from
// the page in between.
func TestLinkFromAnotherSite(t *testing.T) {
	t.Parallel()
	c := &caller{t: t, behind: newGate(t, secret).Pages}
	from := func(site string) http.Header {
		return head("Sec-Fetch-Site", site, "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document")
	}
	w := c.do("GET", "https://notify/simulator/inbox/", from("cross-site"), "")
	require.Equal(t, 200, w.Code)
	require.Contains(t, w.Body.String(), `url=/simulator/inbox/"`)
	require.Empty(t, w.Result().Cookies())
	require.Equal(t, 401, c.do("GET", "https://notify/simulator/inbox/", from("same-origin"), "").Code)
}

func TestFormsOfTheUnknownAreShort(t *testing.T) {
	t.Parallel()
	c := &caller{t: t, behind: newGate(t, secret).Pages}
	w := c.do("POST", "http://notify/simulator/inbox/", formType, form("a", strings.Repeat("a", 1<<20), formField, secret))
	require.Equal(t, 401, w.Code)
	require.Empty(t, w.Result().Cookies())
	require.Nil(t, c.came)
}

func TestRefusedPageSaysWhyInHTML(t *testing.T) {
	t.Parallel()
	c := &caller{t: t, behind: newGate(t, "").Pages}
	w := c.do("GET", "http://evil.example/simulator/inbox/", nil, "")
	require.Equal(t, 403, w.Code)
	require.Equal(t, "text/html; charset=utf-8", w.Header().Get("Content-Type"))
	require.Contains(t, w.Body.String(), `is not for the host &#34;evil.example&#34;`)
}
