package notify_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

func TestGuard(t *testing.T) {
	t.Parallel()
	test, malformed := notify.ErrTestRecipient, notify.ErrMalformedRecipient
	phones := map[string]error{
		"07700900002": test, "07700900003": test, "+447700900003": test, "07700 900 003": test,
		"0044 (0)7700-900002": test, "7700900002": test, "\u200b07700\u00a0900002 ": test,
		"": malformed, "   ": malformed, "07900900123x": malformed, "tel:07900900123": malformed,
		"07900.900123": malformed, "07900/900123": malformed, "a@example.com": malformed, "999": malformed,
		"+": malformed, "null": malformed, strings.Repeat("7", 30): malformed,
		// What Notify takes, the smoke-test numbers among it.
		"07700900000": nil, "+447700900111": nil, "07700900222": nil,
		"07900900123": nil, "+447900900123": nil, "00 44 7900 900123": nil,
		"0+44(0)7900900123": nil, "+07900900123": nil,
		"07900-900-123": nil, "07900–900–123": nil, "(07900) 900-123": nil,
		"0770090000": nil, "077009000001": nil, "33612345678": nil,
		"1 613 555 0123": nil, "+917700900003": nil, "020 7946 1958": nil,
		"00000 7900900123": nil, "+6834002": nil, "\ufeff07900900123\n": nil,
		"440207946000002": nil,
	}
	emails := map[string]error{
		"perm-fail@simulator.notify": test, " Temp-Fail@Simulator.Notify\n": test, "anything@simulator.notify": test,
		"": malformed, "a": malformed, "a@b": malformed, "@b.co": malformed, "a@": malformed,
		"a@b@c.co": malformed, "a b@c.co": malformed, "a..b@c.co": malformed, "a@.b.co": malformed,
		"a@b.co.": malformed, "a@b.c": malformed, "é@b.co": malformed, `"a"@b.co`: malformed,
		"a@[1.2.3.4]": malformed, "mailto:a@b.co": malformed, "a@b_c.co": malformed,
		strings.Repeat("a", 316) + "@b.co": malformed,
		// What Notify takes.
		"simulate-delivered@notifications.service.gov.uk": nil, "a@b.co": nil, "A@B.CO": nil,
		".a@b.co": nil, "a.@b.co": nil, "a@b--c.co": nil, "a@b.xn--p1ai": nil,
		" a@b.co ": nil, "\ta@b.co\n": nil, "a\u00a0@b.co": nil, "a@b.co\u2028": nil,
		"a@é.co": nil, "a@b。co": nil, "a@😀.com": nil, "a@b.é": nil, "a'b@c.co": nil,
		"a!#$%&'*+/=?^_`{|}~-@b.co": nil, strings.Repeat("a", 315) + "@b.co": nil, "a@notsimulator.notify": nil,
	}
	for _, key := range []string{liveKey, unknownKey} {
		c, mock := setupKey(t, key)
		answer(mock, "POST", "/v2/notifications/sms", 201, smsAnswer)
		answer(mock, "POST", "/v2/notifications/email", 201, `{"id":"`+notificationID+`"}`)
		check := func(recipient string, want, err error) {
			if want == nil {
				require.NoError(t, err, recipient)
				return
			}
			require.ErrorIs(t, err, want, recipient)
			require.ErrorIs(t, err, notify.ErrInvalidRequest)
			require.True(t, notify.SafeToRetry(err))
			require.ErrorContains(t, err, "revokes")
			if len(recipient) > 4 {
				require.NotContains(t, err.Error(), strings.TrimSpace(recipient))
			}
		}
		for recipient, want := range phones {
			_, err := c.SendSMS(t.Context(), notify.SMS{PhoneNumber: recipient})
			check(recipient, want, err)
		}
		for recipient, want := range emails {
			_, err := c.SendEmail(t.Context(), notify.Email{EmailAddress: recipient})
			check(recipient, want, err)
		}
	}
}

// TestGuardByRecipient reads the table that the simulator's revocation of keys is checked against too.
func TestGuardByRecipient(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/recipients.json")
	require.NoError(t, err)
	var table struct {
		PhoneNumbers   map[string][]string `json:"phone_numbers"`
		EmailAddresses map[string][]string `json:"email_addresses"`
	}
	require.NoError(t, json.Unmarshal(raw, &table))
	kinds := map[string]error{
		"reserved": notify.ErrReservedRecipient, "test": notify.ErrTestRecipient,
		"malformed": notify.ErrMalformedRecipient, "fine": nil,
	}
	for _, key := range []string{liveKey, unknownKey} {
		c, mock := setupKey(t, key)
		answer(mock, "POST", "/v2/notifications/sms", 201, smsAnswer)
		answer(mock, "POST", "/v2/notifications/email", 201, `{"id":"`+notificationID+`"}`)
		check := func(send func(string) error, recipients map[string][]string) {
			require.Len(t, recipients, len(kinds))
			for why, list := range recipients {
				require.Contains(t, kinds, why)
				require.NotEmpty(t, list)
				for _, to := range list {
					err := send(to)
					if kinds[why] == nil {
						require.NoError(t, err, "%q", to)
						continue
					}
					require.ErrorIs(t, err, kinds[why], "%q", to)
					require.ErrorIs(t, err, notify.ErrInvalidRequest)
					require.True(t, notify.SafeToRetry(err))
					if len(to) > 5 {
						require.NotContains(t, err.Error(), strings.TrimSpace(to))
					}
				}
			}
		}
		check(func(to string) error {
			_, err := c.SendSMS(t.Context(), notify.SMS{PhoneNumber: to})
			return err
		}, table.PhoneNumbers)
		check(func(to string) error {
			_, err := c.SendEmail(t.Context(), notify.Email{EmailAddress: to})
			return err
		}, table.EmailAddresses)
	}
}

