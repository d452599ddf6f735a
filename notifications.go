package notify

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"net/url"
	"time"
)

var (
	opNotification = operation{
		name: "Notification", method: http.MethodGet, route: "/v2/notifications/{id}", most: mostOfMessage,
	}
	opNotifications = operation{
		name: "NotificationsPage", method: http.MethodGet, route: "/v2/notifications", most: mostOfList,
	}
	opLetterPDF = operation{
		name: "LetterPDF", method: http.MethodGet, route: "/v2/notifications/{id}/pdf", most: mostOfPDF,
	}
)

// A Notification is a message that was sent, and what became of it. Fields that do not apply to its type are zero.
type Notification struct {
	ID        string           `json:"id"`
	Type      NotificationType `json:"type"`
	Status    Status           `json:"status"`
	Reference string           `json:"reference"`
	Template  TemplateRef      `json:"template"`
	Subject   string           `json:"subject"`
	Body      string           `json:"body"`

	EmailAddress string `json:"email_address"` // as it was sent
	PhoneNumber  string `json:"phone_number"`  // as it was sent
	// The address of a letter, as it was sent. The real service never shows line 7, and shows Postcode only if a value of
	// that name was sent; a precompiled letter has "Provided as PDF" as Line1.
	Line1    string `json:"line_1"`
	Line2    string `json:"line_2"`
	Line3    string `json:"line_3"`
	Line4    string `json:"line_4"`
	Line5    string `json:"line_5"`
	Line6    string `json:"line_6"`
	Line7    string `json:"line_7"`
	Postcode string `json:"postcode"`

	Postage                Postage `json:"postage"`
	OneClickUnsubscribeURL string  `json:"one_click_unsubscribe_url"`
	CreatedByName          string  `json:"created_by_name"` // who sent it from the web pages; empty for the API

	CreatedAt         time.Time `json:"created_at,omitzero"`
	SentAt            time.Time `json:"sent_at,omitzero"`      // handed to the provider or printer
	CompletedAt       time.Time `json:"completed_at,omitzero"` // when it last got a status that may be its last
	ScheduledFor      time.Time `json:"scheduled_for,omitzero"`
	EstimatedDelivery time.Time `json:"estimated_delivery,omitzero"` // letters

	CostDataReady bool        `json:"is_cost_data_ready"`
	CostInPounds  *float64    `json:"cost_in_pounds"` // nil until CostDataReady
	CostDetails   CostDetails `json:"cost_details"`
}

// CostDetails say how a cost came about. All are zero for emails, and until CostDataReady.
type CostDetails struct {
	BillableSMSFragments        int     `json:"billable_sms_fragments,omitzero"`
	InternationalRateMultiplier float64 `json:"international_rate_multiplier,omitzero"`
	SMSRate                     float64 `json:"sms_rate,omitzero"` // pounds for a fragment
	BillableSheetsOfPaper       int     `json:"billable_sheets_of_paper,omitzero"`
	Postage                     Postage `json:"postage,omitzero"`
}

// UnmarshalJSON accepts what the real service writes and what its documentation says it writes.
func (n *Notification) UnmarshalJSON(b []byte) error {
	*n = Notification{}
	return json.Unmarshal(b, n.wireForm())
}

func (n *Notification) wireForm() any {
	type plain Notification
	return &struct {
		*plain
		Line1             stringInto      `json:"line_1"`
		Line2             stringInto      `json:"line_2"`
		Line3             stringInto      `json:"line_3"`
		Line4             stringInto      `json:"line_4"`
		Line5             stringInto      `json:"line_5"`
		Line6             stringInto      `json:"line_6"`
		Line7             stringInto      `json:"line_7"`
		Postcode          stringInto      `json:"postcode"`
		UnsubscribeURL    unsubscribeInto `json:"one_click_unsubscribe_url"`
		Unsubscribe       unsubscribeInto `json:"one_click_unsubscribe"` // the documentation's name
		CreatedAt         timeInto        `json:"created_at"`
		SentAt            timeInto        `json:"sent_at"`
		CompletedAt       timeInto        `json:"completed_at"`
		ScheduledFor      timeInto        `json:"scheduled_for"`
		EstimatedDelivery timeInto        `json:"estimated_delivery"`
	}{
		(*plain)(n),
		stringInto{&n.Line1}, stringInto{&n.Line2}, stringInto{&n.Line3}, stringInto{&n.Line4},
		stringInto{&n.Line5}, stringInto{&n.Line6}, stringInto{&n.Line7}, stringInto{&n.Postcode},
		unsubscribeInto{&n.OneClickUnsubscribeURL, true}, unsubscribeInto{&n.OneClickUnsubscribeURL, false},
		timeInto{&n.CreatedAt}, timeInto{&n.SentAt}, timeInto{&n.CompletedAt},
		timeInto{&n.ScheduledFor}, timeInto{&n.EstimatedDelivery},
	}
}

