package sms

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/render/placeholder"
)

func TestReplaced(t *testing.T) {
	t.Parallel()
	m, err := Render("Ĉafe – ok–é ŵ [€] 🎈\u200b`", placeholder.NewValues(nil), "Ŝervice")
	require.NoError(t, err)
	var changed string
	for _, r := range m.Replaced() {
		changed += r.From + ">" + r.To + " "
	}
	require.Equal(t, "Ŝ>S Ĉ>C –>- 🎈>? `>? ", changed, "each once, and none that the alphabet has")
	plain, err := Render("Plain é", placeholder.NewValues(nil), "")
	require.NoError(t, err)
	require.Empty(t, plain.Replaced())
}
