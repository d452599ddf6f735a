package notify_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

// A tree is what an observer was told, as lines that are indented by what they are part of.
type tree struct {
	lines  []string
	events []notify.Event // at their ends
}

type depthKey struct{}

func depth(ctx context.Context) int {
	d, _ := ctx.Value(depthKey{}).(int)
	return d
}

func (r *tree) observer() notify.Observer {
	return notify.Observer{
		Begin: func(ctx context.Context, e notify.Event) context.Context {
			r.note(depth(ctx), e, "begin")
			return context.WithValue(ctx, depthKey{}, depth(ctx)+1)
		},
		End: func(ctx context.Context, e notify.Event) {
			end := "end"
			for _, word := range []string{string(e.Outcome), e.Class} {
				if word != "" {
					end += " " + word
				}
			}
			if e.Status != 0 {
				end += fmt.Sprintf(" %d", e.Status)
			}
			if e.WillRetry {
				end += " again"
			}
			r.note(depth(ctx)-1, e, end)
			r.events = append(r.events, e)
		},
	}
}

func (r *tree) note(depth int, e notify.Event, what string) {
	name := e.Operation
	if e.Attempt > 0 {
		name = fmt.Sprintf("attempt %d", e.Attempt)
	}
	r.lines = append(r.lines, strings.Repeat("  ", depth)+name+": "+what)
}

func (r *tree) require(t *testing.T, lines ...string) {
	t.Helper()
	require.Equal(t, strings.Join(lines, "\n"), strings.Join(r.lines, "\n"))
}

func TestObserverOfRetries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var seen tree
		c, _ := scripted(t, []step{
			{status: 429, body: rateLimited, retryAfter: "2"},
			{status: 201, body: referencedAnswer},
		}, notify.WithObserver(seen.observer()))
		m := sms()
		m.Reference, m.Personalisation = "r-1", notify.Personalisation{"name": "Amala"}
		_, err := c.SendSMS(t.Context(), m)
		require.NoError(t, err)
		seen.require(t,
			"SendSMS: begin",
			"  attempt 1: begin",
			"  attempt 1: end not sent RateLimitError 429 again",
			"  attempt 2: begin",
			"  attempt 2: end accepted 201",
			"SendSMS: end accepted 201",
		)
		common := notify.Event{
			Operation: "SendSMS", Method: "POST", Route: "/v2/notifications/sms",
			Host: "api.notifications.service.gov.uk:443", KeyType: notify.KeyTypeTest, TemplateID: templateID,
		}
		first := seen.events[0]
		require.ErrorIs(t, first.Err, notify.ErrRateLimited)
		first.Err = nil
		want := common
		want.Attempt, want.Status, want.Class, want.Outcome = 1, 429, "RateLimitError", notify.OutcomeNotSent
		want.WillRetry, want.RetryIn = true, 2*time.Second
		require.Equal(t, want, first)
		want = common
		want.Attempts, want.Status, want.Outcome, want.MessageID = 2, 201, notify.OutcomeAccepted, notificationID
		want.Duration = 2 * time.Second
		require.Equal(t, want, seen.events[2])
		requireImpersonal(t, seen.events)
	})
}

// requireImpersonal: nothing of the message of these tests is printed or encoded with what an observer gets.
func requireImpersonal(t *testing.T, events []notify.Event) {
	t.Helper()
	require.NotEmpty(t, events)
	encoded, err := json.Marshal(events)
	require.NoError(t, err)
	for _, printed := range []string{fmt.Sprintf("%+v", events), fmt.Sprintf("%#v", events), string(encoded)} {
		for _, private := range []string{"07900900123", "7900900123", "Amala", "r-1", "Bearer", secretID} {
			require.NotContains(t, printed, private)
		}
	}
}

