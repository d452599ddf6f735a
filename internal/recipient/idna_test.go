package recipient

import (
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// What Python's idna codec turns hosts into, as measured; "" where it fails.
func TestASCIIHost(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{
		"Example.CO":         "Example.CO", // not even lower-cased
		"-a..b_c":            "-a..b_c",    // left to later checks
		"exämple.com":        "xn--exmple-cua.com",
		"EXÄMPLE.Com":        "xn--exmple-cua.Com",
		"é。co":               "xn--9ca.co",
		"b．co｡uk":            "b.co.uk",
		"ﬁ.com":              "fi.com",
		"Ａ１.com":             "a1.com",
		"\U0001f600.com":     "xn--e28h.com",
		"b\u00adc.com":       "bc.com",
		"\u0301a.com":        "xn--a-wbb.com", // in IDNA 2008 no label may begin with an accent
		"x\u0378y.com":       "xn--xy-g4b.com",
		"\u0661.com":         "xn--9hb.com",
		"א.com":              "xn--4db.com",
		"א1א.com":            "xn--1-zhcb.com",
		"א1.com":             "",
		"1א.com":             "",
		"اa.com":             "",
		"xn--é.com":          "",
		"XN--É.com":          "",
		"a\ue000.com":        "",
		"a\ufffd.com":        "",
		"a\U0001fffe.com":    "",
		"a\u200e.com":        "",
		"é.\U000e0020.co.uk": "",
		"c1ß":                "c1ss",
		"ẞ.com":              "ss.com",
		"1İ":                 "xn--1i-sub",
		"℃a.com":             "xn--ca-eea.com",
		"c\U0001fbf9m":       "xn--cm-pf23a", // a digit since Unicode 13

		// Full stops that come from other characters do not separate labels.
		"\u2488.com":                        "1..com",
		"a\u2488b.com":                      "a1.b.com",
		"\uff21\u2e08\u2497\u313d.com":      "xn--a16.-e8r227w.com",
		"Z\u33c2\u1b37c\u1bc99":             "xn--za.m.c9-mx8bp6c",
		"a\u24889Z\u22fd\u1196":             "xn--a1.9z-8ovy45n",
		"\u249b\u00e9.com":                  "xn--20.-dma.com",
		strings.Repeat("a", 60) + "\u2488b": strings.Repeat("a", 60) + "1.b",
		strings.Repeat("a", 61) + "\u2488b": "", // 64 bytes
		strings.Repeat("é", 70) + ".com":    "",
	} {
		got, ok := asciiHost(host)
		require.Equal(t, want != "", ok, "%q", host)
		require.Equal(t, want, got, "%q", host)
	}
}

// Characters in three places of a host. testdata/hosts.json lists in hexadecimal the code points beyond ASCII with
// which the host is valid by Python's idna codec and the real service's patterns.
func TestCharactersOfHosts(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("testdata/hosts.json")
	require.NoError(t, err)
	var golden map[string]string
	require.NoError(t, json.Unmarshal(content, &golden))
	require.Len(t, golden, 3)
	// Everything except blocks whose letters have no case and no decompositions, and which hold no edge of the assigned
	// characters.
	blocks := [][2]rune{
		{utf8.RuneSelf, 0x33ff}, {0xa640, 0xabff}, {0xd7a0, 0xffff}, {0x10000, 0x10fff}, {0x1d000, 0x1d7ff},
		{0x1e000, 0x1fcff}, {0x2f7f0, 0x2faff}, {0xdfff0, 0xe0200}, {0xefff0, 0xf0010}, {0x10fff0, unicode.MaxRune},
	}
	for pattern, list := range golden {
		t.Run(pattern, func(t *testing.T) {
			t.Parallel()
			valid := &unicode.RangeTable{}
			for run := range strings.FieldsSeq(list) {
				from, to, ok := strings.Cut(run, "-")
				if !ok {
					to = from
				}
				lo, err := strconv.ParseUint(from, 16, 32)
				require.NoError(t, err)
				hi, err := strconv.ParseUint(to, 16, 32)
				require.NoError(t, err)
				valid.R32 = append(valid.R32, unicode.Range32{Lo: uint32(lo), Hi: uint32(hi), Stride: 1})
			}
			for _, block := range blocks {
				for r := block[0]; r <= block[1]; r++ {
					host := strings.ReplaceAll(pattern, "%s", string(r))
					if utf8.ValidRune(r) && validHost(host) != unicode.Is(valid, r) {
						t.Errorf("%U: %t", r, !unicode.Is(valid, r))
					}
				}
			}
		})
	}
}

// TestStopsWithinLabels: if a character turns into a full stop, the host is valid if the parts on either side are valid
// labels.
func TestStopsWithinLabels(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"a\u2488b.com": true, "a.b\u2488com": true, "\u00e9\u2488b.com": true, "\u2488.com": false,
		"\uff21\u2e08\u2497\u313d.com": false, "Z\u33c2\u1b37c\u1bc99": false, "a\u24889Z\u22fd\u1196": false,
		strings.Repeat("a", 60) + "\u2488b.com": true, strings.Repeat("a", 61) + "\u2488b.com": false,
	} {
		require.Equal(t, want, validHost(host), "%q", host)
	}
}
