package recipient

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseEmail(t *testing.T) {
	t.Parallel()
	for _, line := range readLines[[]json.RawMessage](t, "emails.jsonl") {
		var input string
		var want, compared *string
		if len(line) == 2 {
			line = append(line, json.RawMessage("null"))
		}
		fields(t, line, &input, &want, &compared)
		address, ok := ParseEmail(input)
		require.Equal(t, want != nil, ok, "%q", input)
		if !ok {
			require.Empty(t, address, "%q", input)
			continue
		}
		require.Equal(t, *want, address)
		require.Equal(t, *compared, normalised(t, input))
	}
}

// The real service's answers for more than a hundred addresses.
func TestEmailRecordings(t *testing.T) {
	t.Parallel()
	for _, line := range readLines[[]json.RawMessage](t, "recorded_emails.jsonl") {
		var address string
		var want bool
		fields(t, line, &address, &want)
		_, ok := ParseEmail(address)
		require.Equal(t, want, ok, "%q", address)
	}
}

func TestEmailLengths(t *testing.T) {
	t.Parallel()
	labels := func(n int) string { // a host of n characters
		return strings.Repeat("aaaaaaaaa.", n/10-1) + strings.Repeat("b", n%10+7) + ".co"
	}
	for _, tt := range []struct {
		address string
		ok      bool
	}{
		{strings.Repeat("a", 64) + "@b.co", true},
		{strings.Repeat("a", 315) + "@b.co", true},
		{strings.Repeat("a", 316) + "@b.co", false},
		{strings.Repeat("a", 313) + "@bé.co", true}, // the limit is in characters, not bytes
		{"a@" + strings.Repeat("b", 63) + ".co", true},
		{"a@" + strings.Repeat("b", 64) + ".co", false},
		{"a@b." + strings.Repeat("c", 63), true},
		{"a@b." + strings.Repeat("c", 64), false},
		{"a@" + strings.Repeat("é", 60) + ".co", false}, // too long as Punycode
		{"a@" + labels(252), true},
		{"a@" + labels(253), true},
		{"a@" + labels(254), false},
	} {
		_, ok := ParseEmail(tt.address)
		require.Equal(t, tt.ok, ok, tt.address)
	}
}

func TestHostileEmail(t *testing.T) {
	t.Parallel()
	for _, unit := range []string{"a", "@", ".", "a.", "a@", "-", "é", "\u200b", "。", "\xff", " "} {
		for _, s := range []string{strings.Repeat(unit, 1<<20), "a@" + strings.Repeat(unit, 1<<20) + ".co"} {
			_, ok := ParseEmail(s)
			require.False(t, ok && unit != "\u200b", "%q", unit)
		}
	}
}

func TestNormalise(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"(07900) 900-123":          "447900900123",
		" A.Name@Example.GOV.UK\n": "a.name@example.gov.uk",
		"A@EXÄMPLE.com":            "a@exämple.com",
		"a\u00a0@b.co":             "a@b.co",
		"":                         "",
		" neither ":                " neither ",
	} {
		require.Equal(t, want, normalised(t, in), "%q", in)
	}
}

func TestSimulated(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]bool{
		"07700 900000": true, "+447700900111": true, "7700900222": true, "07700900333": false,
	} {
		require.Equal(t, want, IsSimulatedPhone(normalised(t, number)), number)
	}
	for address, want := range map[string]bool{
		"simulate-delivered@notifications.service.gov.uk":   true,
		"Simulate-Delivered-2@Notifications.service.gov.uk": true,
		"simulate-delivered-3@notifications.service.gov.uk": true,
		"simulate-delivered-4@notifications.service.gov.uk": false,
		"simulate-delivered@example.gov.uk":                 false,
	} {
		require.Equal(t, want, IsSimulatedEmail(address), address)
	}
}

func FuzzParseEmail(f *testing.F) {
	for _, s := range []string{
		"a@b.co", " A.B+c@EXAMPLE.gov.uk\n", "a@xn--p1ai.xn--p1ai",
		"a@ß。co", "a@b\u00adc.com", "a@\U0001f600.com", "a@א.com",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		address, ok := ParseEmail(s)
		if !ok {
			require.Empty(t, address)
			return
		}
		require.Equal(t, Clean(s), address)
		again, ok := ParseEmail(address)
		require.True(t, ok)
		require.Equal(t, address, again)
		local, host, _ := strings.Cut(address, "@")
		require.True(t, isASCII(local))
		ascii, ok := asciiHost(host)
		require.True(t, ok)
		_, ok = ParseEmail(local + "@" + ascii)
		require.True(t, ok || len(local)+len(ascii) >= maxAddress, ascii)
	})
}

func BenchmarkParseEmail(b *testing.B) {
	for name, s := range map[string]string{
		"ASCII":   "first.last@example.gov.uk",
		"IDN":     "first.last@exämple.gov.uk",
		"Refused": "not an address",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = ParseEmail(s)
			}
		})
	}
}

func normalised(t *testing.T, s string) string {
	t.Helper()
	normal, err := Normalise(s)
	require.NoError(t, err, "%q", s)
	return normal
}
