// Package control is an HTTP API over a [simulator.Simulator], in JSON: what simtest is to tests in Go, it is to
// those in any other language, and for programs in other processes.
//
// Everything is below /simulator, a path that Notify does not use. A test makes a service of its own, gives the client
// under test the key from the answer, and asks for the messages:
//
//	POST /simulator/services {"name": "Licensing", "templates": [{"type": "sms", "name": "Code", "body": "((code))"}]}
//	GET  /simulator/services/{id}/messages/next?to=07900900123&wait=5s
//
// docs/control.md shows how, and /simulator/openapi.yaml describes every request and answer.
package control

import (
	"fmt"
	"net/http"
	"sync"

	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/internal/gate"
)

// Option changes how the API behaves.
type Option func(*options)

type options struct {
	token string
	hosts []string
}

// WithToken has the API want a token of at least 16 characters, as "Authorization: Bearer TOKEN". Defaults to none,
// which is for a simulator that only this machine can reach: whoever reaches the API can read every message and every
// key.
func WithToken(token string) Option { return func(o *options) { o.token = token } }

// WithHosts has the API take requests for these hosts too, which are names or addresses without a port. Defaults to
// localhost and the addresses of the machine itself. With a token all hosts will do.
func WithHosts(hosts ...string) Option {
	return func(o *options) { o.hosts = append(o.hosts, hosts...) }
}

// New returns the API for a simulator. Mount it at /simulator/. It is an error if the token or a host is impossible.
func New(sim *simulator.Simulator, opts ...Option) (http.Handler, error) {
	var o options
	for _, opt := range opts {
		if opt != nil {
			opt(&o)
		}
	}
	g, err := gate.New(o.token, o.hosts...)
	if err != nil {
		return nil, fmt.Errorf("control: %w", err)
	}
	a := &api{sim: sim, injections: map[*simulator.Injection]injected{}, snapshots: map[string]snapshot{}}
	a.taken.by = map[string]*queue{}
	return g.API(a.routes()), nil
}

// api is the API with what it remembers besides the simulator.
type api struct {
	sim *simulator.Simulator

	mu         sync.Mutex // guards what follows
	own        []string   // the services that were made over the API
	injections map[*simulator.Injection]injected
	snapshots  map[string]snapshot
	numbers    int // the last number of an injection or a snapshot

	taken taken
}
