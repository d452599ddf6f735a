package control_test

import (
	"net/http/httptest"
	"strings"
	"testing"
)

// BenchmarkNext sends a text and asks for it. BenchmarkSend is the part of that which is not the API's.
func BenchmarkNext(b *testing.B) {
	w := setup(b).service(b, nil)
	b.ReportAllocs()
	for b.Loop() {
		w.text(b, "07900900123", "482913")
		r := newRequest(b, "GET", w.url+"/messages/next?to=07900900123&wait=1s", nil)
		rec := httptest.NewRecorder()
		if w.api.ServeHTTP(rec, r); rec.Code != 200 {
			b.Fatal(rec.Body)
		}
		w.sim.Services()[0].Reset() // a test has few messages
	}
}

func BenchmarkSend(b *testing.B) {
	w := setup(b).service(b, nil)
	b.ReportAllocs()
	for b.Loop() {
		w.text(b, "07900900123", "482913")
		w.sim.Services()[0].Reset()
	}
}

// BenchmarkService makes a service with three templates, and deletes it.
func BenchmarkService(b *testing.B) {
	w := setup(b)
	b.ReportAllocs()
	const body = `{"name": "Licensing", "templates": [{"type": "sms", "name": "Code", "body": "((code))"},
		{"type": "email", "name": "a", "subject": "b", "body": "c"}, {"type": "letter", "name": "a", "body": "c"}]}`
	for b.Loop() {
		rec := httptest.NewRecorder()
		w.api.ServeHTTP(rec, newRequest(b, "POST", "/simulator/services", body))
		url := rec.Header().Get("Location")
		if !strings.HasPrefix(url, "http://localhost:6011/simulator/services/") {
			b.Fatal(rec.Body)
		}
		w.api.ServeHTTP(httptest.NewRecorder(), newRequest(b, "DELETE", url, nil))
	}
}
