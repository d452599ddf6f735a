package simulator_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// TestListsFollowTheStatus: a message whose status changes leaves one list and joins another.
func TestListsFollowTheStatus(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeLive)
	var ids []string
	for range 70 { // more than a word of the index holds
		ids = append(ids, w.sendEmail(t, key, "jo@example.gov.uk").id())
	}
	listed := func(status string) (found []string) {
		for _, n := range w.do(t, key, "GET", "/v2/notifications?status="+status, nil).body["notifications"].([]any) {
			found = append(found, n.(map[string]any)["id"].(string))
		}
		return found
	}
	for _, i := range []int{69, 5, 0} {
		require.NoError(t, w.svc.SetStatus(ids[i], simulator.StatusPermanentFailure))
	}
	require.Equal(t, []string{ids[69], ids[5], ids[0]}, listed("permanent-failure"), "the newest first")
	require.Len(t, listed("delivered"), 67)
	require.NotContains(t, listed("delivered"), ids[5])
}
