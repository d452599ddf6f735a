package notify_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

const callbackToken = "callback-bearer-token"

// received keeps what a handler was given, and answers each with err.
type received struct {
	receipts []notify.DeliveryReceipt
	texts    []notify.InboundText
	letters  []notify.ReturnedLetter
	err      error
}

func (r *received) callbacks() notify.Callbacks {
	return notify.Callbacks{
		DeliveryReceipt: func(_ context.Context, d notify.DeliveryReceipt) error {
			r.receipts = append(r.receipts, d)
			return r.err
		},
		InboundText: func(_ context.Context, text notify.InboundText) error {
			r.texts = append(r.texts, text)
			return r.err
		},
		ReturnedLetter: func(_ context.Context, l notify.ReturnedLetter) error {
			r.letters = append(r.letters, l)
			return r.err
		},
	}
}

func (r *received) count() int { return len(r.receipts) + len(r.texts) + len(r.letters) }

func callbackHandler(t testing.TB, callbacks notify.Callbacks, tokens ...string) http.Handler {
	t.Helper()
	if tokens == nil {
		tokens = []string{callbackToken}
	}
	h, err := notify.NewCallbackHandler(callbacks, tokens...)
	require.NoError(t, err)
	return h
}

// post is a callback as Notify makes it, and gives the status of the answer.
func post(t testing.TB, h http.Handler, authorisation string, body io.Reader) int {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/callbacks", body)
	req.Header.Set("Content-Type", "application/json")
	if authorisation != "" {
		req.Header.Set("Authorization", authorisation)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	require.Empty(t, w.Body.String())
	return w.Code
}

func postBody(t testing.TB, h http.Handler, body string) int {
	t.Helper()
	return post(t, h, "Bearer "+callbackToken, strings.NewReader(body))
}

// One handler tells the three kinds apart.
func TestCallbackHandlerServesAllThatWasRecorded(t *testing.T) {
	t.Parallel()
	var got received
	h := callbackHandler(t, got.callbacks())
	for _, bodies := range recordedCallbacks(t) {
		for _, body := range bodies {
			require.Equal(t, 200, postBody(t, h, body), body)
		}
	}
	require.Len(t, got.receipts, 9)
	require.Len(t, got.texts, 2)
	require.Len(t, got.letters, 2)
}

// A refusal for good is for what can never succeed; all else is asked for again.
func TestCallbackStatuses(t *testing.T) {
	t.Parallel()
	const bearer = "Bearer " + callbackToken
	only := func(kind int) func(*received) notify.Callbacks {
		return func(r *received) notify.Callbacks {
			all := r.callbacks()
			return []notify.Callbacks{
				{DeliveryReceipt: all.DeliveryReceipt}, {InboundText: all.InboundText}, {ReturnedLetter: all.ReturnedLetter},
			}[kind]
		}
	}
	all := (*received).callbacks
	failing := func(r *received) notify.Callbacks {
		r.err = errors.New("the database is away")
		return r.callbacks()
	}
	long := strings.Replace(textBody, privateName, strings.Repeat("x", 64<<10), 1)
	for name, tc := range map[string]struct {
		callbacks     func(*received) notify.Callbacks
		authorisation string
		body          io.Reader
		status        int
		called        int
	}{
		"a receipt":               {all, bearer, strings.NewReader(receiptBody), 200, 1},
		"a text":                  {all, bearer, strings.NewReader(textBody), 200, 1},
		"a letter":                {all, bearer, strings.NewReader(letterBody), 200, 1},
		"a precompiled letter":    {all, bearer, strings.NewReader(precompiledBody), 200, 1},
		"the only kind, receipt":  {only(0), bearer, strings.NewReader(receiptBody), 200, 1},
		"the only kind, text":     {only(1), bearer, strings.NewReader(textBody), 200, 1},
		"the only kind, letter":   {only(2), bearer, strings.NewReader(letterBody), 200, 1},
		"the scheme in capitals":  {all, "BEARER " + callbackToken, strings.NewReader(receiptBody), 200, 1},
		"receipt, function fails": {failing, bearer, strings.NewReader(receiptBody), 503, 1},
		"text, function fails":    {failing, bearer, strings.NewReader(textBody), 503, 1},
		"letter, function fails":  {failing, bearer, strings.NewReader(letterBody), 503, 1},

		"no function for a receipt": {only(1), bearer, strings.NewReader(receiptBody), 400, 0},
		"no function for a text":    {only(2), bearer, strings.NewReader(textBody), 400, 0},
		"no function for a letter":  {only(0), bearer, strings.NewReader(letterBody), 400, 0},

		"no token":     {all, "", strings.NewReader(receiptBody), 503, 0},
		"no scheme":    {all, callbackToken, strings.NewReader(receiptBody), 503, 0},
		"basic":        {all, "Basic " + callbackToken, strings.NewReader(receiptBody), 503, 0},
		"wrong token":  {all, "Bearer callback-bearer-tokem", strings.NewReader(receiptBody), 503, 0},
		"empty token":  {all, "Bearer ", strings.NewReader(receiptBody), 503, 0},
		"nothing read": {all, "Bearer x", iotest.ErrReader(errors.New("read before the token was looked at")), 503, 0},

		"nothing":         {all, bearer, strings.NewReader(""), 400, 0},
		"HTML":            {all, bearer, strings.NewReader("<html>"), 400, 0},
		"a list":          {all, bearer, strings.NewReader("[" + receiptBody + "]"), 400, 0},
		"null":            {all, bearer, strings.NewReader("null"), 400, 0},
		"two receipts":    {all, bearer, strings.NewReader(receiptBody + receiptBody), 400, 0},
		"half a receipt":  {all, bearer, strings.NewReader(receiptBody[:len(receiptBody)/2]), 400, 0},
		"an unknown kind": {all, bearer, strings.NewReader(`{"id":"` + notificationID + `","weather":"fine"}`), 400, 0},
		"no id":           {all, bearer, strings.NewReader(`{"status":"delivered"}`), 400, 0},
		"no status":       {all, bearer, strings.NewReader(`{"id":"` + notificationID + `","status":""}`), 400, 0},
		"a field more": {all, bearer, strings.NewReader(
			`{"source_number":"1","sent_by":"API",` + receiptBody[1:]), 200, 1},
		"a complaint": {all, bearer, strings.NewReader(`{"notification_id":"` + notificationID + `","complaint_id":"` +
			notificationID + `","reference":null,"to":"a@example.gov.uk","complaint_date":null}`), 400, 0},

		"too long":       {all, bearer, strings.NewReader(long), 413, 0},
		"one byte less":  {all, bearer, strings.NewReader(long[:64<<10]), 400, 0},
		"without an end": {all, bearer, neverEnding('{'), 413, 0},
		"it broke off":   {all, bearer, iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("{}"))), 503, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got received
			h := callbackHandler(t, tc.callbacks(&got))
			require.Equal(t, tc.status, post(t, h, tc.authorisation, tc.body))
			require.Equal(t, tc.called, got.count())
		})
	}
}

