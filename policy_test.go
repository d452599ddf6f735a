package notify_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifykit/notify"
)

// policyCases are what can happen in an attempt, by the rows of the table in the package documentation.
var policyCases = map[string][]step{
	"429, but for the next": {
		{status: 429, body: rateLimited}, {status: 429, body: "slow down"}, {status: 429, retryAfter: "1"},
	},
	"429 TooManyRequestsError (daily limit)": {{status: 429, body: dailyLimit}},
	"403, the key is revoked or unknown": {
		{status: 403, body: apiError("403", "AuthError", "Invalid token: API key revoked")},
		{status: 403, body: apiError("403", "AuthError", "Invalid token: API key not found")}, {status: 401},
	},
	"403, the clock is wrong": {{status: 403, body: clockSkewed, date: time.Minute}},
	"no connection, nothing written": {
		{err: errDial},
	},
	"connection lost, no answer in time": {
		{err: io.EOF}, {hang: true}, {status: 201, body: "{", breaks: true},
	},
	"500, 502, 503, 504":                 {{status: 500}, {status: 502}, {status: 503}, {status: 504}},
	"a 2xx whose body is not the answer": {{status: 200, body: "<html>"}, {status: 201}, {status: 206, body: oneNote}},
	"408, 499, and what is not from 400 to 499": {
		{status: 408}, {status: 499}, {status: 302}, {status: 304}, {status: 199}, {status: 501}, {status: 999},
	},
	"any other answer": {
		{status: 400, body: policyRefusal}, {status: 403, body: policyRefusal}, {status: 404, body: policyRefusal},
		{status: 413}, {status: 418, body: policyRefusal},
	},
	"a certificate that is not trusted": {
		{err: &tls.CertificateVerificationError{Err: errors.New("expired")}},
	},
	"the context ends": {{ends: true}},
}

const clockSkewed = `{"errors":[{"error":"AuthError",` +
	`"message":"Error: Your system clock must be accurate to within 30 seconds"}],"status_code":403}`

// policyTable is the table of the package documentation: what is done with a send, one with Once, and a read.
func policyTable(t *testing.T) map[string][3]string {
	t.Helper()
	source, err := os.ReadFile("notify.go")
	require.NoError(t, err)
	_, table, found := strings.Cut(string(source), "//	what happened ")
	require.True(t, found)
	table, _, _ = strings.Cut(table, "\n//\n")
	rows := map[string][3]string{}
	for _, line := range strings.Split(table, "\n")[1:] {
		cells := regexp.MustCompile(`  +`).Split(strings.TrimPrefix(line, "//	"), -1)
		require.Len(t, cells, 4, line)
		rows[cells[0]] = [3]string(cells[1:])
	}
	return rows
}

// Every row of the table is what happens.
func TestPolicyTable(t *testing.T) {
	t.Parallel()
	table := policyTable(t)
	require.Len(t, table, len(policyCases))
	for row, cases := range policyCases {
		require.Contains(t, table, row)
		for i, first := range cases {
			for kind, want := range table[row] {
				t.Run(fmt.Sprintf("%s/%d/%s", row, i, policyKinds[kind]), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) { require.Equal(t, want, whatIsDone(t, kind, first)) })
				})
			}
		}
	}
}

var policyKinds = [3]string{"send", "once", "read"}

const (
	kindSend = iota
	kindOnce
	kindRead
)

// whatIsDone makes a call whose first attempt ends with that step, and whose later ones would succeed.
func whatIsDone(t *testing.T, kind int, first step) string {
	t.Helper()
	w := &policyWorld{t: t, kind: kind, steps: []step{first}}
	err := w.call(notify.RetryPolicy{})
	switch {
	case w.lookUps > 0:
		require.NoError(t, err)
		require.Equal(t, 2, w.attempts)
		return "looked up"
	case w.attempts == 1:
		require.Error(t, err)
		return "returned"
	case w.renewed():
		require.NoError(t, err)
		require.Zero(t, w.took)
		return "renewed"
	}
	require.NoError(t, err)
	return "retried"
}

// Whatever happens in the attempts of a call, it makes as many of them as a model of the policy does, and says of the
// outcome what the model knows.
func TestPolicyModel(t *testing.T) {
	t.Parallel()
	table := policyTable(t)
	var rows []string
	for row := range table {
		if row != "the context ends" {
			rows = append(rows, row)
		}
	}
	rows = append(rows, "success")
	rapid.Check(t, func(rt *rapid.T) {
		kind := rapid.IntRange(0, 2).Draw(rt, "kind")
		most := rapid.IntRange(1, 5).Draw(rt, "attempts")
		drawn := rapid.SliceOfN(rapid.SampledFrom(rows), 0, 8).Draw(rt, "rows")
		var steps []step
		for _, row := range drawn {
			if row == "success" {
				steps = append(steps, step{status: 201, body: policyAnswer})
				continue
			}
			steps = append(steps, rapid.SampledFrom(policyCases[row]).Draw(rt, "case"))
		}
		want := modelOf(table, kind, most, drawn)
		synctest.Test(t, func(t *testing.T) {
			w := &policyWorld{t: t, kind: kind, steps: steps}
			err := w.call(notify.RetryPolicy{MaxAttempts: most})
			require.Equal(t, want.attempts, w.attempts, drawn)
			require.Equal(t, want.outcome, notify.OutcomeOf(err), drawn)
			require.Equal(t, want.lookedUp, w.lookUps > 0, drawn)
		})
	})
}

