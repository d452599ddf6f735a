package simulator

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/notifykit/notify/internal/pdf"
	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/render"
	"github.com/notifykit/notify/simulator/internal/ids"
	"github.com/notifykit/notify/simulator/internal/ledger"
	"github.com/notifykit/notify/simulator/internal/postage"
	"github.com/notifykit/notify/simulator/internal/schema"
	"github.com/notifykit/notify/simulator/internal/werkzeug"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// find looks up the message whose id stands in the path.
func (s *Simulator) find(c *call) (*notification, *wire.Failure) {
	if errs := schema.CheckID("notification_id", c.args[0]); errs != nil {
		return nil, wire.Invalid(errs...)
	}
	id, ok := ids.Stored(c.args[0])
	if !ok {
		return nil, wire.IDUnreadable
	}
	var n *notification
	c.service.at(func(st *state) { n = st.messages.find(id) })
	if n == nil {
		return nil, wire.ResultNotFound
	}
	return n, nil
}

// getNotification answers GET /v2/notifications/{id}: any key of the service may read what any other sent.
func (s *Simulator) getNotification(c *call) (*response, *wire.Failure) {
	n, f := s.find(c)
	if f != nil {
		return nil, f
	}
	return jsonAnswer(200, n.wire(c.base, s.registry.currentPrices())), nil
}

