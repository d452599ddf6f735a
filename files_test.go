package notify_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"fmt"
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