// A model is what should come of a call.
type model struct {
	attempts int
	outcome  notify.Outcome
	lookedUp bool
}

// modelOf goes through what happens, the way the table says.
func modelOf(table map[string][3]string, kind, most int, rows []string) (m model) {
	renewed, extra := map[string]bool{}, 0
	for {
		row := "success"
		if m.attempts < len(rows) {
			row = rows[m.attempts]
		}
		m.attempts++
		if row == "success" {
			m.outcome = notify.OutcomeAccepted
			return m
		}
		what := table[row][kind]
		m.lookedUp = m.lookedUp || what == "looked up"
		m.outcome = outcomes[row]
		if kind != kindSend && m.outcome == notify.OutcomeUnknown {
			m.outcome = notify.OutcomeNotSent
		}
		if what == "renewed" && !renewed[row] {
			renewed[row] = true
			extra++
			continue
		}
		if what != "retried" && what != "looked up" || m.attempts-extra >= most {
			return m
		}
		if what == "looked up" {
			// A minute has passed, and there may be another key. The clock is right by now.
			renewed["403, the key is revoked or unknown"] = false
		}
	}
}

// outcomes are those of a send whose last attempt ended that way, without Once.
var outcomes = map[string]notify.Outcome{
	"429, but for the next":                     notify.OutcomeNotSent,
	"429 TooManyRequestsError (daily limit)":    notify.OutcomeNotSent,
	"403, the key is revoked or unknown":        notify.OutcomeNotSent,
	"403, the clock is wrong":                   notify.OutcomeNotSent,
	"no connection, nothing written":            notify.OutcomeNotSent,
	"connection lost, no answer in time":        notify.OutcomeUnknown,
	"500, 502, 503, 504":                        notify.OutcomeUnknown,
	"a 2xx whose body is not the answer":        notify.OutcomeUnknown,
	"408, 499, and what is not from 400 to 499": notify.OutcomeUnknown,
	"any other answer":                          notify.OutcomeRefused,
	"a certificate that is not trusted":         notify.OutcomeNotSent,
}

const policyRefusal = `{"errors":[{"error":"BadRequestError","message":"No"}]}`

const policyAnswer = `{"id":"` + notificationID + `","reference":"r","type":"sms","status":"delivered"}`

// A policyWorld answers the attempts of one call with its steps, and then as the service does. Look-ups find nothing.
type policyWorld struct {
	t        *testing.T
	kind     int
	steps    []step
	attempts int
	lookUps  int
	keys     map[string]bool
	took     time.Duration
	cancel   func()
}

func (w *policyWorld) RoundTrip(req *http.Request) (*http.Response, error) {
	if w.kind == kindOnce && req.Method == http.MethodGet {
		w.lookUps++
		return dated(newStub(200, `{"notifications":[],"links":{}}`).RoundTrip(req))
	}
	next := step{status: 201, body: policyAnswer}
	if w.attempts < len(w.steps) {
		next = w.steps[w.attempts]
	}
	w.attempts++
	w.keys[req.Header.Get("Authorization")] = true
	if next.ends {
		w.cancel()
	}
	s := &script{steps: []step{next}}
	return s.RoundTrip(req)
}

// call makes the call, with keys that are replaced by others when they are refused.
func (w *policyWorld) call(policy notify.RetryPolicy) error {
	ctx, cancel := context.WithCancel(w.t.Context())
	defer cancel()
	w.cancel, w.keys = cancel, map[string]bool{}
	n := 0
	source := notify.KeySourceFunc(func(context.Context, notify.Key) (string, error) {
		n++
		return fmt.Sprintf("test-%s-3d844edf-8d35-48ac-975b-%012d", serviceID, n), nil
	})
	c, err := notify.NewWithKeySource(ctx, source, notify.WithHTTPClient(&http.Client{Transport: w}),
		notify.WithRetry(policy))
	require.NoError(w.t, err)
	start := time.Now()
	switch w.kind {
	case kindSend:
		_, err = c.Send(ctx, onceSMS("r"))
	case kindOnce:
		_, err = c.Send(ctx, onceSMS("r"), notify.Once())
	default:
		_, err = c.Notification(ctx, notificationID)
	}
	w.took = time.Since(start)
	return err
}

func dated(resp *http.Response, err error) (*http.Response, error) {
	resp.Header = http.Header{"Date": {time.Now().UTC().Format(http.TimeFormat)}}
	return resp, err
}

// renewed reports whether the attempts were signed in different ways.
func (w *policyWorld) renewed() bool { return len(w.keys) > 1 && w.took == 0 }
