package store

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A reason may name a file, whose name can hold any bytes. Postgres takes UTF-8 without NUL.
func TestTextThatPostgresTakes(t *testing.T) {
	t.Parallel()
	require.Equal(t, "no\uFFFDt th\uFFFDs", storable("no\x00t th\xffs"))
	require.Equal(t, "as it was", storable("as it was"))
}
