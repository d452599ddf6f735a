package control_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	w := setup(t).service(t, nil)
	other := w.service(t, nil)
	made := w.must(t, "POST", w.url+"/faults", object{
		"operations": []string{"send"}, "to": "07900 900123", "times": 1, "skip": 1,
		"faults": []object{{"kind": "lose_answer"}},
	})
	require.Contains(t, made["text"], `any send, to "07900 900123", service`)
	w.text(t, "07900900123", "1")
	w.text(t, "07900900124", "2")
	other.text(t, "07900900123", "3")
	_, err := w.client.SendSMS(t.Context(), notify.SMS{
		PhoneNumber: "07900900123", TemplateID: w.template(t, "Code"), Personalisation: notify.Personalisation{"code": "4"},
	})
	require.ErrorIs(t, err, notify.ErrOutcomeUnknown)
	w.must(t, "GET", w.url+"/messages?count=3", nil)
	faults := w.must(t, "GET", w.url+"/faults", nil)
	require.InDelta(t, 1, at[float64](t, faults, "faults", 0, "hits"), 0)
	require.Empty(t, w.must(t, "GET", other.url+"/faults", nil)["faults"])
	status, _ := w.do(t, "DELETE", other.url+"/faults/"+at[string](t, made, "id"), nil)
	require.Equal(t, 404, status, "a service removes only its own")
	w.must(t, "DELETE", w.url+"/faults/"+at[string](t, made, "id"), nil)

	w.sim.Inject(simulator.On(), simulator.RateLimited()).Times(0) // in Go
	w.must(t, "POST", "/simulator/faults", object{"faults": []object{{"kind": "rate_limited"}}})
	w.must(t, "POST", other.url+"/faults", object{
		"reference": "x", "template": "y", "faults": []object{{"kind": "rate_limited"}},
	})
	require.Len(t, w.must(t, "GET", "/simulator/faults", nil)["faults"], 3)
	w.must(t, "DELETE", other.url+"/faults", nil)
	require.Len(t, w.must(t, "GET", "/simulator/faults", nil)["faults"], 2)
	w.must(t, "DELETE", "/simulator/faults", nil)
	require.Empty(t, w.sim.Injections())
}

// TestEveryKindOfFault: each is the one of its name in Go, and each is described.
func TestEveryKindOfFault(t *testing.T) {
	t.Parallel()
	w := setup(t).service(t, nil)
	for body, want := range map[string]simulator.Fault{
		`{"kind": "lose_request"}`:                                         simulator.LoseRequest(),
		`{"kind": "lose_answer"}`:                                          simulator.LoseAnswer(),
		`{"kind": "stall_request"}`:                                        simulator.StallRequest(),
		`{"kind": "stall_answer"}`:                                         simulator.StallAnswer(),
		`{"kind": "cut_answer"}`:                                           simulator.CutAnswer(),
		`{"kind": "rate_limited"}`:                                         simulator.RateLimited(),
		`{"kind": "rate_limited", "after_handling": true}`:                 simulator.AfterHandling(simulator.RateLimited()),
		`{"kind": "delay_request", "delay": "2s"}`:                         simulator.DelayRequest(2 * time.Second),
		`{"kind": "delay_answer", "delay": 1.5}`:                           simulator.DelayAnswer(1500 * time.Millisecond),
		`{"kind": "skew_clock", "delay": "-1m"}`:                           simulator.SkewClock(-time.Minute),
		`{"kind": "refuse", "status": 500, "class": "E", "message": "no"}`: simulator.Refuse(500, "E", "no"),
		`{"kind": "proxy_page", "status": 502}`:                            simulator.ProxyPage(simulator.ProxyNginx, 502),
		`{"kind": "proxy_page", "status": 502, "by": "x"}`:                 simulator.ProxyPage("x", 502),
		`{"kind": "respond", "status": 200, "body": "b"}`:                  simulator.Respond(200, "", "b"),
		`{"kind": "replace_answer", "body": "x"}`:                          simulator.ReplaceAnswer("x"),
		`{"kind": "set_header", "name": "Retry-After", "value": "3"}`:      simulator.SetHeader("Retry-After", "3"),
	} {
		made := w.must(t, "POST", "/simulator/faults", `{"faults": [`+body+`]}`)
		require.Equal(t, "any request: "+want.String()+"; happened never", made["text"])
	}
	for body, want := range map[string]string{
		`{}`:                                    "faults: want at least one",
		`{"faults": [{"kind": "lose_anwser"}]}`: `faults[0].kind: "lose_anwser" is no kind of fault: did you mean`,
		`{"faults": [{"kind": "x"}]}`:           `faults[0].kind: "x" is none of cut_answer, delay_answer`,
		`{"faults": [{"kind": "lose_answer", "status": 500}]}`:               "faults[0].status: a fault of the kind lose",
		`{"faults": [{"kind": "refuse"}]}`:                                   "faults[0].status: want a status from 200",
		`{"faults": [{"kind": "delay_answer"}]}`:                             "faults[0].delay: want a time like 500ms",
		`{"faults": [{"kind": "set_header", "name": "a b", "value": "x"}]}`:  "faults[0].name: want the name of a header",
		`{"faults": [{"kind": "set_header", "name": "a", "value": "x\ny"}]}`: "faults[0].value: a header is of printable",
		`{"operations": ["sned"], "faults": [{"kind": "lose_answer"}]}`:      `operations[0]: "sned" is none of send,`,
		`{"skip": -1, "faults": [{"kind": "lose_answer"}]}`:                  "skip: want 0 or more",
		`{"times": 0, "faults": [{"kind": "lose_answer"}]}`:                  "times: want 1 or more",
	} {
		status, answer := w.do(t, "POST", w.url+"/faults", body)
		require.Equal(t, 400, status, body)
		require.Contains(t, answer["error"], want)
	}
}

func TestTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := setup(t).service(t, object{"plan": object{"sms": object{"sending": "1s", "outcome": "1h"}}})
		id := w.text(t, "07900900123", "1")
		now := w.must(t, "GET", "/simulator/time", nil)
		require.Equal(t, "sending: message "+id, at[string](t, now, "pending", 0, "label"))
		require.Equal(t, "1s", at[string](t, now, "pending", 0, "in"))
		happened := w.must(t, "POST", "/simulator/time/advance", object{"to": "next"})
		require.Equal(t, "sending: message "+id, at[string](t, happened, "happened", 0, "label"))
		require.Equal(t, "sending", w.must(t, "GET", w.url+"/messages/"+id, nil)["status"])
		w.must(t, "POST", "/simulator/time/advance", object{"by": 3600})
		require.Equal(t, "delivered", w.must(t, "GET", w.url+"/messages/"+id, nil)["status"])
		for _, body := range []object{{}, {"to": "x"}, {"by": "1s", "to": "next"}, {"by": "x"}, {"by": "1000000h"}} {
			status, _ := w.do(t, "POST", "/simulator/time/advance", body)
			require.Equal(t, 400, status)
		}
	})
}

// TestCallbacks waits for callbacks, and finds what a test should fail for.
func TestCallbacks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := setup(t).service(t, object{"received_text_number": "07700900880"})
		status := make(chan int, 10)
		require.NoError(t, w.sim.Services()[0].CallBack(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
			rw.WriteHeader(<-status)
		}), "0123456789"))
		go func() {
			time.Sleep(time.Second)
			w.text(t, "07900900123", "1") //nolint:testifylint // nothing goes on if it fails
			status <- 503
			time.Sleep(time.Second)
			status <- 204
		}()
		got := w.must(t, "GET", w.url+"/callbacks?min=1&wait=5s", nil)
		require.Equal(t, "retrying", at[string](t, got, "callbacks", 0, "result"))
		code, answer := w.do(t, "GET", w.url+"/callbacks?min=2&wait=5s", nil)
		require.Equal(t, 404, code)
		require.Equal(t, "wanted 2 attempts to post a callback, found 1 after 5s", answer["error"])
		w.must(t, "POST", "/simulator/time/advance", object{"by": "5m"})
		message := w.must(t, "GET", w.url+"/messages/next", nil)
		require.Equal(t, "delivered", at[string](t, message, "callbacks", 1, "result"))
		require.Empty(t, w.must(t, "GET", w.url+"/problems", nil)["problems"])

		w.must(t, "POST", w.url+"/callbacks/quirks", object{"quirk": "wrong-token"})
		status <- 200
		w.must(t, "POST", w.url+"/received-texts", object{"from": "07900900123", "content": "STOP"})
		w.must(t, "POST", "/simulator/time/advance", object{"by": 0})
		status <- 410
		w.must(t, "POST", w.url+"/received-texts", object{"from": "07900900123", "content": "STOP"})
		w.must(t, "POST", "/simulator/time/advance", object{"by": 0})
		require.Equal(t, []string{"wrong_token", "lost_callback"}, kinds(t, w.must(t, "GET", w.url+"/problems", nil)))
		require.Empty(t, w.must(t, "GET", w.url+"/problems?allow=wrong_token,lost_callback", nil)["problems"])
		for _, body := range []object{{"quirk": "x"}, {"quirk": "twice", "next": -1}} {
			code, _ = w.do(t, "POST", w.url+"/callbacks/quirks", body)
			require.Equal(t, 400, code)
		}
		code, _ = w.do(t, "POST", w.url+"/received-texts", object{"content": "x"})
		require.Equal(t, 400, code)
	})
}

// TestCallbackOverHTTP: the URL of a callback is set over the API, and its token is never shown.
func TestCallbackOverHTTP(t *testing.T) {
	t.Parallel()
	authorizations := make(chan string, 10)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		authorizations <- r.Header.Get("Authorization")
	}))
	t.Cleanup(receiver.Close)
	w := setup(t).service(t, nil)
	to := object{"url": receiver.URL, "bearer_token": "a-bearer-token"}
	shown := w.must(t, "PATCH", w.url, object{"callbacks": object{"delivery_receipts": to}})
	require.NotContains(t, fmt.Sprint(shown), "a-bearer-token")
	w.text(t, "07900900123", "1")
	w.must(t, "POST", "/simulator/time/advance", object{"by": 0}) // waits for it
	require.Equal(t, "Bearer a-bearer-token", <-authorizations)
	w.must(t, "PATCH", w.url, object{"callbacks": object{"delivery_receipts": object{}}})
	w.text(t, "07900900123", "2")
	w.must(t, "POST", "/simulator/time/advance", object{"by": 0})
	require.Empty(t, authorizations)
	code, _ := w.do(t, "POST", w.url+"/received-texts", object{"from": "07900900123"})
	require.Equal(t, 409, code, "the service has no number")
}

