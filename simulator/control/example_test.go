package control_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/control"
)

// call makes a request to the API and decodes the answer, as a program in another language would.
func call(method, url string, body, answer any) {
	encoded, err := json.Marshal(body)
	must(err)
	r, err := http.NewRequestWithContext(context.Background(), method, url, bytes.NewReader(encoded))
	must(err)
	r.Header.Set("Content-Type", "application/json")
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(r)
	must(err)
	defer resp.Body.Close()
	must(json.NewDecoder(resp.Body).Decode(answer))
}

func must(err error) {
	if err != nil {
		panic(err) //nolint:forbidigo // an example has no testing.T to fail
	}
}

// A simulator and its API on one port. The test makes a service of its own, and waits for the message.
func ExampleNew() {
	sim := simulator.New()
	api, err := control.New(sim)
	must(err)
	mux := http.NewServeMux()
	mux.Handle("/simulator/", api)
	mux.Handle("/", sim)
	server := httptest.NewServer(mux)
	defer server.Close()

	var service struct {
		URL             string
		Keys, Templates map[string]string
	}
	call("POST", server.URL+"/simulator/services", map[string]any{
		"name":      "Licensing",
		"templates": []map[string]string{{"type": "sms", "name": "Code", "body": "((code)) is your code"}},
	}, &service)

	client, err := notify.New(service.Keys["test"], notify.WithBaseURL(server.URL))
	must(err)
	_, err = client.SendSMS(context.Background(), notify.SMS{
		PhoneNumber: "07900900123", TemplateID: service.Templates["Code"],
		Personalisation: notify.Personalisation{"code": "482913"},
	})
	must(err)

	var message struct{ Text, Code, Status string }
	call("GET", service.URL+"/messages/next?to=%2B447900900123&wait=5s", nil, &message)
	fmt.Println(message.Text)
	fmt.Println(message.Code, message.Status)
	// Output:
	// Licensing: 482913 is your code
	// 482913 delivered
}

// Where other machines reach the port, the API wants a token, and takes requests for any host.
func ExampleWithToken() {
	api, err := control.New(simulator.New(), control.WithToken("correct-horse-battery"))
	must(err)
	r := httptest.NewRequestWithContext(context.Background(), "GET", "http://notify:6011/simulator/services", nil)
	for _, authorization := range []string{"", "Bearer correct-horse-battery"} {
		r.Header.Set("Authorization", authorization)
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)
		fmt.Println(w.Code)
	}
	_, err = control.New(simulator.New(), control.WithToken("short"))
	fmt.Println(err)
	// Output:
	// 401
	// 200
	// control: the token has 5 characters: want at least 16
}

// Without a token, only the hosts that are known will do: otherwise a page of any site could reach the API under a name
// of its own.
func ExampleWithHosts() {
	api, err := control.New(simulator.New(), control.WithHosts("notify"))
	must(err)
	for _, host := range []string{"localhost:6011", "notify:6011", "evil.example"} {
		r := httptest.NewRequestWithContext(context.Background(), "GET", "http://"+host+"/simulator/services", nil)
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)
		fmt.Println(host, w.Code)
	}
	// Output:
	// localhost:6011 200
	// notify:6011 200
	// evil.example 403
}

// Options are made by WithToken and WithHosts.
func ExampleOption() {
	opts := []control.Option{control.WithHosts("notify", "10.1.2.3")}
	_, err := control.New(simulator.New(), opts...)
	fmt.Println(err)
	// Output: <nil>
}