// TestGuardBounds stands at the edges of what can be a number: 6 digits at least, 20 at most, zeros in front not
// counted.
func TestGuardBounds(t *testing.T) {
	t.Parallel()
	c, mock := setupKey(t, liveKey)
	answer(mock, "POST", "/v2/notifications/sms", 201, smsAnswer)
	malformed := notify.ErrMalformedRecipient
	for digits, want := range map[int]error{5: malformed, 6: nil, 20: nil, 21: malformed} {
		for _, zeros := range []string{"", "0", "000"} {
			_, err := c.SendSMS(t.Context(), notify.SMS{PhoneNumber: zeros + strings.Repeat("8", digits)})
			require.ErrorIs(t, err, want, "%d digits after %q", digits, zeros)
		}
	}
}

// TestGuardOverlooksObscureSpaces has every character that Notify deletes from recipients, wherever it stands.
func TestGuardOverlooksObscureSpaces(t *testing.T) {
	t.Parallel()
	c, mock := setupKey(t, liveKey)
	answer(mock, "POST", "/v2/notifications/email", 201, `{"id":"`+notificationID+`"}`)
	for _, space := range []rune{0x180e, 0x200b, 0x200c, 0x200d, 0x2060, 0xfeff, 0x2028, 0x2029, 0xa0, 0x202f} {
		s := string(space)
		_, err := c.SendEmail(t.Context(), notify.Email{EmailAddress: s + "a" + s + "b@c" + s + "d.gov.uk" + s})
		require.NoError(t, err, "%U", space)
		_, err = c.SendEmail(t.Context(), notify.Email{EmailAddress: "a@simulator" + s + ".notify"})
		require.ErrorIs(t, err, notify.ErrTestRecipient, "%U", space)
	}
	_, err := c.SendEmail(t.Context(), notify.Email{EmailAddress: "a\u3000b@c.gov.uk"})
	require.ErrorIs(t, err, notify.ErrMalformedRecipient, "Notify deletes no other space")
}

func TestGuardIsOffForOthers(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		key  string
		opts []notify.Option
	}{
		"test":         {testKey, nil},
		"team":         {teamKey, nil},
		"told":         {unknownKey, []notify.Option{notify.WithKeyType(notify.KeyTypeTest)}},
		"switched off": {liveKey, []notify.Option{notify.WithoutGuard()}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, mock := setupKey(t, tc.key, tc.opts...)
			answer(mock, "POST", "/v2/notifications/sms", 201, smsAnswer)
			answer(mock, "POST", "/v2/notifications/email", 201, `{"id":"`+notificationID+`"}`)
			for _, number := range []string{"07700900003", "07700900123", "nonsense"} {
				_, err := c.SendSMS(t.Context(), notify.SMS{PhoneNumber: number})
				require.NoError(t, err)
			}
			for _, address := range []string{"perm-fail@simulator.notify", "a@example.com"} {
				_, err := c.SendEmail(t.Context(), notify.Email{EmailAddress: address})
				require.NoError(t, err)
			}
		})
	}
	c, _ := setupKey(t, testKey, notify.WithKeyType(notify.KeyTypeLive))
	_, err := c.SendSMS(t.Context(), notify.SMS{PhoneNumber: "07700900003"})
	require.ErrorIs(t, err, notify.ErrTestRecipient, "told that it is live")
}

// FuzzGuard: whatever stands in a recipient, the guard says one of its three things or nothing, says the same with a
// space that Notify deletes, and quotes nothing.
func FuzzGuard(f *testing.F) {
	for _, seed := range []string{
		"07700 900003", "+44 (0)20 7946 0958", "a@example.com", "a@b.TEST", "x@simulator。notify", "", "@", "\xff@\xff",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, recipient string) {
		c, mock := setupKey(t, liveKey)
		answer(mock, "POST", "/v2/notifications/sms", 201, smsAnswer)
		answer(mock, "POST", "/v2/notifications/email", 201, `{"id":"`+notificationID+`"}`)
		for _, send := range []func(string) error{
			func(to string) error { _, err := c.SendSMS(t.Context(), notify.SMS{PhoneNumber: to}); return err },
			func(to string) error { _, err := c.SendEmail(t.Context(), notify.Email{EmailAddress: to}); return err },
		} {
			err := send(recipient)
			require.Equal(t, err, send("\u200b "+recipient+"\u2060"))
			if err == nil {
				continue
			}
			kinds := 0
			for _, kind := range []error{notify.ErrReservedRecipient, notify.ErrTestRecipient, notify.ErrMalformedRecipient} {
				if errors.Is(err, kind) {
					kinds++
				}
			}
			require.Equal(t, 1, kinds, err)
			if digits := strings.TrimSpace(recipient); len(digits) > 4 && strings.ContainsAny(digits, "0123456789") {
				require.NotContains(t, err.Error(), digits)
			}
		}
	})
}
