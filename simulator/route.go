package simulator

import (
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/simulator/internal/werkzeug"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// call is one request on its way through a handler: what was asked, and who asks.
type call struct {
	*request
	args    []string // the variable parts of the path
	service *Service
	key     *apiKey
}

type handler func(*Simulator, *call) *response

// endpoint is one path of the API, with what it does for each method.
type endpoint struct {
	pattern werkzeug.Pattern
	methods map[string]handler
	public  bool // answers without a token
	args    []string
}

// handler is what the endpoint does for a method; HEAD is GET without a body.
func (ep *endpoint) handler(method string) (handler, bool) {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	h, ok := ep.methods[method]
	return h, ok
}

func (ep *endpoint) allow() string {
	allow := []string{}
	if _, ok := ep.methods[http.MethodGet]; ok {
		allow = append(allow, "GET", "HEAD")
	}
	if _, ok := ep.methods[http.MethodPost]; ok {
		allow = append(allow, "POST")
	}
	return strings.Join(append(allow, "OPTIONS"), ", ")
}

// endpoints are in the order in which they are tried.
var endpoints = sync.OnceValue(func() []endpoint {
	at := werkzeug.NewPattern
	get := func(h handler) map[string]handler { return map[string]handler{http.MethodGet: h} }
	post := func(h handler) map[string]handler { return map[string]handler{http.MethodPost: h} }
	both := func(g, p handler) map[string]handler {
		return map[string]handler{http.MethodGet: g, http.MethodPost: p}
	}
	list := []endpoint{
		{pattern: at("/v2/notifications/letter"), methods: both(
			authenticated((*Simulator).getNotification, "letter"),
			authenticated((*Simulator).postLetter),
		)},
		{pattern: at("/v2/notifications/*"), methods: both(
			authenticated((*Simulator).getNotification),
			authenticated((*Simulator).postMessage),
		)},
		{pattern: at("/v2/notifications/*/pdf"), methods: get(authenticated((*Simulator).getPDF))},
		{pattern: at("/v2/notifications"), methods: get(authenticated((*Simulator).listNotifications))},
		{pattern: at("/v2/template/*"), methods: get(authenticated((*Simulator).getTemplate))},
		{pattern: at("/v2/template/*/version/#"), methods: get(authenticated((*Simulator).getTemplate))},
		{pattern: at("/v2/template/*/preview"), methods: post(authenticated((*Simulator).postPreview))},
		{pattern: at("/v2/templates"), methods: get(authenticated((*Simulator).listTemplates))},
		{pattern: at("/v2/received-text-messages"), methods: get(authenticated((*Simulator).listReceived))},
		{pattern: at("/unsubscribe/id/*"), methods: post((*Simulator).postUnsubscribe), public: true},
		{pattern: at("/_status"), methods: both((*Simulator).getStatus, (*Simulator).getStatus), public: true},
		{pattern: at("/"), methods: get((*Simulator).getStatus), public: true},
		{pattern: at("/static/**"), methods: get((*Simulator).getStatic), public: true},
		{pattern: at("/_status/live-service-and-organisation-counts"), methods: get((*Simulator).getCounts), public: true},
	}
	return list
})

// route finds the endpoint of a path, or nil.
func route(path string) *endpoint {
	segments := werkzeug.Split(path)
	for _, ep := range endpoints() {
		if args, ok := ep.pattern.Match(segments); ok {
			ep.args = args
			return &ep
		}
	}
	return nil
}

// authenticated wraps a handler of the API proper: it wants a token first. args replace the variable parts of the path.
func authenticated(h func(*Simulator, *call) (*response, *wire.Failure), args ...string) handler {
	return func(s *Simulator, c *call) *response {
		id, f := s.authenticate(c.header)
		if f != nil {
			return refuse(f)
		}
		c.service, c.key = id.service, id.key
		if c.receive != nil && c.method == http.MethodPost { // only now: who may not send need not be listened to
			if c.body, f = c.receive(); f != nil {
				return refuse(f)
			}
		}
		if args != nil {
			c.args = args
		}
		resp, f := h(s, c)
		if f != nil {
			return refuse(f)
		}
		return resp
	}
}

func (s *Simulator) getStatus(c *call) *response {
	if values, _ := url.ParseQuery(c.rawQuery); values.Get("simple") != "" {
		return jsonAnswer(200, pyjson.Members{{Key: "status", Value: "ok"}})
	}
	return jsonAnswer(200, pyjson.Members{
		{Key: "build_time", Value: nil}, {Key: "db_bulk_version", Value: nil},
		{Key: "db_version", Value: nil}, {Key: "git_commit", Value: nil},
		{Key: "status", Value: "ok"},
	})
}

// getStatic answers for the files of the framework behind Notify, of which there are none.
func (s *Simulator) getStatic(*call) *response { return refuse(wire.PathNotFound) }

// getCounts counts the live services; the simulator knows no organisations.
func (s *Simulator) getCounts(*call) *response {
	live := 0
	for _, svc := range s.Services() {
		if t := svc.terms(); !t.archived && !t.trial {
			live++
		}
	}
	return jsonAnswer(200, pyjson.Members{{Key: "organisations", Value: 0}, {Key: "services", Value: live}})
}
