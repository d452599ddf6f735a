package simulator

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/render"
)

// FuzzStandIn: whatever is sent, nothing is missing from it, and nothing in it is taken for a placeholder.
func FuzzStandIn(f *testing.F) {
	f.Add("name", "Jo", "number", "4711")
	f.Add("((", "))", "a))", "((b))")
	f.Add("a??b", "yes", "a", "((")
	f.Add("", "x", "(((a", "y")
	f.Add("A_", "1", " a", "((A??x))")
	f.Fuzz(func(t *testing.T, name, value, other, otherValue string) {
		if !utf8.ValidString(name + value + other + otherValue) {
			return
		}
		given := &pyjson.Object{}
		given.Set(name, value)
		given.Set(other, otherValue)
		for _, kind := range messageTypes {
			v := standIn(uuid.UUID{1}, kind, given).current()
			values := render.NewValues(given)
			require.Empty(t, values.Missing(v.placeholders))
			for _, p := range v.placeholders {
				require.Contains(t, []string{name, other}, p)
			}
			r, failure := rendering(v, values)
			if failure != nil {
				continue // a text with characters that crash the real service
			}
			require.True(t, strings.HasPrefix(r.body, "Template 01000000-0000-0000-0000-000000000000\n\n"), r.body)
			require.NotContains(t, strings.ReplaceAll(r.body, value, ""), "class='placeholder")
		}
	})
}
