package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/notifykit/notify/simulator"
)

// route is a method and a path, and what answers them.
type route struct {
	method, path string
	handle       func(*api, *call) (any, error)
}

// call is one request.
type call struct {
	w   http.ResponseWriter
	r   *http.Request
	svc *simulator.Service // the one in the path, if there is one
}

// root is where everything is.
const root = "/simulator"

var table = []route{
	{"GET", "/openapi.yaml", (*api).openAPI},
	{"GET", "/services", (*api).listServices},
	{"POST", "/services", (*api).makeService},
	{"GET", "/services/{service}", (*api).showService},
	{"PATCH", "/services/{service}", (*api).changeService},
	{"DELETE", "/services/{service}", (*api).removeService},
	{"POST", "/services/{service}/reset", (*api).resetService},
	{"POST", "/services/{service}/keys", (*api).makeKey},
	{"POST", "/services/{service}/keys/revoke", (*api).revokeKey},
	{"GET", "/services/{service}/templates", (*api).listTemplates},
	{"POST", "/services/{service}/templates", (*api).makeTemplate},
	{"PATCH", "/services/{service}/templates/{id}", (*api).updateTemplate},
	{"DELETE", "/services/{service}/templates/{id}", (*api).archiveTemplate},
	{"GET", "/services/{service}/messages", (*api).listMessages},
	{"GET", "/services/{service}/messages/next", (*api).nextMessage},
	{"GET", "/services/{service}/messages/{id}", (*api).showMessage},
	{"GET", "/services/{service}/messages/{id}/pdf", (*api).showPDF},
	{"GET", "/services/{service}/messages/{id}/files/{number}", (*api).showFile},
	{"POST", "/services/{service}/messages/{id}/status", (*api).setStatus},
	{"POST", "/services/{service}/messages/{id}/return", (*api).returnLetter},
	{"POST", "/services/{service}/received-texts", (*api).receiveText},
	{"GET", "/services/{service}/callbacks", (*api).listCallbacks},
	{"POST", "/services/{service}/callbacks/quirks", (*api).nextCallbacks},
	{"GET", "/services/{service}/faults", (*api).listFaults},
	{"POST", "/services/{service}/faults", (*api).inject},
	{"DELETE", "/services/{service}/faults", (*api).removeFaults},
	{"DELETE", "/services/{service}/faults/{id}", (*api).removeFault},
	{"GET", "/services/{service}/requests", (*api).listRequests},
	{"GET", "/services/{service}/problems", (*api).listProblems},
	{"GET", "/services/{service}/usage", (*api).showUsage},
	{"GET", "/faults", (*api).listFaults},
	{"POST", "/faults", (*api).inject},
	{"DELETE", "/faults", (*api).removeFaults},
	{"DELETE", "/faults/{id}", (*api).removeFault},
	{"GET", "/requests", (*api).listRequests},
	{"GET", "/counts", (*api).showCounts},
	{"GET", "/time", (*api).showTime},
	{"POST", "/time/advance", (*api).advance},
	{"POST", "/snapshots", (*api).takeSnapshot},
	{"POST", "/snapshots/{id}/restore", (*api).restore},
	{"DELETE", "/snapshots/{id}", (*api).dropSnapshot},
	{"POST", "/reset", (*api).resetAll},
}

// methods are those of all routes.
var methods = []string{http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete}

func (a *api) routes() http.Handler {
	mux := http.NewServeMux()
	for _, route := range table {
		mux.HandleFunc(route.method+" "+root+route.path, func(w http.ResponseWriter, r *http.Request) {
			a.serve(w, r, route.handle)
		})
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		answer(w, nil, elsewhere(mux, w, r))
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path.Clean(r.URL.Path) != r.URL.Path { // the router would redirect it, in HTML
			answer(w, nil, nowhere)
			return
		}
		if r.Method == http.MethodHead { // the router takes it for GET, and so the next message would be gone
			answer(w, nil, elsewhere(mux, w, r))
			return
		}
		mux.ServeHTTP(w, r)
	})
}

var nowhere = &failure{
	status: http.StatusNotFound, Text: "there is nothing at this path: see " + root + "/openapi.yaml",
}

