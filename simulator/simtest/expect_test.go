package simtest_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

// post sends one message of each type, and a second email.
func post(t testing.TB, kit *simtest.Kit) {
	t.Helper()
	require.NoError(t, postAll(t.Context(), kit))
}

func postAll(ctx context.Context, kit *simtest.Kit) error {
	client := kit.Client()
	_, err := client.SendSMS(ctx, notify.SMS{
		PhoneNumber: "07900 900123", TemplateID: kit.SMSTemplate("Your code is ((code))."), Reference: "order-1",
		Personalisation: notify.Personalisation{"code": "123456"},
	})
	email := kit.EmailTemplate("Thanks, ((name))", "Dear ((name))")
	for _, name := range []string{"Ada", "Grace"} {
		_, failed := client.SendEmail(ctx, notify.Email{
			EmailAddress: strings.ToLower(name) + "@example.gov.uk", TemplateID: email,
			Personalisation: notify.Personalisation{"name": name, "items": []string{"a", "b"}, "n": 2},
		})
		err = errors.Join(err, failed)
	}
	_, failed := kit.ClientWithKey(kit.LiveKey).SendLetter(ctx, notify.Letter{
		Address:    []string{"Amala Bird", "123 High Street", "SW14 6BF"},
		TemplateID: kit.LetterTemplate("Decision", "Dear Ms Bird"),
	})
	return errors.Join(err, failed)
}

func TestMatches(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	post(t, kit)
	is := func(want ...string) func(simtest.Match, ...simtest.Match) {
		return func(m simtest.Match, more ...simtest.Match) {
			t.Helper()
			var got []string
			for _, found := range kit.Messages(append(more, m)...) {
				name, _, _ := strings.Cut(found.To, "@")
				got = append(got, strings.Split(name, "\n")[0])
			}
			require.Equal(t, want, got, m.String())
		}
	}
	text, ada, both, letter := is("07900 900123"), is("ada"), is("ada", "grace"), is("Amala Bird")
	none, all := is(), is("07900 900123", "ada", "grace", "Amala Bird")

	text(simtest.To("+44 (0)7900-900-123"))
	text(simtest.To("07900900123"))
	ada(simtest.To("ADA@example.gov.uk"))
	letter(simtest.To("amala bird"))
	letter(simtest.To("Amala Bird\n123 High Street\nsw14 6bf"))
	letter(simtest.To("123 high street"))
	text(simtest.Reference("order-1"))
	none(simtest.Reference(""))
	is("ada", "grace", "Amala Bird")(simtest.NoReference())
	text(simtest.Containing("Service: Your code")) // as it arrives
	both(simtest.Containing("Thanks, "))
	ada(simtest.Containing("Dear Ada"))
	both(simtest.OfType(notify.NotificationTypeEmail))
	letter(simtest.WithStatus(notify.StatusReceived))
	none(simtest.WithStatus(notify.StatusFailed))
	ada(simtest.Personalised("name", "Ada"))
	both(simtest.Personalised("items", []string{"a", "b"}))
	both(simtest.Personalised("n", "2"))
	both(simtest.Personalised("n", 2))
	none(simtest.Personalised("m", 2))
	none(simtest.To(""))
	none(simtest.Containing(""))
	none(simtest.Match{})
	letter(simtest.SentWith(notify.KeyTypeLive))
	letter(simtest.Not(simtest.SentWith(notify.KeyTypeTest)))
	letter(simtest.Not(simtest.Not(simtest.SentWith(notify.KeyTypeLive))))
	all(simtest.Template("A template"))
	text(simtest.Template(kit.Messages()[0].TemplateID))
	ada(simtest.Where("is to Ada", func(m simtest.Message) bool { return strings.HasPrefix(m.To, "ada") }))
	all(simtest.Within(time.Second))
	all(simtest.Not(simtest.Within(time.Second)))
	none(simtest.To("07900900123"), simtest.NoReference())

	mark := kit.Mark()
	none(simtest.Since(mark))
	post(t, kit)
	all(simtest.Since(mark))
	kit.N(8)
	kit.None(simtest.To("kim@example.gov.uk"))
}

