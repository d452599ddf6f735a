package recipient

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPhoneText: what is known of a number survives being written.
func TestPhoneText(t *testing.T) {
	t.Parallel()
	for _, number := range []string{"07900900123", "020 7946 0958", "+33612345678", "07797 712345"} {
		p, err := ParsePhone(number)
		require.NoError(t, err)
		written, err := p.MarshalText()
		require.NoError(t, err)
		var read Phone
		require.NoError(t, read.UnmarshalText(written))
		require.Equal(t, p, read)
	}
	for _, wrong := range []string{
		"", "44", "44 33612345678", "x 447900900123", "44 44790090012x", "44 447900900123 abroad", "-4 -447",
	} {
		before := Phone{e164: "447900900123", countryCode: uk}
		read := before
		require.Error(t, read.UnmarshalText([]byte(wrong)), wrong)
		require.Equal(t, before, read)
	}
}

func FuzzPhoneText(f *testing.F) {
	f.Add("44 447900900123 landline elsewhere")
	f.Fuzz(func(t *testing.T, written string) {
		var read, again Phone
		if read.UnmarshalText([]byte(written)) != nil {
			return
		}
		_, _, _ = read.RateMultiplier(), read.ReportsDelivery(), read.Permitted(true, true)
		rewritten, err := read.MarshalText()
		require.NoError(t, err)
		require.NoError(t, again.UnmarshalText(rewritten))
		require.Equal(t, read, again)
	})
}