// elsewhere is the error for a path that does not exist, or not with that method.
func elsewhere(mux *http.ServeMux, w http.ResponseWriter, r *http.Request) error {
	var allowed []string
	for _, method := range methods {
		other := *r
		other.Method = method
		if _, pattern := mux.Handler(&other); pattern != "/" && pattern != "" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 {
		return nowhere
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	text := fmt.Sprintf("%.20s is not possible here, but %s is", r.Method, strings.Join(allowed, " and "))
	return &failure{status: http.StatusMethodNotAllowed, Text: text}
}

func (a *api) serve(w http.ResponseWriter, r *http.Request, handle func(*api, *call) (any, error)) {
	c := &call{w: w, r: r}
	if id := r.PathValue("service"); id != "" {
		if c.svc = a.sim.Service(id); c.svc == nil {
			answer(w, nil, notFound("there is no service %.80q", id))
			return
		}
	}
	result, err := handle(a, c)
	if err == nil && r.Method != http.MethodGet && r.Method != http.MethodHead {
		err = a.kept()
	}
	answer(w, result, err)
}

// kept is an error if a store could not take what was just done.
func (a *api) kept() error {
	if err := a.sim.Flush(); err != nil {
		text := "this is done, but not kept, and so may be gone after a restart: " + err.Error()
		return &failure{status: http.StatusInternalServerError, Text: text}
	}
	return nil
}

// failure is an error with its status. It is the body of the answer too.
type failure struct {
	status int

	Text  string `json:"error"`
	Field string `json:"field,omitempty"`
	// What follows is there when a message was looked for and not found.
	Closest  *closest `json:"closest,omitempty"`
	Messages []string `json:"messages,omitempty"`
	Refused  []string `json:"refused,omitempty"`
	Pending  []event  `json:"pending,omitempty"`
}

func (f *failure) Error() string { return f.Text }

func notFound(format string, args ...any) error {
	return &failure{status: http.StatusNotFound, Text: fmt.Sprintf(format, args...)}
}

// wrong is the error about a field, or about the whole request if that is empty.
func wrong(field, format string, args ...any) error {
	return &failure{status: http.StatusBadRequest, Text: fmt.Sprintf(format, args...), Field: field}
}

func conflict(format string, args ...any) error {
	return &failure{status: http.StatusConflict, Text: fmt.Sprintf(format, args...)}
}

// created is an answer to a request that made something at a URL.
type created struct {
	url    string
	answer any
}

// file is an answer that is not JSON.
type file struct {
	kind, name string
	content    []byte
}

// answer writes the one or the other.
func answer(w http.ResponseWriter, result any, err error) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	status := http.StatusOK
	if err != nil {
		var f *failure
		if !errors.As(err, &f) {
			f = &failure{status: http.StatusBadRequest, Text: strings.TrimPrefix(err.Error(), "simulator: ")}
		}
		status, result = f.status, f
	}
	switch made := result.(type) {
	case nil:
		w.WriteHeader(http.StatusNoContent)
		return
	case file:
		h.Set("Content-Type", made.kind)
		// What a message holds may be a page with a script: a browser must not show it as one of the simulator's.
		h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
		if made.name != "" {
			h.Set("Content-Disposition", made.name)
		}
		_, _ = w.Write(made.content)
		return
	case created:
		status, result = http.StatusCreated, made.answer
		if made.url != "" {
			h.Set("Location", made.url)
		}
	}
	h.Set("Content-Type", "application/json")
	body, err := json.Marshal(result)
	if err != nil { // it can't be, with the types that are here
		status, body = http.StatusInternalServerError, []byte(`{"error": "the answer can't be encoded"}`)
	}
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n'))
}

// base is the beginning of absolute URLs, as the caller reaches the simulator.
func (c *call) base() string {
	scheme := "http"
	if c.r.TLS != nil || c.r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	return scheme + "://" + c.r.Host + root
}

func (c *call) serviceURL(svc *simulator.Service) string { return c.base() + "/services/" + svc.ID() }

// list is never null in JSON.
func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return slices.Clip(l)
}
