package recipient

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/pyjson"
)

func TestParseAddress(t *testing.T) {
	t.Parallel()
	type vector struct {
		Raw       string
		Intl      bool
		Lines     []string
		API       string
		Exception string
	}
	for _, v := range readLines[vector](t, "addresses.jsonl") {
		a, err := ParseAddress(v.Raw)
		if v.Exception != "" {
			require.EqualError(t, err, v.Exception, "%q", v.Raw)
			continue
		}
		require.NoError(t, err, "%q", v.Raw)
		require.Equal(t, v.Lines, a.Lines, "%q", v.Raw)
		postage, ok := strings.CutPrefix(v.API, "OK:")
		if !ok {
			require.EqualError(t, a.Check(v.Intl), v.API, "%q", v.Raw)
			continue
		}
		require.NoError(t, a.Check(v.Intl), "%q", v.Raw)
		require.Equal(t, strings.TrimSuffix(postage, "(template postage)"), a.Postage(), "%q", v.Raw)
	}
}

func object(t testing.TB, body []byte) *pyjson.Object {
	t.Helper()
	v, err := pyjson.Parse(body)
	require.NoError(t, err)
	return v.(*pyjson.Object)
}

// The real service's answers for some two hundred addresses, for services that may or may not send letters abroad.
func TestAddressRecordings(t *testing.T) {
	t.Parallel()
	for _, line := range readLines[[]json.RawMessage](t, "recorded_addresses.jsonl") {
		var international bool
		var want string
		var postage *string
		fields(t, line[1:], &international, &want, &postage)
		a, err := ParseAddress(AddressFrom(object(t, line[0])))
		require.NoError(t, err, "%s", line[0])
		if err = a.Check(international); want != "" {
			require.EqualError(t, err, want, "%s", line[0])
			continue
		}
		require.NoError(t, err, "%s", line[0])
		if postage != nil {
			require.Equal(t, *postage, a.Postage(), "%s", line[0])
		}
	}
}

