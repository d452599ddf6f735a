package recipient

import (
	"encoding/json"
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// readLines decodes a file in testdata that holds one JSON value a line.
func readLines[T any](t testing.TB, name string) []T {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	var list []T
	for line := range strings.Lines(string(data)) {
		var v T
		require.NoError(t, json.Unmarshal([]byte(line), &v), line)
		list = append(list, v)
	}
	require.NotEmpty(t, list)
	return list
}

func fields(t testing.TB, line []json.RawMessage, into ...any) {
	t.Helper()
	require.Len(t, line, len(into))
	for i := range into {
		require.NoError(t, json.Unmarshal(line[i], into[i]))
	}
}

func TestParsePhone(t *testing.T) {
	t.Parallel()
	codes := map[string]PhoneError{
		"too_long": TooLong, "too_short": TooShort, "NOT_UK": NotUKMobile, "unknown_character": UnknownCharacter,
		"UNSUP": UnsupportedCountryCode, "invalid_number": InvalidNumber,
	}
	type vector struct {
		Input, Error, E164   string
		Permitted            []string // with permission for: nothing, landlines, international, both
		International, Crown bool
		Rate                 int
	}
	for _, v := range readLines[vector](t, "phones.jsonl") {
		t.Run(v.Input, func(t *testing.T) {
			t.Parallel()
			p, err := ParsePhone(v.Input)
			if v.Error != "" {
				require.Equal(t, codes[v.Error], err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, v.E164, p.E164())
			for i, want := range v.Permitted {
				err := p.Permitted(i >= 2, i%2 == 1)
				if want == "ok" {
					require.NoError(t, err, "permissions %d", i)
				} else {
					require.Equal(t, codes[want], err, "permissions %d", i)
				}
			}
			if v.Rate > 0 { // if not, the real service gave no rate
				require.Equal(t, v.International, p.International())
				require.Equal(t, v.Crown, p.CrownDependency())
				require.Equal(t, v.Rate, p.RateMultiplier())
			}
		})
	}
}

// The real service's answers for several hundred numbers and permissions. Two are left out, because their countries'
// numbering plans have changed since: 0022990011234 (Benin, which now has ten digits) and +252711234561 (Somalia).
func TestPhoneRecordings(t *testing.T) {
	t.Parallel()
	for _, line := range readLines[[]json.RawMessage](t, "recorded_phones.jsonl") {
		var number, want string
		var international, landline bool
		fields(t, line, &number, &international, &landline, &want)
		require.Equal(t, want, answer(number, international, landline), "%q %v %v", number, international, landline)
	}
}

// answer is what the service says about a number: it first validates the request, then checks the service's
// permissions.
func answer(number string, international, landline bool) string {
	p, err := ParsePhone(number)
	if err == nil {
		err = p.Permitted(true, true)
	}
	if err != nil {
		return "phone_number " + err.Error()
	}
	err = p.Permitted(international, landline)
	switch {
	case err == nil:
		return ""
	case errors.Is(err, NotUKMobile) && p.International() && !p.CrownDependency():
		return "Cannot send to international mobile numbers"
	}
	return err.Error()
}

func TestPhoneRates(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		number     string
		code, rate int
		reports    bool
	}{
		{"07900900123", 44, 1, true},
		{"07797123456", 44, 2, true},       // Jersey
		{"+1 202 555 0104", 1, 1, false},   // carrier receipts do not count as reports
		{"+1 664 491 1234", 1, 6, true},    // Montserrat
		{"+1 809 555 1234", 1, 3, false},   // Dominican Republic
		{"+77009001234", 7, 10, true},      //
		{"+917700900123", 91, 1, true},     // treated as a TV number
		{"+8501911234567", 850, 1, false},  // no rate
		{"+33 6 12 34 56 78", 33, 2, true}, //
		{"+86 138 0013 8000", 86, 1, false},
	} {
		p, err := ParsePhone(tt.number)
		require.NoError(t, err, tt.number)
		require.Equal(t, tt.code, p.countryCode, tt.number)
		require.Equal(t, tt.code != 44, p.Abroad(), tt.number)
		require.Equal(t, tt.rate, p.RateMultiplier(), tt.number)
		require.Equal(t, tt.reports, p.ReportsDelivery(), tt.number)
	}
}

// How the real service's pages show numbers.
func TestPhoneReadable(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{
		"07700900123": "07700 900123", "7700 900123": "07700 900123", "07700 90012": "770090012",
		"077009001234": "+7 700 900 1234", "+917700900123": "+91 77009 00123", "+919876543210": "+91 98765 43210",
		"07624123456": "07624 123456", "01534456789": "01534 456789", "07012345678": "070 1234 5678",
		"03001234567": "0300 123 4567", "02071234567": "020 7123 4567", "07723–456–789": "07723 456789",
	} {
		p, err := ParsePhone(number)
		require.NoError(t, err, number)
		require.Equal(t, want, p.Readable(), number)
	}
	require.Empty(t, Phone{}.Readable())
}

func TestParsePhoneForgives(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"07723456789", "+07723456789", "0+447723456789", "0447723456789", "+00447723456789", "00000 7723456789", "7723456789",
		"07723‑456–789", "07723−456—789", "07723\u202f456789", "07723\t456789",
		"07723\ufeff456789", "\u180e07723456789",
		strings.Repeat("0", 300) + "7723456789", strings.Repeat("+", 300) + "447723456789",
	} {
		p, err := ParsePhone(s)
		require.NoError(t, err, "%q", s)
		require.Equal(t, "447723456789", p.E164(), "%q", s)
	}
	for s, want := range map[string]PhoneError{
		"07723456789;ext=1": UnknownCharacter, "07723456789 x12": UnknownCharacter, "tel:07723456789": UnknownCharacter,
		"٠٧٧٢٣٤٥٦٧٨٩": UnknownCharacter, "07723_456789": UnknownCharacter, "0772\x00456789": UnknownCharacter,
		"\xff07723456789": UnknownCharacter, "999": TooShort, "61016": TooShort, "+99912345678": TooLong,
		"()": InvalidNumber, "-": InvalidNumber,
		strings.Repeat("7", 251): InvalidNumber, strings.Repeat(" ", 251): InvalidNumber,
	} {
		_, err := ParsePhone(s)
		require.Equal(t, want, err, "%q", s)
	}
}

