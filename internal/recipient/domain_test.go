package recipient

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDomain(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"a@Example.CO": "example.co", "A@é.Com": "xn--9ca.com", "a@ⓔxample。com": "example.com", "a@x.teſt": "x.test",
		"a@exam\u00adple.com": "example.com", "a@b.XN--P1AI": "b.xn--p1ai",
	} {
		_, ok := ParseEmail(address)
		require.True(t, ok, address)
		require.Equal(t, want, Domain(address), address)
	}
}
