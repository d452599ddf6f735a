package simulator

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzRedact: whatever stands around a secret, it does not stay.
func FuzzRedact(f *testing.F) {
	const secret = "3d844edf-8d35-48ac-975b-e847b4f122b0"
	all := secrets{secret, strings.ReplaceAll(secret, "-", "")}
	for _, s := range []string{"", "İ", "live-", "Bearer eyJ0.eyJ1.", "a=b&", "%", "%2", secret[:24], "\xff"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		for _, hidden := range []string{secret, strings.ToUpper(secret), all[1]} {
			text := before + hidden + after
			require.NotContains(t, lowerCase(all.redact(text)), lowerCase(hidden))
			require.NotContains(t, lowerCase(all.value(text)), lowerCase(hidden))
		}
		encoded := base64.URLEncoding.EncodeToString([]byte(before + secret + after))
		require.Equal(t, redacted, all.value(encoded))
		escaped := url.QueryEscape(strings.ReplaceAll(secret, "-", "%2D"))
		require.Equal(t, redacted, all.value(url.QueryEscape(before)+"="+escaped))
	})
}

// TestRedact: what is no secret stays, and a text full of secrets takes no time worth mentioning.
func TestRedact(t *testing.T) {
	t.Parallel()
	const secret = "3d844edf-8d35-48ac-975b-e847b4f122b0"
	all := secrets{secret}
	require.Equal(t, strings.Repeat(redacted, 30_000), all.redact(strings.Repeat(secret, 30_000)))
	for _, text := range []string{
		"", "eyes.are.green", "live-3d844edf", "6c2f3c1e-8b1f-4a4e-9c53-2d0f6a1b7e11", "100%", "a%20b",
	} {
		require.Equal(t, text, all.value(text))
	}
	require.Equal(t, "x "+redacted+" y", all.value("x eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiIxIn0.AbC-_9 y"))
	require.Equal(t, "live-"+redacted, all.redact(
		"live-6c2f3c1e-8b1f-4a4e-9c53-2d0f6a1b7e11-6c2f3c1e-8b1f-4a4e-9c53-2d0f6a1b7e12"))
}
