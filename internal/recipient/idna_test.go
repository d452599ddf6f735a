package recipient

import (
	"testing"

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
	} {
		got, ok := asciiHost(host)
		require.Equal(t, want != "", ok, "%q", host)
		require.Equal(t, want, got, "%q", host)
	}
}
