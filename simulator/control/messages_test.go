package control_test

import (
	"context"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

func TestNextMessage(t *testing.T) {
	t.Parallel()
	w := setup(t).service(t, nil)
	first, second := w.text(t, "07900 900123", "482913"), w.text(t, "+447900900123", "991122")
	w.email(t, "amala@example.com", "Amala")

	next := w.must(t, "GET", w.url+"/messages/next?to=%2B447900900123", nil)
	require.Equal(t, first, next["id"])
	require.Equal(t, "482913", next["code"])
	require.Equal(t, "delivered", next["status"])
	require.Equal(t, t.Name()+": 482913 is your code", next["text"])
	require.Equal(t, second, w.must(t, "GET", w.url+"/messages/next?to=07900900123&wait=5s", nil)["id"])

	status, answer := w.do(t, "GET", w.url+"/messages/next?to=07900900123", nil)
	require.Equal(t, 404, status)
	require.Contains(t, answer["error"], `wanted 1 with to "07900900123", found 0: those that match were returned before`)
	require.Len(t, answer["messages"], 3)
	require.Equal(t, second, w.must(t, "GET", w.url+"/messages/"+second+"?status=delivered", nil)["id"],
		"a message that was returned can still be read")

	email := w.must(t, "GET", w.url+"/messages/next?type=email", nil)
	require.Equal(t, "Hello Amala", email["subject"])
	require.Equal(t, []any{"https://www.gov.uk/pay"}, email["links"])
	require.Contains(t, email["html"], "<!DOCTYPE html")
	require.Nil(t, email["code"])
	require.Nil(t, email["reference"])
	require.Equal(t, "amala@example.com", at[string](t, email, "headers", "To"))
}

// TestNextMessageWaits: the request waits for the message, and for a status that comes by itself, and takes no longer.
func TestNextMessageWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := setup(t).service(t, object{"plan": object{"outcome": "3s"}})
		began := time.Now()
		go func() {
			time.Sleep(time.Second)
			w.text(t, "07900900123", "482913") //nolint:testifylint // nothing goes on if it fails
		}()
		w.must(t, "GET", w.url+"/messages/next?to=07900900123&wait=5s&status=delivered", nil)
		require.Equal(t, 4*time.Second, time.Since(began))

		w.text(t, "07900900123", "111111")
		status, answer := w.do(t, "GET", w.url+"/messages/next?status=delivered&wait=2", nil)
		require.Equal(t, 404, status)
		require.Equal(t, 6*time.Second, time.Since(began))
		require.Contains(t, answer["error"], "found 0 after 2s")
		require.Contains(t, at[string](t, answer, "pending", 0, "label"), "delivered: message ")
		require.Equal(t, "1s", at[string](t, answer, "pending", 0, "in"))

		id := w.text(t, "07900900123", "222222")
		w.must(t, "GET", w.url+"/messages/"+id+"?status=delivered&wait=30s", nil)
		require.Equal(t, 9*time.Second, time.Since(began))
		status, answer = w.do(t, "GET", w.url+"/messages/"+id+"?status=failed&wait=1s", nil)
		require.Equal(t, 404, status)
		require.Equal(t, `the message is delivered, and not "failed" after 1s`, answer["error"])
	})
}

// TestCallerWhoHasGoneTakesNoMessage: otherwise the next attempt of a client with a short timeout would find nothing.
func TestCallerWhoHasGoneTakesNoMessage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := setup(t).service(t, nil)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		w.api.ServeHTTP(httptest.NewRecorder(), newRequest(t, "GET", w.url+"/messages/next?wait=30s", nil).WithContext(ctx))
		w.text(t, "07900900123", "482913")
		w.must(t, "GET", w.url+"/messages/next", nil)
	})
}

// TestDeletedServiceIsNotWaitedFor: nothing will come.
func TestDeletedServiceIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := setup(t).service(t, nil)
		service := w.sim.Services()[0]
		time.AfterFunc(time.Second, service.Remove)
		began := time.Now()
		status, _ := w.do(t, "GET", w.url+"/messages/next?wait=30s", nil)
		require.Equal(t, 404, status)
		require.Equal(t, time.Second, time.Since(began))
	})
}