func TestAddressFrom(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{}`: "\n\n\n\n\n\n",
		`{"address_line_1":"a","address_line_2":2,"address_line_3":true,"address_line_6":["x"],` +
			`"postcode":"p"}`: "a\n2\nTrue\n\n\n['x']\np",
		`{"address_line_1":0,"address_line_2":[],"address_line_3":{},"address_line_4":false,` +
			`"postcode":0.0}`: "\n\n\n\n\n\n",
		`{"address_line_1":"a","address_line_7":null,"postcode":"p"}`:    "a\n\n\n\n\n\n",
		`{"address_line_7":"z","postcode":"p"}`:                          "\n\n\n\n\n\nz",
		`{"address line 1":"a","ADDRESS_LINE_2":"b","addressline3":"c"}`: "\n\n\n\n\n\n",
	} {
		require.Equal(t, want, AddressFrom(object(t, []byte(body))), body)
	}
	require.Equal(t, "\n\n\n\n\n\n", AddressFrom(nil))
}

func TestForces(t *testing.T) {
	t.Parallel()
	for last, want := range map[string]string{
		"BFPO 12": "BFPO 12", "bfpo12": "BFPO 12", "B.F.P.O. 12": "",
		"bfpo c/o 7": "BFPO 7", "BFPOc/o7": "BFPO 7", "BFPO 007": "BFPO 7",
		"BFPO 000": "BFPO 0", "BFPO ٤٢": "BFPO 42", "BFPO １𝟚": "BFPO 12",
		"BFPO 1 2": "", "BFPO 1a": "", "HQ BFPO 1": "", "BFPO c/o": "",
	} {
		a, err := ParseAddress("A\nB\nC\n" + last)
		require.NoError(t, err)
		if want == "" {
			require.Equal(t, last, strings.Trim(a.Lines[len(a.Lines)-1], " "))
			require.False(t, a.forces, last)
			continue
		}
		require.Equal(t, []string{"A", "B", "C", want}, a.Lines, last)
	}
	_, err := ParseAddress("BFPO\nBFPO 1")
	require.ErrorIs(t, err, ErrOnlyBFPO)
	a, err := ParseAddress("BFPO")
	require.NoError(t, err)
	require.Equal(t, []string{"BFPO"}, a.Lines)
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for row := range rows(countriesTSV) {
		require.Len(t, row, 3)
		require.Contains(t, []string{"", "europe", "rest-of-world"}, row[1])
		require.Equal(t, row[0] == "United Kingdom", row[1] == "")
		names[row[0]] = true
		for key := range strings.SplitSeq(row[2], "|") {
			require.NotEmpty(t, key)
			require.Equal(t, row[0], places()[key].name, "%q is there twice", key)
			require.NotRegexp(t, `[[:space:]\pN]`, key, "a line with a digit is never a country")
		}
	}
	require.Len(t, names, 278)
	require.Len(t, places(), 1709)
	for line, want := range map[string]string{
		"U.S.A.": "United States", "Côte d’Ivoire": "Ivory Coast", "TRINIDAD & TOBAGO": "Trinidad and Tobago",
		"bahamas": "The Bahamas", "Eidal": "Italy",
		"日本": "Japan", "ΚΎΠΡΟΣ": "", "Κύπροσ": "", "Κύπρος": "Cyprus",
		"gbr": "United Kingdom", "Sark": "United Kingdom", "Deutschland": "Germany", "France 1": "", "": "", "?": "",
	} {
		p, ok, err := placeOf(line)
		require.NoError(t, err)
		require.Equal(t, want, p.name, "%q", line)
		require.Equal(t, want != "", ok, "%q", line)
	}
}

func TestPostcodes(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"sw1a1aa": "SW1A 1AA", "E 1 8QS": "E1 8QS", "JE2 3AB": "JE2 3AB", "GIR 0AA": "",
		"E1 1CA": "", "AA1 1AA": "", "SW1A 1AA.": "", "SW1A1AAA": "", "1": "", "": "",
		"WC1X 0AA": "WC1X 0AA", "W1T 4AA": "W1T 4AA",
		"B33 8TH": "B33 8TH", "NN1 1ZZ": "NN1 1ZZ", "NN1 1ZM": "", "XSW1A 1AA": "",
		// In capitals such a letter becomes two, or an ASCII one, or stays outside ASCII.
		"n7 9ß": "N7 9SS", "ﬆ1 1aa": "ST1 1AA", "n7 9ﬀ": "N7 9FF",
		"n7 9ﬁ": "", "n7 9ſs": "N7 9SS", "n7 9é": "", "n7 9ŉ": "",
	} {
		got, ok := formatPostcode(line)
		require.Equal(t, want, got, line)
		require.Equal(t, want != "", ok, line)
	}
	require.Len(t, strings.Fields(postcodeAreas), 127)
}

func TestHostileAddress(t *testing.T) {
	t.Parallel()
	for _, unit := range []string{
		"a", " ", "\n", "a\n", "England\n", " ,", "BFPO 1\n", "BFPO 9",
		"İ", "é", "a .", "\u2028", "?", "1",
	} {
		a, err := ParseAddress(strings.Repeat(unit, 1<<20/len(unit)))
		if err != nil {
			require.ErrorIs(t, err, ErrOnlyBFPO)
			continue
		}
		require.Error(t, a.Check(true), "%q", unit)
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, v := range []string{
		"1 High St\nTown\nSW1A1AA", "1\n2\nbfpo c/o 12\nBF1 1AA",
		"England\n1 Street\nTown\nSW1A 1AA\nEngland",
		"1\n2\nbahamas", "1\u2028 2 , .\n3\nUK",
	} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		a, err := ParseAddress(raw)
		if err != nil {
			require.ErrorIs(t, err, ErrOnlyBFPO)
			return
		}
		require.Contains(t, []string{"", "europe", "rest-of-world"}, a.Postage())
		for _, line := range a.Lines {
			require.NotContains(t, line, "\n")
		}
		if a.Check(false) != nil {
			return
		}
		// A valid address, as printed, parses to the same valid address.
		require.NoError(t, a.Check(true))
		again, err := ParseAddress(strings.Join(a.Lines, "\n"))
		require.NoError(t, err)
		require.Equal(t, a, again)
	})
}

func BenchmarkParseAddress(b *testing.B) {
	for name, raw := range map[string]string{
		"UK":     "Amala Bird\n123 High Street\nRichmond upon Thames\nSW14 6BF\n\n\n",
		"France": "Amala Bird\n1 rue de la Paix\n75002 Paris\nFrance\n\n\n",
		"BFPO":   "1\n2\nBFPO 1",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				a, _ := ParseAddress(raw)
				_ = a.Check(true)
			}
		})
	}
}
