package notify_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A class is printed if it looks like one: letters only, and at most 64 of them.
func TestClassesThatArePrinted(t *testing.T) {
	t.Parallel()
	for class, printed := range map[string]bool{
		"AuthorizationError": true, "aAzZ": true, strings.Repeat("Z", 64): true,
		strings.Repeat("Z", 65): false, "Error1": false, "Error Of Amala": false, "a@b.gov.uk": false,
		"[Error]": false, "Error{": false, "Err`or": false,
	} {
		t.Run(class, func(t *testing.T) {
			t.Parallel()
			c, _ := scripted(t, []step{{status: 400, body: apiError("400", class, "Template not found")}})
			_, err := c.SendSMS(t.Context(), sms())
			shown := "Bad Request"
			if printed {
				shown = class
			}
			require.EqualError(t, err, "notify: POST /v2/notifications/sms: 400 "+shown+": Template not found")
		})
	}
}