type neverEnding byte

func (b neverEnding) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(b)
	}
	return len(p), nil
}

func TestCallbackMethods(t *testing.T) {
	t.Parallel()
	var got received
	h := callbackHandler(t, got.callbacks())
	for _, method := range []string{"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "post", ""} {
		req := httptest.NewRequestWithContext(t.Context(), "POST", "/", strings.NewReader(receiptBody))
		req.Method = method
		req.Header.Set("Authorization", "Bearer "+callbackToken)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, req)
		require.Equal(t, 405, w.Code, method)
		require.Equal(t, "POST", w.Header().Get("Allow"))
	}
	require.Zero(t, got.count())
}

// Both tokens are accepted while one is being changed, of any length, and no piece of one or more than one.
func TestCallbackTokens(t *testing.T) {
	t.Parallel()
	var got received
	long := strings.Repeat("long", 1000)
	const spaced, accented = "a token of words", "clé-secrète"
	h := callbackHandler(t, got.callbacks(), callbackToken, "  another-token\n", long, spaced, accented)
	for _, token := range []string{callbackToken, "another-token", long, spaced, accented, " " + spaced + " "} {
		require.Equal(t, 200, post(t, h, "Bearer "+token, strings.NewReader(receiptBody)), token)
	}
	require.Equal(t, 200, post(t, h, "Bearer cl\xe9-secr\xe8te", strings.NewReader(receiptBody)), "as Python writes it")
	require.Len(t, got.receipts, 7)
	wrong := []string{"", " ", callbackToken + "x", "x" + callbackToken, callbackToken + " another-token", long + "l"}
	for cut := range len(callbackToken) {
		wrong = append(wrong, callbackToken[:cut], callbackToken[cut+1:], callbackToken[:cut]+"#"+callbackToken[cut+1:])
	}
	wrong = append(wrong, strings.ToUpper(callbackToken), long[1:], "clé-secrètf", "cl\xe9-secrète", "cl?-secr?te",
		strings.Repeat("x", 1<<20))
	for _, token := range wrong {
		require.Equal(t, 503, post(t, h, "Bearer "+token, strings.NewReader(receiptBody)), token)
	}
	require.Len(t, got.receipts, 7)
}

