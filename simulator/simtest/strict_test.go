package simtest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

// swallow sends a text without what its template asks for, and tells nobody.
func swallow(t testing.TB, kit *simtest.Kit, with *notify.Client) {
	t.Helper()
	text := notify.SMS{PhoneNumber: "07900900123", TemplateID: kit.SMSTemplate("Hello ((name))")}
	_, err := with.SendSMS(t.Context(), text)
	require.Error(t, err)
}

// get asks for a path as a program would that does not use the client.
func get(t testing.TB, kit *simtest.Kit, path string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://notify.test"+path, nil)
	require.NoError(t, err)
	resp, err := kit.Simulator.RoundTrip(r)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
}

// TestStrict: what the program under test swallowed fails the test at its end, and only then.
func TestStrict(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		do    func(testing.TB, *simtest.Kit)
		says  []string
		allow []error
	}{
		"missing personalisation": {
			func(t testing.TB, kit *simtest.Kit) { t.Helper(); swallow(t, kit, kit.Client()) },
			[]string{
				"POST /v2/notifications/sms 400 BadRequestError Missing personalisation: name",
				"sent at strict_test.go:", "to allow it: kit.Allow(notify.ErrMissingPersonalisation)",
			},
			[]error{notify.ErrMissingPersonalisation, simtest.ClientErrors, simtest.Refused(400)},
		},
		"an unknown path": {
			func(t testing.TB, kit *simtest.Kit) { t.Helper(); get(t, kit, "/v3/notifications") },
			[]string{"GET /v3/notifications 404", "kit.Allow(simtest.UnknownPaths)"},
			[]error{simtest.UnknownPaths, simtest.ClientErrors, notify.ErrNotFound},
		},
		"no token": {
			func(t testing.TB, kit *simtest.Kit) { t.Helper(); get(t, kit, "/v2/templates") },
			[]string{"GET /v2/templates 401 AuthError", "kit.Allow(notify.ErrUnauthorised)"},
			[]error{notify.ErrUnauthorised},
		},
		"the same again": {
			func(t testing.TB, kit *simtest.Kit) {
				t.Helper()
				for range 3 {
					get(t, kit, "/v2/templates")
				}
			},
			[]string{" (3 times)\n"},
			[]error{notify.ErrUnauthorised},
		},
		"an unused fault": {
			func(_ testing.TB, kit *simtest.Kit) {
				kit.Simulator.Inject(simulator.OnSend().To("07900900123"), simulator.LoseAnswer())
			},
			[]string{"never happened (kit.Allow(simtest.UnusedFaults) allows it)", `any send, to "07900900123": answer lost`},
			[]error{simtest.UnusedFaults},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said := failing(t, func(t *fakeT) {
				kit := simtest.New(t)
				c.do(t, kit)
				require.False(t, t.Failed(), "before its end")
			})
			for _, says := range c.says {
				require.Contains(t, said, says)
			}
			require.NotContains(t, said, simtest.TeamMemberEmail)
			for _, allowed := range c.allow {
				c.do(t, simtest.New(t).Allow(allowed))
				c.do(t, simtest.New(t).Expect(allowed))
			}
			failing(t, func(t *fakeT) { c.do(t, simtest.New(t).Allow(notify.ErrDailyLimit)) })
		})
	}
}

func TestExpectedAndMissing(t *testing.T) {
	t.Parallel()
	said := failing(t, func(t *fakeT) {
		simtest.New(t).Expect(notify.ErrDailyLimit, simtest.ClientErrors, simtest.Refused(409), notify.ErrTooLarge)
	})
	for _, says := range []string{
		"did not occur: notify.ErrDailyLimit\n", "did not occur: simtest.ClientErrors\n",
		"did not occur: simtest.Refused(409)\n", "did not occur: notify: too large",
	} {
		require.Contains(t, said, says)
	}
}

// TestNotAProblem: what a test asked for itself, and what is part of the protocol, needs no leave.
func TestNotAProblem(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t, simulator.WithPDFDelay(1<<40))
	client := kit.Client(notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
	letter, err := client.SendLetter(t.Context(), notify.Letter{
		Address:    []string{"Amala Bird", "123 High Street", "SW14 6BF"},
		TemplateID: kit.LetterTemplate("Decision", "Dear Jo"),
	})
	require.NoError(t, err)
	_, err = client.LetterPDF(t.Context(), letter.ID)
	require.ErrorIs(t, err, notify.ErrPDFNotReady)
	kit.Simulator.Inject(simulator.OnSend(), simulator.RateLimited())
	_, err = client.SendSMS(t.Context(), notify.SMS{PhoneNumber: "07900900123", TemplateID: kit.SMSTemplate("Hello")})
	require.ErrorIs(t, err, notify.ErrRateLimited)
}

// TestSharedSimulator: each kit answers for its own service, and none for requests that name no service.
func TestSharedSimulator(t *testing.T) {
	t.Parallel()
	sim := simulator.New()
	mine := simtest.NewService(t, sim)
	said := failing(t, func(t *fakeT) {
		theirs := simtest.NewService(t, sim)
		swallow(t, theirs, theirs.Client())
		get(t, theirs, "/v3/notifications")
	})
	require.Contains(t, said, "Missing personalisation")
	require.NotContains(t, said, "/v3/")
	_, err := mine.Client().SendSMS(t.Context(), notify.SMS{
		PhoneNumber: "07900900123", TemplateID: mine.SMSTemplate("Hello"),
	})
	require.NoError(t, err)
	mine.One()
}

// TestFailedAlready: a test that has failed is told where the transcript is, and no more.
func TestFailedAlready(t *testing.T) {
	t.Parallel()
	f := &fakeT{TB: t}
	f.run(func(t *fakeT) {
		kit := simtest.New(t)
		swallow(t, kit, kit.Client())
		t.Error("wrong")
	})
	require.Len(t, f.texts, 2)
	require.Equal(t, "simtest: With go test -artifacts, a transcript of everything is kept.\n", f.texts[1])
}
