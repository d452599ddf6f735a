package simulator

import (
	"net/http"
	"strconv"

	"github.com/notifykit/notify/simulator/internal/wire"
)

// response is a response of the simulator, whether it goes out in process or over a connection.
type response struct {
	status      int
	contentType string
	header      http.Header // besides the usual ones; may be nil
	body        []byte
	override    http.Header // replaces the usual ones; may be nil
	bare        bool        // without the usual headers: from the server in front of the application
}

const (
	typeJSON = "application/json"
	typeHTML = "text/html; charset=utf-8"
	typePDF  = "application/pdf"
)

func refuse(f *wire.Failure) *response {
	return &response{status: f.Status, contentType: typeJSON, body: f.Body()}
}

// setHeaders sets in h the headers that the real application sends with every response. Some of them depend on the
// headers of the request, asked.
func (r *response) setHeaders(h, asked http.Header, s *Simulator) {
	r.setUsual(h, asked, s)
	for name, values := range r.override {
		h[name] = values
	}
}

func (r *response) setUsual(h, asked http.Header, s *Simulator) {
	for name, values := range r.header {
		h[name] = values
	}
	h["Content-Type"] = []string{r.contentType}
	h["Content-Length"] = []string{strconv.Itoa(len(r.body))}
	if r.bare {
		return
	}
	h["Access-Control-Allow-Origin"] = []string{"*"}
	h["Access-Control-Allow-Headers"] = []string{"Content-Type,Authorization"}
	h["Access-Control-Allow-Methods"] = []string{"GET,PUT,POST,DELETE"}
	h["X-Content-Type-Options"] = []string{"nosniff"}
	h["X-Frame-Options"] = []string{"SAMEORIGIN"}
	h["X-Permitted-Cross-Domain-Policies"] = []string{"none"}
	h["Strict-Transport-Security"] = []string{"max-age=31536000; includeSubDomains; preload"}
	h["Cache-Control"] = append(h["Cache-Control"], "no-store, no-cache, private, must-revalidate")
	h["Server"] = []string{"gunicorn"}
	trace := asked.Get("X-B3-TraceId")
	for _, name := range []string{"X-Amz-Cf-Id", "X-Amzn-Trace-Id"} {
		if trace == "" {
			trace = asked.Get(name)
		}
	}
	if trace == "" {
		trace = s.newTrace()
	}
	span := asked.Get("X-B3-SpanId")
	if span == "" {
		span = "self-" + s.newSpan()
	}
	h["X-B3-Traceid"] = []string{trace}
	h["X-B3-Spanid"] = []string{span}
}
