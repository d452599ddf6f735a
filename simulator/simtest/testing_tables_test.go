package simtest_test

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

// These tests read the tables of docs/testing.md and try out what they say, so that the page can't be wrong.

// tableBelow returns the rows of the first table below a heading of the page, without backticks.
func tableBelow(t *testing.T, heading string) [][]string {
	t.Helper()
	page, err := os.ReadFile("../../docs/testing.md")
	require.NoError(t, err)
	_, below, found := strings.Cut(string(page), "\n## "+heading+"\n")
	require.True(t, found, "no heading %q", heading)
	below, _, _ = strings.Cut(below, "\n## ")
	var rows [][]string
	for line := range strings.Lines(below) {
		inner, isRow := strings.CutPrefix(strings.TrimSpace(line), "|")
		if !isRow {
			if len(rows) > 0 {
				break
			}
			continue
		}
		cells := strings.Split(strings.TrimSuffix(inner, "|"), "|")
		for i, cell := range cells {
			cells[i] = strings.ReplaceAll(strings.TrimSpace(cell), "`", "")
		}
		rows = append(rows, cells)
	}
	require.Greater(t, len(rows), 2, "no table below %q", heading)
	return rows[2:] // without the header row and the line below it
}

func TestPageRecipients(t *testing.T) {
	t.Parallel()
	for _, row := range tableBelow(t, "What becomes of a message sent with a test key") {
		recipient, want := row[0], row[1]
		t.Run(recipient, func(t *testing.T) {
			t.Parallel()
			kit := simtest.New(t).Allow(notify.ErrNotFound)
			client := kit.Client()
			var id string
			if strings.Contains(recipient, "@") {
				sent, err := client.SendEmail(t.Context(), notify.Email{
					EmailAddress: recipient, TemplateID: kit.EmailTemplate("Hello", "Hello"),
				})
				require.NoError(t, err)
				id = sent.ID
			} else {
				text := notify.SMS{PhoneNumber: recipient, TemplateID: kit.SMSTemplate("Hello")}
				sent, err := client.SendSMS(t.Context(), text)
				require.NoError(t, err)
				id = sent.ID
			}
			n, err := client.Notification(t.Context(), id)
			if want == "404 when read" {
				require.ErrorIs(t, err, notify.ErrNotFound)
				require.Empty(t, kit.Service.TestMessages())
				return
			}
			require.NoError(t, err)
			require.Equal(t, notify.Status(want), n.Status)
		})
	}
}

func TestPageKeys(t *testing.T) {
	t.Parallel()
	yes := map[bool]string{true: "yes", false: "no"}
	for _, row := range tableBelow(t, "Which key for which test") {
		require.Len(t, row, 6)
		t.Run(row[0], func(t *testing.T) {
			t.Parallel()
			kit := simtest.New(t, simulator.WithOutcomes(func(simulator.Notification) simulator.Status {
				return simulator.StatusTechnicalFailure
			}))
			kit.Allow(notify.ErrNotOnGuestList, notify.ErrDailyLimit)
			keys := map[string]string{
				"kit.TestKey": kit.TestKey, "kit.TeamKey": kit.TeamKey, "kit.LiveKey": kit.LiveKey,
			}
			require.Contains(t, keys, row[0])
			client, template := kit.ClientWithKey(keys[row[0]]), kit.SMSTemplate("Hello")
			send := func(phone string) error {
				_, err := client.SendSMS(t.Context(), notify.SMS{PhoneNumber: phone, TemplateID: template})
				return err
			}
			reaches := "anyone"
			if errors.Is(send("07900900123"), notify.ErrNotOnGuestList) {
				reaches = "the team and the guest list"
			}
			require.Equal(t, row[1], reaches)
			require.NoError(t, send(simtest.TeamMemberPhone))
			messages := append(kit.Service.TestMessages(), kit.Service.Dashboard()...)
			require.Equal(t, row[2], yes[messages[0].Status == simulator.StatusTechnicalFailure])
			require.Equal(t, row[3], yes[len(kit.Service.Dashboard()) > 0])
			require.Equal(t, row[4], yes[kit.Service.Usage().Today[simulator.MessageTypeSMS] > 0])
			require.NoError(t, kit.Service.SetDailyLimits(simulator.DailyLimits{SMS: new(1)}))
			require.Equal(t, row[5], yes[errors.Is(send(simtest.TeamMemberPhone), notify.ErrDailyLimit)])
		})
	}
}

func TestPageRates(t *testing.T) {
	t.Parallel()
	text := func(t *testing.T, kit *simtest.Kit, client *notify.Client) func() error {
		t.Helper()
		m := notify.SMS{PhoneNumber: "07900900123", TemplateID: kit.SMSTemplate("Hello")}
		return func() error { _, err := client.SendSMS(t.Context(), m); return err }
	}
	letter := func(t *testing.T, kit *simtest.Kit, client *notify.Client) func() error {
		t.Helper()
		m := notify.Letter{
			Address:    []string{"Amala Bird", "123 High Street", "SW14 6BF"},
			TemplateID: kit.LetterTemplate("Decision", "Dear Ms Bird"),
		}
		return func() error { _, err := client.SendLetter(t.Context(), m); return err }
	}
	for _, row := range tableBelow(t, "Rate limits") {
		limit := number(t, row[0])
		t.Run(row[0], func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { // the clock stands still, so that nothing refills
				for i, kind := range []func(*testing.T, *simtest.Kit, *notify.Client) func() error{text, letter} {
					kit := simtest.New(t).Expect(notify.ErrRateLimited)
					require.NoError(t, kit.Service.SetRateLimit(limit))
					once := notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1})
					send := kind(t, kit, kit.Client(notify.WithoutRateLimit(), once)) // with its limiter it is never refused
					admitted := 0
					err := send()
					for ; err == nil; err = send() {
						admitted++
					}
					require.ErrorIs(t, err, notify.ErrRateLimited)
					require.Equal(t, number(t, row[i+1]), admitted)
				}
			})
		})
	}
}

func number(t *testing.T, cell string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.ReplaceAll(cell, ",", ""))
	require.NoError(t, err)
	return n
}
