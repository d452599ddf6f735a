package simulator_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// TestRevocationByRecipient reads the table that the client's guard is tested with too.
func TestRevocationByRecipient(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../testdata/recipients.json")
	require.NoError(t, err)
	var table struct {
		PhoneNumbers   map[string][]string `json:"phone_numbers"`
		EmailAddresses map[string][]string `json:"email_addresses"`
	}
	require.NoError(t, json.Unmarshal(raw, &table))
	w := setup(t, simulator.ServiceConfig{Permissions: []simulator.Permission{
		simulator.PermissionEmail, simulator.PermissionSMS,
		simulator.PermissionInternationalSMS, simulator.PermissionSMSToUKLandlines,
	}}, simulator.WithRevocation(1))
	check := func(send func(testing.TB, string, string) answer, recipients map[string][]string) {
		require.Len(t, recipients, 4)
		for why, list := range recipients {
			require.Contains(t, []string{"reserved", "test", "malformed", "fine"}, why)
			require.NotEmpty(t, list)
			for _, to := range list {
				key, err := w.svc.AddKey("live", simulator.KeyTypeLive)
				require.NoError(t, err)
				sent := send(t, key, to)
				if why == "malformed" || why == "fine" {
					require.Equal(t, why == "fine", sent.status == 201, "%q: %s", to, sent.raw)
				}
				revoked := w.do(t, key, "GET", "/v2/templates", nil).status == 403
				require.Equal(t, why != "fine", revoked, "%q: %s", to, sent.raw)
				require.NoError(t, w.svc.RevokeKey(key))
			}
		}
	}
	check(w.sendSMS, table.PhoneNumbers)
	check(w.sendEmail, table.EmailAddresses)
}

// TestRevocationByDomain has spellings of reserved domains that only Unicode tables reveal. The client does not have
// those tables.
func TestRevocationByDomain(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{}, simulator.WithRevocation(1))
	for to, revoked := range map[string]bool{
		"a@ⓔxample.com": true, "a@𝐞xample.com": true, "a@example.ºrg": true,
		"a@x.\u2147xample": true, "a@ⓧ.teﬆ": true,
		"a@ⓔxamples.com": false, "a@𝐞xample.co": false, "a@ⓧ.teﬁ": false,
	} {
		key, err := w.svc.AddKey("live", simulator.KeyTypeLive)
		require.NoError(t, err)
		require.Equal(t, 201, w.sendEmail(t, key, to).status, to)
		require.Equal(t, revoked, w.do(t, key, "GET", "/v2/templates", nil).status == 403, to)
		require.NoError(t, w.svc.RevokeKey(key))
	}
}
