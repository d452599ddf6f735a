package simtest_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

// TestReport reads a whole failure text, but for line numbers and ids.
func TestReport(t *testing.T) {
	t.Parallel()
	said := failing(t, func(t *fakeT) {
		kit := simtest.New(t, simulator.Realistic(), simulator.WithStart(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)))
		kit.CallBack(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }), "bearer-token")
		client, template := kit.Client(), kit.SMSTemplate("Your code is ((code)).")
		send := func(to, reference string) error {
			_, err := client.SendSMS(t.Context(), notify.SMS{
				PhoneNumber: to, TemplateID: template, Reference: reference,
				Personalisation: notify.Personalisation{"code": "123456"},
			})
			return err
		}
		require.NoError(t, send("07900 900124", ""))
		kit.Advance(time.Minute)
		require.NoError(t, send("07900 900125", "order-2"))
		require.ErrorIs(t, send("07900", ""), notify.ErrValidation)
		kit.One(simtest.To("07900 900123"), simtest.Containing("code is"), simtest.Reference("order-1"),
			simtest.Not(simtest.SentWith(notify.KeyTypeTest)))
	})
	said = regexp.MustCompile(`_test\.go:\d+`).ReplaceAllString(said, "_test.go:1")
	said = regexp.MustCompile(`in [\d.]+(ms|s)`).ReplaceAllString(said, "in 5s")
	said = regexp.MustCompile(`in 4m\d+[\d.]+s`).ReplaceAllString(said, "in 4m5s")
	head, said, _ := strings.Cut(said, "\n")
	require.Equal(t, `simtest: wanted one message `+
		`(to 07900 900123, text "code is", reference "order-1", not key test), found none`, head)
	require.Equal(t, `
Message 2 came closest:
  to 07900 900123: it is 07900 900125
  text "code is": as wanted
  reference "order-1": it is "order-2"
  not key test: but it is

All messages:
  1. sms delivered to 07900 900124, template "A template": "Your code is 123456."
     sent at report_test.go:1, called at report_test.go:1, called at fake_test.go:1
     delivery receipt, attempt 1: 503, retrying
  2. sms created to 07900 900125, template "A template", reference "order-2": "Your code is 123456."
     sent at report_test.go:1, called at report_test.go:1, called at fake_test.go:1

Requests that went wrong:
  POST /v2/notifications/sms 400 ValidationError phone_number Not enough digits
     sent at report_test.go:1, called at report_test.go:1, called at fake_test.go:1

Still to happen (kit.Advance makes it):
  in 5s: sending: message 2
  in 5s: pending: message 2
  in 5s: delivered: message 2
  in 4m5s: delivery receipt: message 1, attempt 2

With go test -artifacts, a transcript of everything is kept.`, said)
}

func TestReportOfTooMany(t *testing.T) {
	t.Parallel()
	text := func(to string) notify.SMS { return notify.SMS{PhoneNumber: to, TemplateID: ""} }
	for name, c := range map[string]struct {
		to   [2]string
		says string
	}{
		"twice":  {[2]string{"07900900123", "07900900123"}, "The first two are the same message, sent twice.\n"},
		"others": {[2]string{"07900900123", "07900900124"}, "The first two differ in: to.\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said := failing(t, func(t *fakeT) {
				kit := simtest.New(t)
				template := kit.SMSTemplate("Hello")
				for _, to := range c.to {
					m := text(to)
					m.TemplateID = template
					_, err := kit.Client().SendSMS(t.Context(), m)
					require.NoError(t, err)
				}
				kit.One()
			})
			require.Contains(t, said, "simtest: wanted one message, found 2\n\nFound:\n  1. sms delivered to")
			require.Contains(t, said, c.says)
			require.NotContains(t, said, "All messages")
		})
	}
	said := failing(t, func(t *fakeT) { simtest.New(t).N(3) })
	require.Contains(t, said, "wanted 3 messages, found none\n\nNothing was sent.\n")
	said = failing(t, func(t *fakeT) {
		kit := simtest.New(t)
		post(t, kit)
		kit.None(simtest.To("07900900123"))
	})
	require.Contains(t, said, "wanted no messages (to 07900900123), found 1\n\nFound:\n")
	require.Contains(t, said, "\nOther messages:\n  2. email")
}

