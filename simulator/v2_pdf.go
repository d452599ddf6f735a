package simulator

import (
	"bytes"
	"net/http"
	"time"

	"github.com/notifykit/notify/simulator/internal/wire"
)

// getPDF answers GET /v2/notifications/{id}/pdf.
func (s *Simulator) getPDF(c *call) (*response, *wire.Failure) {
	n, f := s.find(c)
	switch {
	case f != nil:
		return nil, f
	case n.kind() != MessageTypeLetter:
		return nil, wire.NotificationNotLetter
	case n.status() == StatusVirusScanFailed:
		return nil, wire.PDFInfected
	case n.status() == StatusTechnicalFailure:
		return nil, wire.PDFFailed
	case n.status() == StatusPendingVirusCheck, !n.pdfReady:
		return nil, wire.PDFNotReady
	}
	content := n.pdf()
	if content == nil {
		return nil, wire.PDFNotReady
	}
	resp := &response{
		status: 200, contentType: typePDF, body: content,
		header: http.Header{"Cache-Control": {"no-cache"}, "Accept-Ranges": {"bytes"}},
	}
	if c.header.Get("Range") != "" {
		servePart(resp, c)
	}
	return resp, nil
}

// servePart answers a request for a range of bytes. The standard library interprets the header.
func servePart(resp *response, c *call) {
	w := recorder{header: http.Header{"Content-Type": {typePDF}}}
	r := &http.Request{Method: http.MethodGet, Header: http.Header{"Range": c.header["Range"]}}
	http.ServeContent(&w, r, "", time.Time{}, bytes.NewReader(resp.body))
	resp.status, resp.body = w.status, w.body.Bytes()
	if part := w.header.Get("Content-Range"); part != "" {
		resp.header["Content-Range"] = []string{part}
	}
}

// recorder keeps what a handler writes.
type recorder struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header         { return w.header }
func (w *recorder) WriteHeader(status int)      { w.status = status }
func (w *recorder) Write(b []byte) (int, error) { return w.body.Write(b) }
