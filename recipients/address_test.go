package recipients_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/recipients"
)

// What the real service made of addresses, and answered to them.
func TestAddressesAsMeasured(t *testing.T) {
	t.Parallel()
	type vector struct {
		Raw, API, Exception string
		Intl                bool
		Lines               []string
	}
	for _, v := range readLines[vector](t, "addresses.jsonl") {
		a, err := recipients.ParseAddress(v.Raw, recipients.Permissions{InternationalLetters: v.Intl})
		postage, ok := strings.CutPrefix(v.API, "OK:")
		switch {
		case v.Exception != "":
			require.Equal(t, error(recipients.Unreadable), err, "%q", v.Raw)
		case !ok:
			require.Equal(t, error(recipients.Problem(v.API)), err, "%q", v.Raw)
			require.Contains(t, addressProblems, err)
		default:
			require.NoError(t, err, "%q", v.Raw)
			require.Equal(t, v.Lines, a.Lines())
			require.Equal(t, strings.Join(v.Lines, "\n"), a.String())
			require.Equal(t, strings.TrimSuffix(postage, "(template postage)"), a.Postage())
		}
	}
}

var addressProblems = []error{
	recipients.TooFewLines, recipients.TooManyLines, recipients.NotAlphanumeric, recipients.CountryAfterBFPO,
	recipients.NotUKPostcode, recipients.NotPostcodeOrCountry, recipients.ForbiddenStart, recipients.NotRealAddress,
	recipients.Unreadable,
}

func TestAddressIsNotShared(t *testing.T) {
	t.Parallel()
	a, err := recipients.ParseAddress("1\n2\nsw1a1aa", recipients.Permissions{})
	require.NoError(t, err)
	a.Lines()[0] = "changed"
	require.Equal(t, "1\n2\nSW1A 1AA", a.String())
}

func FuzzParseAddress(f *testing.F) {
	for _, s := range []string{"1 High St\nTown\nSW1A1AA", "1\n2\nbfpo c/o 12\nBF1 1AA", "1\n2\nbahamas", "a\nb\nUK"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, s string, international bool) {
		a, err := recipients.ParseAddress(s, recipients.Permissions{InternationalLetters: international})
		if err != nil {
			require.Contains(t, addressProblems, err)
			require.Zero(t, a)
			return
		}
		require.True(t, len(a.Lines()) >= 3 && len(a.Lines()) <= 7)
		require.True(t, a.Postage() == "" || international)
	})
}

func BenchmarkParseAddress(b *testing.B) {
	for name, s := range map[string]string{
		"UK": "Amala Bird\n123 High Street\nRichmond upon Thames\nSW14 6BF", "France": "Amala Bird\n1 rue\nParis\nFrance",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = recipients.ParseAddress(s, everything)
			}
		})
	}
}
