package mailout_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/examples/mailout"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

// newMailout is one to 100 people, with the live key: messages of a test key count towards no daily limit.
func newMailout(kit *simtest.Kit) *mailout.Mailout {
	m := &mailout.Mailout{
		Client:   kit.ClientWithKey(kit.LiveKey),
		Template: kit.EmailTemplate("The bins", "Dear ((name)), next week they are emptied on Tuesday."),
		Outcome:  map[string]error{},
	}
	for i := range 100 {
		id := fmt.Sprintf("bins-%d", i)
		m.People = append(m.People, mailout.Person{ID: id, Email: id + "@example.gov.uk", Name: "Ada"})
	}
	return m
}

// everybodyOnce fails if an email went out twice, or was lost.
func everybodyOnce(t *testing.T, kit *simtest.Kit) {
	t.Helper()
	reached := map[string]bool{}
	for _, m := range kit.N(100) {
		reached[m.To] = true
	}
	require.Len(t, reached, 100)
}

func TestGoesOnAfterMidnight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // time passes only while all wait, at once
		kit := simtest.New(t).Expect(notify.ErrRateLimited, notify.ErrDailyLimit)
		require.NoError(t, kit.Service.SetRateLimit(30)) // 10 at once, and then one every 2 seconds
		require.NoError(t, kit.Service.SetDailyLimits(simulator.DailyLimits{Email: new(40)}))

		require.NoError(t, newMailout(kit).Run(t.Context()))

		everybodyOnce(t, kit)
		days := map[string]int{}
		for _, m := range kit.Messages() {
			days[m.CreatedAt.UTC().Format(time.DateOnly)]++
		}
		require.Equal(t, map[string]int{"2000-01-01": 40, "2000-01-02": 40, "2000-01-03": 20}, days)
	})
}

func TestABadConnection(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		kit := simtest.New(t)
		kit.Inject(simulator.OnSend(), simulator.LoseAnswer()).Skip(10).Times(5)  // accepted: not to be sent again
		kit.Inject(simulator.OnSend(), simulator.LoseRequest()).Skip(20).Times(5) // not accepted: to be sent again
		require.NoError(t, newMailout(kit).Run(t.Context()))
		everybodyOnce(t, kit)
	})
}

func TestIsStoppedAndStartedAgain(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"accepted": simulator.LoseAnswer(), "not accepted": simulator.LoseRequest(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				kit := simtest.New(t)
				kit.Inject(simulator.OnSend(), fault).Skip(50).Times(1)
				m := newMailout(kit)
				halfAMinute, stop := context.WithTimeout(t.Context(), 30*time.Second)
				defer stop()
				require.ErrorIs(t, m.Run(halfAMinute), context.DeadlineExceeded) // while one email is in doubt
				require.NoError(t, m.Run(t.Context()))
				everybodyOnce(t, kit)
			})
		})
	}
}

func TestOneBadAddress(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	m := newMailout(kit)
	m.People[3].Email = "ada@example"
	require.NoError(t, m.Run(t.Context()))
	kit.N(99)
	require.ErrorIs(t, m.Outcome["bins-3"], notify.ErrMalformedRecipient)
}
