package notify_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/go-retryablehttp"
	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

const (
	smsAnswer = `{"content":{"body":"Hello Amala","from_number":"GOVUK"},` +
		`"id":"740e5834-3a29-46b4-9a6f-16142fde533a","reference":null,"scheduled_for":null,` +
		`"template":{"id":"f33517ff-2a88-4f6e-b855-c550268ce08a",` +
		`"uri":"https://api.notifications.service.gov.uk/services/c/templates/f","version":3},` +
		`"uri":"https://api.notifications.service.gov.uk/v2/notifications/740e5834-3a29-46b4-9a6f-16142fde533a"}` + "\n"
	smsBody = `{"phone_number":"07900900123","template_id":"f33517ff-2a88-4f6e-b855-c550268ce08a",` +
		`"personalisation":{"name":"Amala"},"reference":"r-1"}`
	smsURL = notify.DefaultBaseURL + "/v2/notifications/sms"
)

// referencedAnswer is the answer to a text message with the reference r-1.
var referencedAnswer = strings.Replace(smsAnswer, `"reference":null`, `"reference":"r-1"`, 1)

// stub answers every request the same, after reading its body as a real transport would.
type stub struct {
	header http.Header
	status int
	answer string
}

func newStub(status int, answer string) *stub {
	return &stub{header: http.Header{"Content-Type": {"application/json"}}, status: status, answer: answer}
}

func (s *stub) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		if _, err := io.Copy(io.Discard, req.Body); err != nil {
			return nil, err
		}
		_ = req.Body.Close()
	}
	return &http.Response{
		StatusCode: s.status, Header: s.header, Body: io.NopCloser(bytes.NewReader([]byte(s.answer))),
		ContentLength: int64(len(s.answer)), Request: req, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}, nil
}

// The same request made in three ways. The other two do not encode, sign or decode anything.

func sendWithClient(tb testing.TB) func() {
	tb.Helper()
	return sendWithOptions(tb)
}

func sendWithOptions(tb testing.TB, opts ...notify.Option) func() {
	tb.Helper()
	stub := notify.WithHTTPClient(&http.Client{Transport: newStub(201, referencedAnswer)})
	c, err := notify.New(testKey, append(opts, stub, notify.WithoutRateLimit())...)
	require.NoError(tb, err)
	ctx := tb.Context()
	return func() {
		_, err := c.SendSMS(ctx, notify.SMS{
			PhoneNumber:     "07900900123",
			TemplateID:      "f33517ff-2a88-4f6e-b855-c550268ce08a",
			Personalisation: notify.Personalisation{"name": "Amala"},
			Reference:       "r-1",
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
}

func sendWithRetryable(tb testing.TB) func() {
	tb.Helper()
	rc := retryablehttp.NewClient()
	rc.Logger = nil
	rc.HTTPClient = &http.Client{Transport: newStub(201, referencedAnswer)}
	ctx := tb.Context()
	body := []byte(smsBody)
	return func() {
		req, err := retryablehttp.NewRequestWithContext(ctx, http.MethodPost, smsURL, body)
		if err != nil {
			tb.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer x")
		req.Header.Set("Content-Type", "application/json")
		resp, err := rc.Do(req)
		finish(tb, resp, err)
	}
}

func sendWithNetHTTP(tb testing.TB) func() {
	tb.Helper()
	hc := &http.Client{Transport: newStub(201, referencedAnswer)}
	ctx := tb.Context()
	body := []byte(smsBody)
	return func() {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, smsURL, bytes.NewReader(body))
		if err != nil {
			tb.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer x")
		req.Header.Set("Content-Type", "application/json")
		resp, err := hc.Do(req)
		finish(tb, resp, err)
	}
}

func finish(tb testing.TB, resp *http.Response, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := io.ReadAll(resp.Body); err != nil {
		tb.Fatal(err)
	}
	_ = resp.Body.Close()
}

func BenchmarkSendSMS(b *testing.B) {
	for _, way := range []struct {
		name string
		make func(testing.TB) func()
	}{{"client", sendWithClient}, {"retryablehttp", sendWithRetryable}, {"nethttp", sendWithNetHTTP}} {
		b.Run(way.name, func(b *testing.B) {
			send := way.make(b)
			b.ReportAllocs()
			for b.Loop() {
				send()
			}
		})
	}
}

// What it costs to be watched. Nobody watching is BenchmarkSendSMS/client.
func BenchmarkSendSMSWatched(b *testing.B) {
	nothing := notify.Observer{
		Begin: func(ctx context.Context, _ notify.Event) context.Context { return ctx },
		End:   func(context.Context, notify.Event) {},
	}
	debug := slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelDebug})
	for _, way := range []struct {
		name string
		opt  notify.Option
	}{
		{"observer", notify.WithObserver(nothing)},
		{"logger at debug", notify.WithLogger(slog.New(debug))},
		{"logger at info", notify.WithLogger(slog.New(slog.NewTextHandler(io.Discard, nil)))},
	} {
		b.Run(way.name, func(b *testing.B) {
			send := sendWithOptions(b, way.opt)
			b.ReportAllocs()
			for b.Loop() {
				send()
			}
		})
	}
}

func BenchmarkSendEmailWithFile(b *testing.B) {
	c, err := notify.New(testKey, notify.WithoutRateLimit(),
		notify.WithHTTPClient(&http.Client{Transport: newStub(201, smsAnswer)}))
	require.NoError(b, err)
	content := make([]byte, notify.MaxFileBytes)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		_, err := c.SendEmail(b.Context(), notify.Email{
			EmailAddress: "amala@example.com", TemplateID: "f33517ff-2a88-4f6e-b855-c550268ce08a",
			Personalisation: notify.Personalisation{"file": notify.FileFromBytes("report.csv", content)},
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// Not parallel: testing.AllocsPerRun counts the allocations of all goroutines.
func TestSendSMSAllocations(t *testing.T) { //nolint:paralleltest // see above
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	client := testing.AllocsPerRun(200, sendWithClient(t))
	bare := testing.AllocsPerRun(200, sendWithRetryable(t))
	t.Logf("client %v, bare go-retryablehttp %v", client, bare)
	// Six of these see to it that the body of a transport which is not net/http's ends with the context.
	require.LessOrEqual(t, client-bare, 30.0, "allocations the client adds to a bare go-retryablehttp call")
}