// TestStatuses: a message has the status that a client gets, whatever it is.
func TestStatuses(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	post(t, kit)
	client := kit.ClientWithKey(kit.LiveKey)
	for _, to := range []string{"07900900123", "amala bird"} {
		id := kit.One(simtest.To(to)).ID
		for _, s := range []simulator.Status{
			simulator.StatusCreated, simulator.StatusSending, simulator.StatusPending, simulator.StatusSent,
			simulator.StatusDelivered, simulator.StatusTemporaryFailure, simulator.StatusPermanentFailure,
			simulator.StatusTechnicalFailure, simulator.StatusPendingVirusCheck, simulator.StatusVirusScanFailed,
			simulator.StatusValidationFailed, simulator.StatusCancelled, simulator.StatusReturnedLetter,
		} {
			if kit.Service.SetStatus(id, s) != nil {
				continue // only letters have it
			}
			with := client
			m := kit.One(simtest.To(to))
			if m.KeyType == notify.KeyTypeTest {
				with = kit.Client()
			}
			n, err := with.Notification(t.Context(), id)
			require.NoError(t, err)
			require.Equal(t, n.Status, m.Status)
			require.Equal(t, n.Status, m.History[len(m.History)-1].Status)
			require.Equal(t, n.Type, m.Type)
			require.Equal(t, n.Postage, m.Postage)
			require.Equal(t, s, m.Notification.Status, "as the service keeps it")
			kit.One(simtest.To(to), simtest.WithStatus(notify.Status(s)))
		}
	}
	kit.SetStatus(kit.One(simtest.To("amala bird")).ID, notify.StatusAccepted)
	kit.One(simtest.WithStatus(notify.StatusAccepted))
	kit.SetStatus(kit.One(simtest.To("amala bird")).ID, notify.StatusReceived)
	kit.One(simtest.WithStatus(notify.StatusReceived))
	for _, status := range []notify.Status{notify.StatusAccepted, notify.StatusReceived} {
		said := failing(t, func(ft *fakeT) {
			kit := simtest.New(ft)
			post(t, kit)
			kit.SetStatus(kit.One(simtest.OfType(notify.NotificationTypeSMS)).ID, status)
		})
		require.Contains(t, said, `only letters have the status "`+string(status)+`"`)
	}
}

func TestWhatArrives(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	post(t, kit)
	text := kit.One(simtest.OfType(notify.NotificationTypeSMS))
	require.Equal(t, "Test Service: Your code is 123456.", text.Text())
	require.Empty(t, text.HTML())
	email := kit.One(simtest.To("ada@example.gov.uk"))
	require.Contains(t, email.HTML(), "Dear Ada")
	require.Contains(t, email.Text(), "Dear Ada")
	letter := kit.One(simtest.OfType(notify.NotificationTypeLetter))
	require.Contains(t, letter.HTML(), "Dear Ms Bird")
	require.Equal(t, "%PDF-", string(letter.PDF()[:5]))
	letter.PDF()[0] = 'x'
	require.Equal(t, "%PDF-", string(letter.PDF()[:5]), "the test's copy")
}

// TestEventually waits within a bubble, where a wait that looks again and again would take for ever, and one that
// nobody ends would hang.
func TestEventually(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		kit := simtest.New(t, simulator.Realistic())
		start := time.Now()
		go func() {
			for range 2 {
				time.Sleep(time.Second)
				if err := postAll(t.Context(), kit); err != nil {
					t.Error(err)
				}
			}
		}()
		require.Len(t, kit.Eventually(1, simtest.To("07900900123")), 1)
		require.Equal(t, time.Second, time.Since(start))
		require.Len(t, kit.Eventually(2, simtest.To("07900900123")), 2)
		require.Equal(t, 2*time.Second, time.Since(start))
		kit.Eventually(4, simtest.WithStatus(notify.StatusDelivered), simtest.OfType(notify.NotificationTypeEmail),
			simtest.Within(time.Minute))
		require.Equal(t, 5*time.Second, time.Since(start), "the second email took three seconds")

		said := failing(t, func(ft *fakeT) {
			kit := simtest.New(ft)
			kit.Eventually(1, simtest.To("07900900123"), simtest.Within(3*time.Second))
		})
		require.Contains(t, said, "found none after waiting for 3s")
		require.Equal(t, 8*time.Second, time.Since(start))
	})
}

// TestEventuallyInRealTime is the same without a bubble, and with a clock that stands still.
func TestEventuallyInRealTime(t *testing.T) {
	t.Parallel()
	now := time.Now()
	kit := simtest.New(t, simulator.WithClock(func() time.Time { return now }))
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := postAll(t.Context(), kit); err != nil {
			t.Error(err)
		}
	}()
	kit.Eventually(4)
	<-done
}
