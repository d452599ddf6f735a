package magic

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRules(t *testing.T) {
	t.Parallel()
	set := rules()
	require.Greater(t, len(set.trees), 3000)
	for row := range strings.Lines(data) {
		f := strings.Split(row, "\t")
		require.Len(t, f, 10, row)
		r := parseRule(f)
		if r.kind == kindRegexp {
			_, err := compile(asRunes(r.text), r.textFlags())
			require.NoError(t, err, row)
		}
		if r.kind == kindUse {
			require.NotEmpty(t, set.named[strings.TrimPrefix(string(r.text), "^")], row)
		}
	}
}

func asRunes(b []byte) string {
	var s strings.Builder
	for _, c := range b {
		s.WriteRune(rune(c))
	}
	return s.String()
}
