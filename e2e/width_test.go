package e2e_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator/inbox"
)

// TestListFits: the list of messages does not have to be moved sideways, down to a window of 1,000 pixels, however long
// its addresses and names are.
func TestListFits(t *testing.T) {
	t.Parallel()
	for _, suffix := range []string{"", "ForDepartmentsWithLongNamesWithoutAnySpace"} {
		w := newPlace(t, suffix, nil)
		first, _, _ := w.fill(t)
		require.NoError(t, w.svc.SetStatus(first, "technical-failure"))
		w.email(t, "a-person-whose-name-is-long-and-who-works-for.a-department@with-a-long-name.example.gov.uk", "Jo")
		_, sms, _ := w.fill(t)
		require.NoError(t, w.svc.SetStatus(sms, "permanent-failure"))
		b := open(t, w.origin, inbox.Path+"/")
		for _, width := range []int64{1000, 1100, 1250, 1400} {
			b.size(width, 800)
			require.LessOrEqual(t, eval[int](b, `(s => s.scrollWidth - s.clientWidth)(document.querySelector(".scroll"))`), 0,
				"%d", width)
		}
	}
}
