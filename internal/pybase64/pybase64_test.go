package pybase64_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/pybase64"
)

// TestDecode compares with what Python's base64.b64decode returns for some four hundred strings, most of them random. A
// null means an error.
func TestDecode(t *testing.T) {
	t.Parallel()
	var golden map[string]*string
	data, err := os.ReadFile("testdata/base64.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &golden))
	for s, want := range golden {
		got, err := pybase64.Decode(s)
		if want == nil {
			require.ErrorIs(t, err, pybase64.ErrInvalid, "%q", s)
			continue
		}
		require.NoError(t, err, "%q", s)
		require.Equal(t, *want, hex.EncodeToString(got), "%q", s)
	}
}

func TestDecodeWhatGoEncodes(t *testing.T) {
	t.Parallel()
	content := bytes.Repeat([]byte{0, 1, 254, 255, 'x'}, 100)
	for n := range content {
		got, err := pybase64.Decode(base64.StdEncoding.EncodeToString(content[:n]))
		require.NoError(t, err)
		require.True(t, bytes.Equal(content[:n], got), "%d bytes", n)
	}
}

// FuzzDecode: whatever Go's strict decoder accepts is decoded the same, and no output is longer than base64 allows.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{"aGVsbG8=", "aGVsbG8", "a=b=c=d=", "_-8=", "é", "====", "YQ==YQ=="} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := pybase64.Decode(s)
		if err != nil {
			require.ErrorIs(t, err, pybase64.ErrInvalid)
			require.Nil(t, got)
		}
		require.LessOrEqual(t, len(got), len(s)/4*3+2)
		if want, err := base64.StdEncoding.DecodeString(s); err == nil {
			require.True(t, bytes.Equal(want, got))
		}
	})
}