// unsubscribeInto reads a URL that may come under two names, one of which is preferred.
type unsubscribeInto struct {
	field     *string
	preferred bool
}

func (u *unsubscribeInto) UnmarshalJSON(b []byte) error {
	var s string
	err := json.Unmarshal(b, &s)
	if s != "" && (u.preferred || *u.field == "") {
		*u.field = s
	}
	return err
}

// Address is the lines of a letter's address that are not empty. A nil Notification has none.
func (n *Notification) Address() []string {
	if n == nil {
		return nil
	}
	var lines []string
	for _, line := range []string{n.Line1, n.Line2, n.Line3, n.Line4, n.Line5, n.Line6, n.Line7, n.Postcode} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// Notification reads one notification of the service, whatever key sent it. After the retention period (7 days unless
// the service chose otherwise), and always for the numbers and addresses of smoke tests, it is [ErrNotFound].
//
// https://docs.notifications.service.gov.uk/rest-api.html#get-the-status-of-one-message
func (c *Client) Notification(ctx context.Context, id string, opts ...CallOption) (*Notification, error) {
	lacks := func(n *Notification) string { return lacksAskedID(n.ID, id) }
	return get(ctx, c, opNotification.about(id), Notification{}, lacks, opts)
}

// WaitForNotification reads a notification until its status is final ([Status.IsFinal]), with pauses of 1 to 15
// seconds, or the context ends: then it returns what it read last together with an error that matches the context's.
// Emails and text messages can take 72 hours and letters days, so it is meant for tests and tools; a service should be
// called back.
func (c *Client) WaitForNotification(ctx context.Context, id string) (*Notification, error) {
	var n *Notification
	err := poll(ctx, "a final status", func() (bool, error, error) {
		latest, err := c.Notification(ctx, id)
		if err != nil {
			return false, nil, err
		}
		n = latest
		return n.Status.IsFinal(), nil, nil
	})
	return n, err
}

// A NotificationFilter chooses notifications. Zero fields choose all.
type NotificationFilter struct {
	Reference   string // exactly this one
	Statuses    []Status
	Types       []NotificationType
	IncludeJobs bool   // those sent by uploading a list to the web pages, too
	OlderThan   string // only those older than the one with this id; if there is no such notification, none
}

func (f NotificationFilter) query() string {
	q := url.Values{}
	if f.Reference != "" {
		q.Set("reference", asSent(f.Reference))
	}
	for _, s := range f.Statuses {
		q.Add("status", string(s))
	}
	for _, t := range f.Types {
		q.Add("template_type", string(t))
	}
	if f.IncludeJobs {
		q.Set("include_jobs", "true")
	}
	if f.OlderThan != "" {
		q.Set("older_than", f.OlderThan)
	}
	return q.Encode()
}

// A NotificationPage is at most 250 notifications, newest first.
type NotificationPage struct {
	Notifications []*Notification `json:"notifications"`
	Links         Links           `json:"links"`
}

// Older is the OlderThan of the next page, empty if this page is, or nil.
func (p *NotificationPage) Older() string {
	if p == nil {
		return ""
	}
	return lastID(p.Notifications, (*Notification).itemID)
}

func (n *Notification) itemID() string { return n.ID }

// NotificationsPage reads one page of the notifications sent with keys of the same type as the client's, newest first.
//
// https://docs.notifications.service.gov.uk/rest-api.html#get-the-status-of-multiple-messages
func (c *Client) NotificationsPage(
	ctx context.Context, filter NotificationFilter, opts ...CallOption,
) (*NotificationPage, error) {
	o, err := callOptions(opts)
	page, _, err := c.readPage(ctx, filter, o, err)
	return page, err
}

// readPage gives the call too, which knows when it was answered. It takes the reason not to make it, if there is one.
func (c *Client) readPage(
	ctx context.Context, filter NotificationFilter, o *options, refused error,
) (*NotificationPage, *call, error) {
	type wire struct {
		Notifications listOf[Notification] `json:"notifications"`
		Links         Links                `json:"links"`
	}
	page := wire{Notifications: listOf[Notification]{most: mostOfPage, id: (*Notification).itemID}}
	d := &decoder[wire]{page, func(w *wire) string {
		for _, n := range w.Notifications.items {
			if filter.Reference != "" && n.Reference != asSent(filter.Reference) {
				return "the reference that was asked for" // another's page would prove that a message was sent
			}
		}
		return w.Notifications.lacks("notifications")
	}}
	r := opNotifications.request(filter.query())
	r.refused = refused
	x := c.newCall(ctx, r, d, o)
	if err := x.run(); err != nil {
		return nil, x, err
	}
	return &NotificationPage{Notifications: d.out.Notifications.items, Links: d.out.Links}, x, nil
}

// Notifications reads all pages, each when it is needed. It ends after the first error.
//
// https://docs.notifications.service.gov.uk/rest-api.html#get-the-status-of-multiple-messages
func (c *Client) Notifications(
	ctx context.Context, filter NotificationFilter, opts ...CallOption,
) iter.Seq2[*Notification, error] {
	return pages(filter.OlderThan, func(older string) ([]*Notification, string, error) {
		filter.OlderThan = older
		page, err := c.NotificationsPage(ctx, filter, opts...)
		if err != nil {
			return nil, "", err
		}
		return page.Notifications, page.Older(), nil
	})
}

// LetterPDF reads the PDF of a letter as it is printed. For some seconds after sending there is none yet, which is
// [ErrPDFNotReady].
//
// https://docs.notifications.service.gov.uk/rest-api.html#get-a-pdf-for-a-letter
func (c *Client) LetterPDF(ctx context.Context, id string, opts ...CallOption) ([]byte, error) {
	o, err := callOptions(opts)
	r := opLetterPDF.about(id)
	r.refused = cmp.Or(r.refused, err)
	var out pdf
	if err := c.newCall(ctx, r, &out, o).run(); err != nil {
		return nil, err
	}
	return out, nil
}

// WaitForLetterPDF reads the PDF of a letter as soon as there is one, with pauses of 1 to 15 seconds. If the context
// ends first, the error matches both the context's and [ErrPDFNotReady].
func (c *Client) WaitForLetterPDF(ctx context.Context, id string) ([]byte, error) {
	var pdf []byte
	err := poll(ctx, "the PDF", func() (bool, error, error) {
		var err error
		pdf, err = c.LetterPDF(ctx, id)
		ended := errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
		if err != nil && errors.Is(err, ErrPDFNotReady) && !ended {
			return false, err, nil
		}
		return true, nil, err
	})
	if err != nil {
		return nil, err
	}
	return pdf, nil
}

// A pdf is the answer to reading a letter's.
type pdf []byte

// accept allows for some bytes before the header, as readers of PDF do ("PDF Reference, version 1.7", implementation
// notes 13 and 18). An answer whose end nobody announced has to show its own.
func (p *pdf) accept(resp *http.Response, body []byte) (missing string) {
	const near = 1024
	announced := resp.ContentLength >= 0 || resp.ProtoMajor != 1 || resp.TransferEncoding != nil
	switch {
	case !bytes.Contains(body[:min(len(body), near)], []byte("%PDF")):
		return "a PDF"
	case !announced && !bytes.Contains(body[max(len(body)-near, 0):], []byte("%%EOF")):
		return "the end of the PDF"
	}
	*p = body
	return ""
}
