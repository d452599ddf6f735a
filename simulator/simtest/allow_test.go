package simtest_test

import (
	"bytes"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

// TestExpectN: a problem that has to occur so many times may not occur more or less often.
func TestExpectN(t *testing.T) {
	t.Parallel()
	for n, says := range map[int]string{
		0: "expected notify.ErrUnauthorised never, and it occurred twice:\n  GET /v2/templates 401",
		1: "expected notify.ErrUnauthorised once, and it occurred twice:\n  GET /v2/templates 401",
		3: "expected notify.ErrUnauthorised 3 times, and it occurred twice:\n  GET /v2/templates 401",
	} {
		said := failing(t, func(ft *fakeT) {
			kit := simtest.New(ft).ExpectN(n, notify.ErrUnauthorised)
			get(t, kit, "/v2/templates")
			get(t, kit, "/v2/templates")
		})
		require.Contains(t, said, says, n)
	}
	kit := simtest.New(t).ExpectN(2, notify.ErrUnauthorised).ExpectN(0, notify.ErrTooLarge)
	get(t, kit, "/v2/templates")
	get(t, kit, "/v2/templates")
	said := failing(t, func(ft *fakeT) { simtest.New(ft).ExpectN(2, notify.ErrUnauthorised) })
	require.Contains(t, said, "did not occur: notify.ErrUnauthorised")
}

// TestExpectNothing: a nil error in a table of tests stands for no problem.
func TestExpectNothing(t *testing.T) {
	t.Parallel()
	simtest.New(t).Allow(nil).Expect(nil).ExpectN(1, nil)
	said := failing(t, func(ft *fakeT) { get(t, simtest.New(ft).Allow(nil).Expect(nil), "/v2/templates") })
	require.Contains(t, said, "the service refused what the test did not expect")
}

// TestExpectWhatIsNoRefusal: what the test injected, or the client alone calls an error, does not count, and the
// failure says so.
func TestExpectWhatIsNoRefusal(t *testing.T) {
	t.Parallel()
	const says = "Only what the service itself refused counts"
	said := failing(t, func(ft *fakeT) {
		kit := simtest.New(ft).Expect(notify.ErrRateLimited)
		kit.Inject(simulator.On(simulator.OperationTemplates), simulator.RateLimited()).Times(1)
		get(t, kit, "/v2/templates")
	})
	require.Contains(t, said, says)
	said = failing(t, func(ft *fakeT) { simtest.New(ft).Expect(notify.ErrReservedRecipient) })
	require.Contains(t, said, says)
	said = failing(t, func(ft *fakeT) { simtest.New(ft).Expect(simtest.LostCallbacks) })
	require.NotContains(t, said, says)
}

// TestExpectPDFNotReady: a PDF that is not ready needs no leave, but a test can expect it.
func TestExpectPDFNotReady(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t, simulator.WithPDFDelay(time.Hour)).ExpectN(1, notify.ErrPDFNotReady)
	sent, err := kit.Client().SendLetter(t.Context(), notify.Letter{
		TemplateID: kit.LetterTemplate("Hello", "Hello"), Personalisation: notify.Personalisation{
			"address_line_1": "Amala Bird", "address_line_2": "1 High Street", "address_line_3": "SW14 6BF",
		},
	})
	require.NoError(t, err)
	_, err = kit.Client().LetterPDF(t.Context(), sent.ID)
	require.ErrorIs(t, err, notify.ErrPDFNotReady)
}

// TestWrongToken: a receiver that refuses a wrong token, in either way, passes, and the quirk has to occur.
func TestWrongToken(t *testing.T) {
	t.Parallel()
	for _, status := range []int{401, 503} {
		kit := simtest.New(t)
		kit.CallBack(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Bearer bearer-token" {
				w.WriteHeader(status)
			}
		}), "bearer-token")
		kit.NextCallbacks(1, simulator.CallbackQuirkWrongToken)
		kit.ReceiveText("07900900123", "Hi")
		kit.Advance(time.Hour)
		require.True(t, kit.Service.Callbacks()[0].WrongToken)
		kit.ReceiveText("07900900123", "Hi")
	}
	said := failing(t, func(t *fakeT) { simtest.New(t).NextCallbacks(1, simulator.CallbackQuirkWrongToken) })
	require.Contains(t, said, fmt.Sprintf("callback quirk %q: 1 still to come", simulator.CallbackQuirkWrongToken))
	failing(t, func(t *fakeT) { simtest.New(t).NextCallbacks(1, "odd") })
}

// TestAllowedLongAgo: what was allowed stays so when the log has dropped the bodies of old requests.
func TestAllowedLongAgo(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t).ExpectN(1, notify.ErrMissingPersonalisation)
	client := kit.Client()
	swallow(t, kit, client)
	letter := notify.Email{
		EmailAddress: "ada@example.gov.uk", TemplateID: kit.EmailTemplate("Report", "See ((file))"),
		Personalisation: notify.Personalisation{"file": notify.FileFromBytes("a.csv", bytes.Repeat([]byte("a,b\n"), 15_000))},
	}
	for range 150 {
		_, err := client.SendEmail(t.Context(), letter)
		require.NoError(t, err)
	}
	requests := kit.Simulator.Requests()
	require.Empty(t, requests[0].Body, "it has been dropped")
}
