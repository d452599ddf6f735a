package recipients_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/recipients"
)

// What the real service answered to more than a hundred addresses.
func TestEmailsAsRecorded(t *testing.T) {
	t.Parallel()
	for _, v := range readLines[[]any](t, "recorded_emails.jsonl") {
		_, err := recipients.ParseEmail(v[0].(string))
		if v[1].(bool) {
			require.NoError(t, err, "%q", v[0])
		} else {
			require.Equal(t, error(recipients.NotEmailAddress), err, "%q", v[0])
		}
	}
	for _, v := range readLines[[]any](t, "emails.jsonl") {
		e, err := recipients.ParseEmail(v[0].(string))
		if v[1] == nil {
			require.Error(t, err, "%q", v[0])
			continue
		}
		require.NoError(t, err, "%q", v[0])
		require.Equal(t, v[1], e.String())
		require.Equal(t, v[2], e.Normalised())
	}
}

func TestEmail(t *testing.T) {
	t.Parallel()
	e, err := recipients.ParseEmail(" A.Name@EXÄMPLE.com\n")
	require.NoError(t, err)
	require.Equal(t, "A.Name@EXÄMPLE.com", e.String())
	require.Equal(t, "a.name@exämple.com", e.Normalised())
	require.Equal(t, "xn--exmple-cua.com", e.Domain())
	e, err = recipients.ParseEmail("a@b")
	require.ErrorIs(t, err, recipients.NotEmailAddress)
	require.Zero(t, e)
	require.Equal(t, []string{"", "", ""}, []string{e.String(), e.Normalised(), e.Domain()})
}

func FuzzParseEmail(f *testing.F) {
	for _, s := range []string{"a@b.co", " A.Name@EXÄMPLE.com\n", "a@b", "a@xn--b-.co", "a@b。co", "\u200ba@b.co"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, err := recipients.ParseEmail(s)
		if err != nil {
			require.Equal(t, error(recipients.NotEmailAddress), err)
			require.Zero(t, e)
			return
		}
		again, err := recipients.ParseEmail(e.String())
		require.NoError(t, err)
		require.Equal(t, e, again)
		require.Regexp(t, `^[a-z0-9-]+(\.[a-z0-9-]+)+$`, e.Domain())
	})
}

func BenchmarkParseEmail(b *testing.B) {
	for name, s := range map[string]string{
		"ASCII": "amala.bird@example.gov.uk", "IDN": "a@exämple.com", "Refused": "a@b",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = recipients.ParseEmail(s)
			}
		})
	}
}
