package message_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/bulk/internal/message"
	"github.com/notifykit/notify/bulk/internal/store"
)

func name(stored []byte) string { return "made-of-" + string(stored[:8]) }

func restore(t *testing.T, row store.Message) notify.Message {
	t.Helper()
	m, err := message.Restore(store.Stored{Message: row.Message, Files: row.Files})
	require.NoError(t, err)
	return m
}

func TestStore(t *testing.T) {
	t.Parallel()
	text := notify.SMS{PhoneNumber: "07900 900123", TemplateID: "t", Reference: "r"}
	row, err := message.Store(text, name)
	require.NoError(t, err)
	require.Equal(t, store.Message{
		Reference: "r", Channel: "sms", Tokens: 1, TemplateID: "t", Recipient: "07900 900123", Message: row.Message,
	}, row)
	require.Equal(t, text, restore(t, row))

	row, err = message.Store(&notify.Email{EmailAddress: "a@b.gov.uk"}, name)
	require.NoError(t, err)
	require.Equal(t, `made-of-{"kind":`, row.Reference)
	require.Equal(t, row.Reference, restore(t, row).(notify.Email).Reference)

	row, err = message.Store(notify.Letter{Address: []string{"A", "B", "C"}, Reference: "r"}, name)
	require.NoError(t, err)
	require.Equal(t, 2, row.Tokens)
	require.Equal(t, "A\nB\nC", row.Recipient)
}

// A reader is read once, and is all there afterwards, whether the message has a reference or not.
func TestReaders(t *testing.T) {
	t.Parallel()
	for _, reference := range []string{"", "r"} {
		row, err := message.Store(notify.PrecompiledLetter{
			Reference: reference, Content: bytes.NewReader([]byte("%PDF-1.7")),
		}, name)
		require.NoError(t, err)
		require.Equal(t, 1, row.Tokens)
		var content bytes.Buffer
		_, err = content.ReadFrom(restore(t, row).(notify.PrecompiledLetter).Content)
		require.NoError(t, err)
		require.Equal(t, "%PDF-1.7", content.String())

		row, err = message.Store(notify.Email{Reference: reference, Personalisation: notify.Personalisation{
			"file": notify.FileFromReader("a.csv", bytes.NewReader([]byte("1,2"))),
		}}, name)
		require.NoError(t, err)
		file := restore(t, row).(notify.Email).Personalisation["file"].(notify.File)
		require.Equal(t, "a.csv", file.Filename)
	}
}

// A path is all that is stored of a file, which is read later, and no more of it than can be sent.
func TestPath(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "large.pdf")
	values := notify.Personalisation{"file": message.Path(path), "name": "A"}
	row, err := message.Store(notify.Email{Reference: "r", Personalisation: values}, name)
	require.NoError(t, err)
	require.Equal(t, message.Path(path), values["file"], "the caller's own map stays")
	_, err = message.Restore(store.Stored{Message: row.Message, Files: row.Files})
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NotContains(t, err.Error(), filepath.Base(path), "it is kept when personal data is deleted")

	require.NoError(t, os.WriteFile(path, make([]byte, 2*notify.MaxLetterBytes), 0o600))
	_, err = notify.MarshalMessage(restore(t, row))
	require.ErrorIs(t, err, notify.ErrTooLarge)
	row, err = message.Store(notify.PrecompiledLetter{Reference: "r", Content: message.Path(path)}, name)
	require.NoError(t, err)
	require.Less(t, len(row.Message), 200)
	_, err = notify.MarshalMessage(restore(t, row))
	require.ErrorIs(t, err, notify.ErrTooLarge)

	_, err = message.Path(path).Read(nil)
	require.Error(t, err)
}

func TestRefused(t *testing.T) {
	t.Parallel()
	var none *notify.SMS
	for _, m := range []notify.Message{
		nil, none, notify.SMS{Personalisation: notify.Personalisation{"x": struct{}{}}},
		notify.SMS{Reference: "a\x00"}, notify.Email{EmailAddress: "a\xff"}, notify.Letter{TemplateID: "\x00"},
	} {
		_, err := message.Store(m, name)
		require.ErrorIs(t, err, notify.ErrInvalidRequest)
	}
	for _, stored := range []store.Stored{{}, {Message: []byte(`{"kind":"sms","body":{}}`), Files: "{"}} {
		_, err := message.Restore(stored)
		require.Error(t, err)
	}
}
