package werkzeug_test

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator/internal/werkzeug"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	const id = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
	for _, test := range []struct {
		pattern, path string
		args          []string // nil: no match
	}{
		{"/v2/*/pdf", "/v2/x/pdf", []string{"x"}},
		{"/v2/*/pdf", "/v2//pdf", nil},
		{"/v2/*/pdf", "/v2/x/pdf/", nil},
		{"/v2/*", "/v2/a\n", []string{"a\n"}},
		{"/version/#", "/version/１2", []string{"１2"}},
		{"/version/#", "/version/²", nil},
		{"/x/id/*", "/x/" + id + "/y", []string{id, "y"}},
		{"/x/id/*", "/x/{" + id + "}/y", nil},
		{"/static/**", "/static/x/y//z", []string{"x"}},
		{"/static/**", "/static//x", nil},
		{"/static/**", "/static/\n", []string{"\n"}},
		{"/static/**", "/static/x\n", nil},
	} {
		args, ok := werkzeug.NewPattern(test.pattern).Match(werkzeug.Split(test.path))
		require.Equal(t, test.args != nil, ok, "%s %q", test.pattern, test.path)
		if ok {
			require.Equal(t, test.args, args, "%s %q", test.pattern, test.path)
		}
	}
	_, ok := werkzeug.NewPattern("/").Match(werkzeug.Split("/"))
	require.True(t, ok)
	require.Equal(t, "/a/b/", werkzeug.Collapse("///a//b///"))
}

func TestQuery(t *testing.T) {
	t.Parallel()
	q := werkzeug.ParseQuery("b=1&a=x+y%2f&&b=2&%ff=%e9%C3%a9&c")
	o := q.Object([]string{"b"})
	require.Equal(t, []string{"b", "a", "%FF", "c"}, o.Keys)
	require.Equal(t, []any{"1", "2"}, o.At(0))
	require.Equal(t, "x y/", o.At(1))
	require.Equal(t, "%E9é", o.At(2))
	require.Equal(t, "/l?b=1&b=2&a=x+y/&%25FF=%25E9%C3%A9&c=", q.Link("/l", []string{"b"}))
	require.Equal(t, "/l?b=3&a=x+y/&%25FF=%25E9%C3%A9&c=&d=%26", q.With("b", "3").With("d", "&").Link("/l", nil))
	require.Equal(t, "/l", werkzeug.ParseQuery("").Link("/l", nil))
}

func TestEscape(t *testing.T) {
	t.Parallel()
	require.Equal(t, "/a!'()*%5B%5D%C3%A9%25%3F", werkzeug.EscapePath("/a!'()*[]é%?"))
	require.Equal(t, "c=%22%3C%3E%zz%5B%5D?", werkzeug.EscapeQuery(`c="<>%zz[]?`))
	require.Equal(t, "\ufffda\ufffd", werkzeug.Decode("\xe2\x82a\xff"))
}

// FuzzQuery writes a query and reads it back: nothing is lost.
func FuzzQuery(f *testing.F) {
	f.Add("b=1&a=x+y%2f&&b=2&%ff=%e9%C3%a9&c")
	f.Add("%zz=%&=&a\xff")
	f.Fuzz(func(t *testing.T, raw string) {
		q := werkzeug.ParseQuery(raw)
		link := q.Link("", nil)
		if link == "" {
			return
		}
		for i := range len(link) {
			require.Less(t, link[i], byte(utf8.RuneSelf), link)
		}
		require.Equal(t, link, werkzeug.ParseQuery(link[1:]).Link("", nil))
		require.True(t, utf8.ValidString(werkzeug.Decode(raw)))
	})
}
