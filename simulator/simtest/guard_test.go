package simtest_test

import (
	"errors"
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

// TestGuardAndRevocationAgree goes beyond the table that both are checked against. It tries numbers and addresses in
// and around the reserved ones, in many spellings: if the guard calls one reserved, sending to it gets the key revoked;
// if the guard allows it and Notify accepts it, the key is not revoked.
func TestGuardAndRevocationAgree(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t, simulator.WithRevocation(1)).Allow(simtest.ClientErrors)
	text, email := kit.SMSTemplate("Hello"), kit.EmailTemplate("Hello", "Hello")
	seen := map[bool]int{}
	check := func(t *rapid.T, send func(*notify.Client) error) {
		key, err := kit.Service.AddKey("live", simulator.KeyTypeLive)
		require.NoError(t, err)
		guarded := send(kit.ClientWithKey(key))
		accepted := send(kit.ClientWithKey(key, notify.WithoutGuard())) == nil
		_, err = kit.ClientWithKey(key).Templates(t.Context(), "")
		revoked := errors.Is(err, notify.ErrKeyRevoked)
		reserved := errors.Is(guarded, notify.ErrReservedRecipient) || errors.Is(guarded, notify.ErrTestRecipient)
		switch {
		case reserved:
			require.True(t, revoked, "the guard says reserved: %v", guarded)
		case errors.Is(guarded, notify.ErrMalformedRecipient):
			require.False(t, accepted)
		case accepted:
			require.False(t, revoked, "the guard let it through")
		}
		seen[reserved]++
	}
	rapid.Check(t, func(t *rapid.T) {
		number := spelledNumber().Draw(t, "number")
		check(t, func(c *notify.Client) error {
			_, err := c.SendSMS(t.Context(), notify.SMS{PhoneNumber: number, TemplateID: text})
			return err
		})
	})
	rapid.Check(t, func(t *rapid.T) {
		address := "a@" + spelledHost().Draw(t, "host")
		check(t, func(c *notify.Client) error {
			_, err := c.SendEmail(t.Context(), notify.Email{EmailAddress: address, TemplateID: email})
			return err
		})
	})
	require.Greater(t, seen[true], 20)
	require.Greater(t, seen[false], 20)
}

// spelledNumber draws ten national digits, mostly of a reserved range or of its neighbour, as people write them.
func spelledNumber() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		start := rapid.SampledFrom([]int{
			1134960, 1174960, 1184960, 1214960, 1614960, 1632960, 1914980,
			2079460, 2896496, 2920180, 3069990, 7700900, 8081570, 9098790,
		}).Draw(t, "start") + rapid.SampledFrom([]int{0, 0, 0, 0, -1, 1, 10, -100, 10_000, -10_000}).Draw(t, "step")
		digits := strconv.Itoa(start) + fmt.Sprintf("%03d", rapid.IntRange(0, 999).Draw(t, "rest"))
		space := rapid.SampledFrom([]string{"", " ", "-", "–", "\u2212", "\u00a0", ") (", "\u2060", "３"})
		country := rapid.SampledFrom([]string{
			"0", "", "+44", "+44 ", "0044", "00 44 ", "44", "044", "+44(0)", "+44 (0) ", "0+44(0)", "+", "+0", "000",
		}).Draw(t, "country")
		return country + digits[:4] + space.Draw(t, "space") + digits[4:7] + space.Draw(t, "space") + digits[7:]
	})
}

func spelledHost() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		label := rapid.SampledFrom([]string{
			"example", "EXAMPLE", "ｅｘａｍｐｌｅ", "invalid", "test", "ＴＥＳＴ", "localhost", "simulator", "notify",
			"com", "org", "net", "gov", "uk", "a", "é", "teſt", "exam\u00adple", "İnvalid",
		})
		dot := rapid.SampledFrom([]string{".", ".", ".", "。", "．", "｡", "", "\u200b.", "\u3000", "\ufe0f."})
		host := label.Draw(t, "label")
		for range rapid.IntRange(0, 3).Draw(t, "dots") {
			host += dot.Draw(t, "dot") + label.Draw(t, "label")
		}
		return host
	})
}
