package notify_test

import (
	"bytes"
	"encoding/base64"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

func TestFilesShowNothing(t *testing.T) {
	t.Parallel()
	file := notify.FileFromBytes(privateName+".csv", []byte(privateReference))
	for _, subject := range []any{
		file, &file,
		[]notify.File{file}, map[string]any{"f": file}, struct{ F any }{file}, notify.Personalisation{"f": file},
	} {
		for _, verb := range "vsqxXdtcU" {
			for _, flags := range []string{"", "+", "#"} {
				text := fmt.Sprintf("%"+flags+string(verb), subject)
				require.NotContains(t, text, privateName)
				require.NotContains(t, text, privateReference)
			}
		}
		encoded, err := json.Marshal(subject)
		require.NoError(t, err)
		require.NotContains(t, string(encoded), privateName)
	}
	var encoded bytes.Buffer
	require.NoError(t, gob.NewEncoder(&encoded).Encode(file))
	require.NotContains(t, encoded.String(), privateName)
	hidden := fmt.Sprintf("%+v", struct{ f notify.File }{file})
	require.NotContains(t, hidden, fmt.Sprintf("%d", []byte(privateReference)))
}

func TestFilesDoNotPrintTheirContent(t *testing.T) {
	t.Parallel()
	f := notify.FileFromBytes("a.csv", []byte("secret"))
	text := fmt.Sprintf("%v %+v %#v %s", f, &f, f, notify.Personalisation{"f": f})
	require.NotContains(t, text, "secret")
	require.NotContains(t, text, "115 101 99") // its bytes
}

func TestFileLimits(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	bodies := answer(mock, "POST", "/v2/notifications/email", 201, `{"id":"`+notificationID+`"}`)
	send := func(f notify.File) error {
		_, err := c.SendEmail(t.Context(), notify.Email{
			EmailAddress:    "a@example.com",
			Personalisation: notify.Personalisation{"f": f},
		})
		return err
	}
	endless := &counter{}
	broken := errors.New("disk on fire")
	breaksOff := io.MultiReader(strings.NewReader("x"), iotestErr{broken})
	for name, tc := range map[string]struct {
		file notify.File
		is   error
	}{
		"too large":          {notify.FileFromBytes("a.csv", make([]byte, notify.MaxFileBytes+1)), notify.ErrTooLarge},
		"endless":            {notify.FileFromReader("a.csv", endless), notify.ErrTooLarge},
		"empty":              {notify.FileFromBytes("a.csv", nil), notify.ErrInvalidRequest},
		"zero":               {notify.File{}, notify.ErrInvalidRequest},
		"no extension":       {notify.FileFromBytes("a", []byte("x")), notify.ErrInvalidRequest},
		"long name":          {notify.FileFromBytes(strings.Repeat("a", 97)+".csv", []byte("x")), notify.ErrInvalidRequest},
		"retention too long": {notify.File{Filename: "a.csv", RetentionWeeks: 79}, notify.ErrInvalidRequest},
		"broken reader":      {notify.FileFromReader("a.csv", breaksOff), broken},
	} {
		err := send(tc.file)
		require.ErrorIs(t, err, tc.is, name)
		require.ErrorIs(t, err, notify.ErrInvalidRequest, name)
		require.ErrorContains(t, err, `personalisation "f": `)
	}
	require.LessOrEqual(t, endless.n, notify.MaxFileBytes+1, "no more is read than tells that it is too much")
	require.Zero(t, mock.GetTotalCallCount())

	for _, size := range []int{1, 2, 3, 48 << 10, 48<<10 + 1, notify.MaxFileBytes} {
		content := bytes.Repeat([]byte("0123456789"), size/10+1)[:size]
		require.NoError(t, send(notify.FileFromReader("a.csv", io.MultiReader(bytes.NewReader(content)))))
		last := (*bodies)[len(*bodies)-1]["personalisation"].(map[string]any)["f"].(map[string]any)["file"].(string)
		got, err := base64.StdEncoding.DecodeString(last)
		require.NoError(t, err)
		require.True(t, bytes.Equal(content, got), size)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

type counter struct{ n int }

func (c *counter) Read(p []byte) (int, error) { c.n += len(p); return len(p), nil }

type iotestErr struct{ err error }

func (e iotestErr) Read([]byte) (int, error) { return 0, e.err }
