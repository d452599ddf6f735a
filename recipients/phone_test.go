package recipients_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/internal/recipient"
	"github.com/notifykit/notify/recipients"
)

// What the real service answered to several hundred numbers and permissions.
func TestPhonesAsRecorded(t *testing.T) {
	t.Parallel()
	refused := 0
	for _, v := range readLines[[]any](t, "recorded_phones.jsonl") {
		number := v[0].(string)
		may := recipients.Permissions{InternationalSMS: v[1].(bool), SMSToUKLandlines: v[2].(bool)}
		want := strings.TrimPrefix(v[3].(string), "phone_number ")
		_, err := recipients.ParsePhone(number, may)
		require.Equal(t, want, says(err), "%q %+v", number, may)
		if err != nil {
			refused++
			require.ErrorAs(t, err, new(recipients.Problem))
		}
	}
	require.Greater(t, refused, 50)
}

func TestPhone(t *testing.T) {
	t.Parallel()
	uk, international := recipients.Permissions{}, recipients.Permissions{InternationalSMS: true}
	landlines := recipients.Permissions{SMSToUKLandlines: true}
	for _, c := range []struct {
		number, e164, readable string
		may                    recipients.Permissions
		code, rate             int
		international, line    bool
	}{
		{"07900 900123", "+447900900123", "07900 900123", uk, 44, 1, false, false},
		{" +44 (0)7900-900-123\n", "+447900900123", "07900 900123", uk, 44, 1, false, false},
		{"07797 123456", "+447797123456", "07797 123456", uk, 44, 2, true, false}, // Jersey
		{"020 7123 4567", "+442071234567", "020 7123 4567", landlines, 44, 1, false, true},
		{"+33 6 12 34 56 78", "+33612345678", "+33 6 12 34 56 78", international, 33, 2, true, false},
		{"12025550104", "+12025550104", "+1 202-555-0104", international, 1, 1, true, false},
	} {
		p, err := recipients.ParsePhone(c.number, c.may)
		require.NoError(t, err, c.number)
		require.Equal(t, c.e164, p.E164())
		require.Equal(t, c.readable, p.Readable())
		require.Equal(t, strings.TrimSpace(c.number), p.String())
		require.Equal(t, c.code, p.CountryCode())
		require.Equal(t, c.rate, p.RateMultiplier())
		require.Equal(t, c.international, p.International())
		require.Equal(t, c.line, p.UKLandline())
	}
	for number, want := range map[string]recipients.Problem{
		"079": recipients.NotEnoughDigits, "": recipients.NotEnoughDigits, "0790090012345": recipients.TooManyDigits,
		"07900 90012x": recipients.LettersOrSymbols, "+870772001000": recipients.NotCountryPrefix,
		"020 7123 4567": recipients.NotUKMobile, "0800 1111": recipients.NotValidNumber,
		"+33612345678": recipients.International, "07900 900123 \U0001d15e": recipients.Unreadable,
	} {
		p, err := recipients.ParsePhone(number, uk)
		require.Equal(t, error(want), err, number)
		require.Zero(t, p)
	}
	_, err := recipients.ParsePhone("079", uk)
	require.ErrorIs(t, err, recipients.NotEnoughDigits)
	var zero recipients.Phone
	require.Equal(t, []string{"", "", ""}, []string{zero.E164(), zero.String(), zero.Readable()})
}

var e164 = regexp.MustCompile(`^\+[1-9][0-9]{3,17}$`)

func FuzzParsePhone(f *testing.F) {
	for _, s := range []string{"07700 900123", "+1 202 555 0104", "0044(0)7723 456789", "020 7946 0958", "07797–12345"} {
		f.Add(s, true, true)
		f.Add(s, false, false)
	}
	f.Add("0+44(0)7700–900000", true, true)
	f.Fuzz(func(t *testing.T, s string, international, landlines bool) {
		may := recipients.Permissions{InternationalSMS: international, SMSToUKLandlines: landlines}
		p, err := recipients.ParsePhone(s, may)
		if err != nil {
			require.Contains(t, phoneProblems, err)
			require.Zero(t, p)
			require.False(t, errors.Is(err, recipients.International) && international)
			return
		}
		require.Regexp(t, e164, p.E164())
		require.NotEmpty(t, p.Readable())
		require.True(t, p.CountryCode() == 44 || international)
		require.True(t, !p.UKLandline() || landlines)
		more, err := recipients.ParsePhone(s, everything)
		require.NoError(t, err)
		require.Equal(t, p, more, "what a service may do does not change the number")
		if recipient.IsSimulatedPhone(strings.TrimPrefix(p.E164(), "+")) {
			require.True(t, notify.IsSmokeTestRecipient(s))
		}
	})
}

// phoneProblems are all of them, which quote nobody.
var phoneProblems = []error{
	recipients.TooManyDigits, recipients.NotEnoughDigits, recipients.LettersOrSymbols, recipients.NotCountryPrefix,
	recipients.NotUKMobile, recipients.NotValidNumber, recipients.International, recipients.Unreadable,
}

func BenchmarkParsePhone(b *testing.B) {
	for name, s := range map[string]string{"UK": "07900 900123", "France": "+33612345678", "Refused": "not a number"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = recipients.ParsePhone(s, everything)
			}
		})
	}
}
