package returned_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/examples/returned"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

func TestALetterComesBack(t *testing.T) {
	t.Parallel()
	monday := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	kit := simtest.New(t, simulator.Realistic(), simulator.WithStart(monday)) // Notify prints on working days
	// With the live key, as letters of a test key are never printed, and so never come back.
	app := returned.New(kit.ClientWithKey(kit.LiveKey), kit.LetterTemplate("Your permit", "It is valid for a year."))
	receiver, err := app.Receiver("a-bearer-token")
	require.NoError(t, err)
	kit.CallBack(receiver, "a-bearer-token")

	app.Add("ada-1", "Ada Bird", "1 High Street", "Richmond upon Thames", "SW14 6BF")
	require.NoError(t, app.Write(t.Context(), "ada-1"))
	kit.Advance(2 * 24 * time.Hour)
	letter := kit.One(simtest.To("1 High Street"), simtest.WithStatus(notify.StatusReceived)) // by the postal service
	require.False(t, app.IsBad("ada-1"))

	kit.ReturnLetter(letter.ID)
	kit.Advance(0) // the callback arrives

	require.True(t, app.IsBad("ada-1"))
	require.Equal(t, notify.StatusReceived, kit.One().Status) // still: only the callback tells
	require.ErrorIs(t, app.Write(t.Context(), "ada-1"), returned.ErrBadAddress)
	app.Add("ada-2", "Ada Bird", "2 Low Street", "Bath", "BA1 1AA")
	require.NoError(t, app.Write(t.Context(), "ada-2"))
	kit.One(simtest.To("2 Low Street"))
}

// A letter that was written on Notify's web pages, or by another program: its callback is accepted all the same.
func TestSomebodyElsesLetterComesBack(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	template := kit.LetterTemplate("Your permit", "It is valid for a year.")
	client := kit.ClientWithKey(kit.LiveKey)
	receiver, err := returned.New(client, template).Receiver("a-bearer-token")
	require.NoError(t, err)
	kit.CallBack(receiver, "a-bearer-token")

	_, err = client.SendLetter(t.Context(), notify.Letter{
		Address: []string{"Ada Bird", "1 High Street", "SW14 6BF"}, TemplateID: template,
	})
	require.NoError(t, err)
	kit.ReturnLetter(kit.One().ID)
	kit.Advance(time.Hour)
	require.Len(t, kit.One().Callbacks, 1) // and Notify need not post it again
}
