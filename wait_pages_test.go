package notify_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

func TestNotificationsByID(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMailOut(t, simulator.WithOutcomeDelay(10*time.Second))
		ids := m.send(100)
		time.Sleep(9 * time.Second)
		ids = append(ids, m.send(150)...)
		time.Sleep(2 * time.Second)
		statuses := map[notify.Status]int{}
		for n, err := range m.client.NotificationsByID(t.Context(), ids) {
			require.NoError(t, err)
			statuses[n.Status]++
		}
		require.Equal(t, map[notify.Status]int{notify.StatusDelivered: 100, notify.StatusSending: 150}, statuses)
		pages, singles := m.calls()
		require.Equal(t, []int{1, 0}, []int{pages, singles})
	})
}

// TestOneOnAPageIsEnough: to go on to the page after it.
func TestOneOnAPageIsEnough(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMailOut(t)
		all := m.send(300)
		for _, err := range m.client.NotificationsByID(t.Context(), append(all[:40:40], all[299])) {
			require.NoError(t, err)
		}
		pages, singles := m.calls()
		require.Equal(t, []int{2, 0}, []int{pages, singles})
	})
}

// TestIDsOfManyAreChecked: before anything is asked.
func TestIDsOfManyAreChecked(t *testing.T) {
	t.Parallel()
	m := newMailOut(t)
	for _, ids := range [][]string{{notificationID, "x"}, {notificationID, ""}} {
		got, err := m.wait(t.Context(), ids)
		require.Empty(t, got)
		require.ErrorIs(t, err, notify.ErrInvalidRequest)
		require.EqualError(t, err, "notify: notification id 2 of 2 is not a UUID")
	}
	got, err := m.wait(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, got)
	for _, err := range m.client.WaitForNotifications(nil, []string{notificationID}) { //nolint:staticcheck // is tested
		require.ErrorIs(t, err, notify.ErrInvalidRequest)
	}
	require.Zero(t, m.pages+m.singles)
}

// TestAReadThatFailsEndsTheLook: whether of one that no page will show, or of one that is looked for from there on.
func TestAReadThatFailsEndsTheLook(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMailOut(t)
		elsewhere := m.sendWith(m.with(simulator.KeyTypeTeam), 2)
		m.sim.Inject(simulator.On(simulator.OperationRead), simulator.Refuse(400, "BadRequestError", "no"))
		for n := range elsewhere {
			for got, err := range m.client.NotificationsByID(t.Context(), elsewhere[n:]) {
				require.Nil(t, got)
				var unfinished *notify.UnfinishedError
				require.ErrorAs(t, err, &unfinished)
				require.Equal(t, elsewhere[n:], unfinished.IDs)
				require.ErrorContains(t, err, "400 BadRequestError")
			}
			pages, singles := m.calls()
			require.Equal(t, []int{1 - n, 1}, []int{pages, singles})
		}
	})
}

// TestAnyMixtureIsFound: whatever is sought, each is yielded once, in at most three calls more than single reads take.
func TestAnyMixtureIsFound(t *testing.T) {
	t.Parallel()
	synctest.Test(t, testAnyMixture)
}

func testAnyMixture(t *testing.T) {
	m := newMailOut(t)
	all := m.send(800)
	elsewhere := m.sendWith(m.with(simulator.KeyTypeTeam), 50)
	r := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		time.Sleep(time.Second) // for the rate limit
		var ids []string
		for range 1 + r.IntN(4) { // runs of neighbours
			from := r.IntN(len(all))
			ids = append(ids, all[from:min(len(all), from+1+r.IntN(200))]...)
		}
		ids = append(ids, elsewhere[:r.IntN(len(elsewhere))]...)
		if r.IntN(2) == 0 {
			r.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
		}
		want := slices.Compact(slices.Sorted(slices.Values(ids)))
		got, err := m.wait(t.Context(), ids)
		require.NoError(t, err)
		slices.Sort(got)
		require.Equal(t, want, got)
		pages, singles := m.calls()
		require.LessOrEqual(t, pages+singles, len(want)+3)
	}
}
