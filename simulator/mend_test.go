package simulator

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMendTarget(t *testing.T) {
	t.Parallel()
	for head, want := range map[string]string{
		"GET /% HTTP/1.1\r\n":                  "GET /%25 HTTP/1.1\r\n",
		"ET /%%4%zz%41%4 HTTP/1.1\r\nA: %\r\n": "ET /%25%254%25zz%41%254 HTTP/1.1\r\nA: %\r\n",
		" /% HTTP/1.0\n":                       " /%25 HTTP/1.0\n",
		"GET /%?%&a=% HTTP/1.1\n":              "GET /%25?%&a=% HTTP/1.1\n",
		"GET /a?% HTTP/1.1\n":                  "GET /a?% HTTP/1.1\n",
		"GET http://x/% HTTP/1.1\n":            "GET http://x/% HTTP/1.1\n",
		"{a /% b}\n":                           "{a /% b}\n",
		"GET /%\r\n":                           "GET /%\r\n",
		"/%":                                   "/%",
		"":                                     "",
	} {
		require.Equal(t, want, string(mendTarget([]byte(head))), "%q", head)
	}
}

func FuzzMendTarget(f *testing.F) {
	f.Add("GET /%%4%zz%41%4?% HTTP/1.1\r\nA: %\r\n")
	f.Add("ET /\xff% HTTP/")
	f.Fuzz(func(t *testing.T, head string) {
		mended := string(mendTarget([]byte(head)))
		require.Equal(t, mended, string(mendTarget([]byte(mended))), "mended once and for all")
		require.Equal(t, strings.ReplaceAll(head, "%25", "%"), strings.ReplaceAll(mended, "%25", "%"))
		if mended == head {
			return
		}
		path, _, _ := strings.Cut(strings.Split(mended, " ")[1], "?")
		_, err := url.PathUnescape(path)
		require.NoError(t, err)
	})
}