func kinds(t *testing.T, answer object) (all []string) {
	t.Helper()
	for i := range at[[]any](t, answer, "problems") {
		all = append(all, at[string](t, answer, "problems", i, "kind"))
	}
	return all
}

// TestProblems are those at the strict end of a test.
func TestProblems(t *testing.T) {
	t.Parallel()
	w := setup(t).service(t, nil)
	w.text(t, "07900900123", "1")
	require.Empty(t, w.must(t, "GET", w.url+"/problems", nil)["problems"])
	_, err := w.client.SendSMS(t.Context(), notify.SMS{PhoneNumber: "07900900123", TemplateID: w.template(t, "Code")})
	require.Error(t, err)
	w.must(t, "POST", w.url+"/faults", object{"reference": "x", "faults": []object{{"kind": "rate_limited"}}})
	w.must(t, "POST", w.url+"/faults", object{"to": "07900900124", "faults": []object{{"kind": "rate_limited"}}})
	w.must(t, "POST", w.url+"/callbacks/quirks", object{"quirk": "early"})
	_, err = w.client.SendSMS(t.Context(), notify.SMS{PhoneNumber: "07900900124", TemplateID: w.template(t, "Code")})
	require.ErrorIs(t, err, notify.ErrRateLimited)

	for query, want := range map[string][]string{
		"":                                    {"refused_request", "unused_fault", "unused_fault"},
		"?unseen=true":                        {"refused_request", "unused_fault", "unused_fault", "unseen_message"},
		"?allow=400":                          {"unused_fault", "unused_fault"},
		"?allow=BadRequestError&allow=429":    {"unused_fault", "unused_fault"},
		"?allow=unused_fault,%20403":          {"refused_request"},
		"?allow=unused_fault,refused_request": nil,
	} {
		require.Equal(t, want, kinds(t, w.must(t, "GET", w.url+"/problems"+query, nil)), query)
	}
	w.must(t, "GET", w.url+"/messages/next", nil)
	require.Len(t, w.must(t, "GET", w.url+"/problems?unseen=1", nil)["problems"], 3)
	code, _ := w.do(t, "GET", w.url+"/problems?unseen=perhaps", nil)
	require.Equal(t, 400, code)
}

func TestRequests(t *testing.T) {
	t.Parallel()
	w := setup(t).service(t, nil)
	id := w.text(t, "07900900123", "1")
	_, err := w.client.SendSMS(t.Context(), notify.SMS{PhoneNumber: "07900900123", TemplateID: w.template(t, "Code")})
	require.Error(t, err)
	for query, want := range map[string]int{
		"": 2, "?refused=true": 1, "?status=201": 1, "?operation=send-sms": 2, "?operation=read": 0, "?limit=1": 2,
		"?message=" + id: 1,
	} {
		require.InDelta(t, want, w.must(t, "GET", w.url+"/requests"+query, nil)["total"], 0, query)
	}
	refused := w.must(t, "GET", w.url+"/requests?refused=true", nil)
	require.Equal(t, "Missing personalisation: code", at[string](t, refused, "requests", 0, "errors", 0, "message"))
	require.NotContains(t, fmt.Sprint(refused), at[string](t, w.answer, "keys", "test"))
	w.service(t, nil).text(t, "07900900123", "1")
	require.InDelta(t, 3, w.must(t, "GET", "/simulator/requests", nil)["total"], 0)
	counts := w.must(t, "GET", "/simulator/counts", nil)
	require.InDelta(t, 2, at[float64](t, counts, "counts", "send-sms", "201"), 0)
}

// TestProblemsWaitForNobodyElse: the receiver of another service hangs.
func TestProblemsWaitForNobodyElse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := setup(t)
		svc, err := w.sim.AddService(simulator.ServiceConfig{Name: "Hung", ReceivedTextNumber: "07700900880"})
		require.NoError(t, err)
		require.NoError(t, svc.CallBack(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			time.Sleep(4 * time.Second)
		}), "a-bearer-token"))
		_, err = svc.ReceiveText("07900900123", "Hello")
		require.NoError(t, err)
		synctest.Wait()
		other, err := w.sim.AddService(simulator.ServiceConfig{Name: "Other"})
		require.NoError(t, err)
		start := time.Now()
		code, _ := w.do(t, "GET", "/simulator/services/"+other.ID()+"/problems", nil)
		require.Equal(t, 200, code)
		require.Equal(t, start, time.Now())
		code, _ = w.do(t, "GET", "/simulator/services/"+svc.ID()+"/problems", nil)
		require.Equal(t, 200, code)
		require.Equal(t, 4*time.Second, time.Since(start))
	})
}
