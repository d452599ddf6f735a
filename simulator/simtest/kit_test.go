package simtest_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestEveryOperation takes the real client through all of the API.
func TestEveryOperation(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	client, ctx := kit.Client(), t.Context()

	text, err := client.SendSMS(ctx, notify.SMS{
		PhoneNumber: "07900 900123", TemplateID: kit.SMSTemplate("Hello ((name))"),
		Personalisation: notify.Personalisation{"name": "Jo"}, Reference: "a+b",
	})
	require.NoError(t, err)
	require.Equal(t, "Hello Jo", text.Content.Body)
	require.Equal(t, "GOVUK", text.Content.FromNumber)

	email, err := client.SendEmail(ctx, notify.Email{
		EmailAddress: "someone@example.com", TemplateID: kit.EmailTemplate("For ((name))", "See ((file)), ((list))"),
		Personalisation: notify.Personalisation{
			"name": "*Jo*", "list": []string{"a", "b"}, "file": notify.FileFromBytes("note.txt", []byte("hello")),
		},
		SanitiseContentFor: []string{"name"},
	})
	require.NoError(t, err)
	require.Contains(t, email.Content.Body, "https://documents.service.gov.uk/d/")
	require.Contains(t, email.Sanitised, "name")
	sent := kit.Service.TestMessages()
	require.Equal(t, "hello", string(sent[0].Files[0].Content))
	require.Equal(t, "note.txt", sent[0].Files[0].Filename)

	letterTemplate := kit.LetterTemplate("Decision", "Dear ((name))")
	letter, err := client.SendLetter(ctx, notify.Letter{
		Address: []string{"Amala Bird", "123 High Street", "SW14 6BF"}, TemplateID: letterTemplate,
		Personalisation: notify.Personalisation{"name": "Jo"},
	})
	require.NoError(t, err)
	pdf, err := client.WaitForLetterPDF(ctx, letter.ID)
	require.NoError(t, err)
	require.Equal(t, "%PDF", string(pdf[:4]))
	printed, err := client.SendPrecompiledLetter(ctx, notify.PrecompiledLetter{
		Reference: "p", Content: bytes.NewReader(pdf),
	})
	require.NoError(t, err)
	require.Equal(t, notify.PostageSecond, printed.Postage)

	one, err := client.WaitForNotification(ctx, text.ID)
	require.NoError(t, err)
	require.Equal(t, notify.StatusDelivered, one.Status)
	require.NotZero(t, one.CompletedAt)
	found := 0
	for n, err := range client.Notifications(ctx, notify.NotificationFilter{Reference: "a+b"}) {
		require.NoError(t, err)
		require.Equal(t, text.ID, n.ID)
		found++
	}
	require.Equal(t, 1, found)

	template, err := client.Template(ctx, letterTemplate)
	require.NoError(t, err)
	require.Contains(t, template.Personalisation, "name")
	_, err = client.TemplateVersion(ctx, letterTemplate, 1)
	require.NoError(t, err)
	all, err := client.Templates(ctx, "")
	require.NoError(t, err)
	require.Len(t, all, 3)
	preview, err := client.PreviewTemplate(ctx, letterTemplate, notify.Personalisation{"name": "Jo"})
	require.NoError(t, err)
	require.Equal(t, "Dear Jo", preview.Body)

	_, err = kit.Service.ReceiveText("07900900123", "Hi")
	require.NoError(t, err)
	for text, err := range client.ReceivedTexts(ctx) {
		require.NoError(t, err)
		require.Equal(t, "Hi", text.Content)
	}
}

func TestTeamMember(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t).Expect(notify.ErrNotOnGuestList)
	text, email := kit.SMSTemplate("Hello"), kit.EmailTemplate("Hello", "Hello")
	for _, key := range []string{kit.TeamKey, kit.LiveKey} { // the guard refuses neither the number nor the address
		client := kit.ClientWithKey(key)
		_, err := client.SendSMS(t.Context(), notify.SMS{PhoneNumber: simtest.TeamMemberPhone, TemplateID: text})
		require.NoError(t, err)
		_, err = client.SendEmail(t.Context(), notify.Email{EmailAddress: simtest.TeamMemberEmail, TemplateID: email})
		require.NoError(t, err)
	}
	stranger := notify.SMS{PhoneNumber: "07900 900123", TemplateID: text}
	_, err := kit.ClientWithKey(kit.TeamKey).SendSMS(t.Context(), stranger)
	require.ErrorIs(t, err, notify.ErrNotOnGuestList, "the number in the examples is a stranger's")
}

