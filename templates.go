package notify

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

var (
	opTemplate = operation{
		name: "Template", method: http.MethodGet, route: "/v2/template/{id}", most: mostOfMessage,
	}
	opTemplateVersion = operation{
		name: "TemplateVersion", method: http.MethodGet, route: "/v2/template/{id}/version/{version}",
		most: mostOfMessage,
	}
	opTemplates = operation{name: "Templates", method: http.MethodGet, route: "/v2/templates", most: mostOfList}
	opPreview   = operation{ // sends nothing
		name: "PreviewTemplate", method: http.MethodPost, route: "/v2/template/{id}/preview", most: mostOfMessage,
	}
)

// A Template is one version of a template. Archived ones can be read by id and do not say so.
type Template struct {
	ID                 string           `json:"id"`
	Type               NotificationType `json:"type"`
	Name               string           `json:"name"`
	Version            int              `json:"version"` // from 1
	Subject            string           `json:"subject"` // empty for text messages
	Body               string           `json:"body"`
	Postage            Postage          `json:"postage"`              // letters
	LetterContactBlock string           `json:"letter_contact_block"` // letters; lines
	CreatedBy          string           `json:"created_by"`           // email address of who made this version
	CreatedAt          time.Time        `json:"created_at,omitzero"`
	UpdatedAt          time.Time        `json:"updated_at,omitzero"` // zero if it was never changed
	// Personalisation has the placeholders, without those of a letter's address.
	Personalisation map[string]Placeholder `json:"personalisation"`
}

// A Placeholder is what a template says of a placeholder.
type Placeholder struct {
	Required bool `json:"required"` // always true so far
}

// UnmarshalJSON accepts what the real service writes and what its documentation says it writes.
func (t *Template) UnmarshalJSON(b []byte) error {
	*t = Template{}
	return json.Unmarshal(b, t.wireForm())
}

func (t *Template) wireForm() any {
	type plain Template
	return &struct {
		*plain
		CreatedAt timeInto `json:"created_at"`
		UpdatedAt timeInto `json:"updated_at"`
	}{(*plain)(t), timeInto{&t.CreatedAt}, timeInto{&t.UpdatedAt}}
}

// A TemplatePreview is what a template makes of a personalisation.
type TemplatePreview struct {
	ID      string           `json:"id"`
	Type    NotificationType `json:"type"`
	Version int              `json:"version"`
	Subject string           `json:"subject"` // empty for text messages
	Body    string           `json:"body"`
	HTML    string           `json:"html"`    // emails; the message without the page round it
	Postage Postage          `json:"postage"` // letters
}

// Template reads the current version of a template.
//
// https://docs.notifications.service.gov.uk/rest-api.html#get-a-template-by-id
func (c *Client) Template(ctx context.Context, id string, opts ...CallOption) (*Template, error) {
	lacks := func(t *Template) string { return lacksAskedID(t.ID, id) }
	return get(ctx, c, opTemplate.about(id), Template{}, lacks, opts)
}

// TemplateVersion reads a version of a template, the first being 1.
//
// https://docs.notifications.service.gov.uk/rest-api.html#get-a-template-by-id-and-version
func (c *Client) TemplateVersion(
	ctx context.Context, id string, version int, opts ...CallOption,
) (*Template, error) {
	r := opTemplateVersion.about(id)
	if version < 1 && r.refused == nil {
		r.refused = refuse(nil, "template versions begin at 1") // the service answers 0 with the current one
	}
	r.path = strings.Replace(r.path, "{version}", strconv.Itoa(version), 1)
	lacks := func(t *Template) string {
		if t.Version != version {
			return "the version that was asked for"
		}
		return lacksAskedID(t.ID, id)
	}
	return get(ctx, c, r, Template{}, lacks, opts)
}

func (t *Template) itemID() string { return t.ID }

// Templates reads the templates of a type, or with the empty type all of them, without archived ones. There are no
// pages.
//
// https://docs.notifications.service.gov.uk/rest-api.html#get-all-templates
func (c *Client) Templates(ctx context.Context, t NotificationType, opts ...CallOption) ([]*Template, error) {
	var query string
	if t != "" {
		query = url.Values{"type": {string(t)}}.Encode()
	}
	type wire struct {
		Templates listOf[Template] `json:"templates"`
	}
	list := wire{Templates: listOf[Template]{most: mostOfTemplates, id: (*Template).itemID}}
	out, err := get(ctx, c, opTemplates.request(query), list, func(w *wire) string {
		return w.Templates.lacks("templates")
	}, opts)
	if err != nil {
		return nil, err
	}
	return out.Templates.items, nil
}

// PreviewTemplate shows what the current version of a template makes of a personalisation, which may be nil. Nothing is
// sent or counted.
//
// https://docs.notifications.service.gov.uk/rest-api.html#generate-a-preview-template
func (c *Client) PreviewTemplate(
	ctx context.Context, id string, p Personalisation, opts ...CallOption,
) (*TemplatePreview, error) {
	r := opPreview.about(id)
	if r.refused == nil { // a file can be read only once
		o := newObject()
		o.personalisation(p) // {} rather than null, which is refused
		r.body, r.refused = o.end()
	}
	lacks := func(t *TemplatePreview) string { return lacksAskedID(t.ID, id) }
	return get(ctx, c, r, TemplatePreview{}, lacks, opts)
}
