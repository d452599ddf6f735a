package notify_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

// onlyIDsAndWords is the form in which a receipt is printed: there is no place in it for a number or an address.
var onlyIDsAndWords = strings.ReplaceAll(
	`^notify\.DeliveryReceipt\[id=% status=% type=% template=% version=-?\d+\]$`,
	"%", `([0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[a-z-]{0,40}|…)`)

// FuzzCallback: whatever is posted, the handler answers at once, for good unless it gave it on to the one function of
// its kind; what it gave on can be kept and read back, and is printed without its recipient.
func FuzzCallback(f *testing.F) {
	for _, bodies := range recordedCallbacks(f) {
		for _, body := range bodies {
			f.Add(body)
		}
	}
	for _, body := range []string{receiptBody, textBody, letterBody, precompiledBody, "", "null", `{"status":null}`} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var got received
		status := postBody(t, callbackHandler(t, got.callbacks()), body)
		if status != 200 {
			require.Contains(t, []int{400, 413}, status)
			require.Zero(t, got.count())
			return
		}
		require.Equal(t, 1, got.count())
		for _, r := range got.receipts {
			kept, err := r.JSON()
			require.NoError(t, err)
			var back notify.DeliveryReceipt
			require.NoError(t, json.Unmarshal(kept, &back))
			require.Equal(t, r, back)
			require.Regexp(t, onlyIDsAndWords, r.String())
		}
		for _, text := range got.texts {
			kept, err := text.JSON()
			require.NoError(t, err)
			var back notify.InboundText
			require.NoError(t, json.Unmarshal(kept, &back))
			require.Equal(t, text, back)
		}
		for _, l := range got.letters {
			kept, err := l.JSON()
			require.NoError(t, err)
			var back notify.ReturnedLetter
			require.NoError(t, json.Unmarshal(kept, &back))
			require.Equal(t, l, back)
		}
	})
}

// discard is a ResponseWriter that keeps only the status.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(status int)      { d.status = status }

// BenchmarkCallback is one delivery receipt, from the request to the answer.
func BenchmarkCallback(b *testing.B) {
	h := callbackHandler(b, notify.Callbacks{
		DeliveryReceipt: func(context.Context, notify.DeliveryReceipt) error { return nil },
	}, callbackToken, "another-token")
	body := strings.NewReader(receiptBody)
	req := httptest.NewRequestWithContext(b.Context(), "POST", "/", body)
	req.Header.Set("Authorization", "Bearer "+callbackToken)
	w := &discard{header: http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		body.Reset(receiptBody)
		req.Body = io.NopCloser(body)
		h.ServeHTTP(w, req)
	}
	require.Equal(b, 200, w.status)
}

// BenchmarkCallbackWrongToken is what a stranger's request costs.
func BenchmarkCallbackWrongToken(b *testing.B) {
	h := callbackHandler(b, new(received).callbacks(), callbackToken, "another-token")
	req := httptest.NewRequestWithContext(b.Context(), "POST", "/", strings.NewReader(receiptBody))
	req.Header.Set("Authorization", "Bearer not-the-token")
	w := &discard{header: http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		h.ServeHTTP(w, req)
	}
	require.Equal(b, 503, w.status)
}

// BenchmarkDeliveryReceipt decodes one.
func BenchmarkDeliveryReceipt(b *testing.B) {
	body := []byte(receiptBody)
	var r notify.DeliveryReceipt
	b.ReportAllocs()
	for b.Loop() {
		if err := json.Unmarshal(body, &r); err != nil {
			b.Fatal(err)
		}
	}
}