// TestErrors provokes each kind of error the way a service would.
func TestErrors(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t).Allow(simtest.ClientErrors)
	template := kit.SMSTemplate("Hello ((name))")
	text := notify.SMS{
		PhoneNumber: "07900900999", TemplateID: template, Personalisation: notify.Personalisation{"name": "Jo"},
	}
	once := notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1})

	_, err := kit.ClientWithKey(kit.TeamKey).SendSMS(t.Context(), text)
	require.ErrorIs(t, err, notify.ErrNotOnGuestList)
	require.True(t, notify.SafeToRetry(err))

	_, err = kit.Client().SendSMS(t.Context(), notify.SMS{PhoneNumber: "07900900999", TemplateID: template})
	require.ErrorIs(t, err, notify.ErrMissingPersonalisation)

	_, err = kit.Client().Notification(t.Context(), template)
	require.ErrorIs(t, err, notify.ErrNotFound)

	kit.Service.SetTrialMode(true)
	_, err = kit.ClientWithKey(kit.LiveKey).SendSMS(t.Context(), text)
	require.ErrorIs(t, err, notify.ErrTrialMode)
	kit.Service.SetTrialMode(false)

	require.NoError(t, kit.Service.RevokeKey(kit.LiveKey))
	_, err = kit.ClientWithKey(kit.LiveKey).SendSMS(t.Context(), text)
	require.ErrorIs(t, err, notify.ErrKeyRevoked)

	small, err := kit.Simulator.AddService(simulator.ServiceConfig{
		Name: "Small", RateLimit: 6, DailyLimits: simulator.DailyLimits{Email: new(0)},
		Keys: []simulator.KeyConfig{{Name: "live", Type: simulator.KeyTypeLive}},
	})
	require.NoError(t, err)
	client := kit.ClientWithKey(small.Key(simulator.KeyTypeLive), once)
	_, err = client.SendEmail(t.Context(), notify.Email{EmailAddress: "a@example.gov.uk", TemplateID: template})
	require.ErrorIs(t, err, notify.ErrDailyLimit)
	for range 3 {
		_, err = client.SendSMS(t.Context(), text)
	}
	require.ErrorIs(t, err, notify.ErrRateLimited)
}

// TestEightDays moves the simulator's clock past the week for which messages are kept. The client goes by its own
// clock, and its tokens are accepted all the same.
func TestEightDays(t *testing.T) {
	t.Parallel()
	now := time.Now().Truncate(24 * time.Hour).Add(12 * time.Hour) // before the night's clean-up, eight days are too few
	kit := simtest.New(t, simulator.WithClock(func() time.Time { return now }))
	kit.Expect(notify.ErrNotFound, notify.ErrKeyRevoked)
	client, ctx := kit.Client(), t.Context()
	_, err := kit.Service.ReceiveText("07900900123", "Hi")
	require.NoError(t, err)
	template := kit.SMSTemplate("Hello")
	send := func() string {
		sent, err := client.SendSMS(ctx, notify.SMS{PhoneNumber: "07900900123", TemplateID: template, Reference: "r"})
		require.NoError(t, err)
		return sent.ID
	}
	old := send()
	_, err = client.Notification(ctx, old)
	require.NoError(t, err)

	now = now.Add(8 * 24 * time.Hour)
	_, err = client.Notification(ctx, old)
	require.ErrorIs(t, err, notify.ErrNotFound)
	_, ok := kit.Service.Notification(old)
	require.False(t, ok)
	_, ok = kit.Service.Delivered(old)
	require.False(t, ok)
	require.ErrorContains(t, kit.Service.SetStatus(old, simulator.StatusDelivered), "no message")
	for text, err := range client.ReceivedTexts(ctx) {
		require.NoError(t, err)
		require.Empty(t, text, "kept too long")
	}
	recent := send()
	for n, err := range client.Notifications(ctx, notify.NotificationFilter{Reference: "r"}) {
		require.NoError(t, err)
		require.Equal(t, recent, n.ID)
		require.WithinDuration(t, now, n.CreatedAt, time.Second)
	}
	require.NoError(t, kit.Service.RevokeKey(kit.TestKey))
	_, err = client.Notification(ctx, recent)
	require.ErrorIs(t, err, notify.ErrKeyRevoked)
}
