package simulator_test

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// withFile is a town that has sent a file, and the link to it.
func withFile(t testing.TB, opts ...simulator.Option) (town, string) {
	t.Helper()
	w := setup(t, simulator.ServiceConfig{SendFilesContact: "https://www.example.gov.uk/contact"}, opts...)
	sent := w.do(t, w.svc.Key(simulator.KeyTypeTest), "POST", "/v2/notifications/email", fields{
		"email_address": "jo@example.gov.uk", "template_id": w.email,
		"personalisation": fields{"name": fields{
			"file": base64.StdEncoding.EncodeToString([]byte("£82")), "filename": "receipt.txt",
		}},
	})
	require.Equal(t, 201, sent.status)
	return w, w.svc.TestMessages()[0].Files[0].URL
}

func TestFile(t *testing.T) {
	t.Parallel()
	for host, beginning := range map[string]string{
		"documents.test": "https://documents.test/d/", "http://localhost:6011": "http://localhost:6011/d/",
	} {
		w, link := withFile(t, simulator.WithDocumentHost(host))
		require.True(t, strings.HasPrefix(link, beginning), link)
		u, err := url.Parse(link)
		require.NoError(t, err)
		for _, good := range []string{link, u.RequestURI(), "http://elsewhere" + u.RequestURI()} {
			f, ok := w.sim.File(good)
			require.True(t, ok, good)
			require.Equal(t, "receipt.txt", f.Filename)
			require.Equal(t, "£82", string(f.Content))
			f.Content[0] = 0 // a copy
		}
		path := strings.Split(u.Path, "/")
		for _, bad := range []string{
			"", ":", "/d/", "/d/x/y?key=z", u.Path, u.Path + "?key=", u.Path + "?key=" + path[2], "/e" + u.RequestURI()[2:],
			"/d/" + path[2] + "?key=" + u.Query().Get("key"), "/d/" + path[2][2:] + "/" + path[3] + "?" + u.RawQuery,
			"/d/" + strings.Repeat("A", 22) + "/" + path[3] + "?" + u.RawQuery,
		} {
			_, ok := w.sim.File(bad)
			require.False(t, ok, bad)
		}
	}
}