// getPDF answers GET /v2/notifications/{id}/pdf.
func (s *Simulator) getPDF(c *call) (*response, *wire.Failure) {
	n, f := s.find(c)
	switch {
	case f != nil:
		return nil, f
	case n.kind() != Letter:
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

// servePart answers a request for a range of bytes, with the standard library's reading of the header.
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

// repeatable are the parameters of the list of messages that can be given more than once.
var repeatable = []string{"status", "template_type"}

// listNotifications answers GET /v2/notifications. Only messages sent with the same type of key are shown.
func (s *Simulator) listNotifications(c *call) (*response, *wire.Failure) {
	q := werkzeug.ParseQuery(c.rawQuery)
	query := q.Object(repeatable)
	if errs := schema.Notifications.Check(query); errs != nil {
		return nil, wire.Invalid(errs...)
	}
	filter, f := queryFilter(query)
	if f != nil {
		return nil, f
	}
	var olderThan *uuid.UUID
	if given, ok := query.Get("older_than"); ok {
		id, ok := ids.Stored(given.(string))
		if !ok {
			return nil, wire.IDUnreadable
		}
		olderThan = &id
	}
	var found []notification
	c.service.at(func(st *state) { found = st.messages.page(c.key.kind, filter, olderThan) })

	self := c.base + "/v2/notifications"
	links := pyjson.Members{{Key: "current", Value: q.Link(self, repeatable)}}
	prices := s.registry.currentPrices()
	list := make([]pyjson.Members, len(found))
	for i := range found {
		list[i] = found[i].wire(c.base, prices)
	}
	if n := len(found); n > 0 {
		next := q.With("older_than", found[n-1].ID.String())
		links = append(links, pyjson.Member{Key: "next", Value: next.Link(self, repeatable)})
	}
	return jsonAnswer(200, pyjson.Members{{Key: "links", Value: links}, {Key: "notifications", Value: list}}), nil
}

func queryFilter(query *pyjson.Object) (filter ledger.Query, f *wire.Failure) {
	if v, ok := query.Get("reference"); ok {
		reference := v.(string)
		if strings.ContainsRune(reference, 0) {
			return filter, wire.Crash(wire.ValueError)
		}
		filter.Reference = &reference
	}
	if v, ok := query.Get("status"); ok {
		for _, status := range v.([]any) {
			for _, s := range expand(status.(string)) {
				filter.Statuses = append(filter.Statuses, s.slot())
			}
		}
	}
	if v, ok := query.Get("template_type"); ok {
		for _, kind := range v.([]any) {
			filter.Kinds = append(filter.Kinds, MessageType(kind.(string)).slot())
		}
	}
	return filter, nil
}

func wireMicros(at int64) time.Time {
	if at == 0 {
		return time.Time{}
	}
	return time.UnixMicro(at)
}

// wire is the message as the API shows it.
func (n *notification) wire(base string, prices Prices) pyjson.Members {
	t := n.template.template.id.String()
	ready, pounds, details := n.cost(prices)
	var email, phone, completed, subject any
	switch n.kind() {
	case Email:
		email = n.to
	case SMS:
		phone = n.to
	}
	if n.kind() != SMS {
		subject = n.subject
	}
	if n.status().completes() {
		completed = wireMicros(n.changedAt())
	}
	m := make(pyjson.Members, 0, 27)
	m = append(m,
		pyjson.Member{Key: "body", Value: n.body},
		pyjson.Member{Key: "completed_at", Value: completed},
		pyjson.Member{Key: "cost_details", Value: details},
		pyjson.Member{Key: "cost_in_pounds", Value: pounds},
		pyjson.Member{Key: "created_at", Value: wireMicros(n.createdAt())},
		pyjson.Member{Key: "created_by_name", Value: nil},
		pyjson.Member{Key: "email_address", Value: email})
	if n.kind() == Letter {
		arrives := postage.EstimatedDelivery(wireMicros(n.createdAt()), n.postage)
		m = append(m, pyjson.Member{Key: "estimated_delivery", Value: arrives})
	}
	m = append(m,
		pyjson.Member{Key: "id", Value: n.ID.String()},
		pyjson.Member{Key: "is_cost_data_ready", Value: ready})
	lines, postcode := n.addressLines()
	m = append(m, lines...)
	return append(m,
		pyjson.Member{Key: "one_click_unsubscribe_url", Value: n.unsubscribeURL(base)},
		pyjson.Member{Key: "phone_number", Value: phone},
		pyjson.Member{Key: "postage", Value: nullable(n.postage)},
		pyjson.Member{Key: "postcode", Value: postcode},
		pyjson.Member{Key: "reference", Value: n.wireReference()},
		pyjson.Member{Key: "scheduled_for", Value: nil},
		pyjson.Member{Key: "sent_at", Value: wireMicros(n.sentAt)},
		pyjson.Member{Key: "status", Value: n.status().wire(n.kind())},
		pyjson.Member{Key: "subject", Value: subject},
		pyjson.Member{Key: "template", Value: pyjson.Members{
			{Key: "id", Value: t},
			{Key: "uri", Value: base + "/v2/template/" + t + "/version/" + strconv.Itoa(n.template.Version)},
			{Key: "version", Value: n.template.Version},
		}},
		pyjson.Member{Key: "type", Value: string(n.kind())})
}

func (n *notification) wireReference() any {
	if n.Referenced {
		return n.Reference
	}
	return nil
}

// addressLines are line_1 to line_6 and the postcode, as they were sent; only letters have them. There is no line_7.
func (n *notification) addressLines() (lines pyjson.Members, postcode any) {
	lines = make(pyjson.Members, 6)
	for i := range lines {
		lines[i].Key = "line_" + strconv.Itoa(i+1)
	}
	switch {
	case n.kind() != Letter:
		return lines, nil
	case n.precompiled():
		lines[0].Value = n.to
		return lines, nil
	}
	values := render.NewValues(n.personalisation)
	for i := range lines {
		lines[i].Value, _ = values.Get("address_line_" + strconv.Itoa(i+1))
	}
	postcode, _ = values.Get("postcode")
	return lines, postcode
}

// cost says whether the price is known yet, the price in pounds, and what it is made of.
func (n *notification) cost(prices Prices) (ready bool, pounds any, details pyjson.Members) {
	switch n.kind() {
	case Email:
		return true, 0.0, pyjson.Members{}
	case SMS:
		fragments := int(n.fragments)
		if !n.billed {
			fragments = 0
		}
		if n.status() == StatusCreated && fragments == 0 {
			return false, nil, pyjson.Members{}
		}
		multiplier := float64(n.phone.RateMultiplier())
		return true, float64(fragments) * multiplier * prices.SMSRate, pyjson.Members{
			{Key: "billable_sms_fragments", Value: fragments},
			{Key: "international_rate_multiplier", Value: multiplier},
			{Key: "sms_rate", Value: prices.SMSRate},
		}
	}
	sheets := n.sheets()
	switch n.status() {
	case StatusCancelled, StatusTechnicalFailure, StatusValidationFailed, StatusVirusScanFailed:
		sheets = 0
	case StatusPendingVirusCheck:
		return false, nil, pyjson.Members{}
	case StatusCreated:
		if sheets == 0 {
			return false, nil, pyjson.Members{}
		}
	}
	return true, prices.letter(sheets, n.postage), pyjson.Members{
		{Key: "billable_sheets_of_paper", Value: sheets}, {Key: "postage", Value: n.postage},
	}
}

// sheets is how many sheets of paper a letter takes. A templated letter sent with a test key is never printed, and
// takes none.
func (n *notification) sheets() int {
	if n.keyType() == KeyTypeTest && !n.precompiled() {
		return 0
	}
	return pdf.Sheets(n.pages())
}
