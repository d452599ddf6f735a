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

// What Python's idna codec makes of hosts, measured; "" where it gives up.
func TestASCIIHost(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{
		"Example.CO":         "Example.CO", // not even lower-cased
		"-a..b_c":            "-a..b_c",    // for the checks to come
		"exämple.com":        "xn--exmple-cua.com",
		"EXÄMPLE.Com":        "xn--exmple-cua.Com",
		"é。co":               "xn--9ca.co",
		"b．co｡uk":            "b.co.uk",
		"ﬁ.com":              "fi.com",
		"Ａ１.com":             "a1.com",
		"\U0001f600.com":     "xn--e28h.com",
		"b\u00adc.com":       "bc.com",
		"\u0301a.com":        "xn--a-wbb.com", // IDNA 2008 lets no label begin with an accent
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
	} {
		got, ok := asciiHost(host)
		require.Equal(t, want != "", ok, "%q", host)
		require.Equal(t, want, got, "%q", host)
	}
}

// Every character at three places of a host. testdata/hosts.json lists the code points, beyond ASCII and in
// hexadecimal, with which the host is valid to Python's idna codec and the patterns of the real service.
func TestEveryCharacterOfHosts(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("testdata/hosts.json")
	require.NoError(t, err)
	var golden map[string]string
	require.NoError(t, json.Unmarshal(content, &golden))
	require.Len(t, golden, 3)
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
			// The planes between are empty.
			for r := rune(utf8.RuneSelf); r <= unicode.MaxRune; r++ {
				if r == 0x32000 {
					r = 0xdfff0
				}
				if r == 0xf0400 {
					r = 0x10ff00
				}
				if utf8.ValidRune(r) && validHost(strings.ReplaceAll(pattern, "%s", string(r))) != unicode.Is(valid, r) {
					t.Errorf("%U: %t", r, !unicode.Is(valid, r))
				}
			}
		})
	}
}