// TestHeadTakesNoMessage: only GET is answered with one.
func TestHeadTakesNoMessage(t *testing.T) {
	t.Parallel()
	w := setup(t).service(t, nil)
	w.text(t, "07900900123", "482913")
	rec := httptest.NewRecorder()
	w.api.ServeHTTP(rec, newRequest(t, "HEAD", w.url+"/messages/next", nil))
	require.Equal(t, 405, rec.Code)
	require.Equal(t, "GET", rec.Header().Get("Allow"))
	w.must(t, "GET", w.url+"/messages/next", nil)
}

func TestNearMisses(t *testing.T) {
	t.Parallel()
	w := setup(t).service(t, nil)
	_, answer := w.do(t, "GET", w.url+"/messages/next?to=07900900123", nil)
	require.Equal(t, `wanted 1 with to "07900900123", found 0: nothing was sent`, answer["error"])

	w.text(t, "07900900124", "482913")
	_, err := w.client.SendSMS(t.Context(), notify.SMS{PhoneNumber: "07900900123", TemplateID: w.template(t, "Code")})
	require.Error(t, err)
	status, answer := w.do(t, "GET", w.url+"/messages/next?to=07900900123&template=Code", nil)
	require.Equal(t, 404, status)
	require.Contains(t, answer["error"], `the closest of 1 has to "07900900124"; the service refused a request: `)
	require.Contains(t, answer["error"], "Missing personalisation: code")
	require.Equal(t, []any{object{"field": "to", "want": "07900900123", "got": "07900900124"}},
		at[[]any](t, answer, "closest", "differences"))
	require.Len(t, answer["refused"], 1)
}

func TestListMessages(t *testing.T) {
	t.Parallel()
	w := setup(t).service(t, nil)
	first := w.text(t, "07900900123", "482913")
	w.text(t, "07900900123", "991122")
	w.email(t, "amala@example.com", "Amala")
	for query, want := range map[string]int{
		"": 3, "to=07900900123": 2, "not.to=07900900123": 1, "type=email": 1, "not.type=email": 2, "key_type=test": 3,
		"key_type=live": 0, "template=Code": 2, "template=" + w.template(t, "Welcome"): 1, "reference=ref-482913": 1,
		"no_reference=true": 1, "no_reference=false": 2, "not.no_reference=true": 2, "text=Dear+Amala": 1,
		"status=delivered": 3, "status=failed": 0, "after=" + first: 2, "not.after=" + first: 1,
		"personalisation.code=482913": 1, "personalisation.name=Amala": 1, "not.personalisation.name=Amala": 2,
		"to=07900900123&text=991122": 1, "limit=1": 3, "reference=": 0, "count=3": 3, "min=2": 3, "min=0": 3,
	} {
		answer := w.must(t, "GET", w.url+"/messages?"+query, nil)
		require.InDelta(t, want, answer["total"], 0, query)
	}
	require.Len(t, w.must(t, "GET", w.url+"/messages?limit=2", nil)["messages"], 2)

	for query, want := range map[string]string{
		"tto=1":              `unknown parameter "tto": did you mean "to"?`,
		"colour=red":         `unknown parameter "colour": want some of`,
		"to=":                "to: this is empty, and would find everything",
		"type=fax":           `type: "fax" is none of sms email letter`,
		"after=x":            `after: the service has no message "x"`,
		"wait=2m":            "wait: want a time like 5s, or a number of seconds, of at most 1m0s",
		"wait=x":             "wait: want a time like 5s",
		"count=-1":           "count: want a whole number from 0 to 1000000",
		"limit=1001":         "limit: want a whole number from 0 to 1000",
		"to=1&to=2":          `the parameter "to" stands twice`,
		"not.wait=1s":        `unknown parameter "not.wait": only a condition can be turned round`,
		"not.not.to=1":       `unknown parameter "not.not.to"`,
		"to=%zz":             "the query can't be read",
		"personalisationx=1": `unknown parameter "personalisationx"`,
	} {
		status, answer := w.do(t, "GET", w.url+"/messages?"+query, nil)
		require.Equal(t, 400, status, query)
		require.Contains(t, answer["error"], want)
	}
	status, answer := w.do(t, "GET", w.url+"/messages?count=1&to=07900900123", nil)
	require.Equal(t, 409, status)
	require.Equal(t, `wanted 1 with to "07900900123", found 2`, answer["error"])
	require.Len(t, answer["messages"], 2)
	status, _ = w.do(t, "GET", w.url+"/messages?count=4", nil)
	require.Equal(t, 404, status)
	status, _ = w.do(t, "GET", w.url+"/messages?count=0&type=email", nil)
	require.Equal(t, 409, status)
}

