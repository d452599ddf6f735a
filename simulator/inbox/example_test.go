package inbox_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/inbox"
)

// ask is a request as a browser makes it.
func ask(method, address string) *http.Request {
	return httptest.NewRequestWithContext(context.Background(), method, address, nil)
}

// The pages beside the simulator, on one port.
func ExampleNew() {
	sim := simulator.New()
	pages, err := inbox.New(sim)
	if err != nil {
		fmt.Println(err)
		return
	}
	mux := http.NewServeMux()
	mux.Handle(inbox.Path, pages)
	mux.Handle(inbox.Path+"/", pages)
	mux.Handle("/", sim)

	w := httptest.NewRecorder()
	mux.ServeHTTP(w, ask(http.MethodGet, "http://localhost:6011"+inbox.Path+"/"))
	fmt.Println(w.Code, w.Header().Get("Content-Type"))
	// Output: 200 text/html; charset=utf-8
}

// Where other machines can reach the pages, they want a token.
func ExampleWithToken() {
	try := func(o inbox.Option) {
		_, err := inbox.New(simulator.New(), o)
		fmt.Println(err)
	}
	try(inbox.WithToken("a long and secret word"))
	try(inbox.WithToken("0123456789abcdef"))
	// Output:
	// inbox: the token has a character that a header can't hold: want printable ASCII without spaces
	// <nil>
}

// A container reaches the simulator by the name that it has in their network.
func ExampleWithHosts() {
	pages, _ := inbox.New(simulator.New(), inbox.WithHosts("notify"))
	for _, host := range []string{"notify:6011", "elsewhere.example"} {
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, ask(http.MethodGet, "http://"+host+inbox.Path+"/"))
		fmt.Println(host, w.Code)
	}
	// Output:
	// notify:6011 200
	// elsewhere.example 403
}

// What the button does is up to whoever runs the simulator.
func ExampleWithReset() {
	pages, _ := inbox.New(simulator.New(), inbox.WithReset(func() error { return errors.New("the fixture is broken") }))
	w := httptest.NewRecorder()
	pages.ServeHTTP(w, ask(http.MethodPost, "http://localhost"+inbox.Path+"/reset"))
	fmt.Println(w.Code)
	// Output: 422
}