func TestNewCallbackHandlerRefuses(t *testing.T) {
	t.Parallel()
	callbacks := new(received).callbacks()
	for want, tokens := range map[string][]string{
		"notify: no token to know Notify's callbacks by":                                {},
		"notify: callback token 1 of 1 has fewer than 10 characters":                    {""},
		"notify: callback token 2 of 2 has fewer than 10 characters":                    {callbackToken, "123456789 \n"},
		"notify: callback token 1 of 2 has fewer than 10 characters":                    {"éééééé", callbackToken},
		"notify: callback token 1 of 1 holds a line break or another control character": {"secret-one\nsecret-two"},
		"notify: callback token 2 of 2 holds a line break or another control character": {callbackToken, "secret-\x00one"},
	} {
		_, err := notify.NewCallbackHandler(callbacks, tokens...)
		require.EqualError(t, err, want)
	}
	_, err := notify.NewCallbackHandler(notify.Callbacks{}, callbackToken)
	require.EqualError(t, err, "notify: no function to receive callbacks")
	callbacks.Timeout = -1
	_, err = notify.NewCallbackHandler(callbacks, callbackToken)
	require.EqualError(t, err, "notify: the timeout of callbacks is negative")
}

// A handler in a struct that is printed shows neither a token nor a sum that one could be guessed by.
func TestCallbackHandlerShowsNoToken(t *testing.T) {
	t.Parallel()
	h := callbackHandler(t, new(received).callbacks(), callbackToken)
	sum := sha256.Sum256([]byte(callbackToken))
	for _, verb := range []string{"%v", "%+v", "%#v", "%x", "%d"} {
		for _, subject := range []any{h, struct{ H http.Handler }{h}} {
			shown := fmt.Sprintf(verb, subject)
			require.NotContains(t, shown, callbackToken)
			require.NotContains(t, shown, fmt.Sprintf("%x", callbackToken))
			require.NotContains(t, shown, fmt.Sprintf("%d %d %d", sum[0], sum[1], sum[2]))
			require.NotContains(t, shown, fmt.Sprintf("%#x, %#x, %#x", sum[0], sum[1], sum[2]))
			require.NotContains(t, shown, fmt.Sprintf("%x", sum[:3]))
		}
	}
}

// The log says why a callback was not accepted, and nothing about people or tokens.
func TestCallbackLog(t *testing.T) {
	t.Parallel()
	var lines bytes.Buffer
	got := received{err: errors.New("cannot store " + privateName)}
	callbacks := got.callbacks()
	callbacks.Logger = slog.New(slog.NewTextHandler(&lines, timeless))
	callbacks.ReturnedLetter = nil
	h := callbackHandler(t, callbacks)
	post(t, h, "Bearer wrong-token", strings.NewReader(receiptBody))
	for _, body := range []string{receiptBody, textBody, letterBody, privateName, `{"status":"` + privateName + `"}`} {
		postBody(t, h, body)
	}
	got.err = nil
	require.Equal(t, 200, postBody(t, h, receiptBody), "and no line")
	const line = `level=WARN msg="notify: callback not accepted" status=`
	require.Equal(t, strings.Join([]string{
		line + `503 why="the token is missing or wrong"`,
		line + `503 why="the function returned an error" callback.id=` + notificationID + ` callback.status=delivered ` +
			`callback.type=sms callback.template=` + templateID + ` callback.version=3 error=*errors.errorString`,
		line + `503 why="the function returned an error" callback.id=` + notificationID + ` error=*errors.errorString`,
		line + `400 why="there is no function for a notify.ReturnedLetter"`,
		line + `400 why="the body is not a JSON object"`,
		line + `400 why="the body is no notify.DeliveryReceipt"`,
	}, "\n")+"\n", lines.String())
}

// A token that Python can't send as Latin-1 is compared as it is.
func TestCallbackTokenBeyondLatin1(t *testing.T) {
	t.Parallel()
	var got received
	h := callbackHandler(t, got.callbacks(), "ключ-к-замку-long-enough")
	require.Equal(t, 200, post(t, h, "Bearer ключ-к-замку-long-enough", strings.NewReader(receiptBody)))
	require.Equal(t, 503, post(t, h, "Bearer ????-?-?????-long-enough", strings.NewReader(receiptBody)))
}
