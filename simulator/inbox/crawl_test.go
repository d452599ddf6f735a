package inbox_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/notifykit/notify/simulator/inbox"
)

// crawl returns every page of the simulator that a link, a frame, a script or a style leads to, by its path.
func (p place) crawl(t *testing.T) map[string]answer {
	t.Helper()
	found := map[string]answer{}
	for todo := []string{inbox.Path + "/"}; len(todo) > 0; todo = todo[1:] {
		at := todo[0]
		if _, known := found[at]; known || strings.HasSuffix(at, "/live") {
			continue
		}
		got := p.get(t, at)
		found[at] = got
		if !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") || isFrame(got) {
			continue
		}
		from, err := url.Parse(at)
		require.NoError(t, err)
		for _, n := range elements(got.page(t)) {
			for _, name := range []string{"href", "src", "data-live"} {
				v, ok := attr(n, name)
				if !ok {
					continue
				}
				to, err := from.Parse(v)
				require.NoError(t, err, v)
				if to.Host == "" {
					to.Fragment = ""
					todo = append(todo, to.String())
				}
			}
		}
	}
	return found
}

func isFrame(a answer) bool {
	return strings.Contains(a.header.Get("Content-Security-Policy"), "sandbox")
}

// TestEveryLinkLeadsSomewhere: from the list of messages one comes to everything, and nothing is missing.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	t.Parallel()
	p := setup(t)
	found := p.crawl(t)
	for at, got := range found {
		require.Equal(t, 200, got.status, at)
		require.NotEmpty(t, got.header.Get("Content-Security-Policy"), at)
		require.Equal(t, "nosniff", got.header.Get("X-Content-Type-Options"), at)
		require.NotContains(t, got.header.Get("Content-Security-Policy"), "unsafe-eval")
		require.NotContains(t, strings.ReplaceAll(got.body, "http://www.w3.org/2000/svg", ""), "ZgotmplZ", at)
	}
	for _, want := range []string{
		p.message(p.email), p.message(p.sms), p.message(p.letter), p.message(p.ready), p.message(p.email) + "/email",
		p.message(p.letter) + "/letter.pdf", p.message(p.email) + "/files/0", p.message(p.email) + "/files/0/content",
		p.template(p.emailT), p.template(p.smsT), p.template(p.letterT), p.template(p.emailT) + "/email?",
		p.template(p.letterT) + "/letter.pdf?", inbox.Path + "/requests/1", inbox.Path + "/requests", inbox.Path + "/texts",
		inbox.Path + "/controls", inbox.Path + "/services/" + p.svc.ID(),
	} {
		require.Contains(t, found, want)
	}
}

// TestNothingRuns: whatever a message, a template, a key or a service is called, a page has only the elements and
// attributes that it is written with.
func TestNothingRuns(t *testing.T) {
	t.Parallel()
	p := setup(t)
	elementNames := strings.Fields("html head meta title link script body a header p nav ul li main h1 h2 h3 form div " +
		"label select option input button table caption thead tbody tr th td span time footer dl dt dd code pre ol " +
		"iframe fieldset legend strong textarea article details summary br")
	attributes := strings.Fields("lang charset name content rel href type src defer class id role aria-label aria-live " +
		"aria-current tabindex for value selected scope method action autocomplete datetime data-live data-total data-one " +
		"data-many data-preview title sandbox referrerpolicy checked target rows required inputmode colspan download")
	count := 0
	for at, got := range p.crawl(t) {
		if !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
			continue
		}
		count++
		if isFrame(got) {
			require.NotContains(t, got.header.Get("Content-Security-Policy"), "allow-scripts")
			require.NotContains(t, got.header.Get("Content-Security-Policy"), "allow-same-origin")
			require.Contains(t, got.header.Get("Content-Security-Policy"), "default-src 'none'")
			continue
		}
		csp := got.header.Get("Content-Security-Policy")
		require.NotContains(t, csp, "unsafe", at)
		for _, n := range elements(got.page(t)) {
			require.Contains(t, elementNames, n.Data, at)
			for _, a := range n.Attr {
				require.Contains(t, attributes, a.Key, "%s: <%s>", at, n.Data)
				require.False(t, strings.HasPrefix(strings.TrimSpace(strings.ToLower(a.Val)), "javascript:"), at)
			}
			if n.Data == "script" {
				src, _ := attr(n, "src")
				require.True(t, strings.HasPrefix(src, inbox.Path+"/assets/script.js"), at)
				require.Nil(t, n.FirstChild, at)
			}
		}
	}
	require.Greater(t, count, 20)
}

// TestPagesAreAccessible: landmarks, one heading of the first rank, ranks in order, a label for every control, a name
// for every table and frame, ids only once.
func TestPagesAreAccessible(t *testing.T) {
	t.Parallel()
	p := setup(t)
	pages := p.crawl(t)
	pages["a mistake"] = p.post(t, inbox.Path+"/time", url.Values{"amount": {"x"}})
	pages["no page"] = p.get(t, inbox.Path+"/nothing")
	for at, got := range pages {
		if !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") || isFrame(got) {
			continue
		}
		all := elements(got.page(t))
		ids, labels := map[string]bool{}, map[string]bool{}
		var ranks []string
		counts := map[string]int{}
		for _, n := range all {
			counts[n.Data]++
			if id, ok := attr(n, "id"); ok {
				require.False(t, ids[id], "%s: the id %s is there twice", at, id)
				ids[id] = true
			}
			if of, ok := attr(n, "for"); ok && n.Data == "label" {
				require.NotEmpty(t, text(n), at)
				labels[of] = true
			}
			if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
				require.NotEmpty(t, text(n), at)
				ranks = append(ranks, n.Data)
			}
		}
		for _, name := range []string{"h1", "title", "main", "header", "footer"} {
			require.Equal(t, 1, counts[name], "%s: %s", at, name)
		}
		require.Equal(t, "h1", ranks[0], at)
		for i := 1; i < len(ranks); i++ {
			require.LessOrEqual(t, int(ranks[i][1]), int(ranks[i-1][1])+1, "%s: %v", at, ranks)
		}
		for _, n := range all {
			p.requireNamed(t, at, n, labels)
		}
		lang, _ := attr(all[0], "lang")
		require.Equal(t, "en-GB", lang)
		title := all[slices.IndexFunc(all, func(n *html.Node) bool { return n.Data == "title" })]
		require.True(t, strings.HasSuffix(text(title), " - Notify simulator"), at)
	}
}

func (place) requireNamed(t *testing.T, at string, n *html.Node, labels map[string]bool) {
	t.Helper()
	id, _ := attr(n, "id")
	kind, _ := attr(n, "type")
	label, _ := attr(n, "aria-label")
	switch {
	case n.Data == "input" && kind == "hidden":
	case n.Data == "input", n.Data == "select", n.Data == "textarea":
		require.True(t, labels[id], "%s: no label for %s", at, id)
	case n.Data == "button", n.Data == "a":
		require.NotEmpty(t, text(n), "%s: <%s id=%s> has no text", at, n.Data, id)
	case n.Data == "iframe":
		title, _ := attr(n, "title")
		require.NotEmpty(t, title, at)
	case n.Data == "nav":
		require.NotEmpty(t, label, at)
	case n.Data == "table":
		require.Equal(t, "caption", firstElement(n).Data, at)
	}
}

func firstElement(n *html.Node) *html.Node {
	for c := range n.ChildNodes() {
		if c.Type == html.ElementNode {
			return c
		}
	}
	return nil
}
