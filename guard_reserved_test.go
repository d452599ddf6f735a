package notify_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

func TestSmokeTestRecipients(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"07700900000", "07700900111", "07700900222", "+447700900000", "0044 7700 900111", "07700 900 222", "7700900000",
		" 0+44(0)7700900000\n", "07700–900–111", "simulate-delivered@notifications.service.gov.uk",
		"simulate-delivered-2@notifications.service.gov.uk", " Simulate-Delivered-3@Notifications.Service.GOV.UK\n",
	} {
		require.True(t, notify.IsSmokeTestRecipient(s), s)
		require.False(t, notify.IsTestKeyRecipient(s), s)
	}
	for _, s := range []string{
		"", "+", "07700900001", "07700900123", "07700900000x", "077009000000", "+3307700900000", "07900900123", "a@b.co",
		"simulate-delivered-1@notifications.service.gov.uk", "simulate-delivered@notifications.service.gov.uk.",
		"simulate-delivered@notificationſ.service.gov.uk", "x-simulate-delivered@notifications.service.gov.uk",
	} {
		require.False(t, notify.IsSmokeTestRecipient(s), s)
		require.False(t, notify.IsTestKeyRecipient(s), s)
	}
	for _, s := range []string{
		"07700900002", "07700 900 003", "+447700900002", "perm-fail@simulator.notify", " Temp-Fail@Simulator.Notify\n",
	} {
		require.True(t, notify.IsTestKeyRecipient(s), s)
		require.False(t, notify.IsSmokeTestRecipient(s), s)
	}
}

// TestTestKeyRecipientsAreGuarded: those made for test keys, and only those, are what the guard calls so.
func TestTestKeyRecipientsAreGuarded(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/recipients.json")
	require.NoError(t, err)
	var table struct {
		PhoneNumbers   map[string][]string `json:"phone_numbers"`
		EmailAddresses map[string][]string `json:"email_addresses"`
	}
	require.NoError(t, json.Unmarshal(raw, &table))
	for _, lists := range []map[string][]string{table.PhoneNumbers, table.EmailAddresses} {
		for why, list := range lists {
			for _, to := range list {
				require.Equal(t, why == "test", notify.IsTestKeyRecipient(to), "%q", to)
			}
		}
	}
}