// A megabyte of input must take no longer than reading it a few times.
func TestHostilePhone(t *testing.T) {
	t.Parallel()
	for _, unit := range []string{"7", "+", "0", "(", " ", "\u200b", "–", "x", "+44", "0 ", "\xff"} {
		_, err := ParsePhone(strings.Repeat(unit, 1<<20))
		require.Error(t, err, "%q", unit)
	}
}

func TestBillingTable(t *testing.T) {
	t.Parallel()
	require.Len(t, billing(), 223)
	for code, r := range billing() {
		require.Regexp(t, `^[1-9][0-9]{0,3}$`, code)
		require.GreaterOrEqual(t, r.multiplier, 1, code)
		require.LessOrEqual(t, r.multiplier, 12, code)
	}
}

// The exception for TV numbers accepts numbers that are not valid. If such a number begins with zeros, libphonenumber
// drops one zero each time it reads the number, so a second reading gives a different number, both in the real service
// and here.
var zerosBeforeTV = regexp.MustCompile(`^[1-9][0-9]{0,2}0+7700`)

func TestZerosBeforeTV(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"00077000000": "440077000000", "+440077000000": "44077000000", "+4400 77001": "440077001",
	} {
		p, err := ParsePhone(s)
		require.NoError(t, err, s)
		require.Equal(t, want, p.E164(), s)
		require.Regexp(t, zerosBeforeTV, want)
	}
}

func FuzzParsePhone(f *testing.F) {
	for _, s := range []string{
		"07700900123", "+1 202 555 0104", "(+44)7723456789", "0044(0)7723 456789", "077009001234",
		"+39066982345", "\u200b07723–4", "00077000000", "+4400 77001",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePhone(s)
		if err != nil {
			require.ErrorAs(t, err, new(PhoneError))
			require.Zero(t, p)
			return
		}
		require.Regexp(t, `^[0-9]{4,18}$`, p.E164())
		if !zerosBeforeTV.MatchString(p.E164()) {
			again, err := ParsePhone("+" + p.E164())
			require.NoError(t, err, "%q: %s", s, p.E164())
			require.Equal(t, p, again)
		}
		require.Equal(t, p.E164(), normalised(t, s))
		if p.CrownDependency() {
			require.True(t, p.International())
		}
		if p.Permitted(false, false) == nil {
			require.NoError(t, p.Permitted(true, true))
		}
	})
}

func BenchmarkParsePhone(b *testing.B) {
	for name, s := range map[string]string{
		"UK": "07900900123", "E164": "+447900900123", "TV": "07700900123", "France": "+33612345678",
		"SecondTry": "07723–456–789", "Refused": "not a number",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = ParsePhone(s)
			}
		})
	}
}
