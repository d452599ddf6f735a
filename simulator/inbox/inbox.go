// Package inbox shows people what a simulator holds: pages with the messages that were sent, live as they arrive, the
// log of requests, the templates and keys of each service, and forms for what a test may do.
//
// The pages work without script, load nothing from elsewhere, and never run what a message holds. They use the public
// methods of package simulator only.
package inbox

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/internal/gate"
)

// Path is where the pages are. The handler of [New] wants to be mounted there, with all that is below; Notify itself
// uses no such path.
const Path = "/simulator/inbox"

// Option changes how the pages behave.
type Option func(*options)

type options struct {
	token string
	hosts []string
	reset func() error
}

// WithToken has the pages ask for a token, of 16 characters or more, once in each browser. Without it they let
// everybody in who reaches them at localhost, so use it where other machines can. Defaults to no token.
func WithToken(token string) Option { return func(o *options) { o.token = token } }

// WithHosts names hosts, without a port, that the pages can be reached at besides those of the machine itself. A
// container's name in a network of containers is one. With a token they are of no account.
func WithHosts(hosts ...string) Option {
	return func(o *options) { o.hosts = append(o.hosts, hosts...) }
}

// WithReset sets what the button to reset everything does. Defaults to [simulator.Service.Reset] for each service and
// to removing the faults.
func WithReset(reset func() error) Option { return func(o *options) { o.reset = reset } }

// inbox answers requests for pages.
type inbox struct {
	sim   *simulator.Simulator
	reset func() error
}

// New makes the pages of a simulator. They let nobody in who comes from a page of another site. It is an error if the
// token is too short or a host is not one.
func New(sim *simulator.Simulator, opts ...Option) (http.Handler, error) {
	var o options
	for _, opt := range opts {
		if opt != nil {
			opt(&o)
		}
	}
	g, err := gate.New(o.token, o.hosts...)
	if err != nil {
		return nil, fmt.Errorf("inbox: %w", err)
	}
	b := &inbox{sim: sim, reset: o.reset}
	if b.reset == nil {
		b.reset = b.resetAll
	}
	return g.Pages(guard(b.routes())), nil
}

func (b *inbox) routes() http.Handler {
	mux := http.NewServeMux()
	for pattern, h := range map[string]http.HandlerFunc{
		"GET /{$}":                                                b.listMessages,
		"GET /messages/{service}/{id}":                            b.showMessage,
		"GET /messages/{service}/{id}/email":                      b.showEmail,
		"GET /messages/{service}/{id}/letter.pdf":                 b.showLetter,
		"GET /messages/{service}/{id}/files/{file}":               b.showFile,
		"GET /messages/{service}/{id}/files/{file}/content":       b.downloadFile,
		"POST /messages/{service}/{id}/status":                    b.setStatus,
		"POST /messages/{service}/{id}/return":                    b.returnLetter,
		"GET /requests":                                           b.listRequests,
		"GET /requests/{number}":                                  b.showRequest,
		"GET /services":                                           b.listServices,
		"GET /services/{service}":                                 b.showService,
		"POST /services/{service}/reset":                          b.resetService,
		"GET /services/{service}/templates/{template}":            b.showTemplate,
		"GET /services/{service}/templates/{template}/email":      b.previewEmail,
		"GET /services/{service}/templates/{template}/letter.pdf": b.previewLetter,
		"GET /texts":          b.listTexts,
		"POST /texts":         b.receiveText,
		"GET /controls":       b.showControls,
		"POST /time":          b.advance,
		"POST /faults":        b.armFault,
		"POST /faults/remove": b.removeFaults,
		"POST /reset":         b.resetEverything,
		"GET /live":           b.live,
		"GET /assets/{name}":  showAsset,
		"GET /":               b.notFound,
	} {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" "+Path+path, h)
	}
	mux.Handle("GET "+Path, http.RedirectHandler(Path+"/", http.StatusMovedPermanently))
	return mux
}

// maxForm is the size in bytes up to which a form is read.
const maxForm = 64 << 10

// guard limits what is read, and sets the headers that every answer has. The pages load scripts, styles and frames from
// here only, and have no script or style in themselves. A referrer goes to pages from here: without one a browser sends
// forms with no origin, and the gate refuses those.
func guard(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "+
			"connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "same-origin")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Cache-Control", "no-store")
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		h.ServeHTTP(w, r)
	})
}
