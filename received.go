package notify

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"net/url"
	"time"
)

var opReceived = operation{
	name: "ReceivedTextsPage", method: http.MethodGet, route: "/v2/received-text-messages", most: mostOfList,
}

// A ReceivedText is a text message that someone sent to the service. Notify keeps it for 7 days unless the service
// chose otherwise.
type ReceivedText struct {
	ID           string    `json:"id"`
	ServiceID    string    `json:"service_id"`
	UserNumber   string    `json:"user_number"`   // who sent it, such as 447900900123
	NotifyNumber string    `json:"notify_number"` // the service's number, such as 07900900123
	Content      string    `json:"content"`
	CreatedAt    time.Time `json:"created_at,omitzero"`
}

// UnmarshalJSON accepts what the real service writes and what its documentation says it writes.
func (t *ReceivedText) UnmarshalJSON(b []byte) error {
	*t = ReceivedText{}
	return json.Unmarshal(b, t.wireForm())
}

func (t *ReceivedText) wireForm() any {
	type plain ReceivedText
	return &struct {
		*plain
		CreatedAt timeInto `json:"created_at"`
	}{(*plain)(t), timeInto{&t.CreatedAt}}
}

// A ReceivedTextPage is at most 250 received text messages, newest first.
type ReceivedTextPage struct {
	ReceivedTexts []*ReceivedText `json:"received_text_messages"`
	Links         Links           `json:"links"`
}

// Older is the olderThan of the next page, empty if this page is, or nil.
func (p *ReceivedTextPage) Older() string {
	if p == nil {
		return ""
	}
	return lastID(p.ReceivedTexts, (*ReceivedText).itemID)
}

func (t *ReceivedText) itemID() string { return t.ID }

// ReceivedTextsPage reads one page: of the text messages older than the one with the given id, or the newest if that is
// empty. Keys of all types see the same.
//
// https://docs.notifications.service.gov.uk/rest-api.html#get-received-text-messages
func (c *Client) ReceivedTextsPage(
	ctx context.Context, olderThan string, opts ...CallOption,
) (*ReceivedTextPage, error) {
	var query string
	if olderThan != "" {
		query = url.Values{"older_than": {olderThan}}.Encode()
	}
	type wire struct {
		Texts listOf[ReceivedText] `json:"received_text_messages"`
		Links Links                `json:"links"`
	}
	page := wire{Texts: listOf[ReceivedText]{most: mostOfPage, id: (*ReceivedText).itemID}}
	out, err := get(ctx, c, opReceived.request(query), page, func(w *wire) string {
		return w.Texts.lacks("received texts")
	}, opts)
	if err != nil {
		return nil, err
	}
	return &ReceivedTextPage{ReceivedTexts: out.Texts.items, Links: out.Links}, nil
}

// ReceivedTexts reads all pages, each when it is needed, newest first. It ends after the first error.
//
// https://docs.notifications.service.gov.uk/rest-api.html#get-received-text-messages
func (c *Client) ReceivedTexts(ctx context.Context, opts ...CallOption) iter.Seq2[*ReceivedText, error] {
	return pages("", func(older string) ([]*ReceivedText, string, error) {
		page, err := c.ReceivedTextsPage(ctx, older, opts...)
		if err != nil {
			return nil, "", err
		}
		return page.ReceivedTexts, page.Older(), nil
	})
}
