package notify

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// In the package, because from outside a token that was signed again looks like the one before.
func TestTokenIsMadeOnceASecond(t *testing.T) {
	t.Parallel()
	key, err := ParseKey("test-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0")
	require.NoError(t, err)
	s := &signer{key: key}
	token := func(second int64) string {
		header := s.authorisation(second)
		require.Len(t, header, 1)
		return header[0]
	}
	first := token(1000)
	made := s.current.Load()
	require.Equal(t, first, token(1000))
	require.Same(t, made, s.current.Load(), "not signed again")
	require.NotEqual(t, first, token(1001))
	require.NotContains(t, fmt.Sprintf("%v %+v %#v", made, *made, made), first[len("Bearer "):])
}
