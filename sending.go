package notify

import (
	"cmp"
	"context"
)

// SendSMS sends a text message. See [SafeToRetry] for what a failure means.
//
// https://docs.notifications.service.gov.uk/rest-api.html#send-a-text-message
func (c *Client) SendSMS(ctx context.Context, m SMS, opts ...CallOption) (*SentSMS, error) {
	want := m.asked()
	lacks := func(s *SentSMS) string { return want.lacks(s.ID, s.Reference, s.Template) }
	return send(ctx, c, m, SentSMS{}, lacks, opts)
}

// SendEmail sends an email, with files if the personalisation holds any. See [SafeToRetry] for what a failure means.
//
// https://docs.notifications.service.gov.uk/rest-api.html#send-an-email
func (c *Client) SendEmail(ctx context.Context, m Email, opts ...CallOption) (*SentEmail, error) {
	want := m.asked()
	lacks := func(s *SentEmail) string { return want.lacks(s.ID, s.Reference, s.Template) }
	return send(ctx, c, m, SentEmail{}, lacks, opts)
}

// SendLetter sends a letter made from a template. See [SafeToRetry] for what a failure means.
//
// https://docs.notifications.service.gov.uk/rest-api.html#send-a-letter
func (c *Client) SendLetter(ctx context.Context, m Letter, opts ...CallOption) (*SentLetter, error) {
	want := m.asked()
	lacks := func(s *SentLetter) string { return want.lacks(s.ID, s.Reference, s.Template) }
	return send(ctx, c, m, SentLetter{}, lacks, opts)
}

// SendPrecompiledLetter sends a PDF as a letter. Notify checks it after accepting it: [Client.WaitForNotification] or
// [Client.Notification] tell whether it passed. See [SafeToRetry] for what a failure means.
//
// https://docs.notifications.service.gov.uk/rest-api.html#send-a-precompiled-letter
func (c *Client) SendPrecompiledLetter(
	ctx context.Context, m PrecompiledLetter, opts ...CallOption,
) (*SentPrecompiledLetter, error) {
	want := m.asked()
	lacks := func(s *SentPrecompiledLetter) string { return want.lacks(s.ID, s.Reference, TemplateRef{}) }
	return send(ctx, c, m, SentPrecompiledLetter{}, lacks, opts)
}

// send makes the call that sends a message, with out for its answer.
func send[M Message, T any](
	ctx context.Context, c *Client, m M, out T, lacks func(*T) string, opts []CallOption,
) (*T, error) {
	o, err := callOptions(opts)
	return getWith(ctx, c, requestFor(ctx, c, m, err), out, lacks, o)
}

// requestFor is the request that sends a message, unless there is a reason not to. It is generic to save an allocation.
func requestFor[M Message](ctx context.Context, c *Client, m M, refused error) request {
	r := m.operation().request("")
	if id := m.asked().template; isUUID(id) { // anything else might be somebody's data in the wrong place
		r.template = id
	}
	if r.refused = cmp.Or(c.checkReady(ctx, r.operation), refused); r.refused == nil {
		r.body, r.refused = m.compose(c)
	}
	return r
}