// Every way in which a call can end, at its end.
func TestObserverOfEnds(t *testing.T) {
	t.Parallel()
	slow := notify.WithRateLimit(1)
	invalid := apiError("400", "BadRequestError", "Missing personalisation: name")
	for name, tc := range map[string]struct {
		steps    []step
		opts     []notify.Option
		deadline time.Duration // of the context; negative for one that has ended
		call     func(ctx context.Context, c *notify.Client) error
		want     string // the last line
		message  string // the id of the last event, if it matters
		attempts int
	}{
		"accepted": {
			steps: []step{{status: 201, body: referencedAnswer}}, want: "SendSMS: end accepted 201", attempts: 1,
		},
		"accepted, of any kind": {
			steps: []step{{status: 201, body: referencedAnswer}}, want: "SendSMS: end accepted 201", attempts: 1,
			call: func(ctx context.Context, c *notify.Client) error {
				_, err := c.Send(ctx, privateSMS())
				return err
			},
			message: notificationID,
		},
		"a read": {
			steps: []step{{status: 200, body: oneNote}}, want: "Notification: end 200", attempts: 1,
			call: func(ctx context.Context, c *notify.Client) error {
				_, err := c.Notification(ctx, notificationID)
				return err
			},
			message: notificationID,
		},
		"refused by the service": {
			steps: []step{{status: 400, body: invalid}}, want: "SendSMS: end refused BadRequestError 400", attempts: 1,
		},
		"a proxy's page": {
			steps: []step{{status: 502, body: "<html>"}}, want: "SendSMS: end unknown 502 502", attempts: 1,
		},
		"an unknown class": {
			steps: []step{{status: 400, body: apiError("400", "OrderError", "no")}},
			want:  "SendSMS: end refused 400 400", attempts: 1,
		},
		"not Notify's answer": {
			steps: []step{{status: 200, body: "ok"}}, want: "SendSMS: end unknown UnexpectedAnswer 200", attempts: 1,
		},
		"answer lost": {
			steps: []step{{err: io.EOF}}, want: "SendSMS: end unknown ConnectionError", attempts: 1,
		},
		"no connection": {
			steps: []step{{err: errDial}, {err: errDial}, {err: errDial}, {err: errDial}},
			want:  "SendSMS: end not sent ConnectionError", attempts: 4,
		},
		"no answer in time": {
			steps: []step{{hang: true}}, want: "SendSMS: end unknown Timeout", attempts: 1,
		},
		"deadline before the next attempt": {
			steps: []step{{status: 429, body: rateLimited, retryAfter: "20"}}, deadline: 10 * time.Second,
			want: "SendSMS: end not sent Timeout 429", attempts: 1,
		},
		"context ended before": {deadline: -1, want: "SendSMS: end not sent Canceled"},
		"own limit": {
			steps: []step{{status: 201, body: referencedAnswer}}, opts: []notify.Option{slow}, deadline: time.Second,
			call: func(ctx context.Context, c *notify.Client) error {
				_, err := c.SendSMS(ctx, privateSMS())
				_, again := c.SendSMS(ctx, privateSMS())
				return errors.Join(err, again)
			},
			want: "SendSMS: end not sent HeldBack", attempts: 1,
		},
		"refused by the guard": {
			opts: []notify.Option{notify.WithKeyType(notify.KeyTypeLive)}, want: "SendSMS: end refused InvalidRequest",
			call: func(ctx context.Context, c *notify.Client) error {
				_, err := c.SendSMS(ctx, notify.SMS{PhoneNumber: "07700900003", TemplateID: templateID})
				return err
			},
		},
		"an option that is nil": {
			call: func(ctx context.Context, c *notify.Client) error {
				_, err := c.Notification(ctx, notificationID, nil)
				return err
			},
			want: "Notification: end InvalidRequest",
		},
		"an id that is none": {
			call: func(ctx context.Context, c *notify.Client) error {
				_, err := c.Template(ctx, "07900900123")
				return err
			},
			want: "Template: end InvalidRequest",
		},
		"a message that is nil": {
			call: func(ctx context.Context, c *notify.Client) error {
				_, err := c.Send(ctx, nil)
				return err
			},
			want: "Send: end refused InvalidRequest",
		},
		"once without a reference": {
			call: func(ctx context.Context, c *notify.Client) error {
				_, err := c.Send(ctx, sms(), notify.Once())
				return err
			},
			want: "SendSMS: end refused InvalidRequest",
		},
		"a context that is nil": {
			call: func(_ context.Context, c *notify.Client) error {
				_, err := c.SendSMS(nil, sms()) //nolint:staticcheck // on purpose
				return err
			},
			want: "SendSMS: end refused InvalidRequest",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var seen tree
				c, _ := scripted(t, tc.steps, append(tc.opts, notify.WithObserver(seen.observer()))...)
				ctx, cancel := context.WithTimeout(t.Context(), cmp.Or(max(tc.deadline, 0), time.Hour))
				defer cancel()
				if tc.deadline < 0 {
					cancel()
				}
				call := tc.call
				if call == nil {
					call = func(ctx context.Context, c *notify.Client) error {
						_, err := c.SendSMS(ctx, privateSMS())
						return err
					}
				}
				err := call(ctx, c)
				require.Equal(t, tc.want, seen.lines[len(seen.lines)-1])
				if tc.attempts == 0 {
					require.Len(t, seen.lines, 2, "a beginning and an end")
				}
				attempts := 0
				for _, e := range seen.events {
					if e.Attempt > 0 {
						attempts++
					}
				}
				require.Equal(t, tc.attempts, attempts)
				last := seen.events[len(seen.events)-1]
				require.Equal(t, err == nil, last.Class == "")
				if tc.message != "" {
					require.Equal(t, tc.message, last.MessageID)
				}
				if !strings.Contains(name, "limit") {
					require.Equal(t, err, last.Err)
					require.Equal(t, tc.attempts, last.Attempts)
				}
				requireImpersonal(t, seen.events)
			})
		})
	}
}

func privateSMS() notify.SMS {
	m := sms()
	m.Reference, m.Personalisation = "r-1", notify.Personalisation{"name": "Amala"}
	return m
}