func TestNoCodeNoLink(t *testing.T) {
	t.Parallel()
	for _, ask := range []func(simtest.Message){
		func(m simtest.Message) { m.Code() }, func(m simtest.Message) { m.Links() },
	} {
		said := failing(t, func(t *fakeT) {
			kit := simtest.New(t)
			post(t, kit)
			ask(kit.One(simtest.To("ada@example.gov.uk")))
		})
		require.Regexp(t, `there is no (code|link) in message 2, email delivered to ada@example.gov.uk.*"Dear Ada"`, said)
	}
	said := failing(t, func(t *fakeT) {
		kit := simtest.New(t)
		post(t, kit)
		text := kit.One(simtest.OfType(notify.NotificationTypeSMS))
		kit.Advance(10 * 24 * time.Hour)
		_ = text.Text()
	})
	require.Contains(t, said, "message 1 is not kept any more")
}

// TestLostCallbacks: a receiver that fails, for good or in a panic, fails the test.
func TestLostCallbacks(t *testing.T) {
	t.Parallel()
	var nothing *http.Request
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		allow   error
		says    string
	}{
		"refused": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }, simtest.LostCallbacks,
			"message 1: delivery receipt, attempt 1: 404, refused"},
		"down": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, simtest.LostCallbacks,
			"message 1: delivery receipt, attempt 6: 500, exhausted"},
		"panic": {func(http.ResponseWriter, *http.Request) { _ = *nothing }, simtest.Panics, "nil pointer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play := func(t testing.TB, kit *simtest.Kit) {
				t.Helper()
				kit.CallBack(c.handler, "bearer-token")
				_, err := kit.Client().SendSMS(t.Context(), notify.SMS{
					PhoneNumber: "07900900123", TemplateID: kit.SMSTemplate("Hello"),
				})
				require.NoError(t, err)
				if errors.Is(c.allow, simtest.LostCallbacks) {
					kit.Advance(25 * time.Minute)
				}
			}
			said := failing(t, func(t *fakeT) { play(t, simtest.New(t)) })
			require.Contains(t, said, c.says)
			require.Contains(t, said, "(kit.Allow(simtest."+strings.TrimPrefix(c.allow.Error(), "simtest: ")+") allows it)")
			play(t, simtest.New(t).Expect(c.allow))
		})
	}
	said := failing(t, func(t *fakeT) {
		require.NoError(t, simtest.New(t).Service.NextCallbacks(2, simulator.CallbackQuirkTwice))
	})
	require.Contains(t, said, `callback quirk "twice": 2 still to come`)
}

// TestTranscript: it holds all that happened, and no key and no token.
func TestTranscript(t *testing.T) {
	t.Parallel()
	f := &fakeT{TB: t, artifacts: t.TempDir()}
	var keys []string
	f.run(func(t *fakeT) {
		kit := simtest.New(t, simulator.Realistic())
		keys = []string{kit.LiveKey, kit.TestKey}
		kit.Inject(simulator.On(simulator.OperationPDF), simulator.LoseAnswer())
		kit.CallBack(http.NotFoundHandler(), "a-secret-token")
		post(t, kit)
		kit.Advance(time.Minute)
		kit.N(9)
	})
	files, err := filepath.Glob(filepath.Join(f.artifacts, "notify-*.txt"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	require.Contains(t, strings.Join(f.texts, ""), "A transcript of everything: "+files[0])
	written, err := os.ReadFile(files[0])
	require.NoError(t, err)
	for _, says := range []string{
		"Requests\n\n1. ", "POST /v2/notifications/sms 201", "sent at expect_test.go:", `"code":"123456"`,
		"Messages\n\n1. ", "sms to: 07900 900123", "Test Service: Your code is 123456.", "sending: message ",
		"delivery receipt, attempt 1: 404, refused", `"notification_type": "sms"`,
		"Fault: pdf: answer lost",
	} {
		require.Contains(t, string(written), says)
	}
	for _, key := range keys {
		require.NotContains(t, string(written), key[len(key)-36:])
	}
	require.NotContains(t, string(written), "eyJ", "no token")
	require.NotContains(t, string(written), "a-secret-token")
}