func TestLetters(t *testing.T) {
	t.Parallel()
	w := setup(t).service(t, nil)
	id := w.letter(t)
	letter := w.must(t, "GET", w.url+"/messages/next?to=SW14+6BF", nil)
	require.Equal(t, "received", letter["status"])
	require.InDelta(t, 0, letter["sheets"], 0, "letters of test keys are not printed")
	rec := httptest.NewRecorder()
	w.api.ServeHTTP(rec, newRequest(t, "GET", at[string](t, letter, "pdf"), nil))
	require.Equal(t, "application/pdf", rec.Header().Get("Content-Type"))
	require.Contains(t, rec.Body.String(), "%PDF-")

	status, answer := w.do(t, "POST", w.url+"/messages/"+id+"/return", nil)
	require.Equal(t, 409, status, answer)
	w.client = w.with(t, "live")
	id = w.letter(t)
	require.Equal(t, "received", w.must(t, "POST", w.url+"/messages/"+id+"/return", nil)["status"])
	accepted := w.must(t, "POST", w.url+"/messages/"+id+"/status", object{"status": "accepted"})
	require.Equal(t, "accepted", accepted["status"])
	status, _ = w.do(t, "GET", w.url+"/messages/"+w.email(t, "amala@gov.uk", "x")+"/pdf", nil)
	require.Equal(t, 404, status)
}

func TestSetStatus(t *testing.T) {
	t.Parallel()
	w := setup(t).service(t, nil)
	id := w.text(t, "07900900123", "482913")
	answer := w.must(t, "POST", w.url+"/messages/"+id+"/status", object{"status": "temporary-failure"})
	require.Equal(t, "temporary-failure", answer["status"])
	n, err := w.client.Notification(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, notify.StatusTemporaryFailure, n.Status)
	status, answer := w.do(t, "POST", w.url+"/messages/"+id+"/status", object{"status": "received"})
	require.Equal(t, 400, status)
	require.Equal(t, "status", answer["field"])
	for _, path := range []string{"", "/pdf", "/files/1"} {
		status, _ = w.do(t, "GET", w.url+"/messages/"+w.template(t, "Code")+path, nil)
		require.Equal(t, 404, status)
	}
	status, _ = w.do(t, "POST", w.url+"/messages/x/status", object{"status": "sent"})
	require.Equal(t, 404, status)
}

func TestFiles(t *testing.T) {
	t.Parallel()
	w := setup(t).service(t, object{
		"send_files_contact": "https://www.gov.uk", "templates": append(templates, object{
			"type": "email", "name": "File", "subject": "s", "body": "((file))",
		}),
	})
	_, err := w.client.SendEmail(t.Context(), notify.Email{
		EmailAddress: "amala@example.com", TemplateID: w.template(t, "File"),
		Personalisation: notify.Personalisation{"file": notify.FileFromBytes("a.csv", []byte("a,b\n"))},
	})
	require.NoError(t, err)
	message := w.must(t, "GET", w.url+"/messages/next", nil)
	require.Equal(t, "a.csv", at[string](t, message, "files", 0, "filename"))
	rec := httptest.NewRecorder()
	w.api.ServeHTTP(rec, newRequest(t, "GET", at[string](t, message, "files", 0, "content"), nil))
	require.Equal(t, "a,b\n", rec.Body.String())
	require.Equal(t, "attachment", rec.Header().Get("Content-Disposition"))
	require.Contains(t, rec.Header().Get("Content-Security-Policy"), "sandbox")
	status, _ := w.do(t, "GET", w.url+"/messages/"+at[string](t, message, "id")+"/files/2", nil)
	require.Equal(t, 404, status)
}
