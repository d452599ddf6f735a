package ids_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator/internal/ids"
)

func TestParse(t *testing.T) {
	t.Parallel()
	const plain = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
	undashed := strings.ReplaceAll(plain, "-", "")
	for s, want := range map[string]string{
		plain:                                  plain,
		strings.ToUpper(plain):                 plain,
		undashed:                               plain,
		"{" + plain + "}":                      plain,
		"}}" + undashed:                        plain,
		"urn:uuid:" + plain:                    plain,
		"6-ba7b8109dad11d180b400c04fd430c8-":   plain,
		strings.Repeat("１", 32):                "11111111-1111-1111-1111-111111111111",
		strings.ReplaceAll(plain, "1", "١"):    plain,
		"0x" + undashed[2:]:                    uuidOf(undashed[2:]),
		" " + undashed[2:] + "\n":              uuidOf(undashed[2:]),
		"+" + undashed[1:]:                     uuidOf(undashed[1:]),
		undashed[:16] + "_" + undashed[17:]:    uuidOf(undashed[:16] + undashed[17:]),
		undashed + "0":                         "",
		undashed[1:]:                           "",
		undashed[:30] + "__":                   "",
		strings.Repeat("ｆ", 32):                "",
		strings.Repeat("\ufffd", 32):           "",
		"":                                     "",
		"{" + strings.Repeat(" ", 32) + "}":    "",
		"urn:" + strings.Repeat("uuid:", 1000): "",
	} {
		u, ok := ids.Parse(s)
		require.Equal(t, want != "", ok, "%q", s)
		if ok {
			require.Equal(t, want, u.String(), "%q", s)
		}
	}
}

// uuidOf pads digits to a whole id.
func uuidOf(digits string) string {
	return uuid.MustParse(strings.Repeat("0", 32-len(digits)) + digits).String()
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"6ba7b810-9dad-11d1-80b4-00c04fd430c8", "{urn:uuid:0x_1１ }", strings.Repeat("１", 32)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		u, ok := ids.Parse(s)
		stored, storable := ids.Stored(s)
		require.False(t, storable && !ok, "what the database takes passes the check of form")
		if storable {
			require.Equal(t, u, stored)
		}
	})
}
