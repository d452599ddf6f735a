package e2e_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator/inbox"
)

// TestWeights: pages are light, with all that they load besides the message itself.
func TestWeights(t *testing.T) {
	t.Parallel()
	w := town(t)
	for range 50 {
		w.sms(t, "07900900123", "Jo")
	}
	email, sms, letter := w.fill(t)
	b := open(t, w.origin, "")
	for _, path := range []string{
		inbox.Path + "/", w.message(email), w.message(sms), w.message(letter), inbox.Path + "/requests",
		inbox.Path + "/requests/1", inbox.Path + "/services", inbox.Path + "/services/" + w.svc.ID(),
		w.template(w.emailT), w.template(w.smsT), w.template(w.letterT), inbox.Path + "/texts", inbox.Path + "/controls",
	} {
		b.visit(path)
		size := eval[struct{ Page, Files int }](b, `(() => {
			const size = (type, keep) => performance.getEntriesByType(type).filter(keep)
				.reduce((n, e) => n + e.decodedBodySize, 0);
			return {
				Page: size("navigation", () => true),
				Files: size("resource", e => e.name.includes("/assets/")),
			};
		})()`)
		require.Positive(t, size.Page)
		require.Less(t, size.Page, 40_000, path)
		require.Less(t, size.Files, 20_000, path)
		t.Logf("%5d bytes, and %5d of style, script and icon: %s", size.Page, size.Files, path)
	}
}
