package simulator

import (
	"html"
	"net/http"
	"strings"
	"sync"

	"github.com/notifykit/notify/simulator/internal/werkzeug"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// call is a request together with the service and key that made it.
type call struct {
	*exchange
	args []string // the variable parts of the path
}

type handler func(*Simulator, *call) *response

// endpoint is one path of the API, with a handler for each method.
type endpoint struct {
	pattern werkzeug.Pattern
	methods map[string]handler
	public  bool // needs no token
	args    []string

	operation Operation // of GET, where it is not the same for each method: see operationOf
}

// handler returns the handler for a method; HEAD is GET without a body.
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

// endpoints are in the order in which they are matched.
var endpoints = sync.OnceValue(func() []endpoint {
	at := werkzeug.NewPattern
	get := func(h handler) map[string]handler { return map[string]handler{http.MethodGet: h} }
	post := func(h handler) map[string]handler { return map[string]handler{http.MethodPost: h} }
	both := func(g, p handler) map[string]handler {
		return map[string]handler{http.MethodGet: g, http.MethodPost: p}
	}
	list := []endpoint{
		{pattern: at("/v2/notifications/letter"), operation: OperationRead, methods: both(
			authenticated((*Simulator).getNotification, "letter"),
			authenticated((*Simulator).postLetter),
		)},
		{pattern: at("/v2/notifications/*"), operation: OperationRead, methods: both(
			authenticated((*Simulator).getNotification),
			authenticated((*Simulator).postMessage),
		)},
		{pattern: at("/v2/notifications/*/pdf"), methods: get(authenticated((*Simulator).getPDF)),
			operation: OperationPDF},
		{pattern: at("/v2/notifications"), methods: get(authenticated((*Simulator).listNotifications)),
			operation: OperationList},
		{pattern: at("/v2/template/*"), methods: get(authenticated((*Simulator).getTemplate)),
			operation: OperationTemplate},
		{pattern: at("/v2/template/*/version/#"), methods: get(authenticated((*Simulator).getTemplate)),
			operation: OperationTemplate},
		{pattern: at("/v2/template/*/preview"), methods: post(authenticated((*Simulator).postPreview)),
			operation: OperationPreview},
		{pattern: at("/v2/templates"), methods: get(authenticated((*Simulator).listTemplates)),
			operation: OperationTemplates},
		{pattern: at("/v2/received-text-messages"), methods: get(authenticated((*Simulator).listReceived)),
			operation: OperationReceived},
		{pattern: at("/unsubscribe/id/*"), methods: post((*Simulator).postUnsubscribe), public: true,
			operation: OperationUnsubscribe},
		{pattern: at("/_status"), methods: both((*Simulator).getStatus, (*Simulator).getStatus), public: true},
		{pattern: at("/"), methods: get((*Simulator).getStatus), public: true},
		{pattern: at("/static/**"), methods: get((*Simulator).getStatic), public: true},
		{pattern: at("/_status/live-service-and-organisation-counts"), methods: get((*Simulator).getCounts), public: true},
	}
	return list
})

// findEndpoint returns the endpoint of a path, or nil.
func findEndpoint(path string) *endpoint {
	segments := werkzeug.Split(path)
	for _, ep := range endpoints() {
		if args, ok := ep.pattern.Match(segments); ok {
			ep.args = args
			return &ep
		}
	}
	return nil
}

// route calls the endpoint of the path. It is the last link.
//
// The framework behind Notify ignores extra slashes before the first segment. If no endpoint matches, it collapses each
// run of slashes into one; if one matches then, it redirects to that path.
func route(s *Simulator, x *exchange, _ chain) {
	path := "/" + strings.TrimLeft(x.path, "/")
	ep := findEndpoint(path)
	if ep == nil {
		collapsed := werkzeug.Collapse(path)
		if ep = findEndpoint(collapsed); ep == nil {
			x.answer = refuse(wire.PathNotFound)
			return
		}
		if _, ok := ep.handler(x.method); ok || x.method == http.MethodOptions {
			x.answer = redirect(x, collapsed)
			return
		}
	}
	handle, ok := ep.handler(x.method)
	x.operation = ep.operationOf(x.method)
	switch {
	case ok:
		x.answer = handle(s, &call{exchange: x, args: ep.args})
	case x.method == http.MethodOptions:
		x.answer = s.describe(x, ep)
	default:
		x.answer = refuse(wire.MethodNotAllowed)
		x.answer.contentType = typeHTML
		x.answer.header = http.Header{"Allow": {ep.allow()}}
	}
}

// describe answers OPTIONS, which needs a token unless the endpoint is public.
func (s *Simulator) describe(x *exchange, ep *endpoint) *response {
	if !ep.public {
		if _, f := s.authenticate(x); f != nil {
			return refuse(f)
		}
	}
	return &response{status: 200, contentType: typeHTML, header: http.Header{"Allow": {ep.allow()}}}
}

// redirect answers a path with runs of slashes, as the framework behind Notify does: in the header the query is
// escaped, on the page it is decoded.
func redirect(x *exchange, path string) *response {
	target := x.base + werkzeug.EscapePath(werkzeug.Decode(path))
	shown := target
	if x.rawQuery != "" {
		query := werkzeug.Decode(x.rawQuery)
		target += "?" + werkzeug.EscapeQuery(query)
		shown += "?" + query
	}
	shown = html.EscapeString(shown)
	return &response{
		status:      http.StatusPermanentRedirect,
		contentType: typeHTML,
		header:      http.Header{"Location": {target}},
		body: []byte("<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n" +
			"<p>You should be redirected automatically to the target URL: " +
			"<a href=\"" + shown + "\">" + shown + "</a>. If not, click the link.\n"),
	}
}
