package control

import (
	"fmt"
	"time"

	"github.com/notifykit/notify/simulator"
)

// message is a message as the API shows it.
type message struct {
	ID       string                `json:"id"`
	URL      string                `json:"url"`
	Type     simulator.MessageType `json:"type"`
	KeyType  simulator.KeyType     `json:"key_type"`
	KeyName  string                `json:"key_name"`
	Status   string                `json:"status"` // as a client gets it
	To       string                `json:"to"`
	Template messageTemplate       `json:"template"`
	// Reference is null if none was given.
	Reference *string `json:"reference"`
	Subject   string  `json:"subject"`
	Body      string  `json:"body"` // what Notify's API shows
	// What follows up to Headers is what arrives.
	Text      string            `json:"text"`
	HTML      string            `json:"html"`
	Preheader string            `json:"preheader"`
	Headers   map[string]string `json:"headers"`
	Code      *string           `json:"code"`
	Links     []string          `json:"links"`

	Personalisation map[string]any `json:"personalisation"`
	Files           []attachment   `json:"files"`
	Sender          string         `json:"sender"`
	ReplyTo         string         `json:"reply_to"`
	Postage         string         `json:"postage"`
	PDF             *string        `json:"pdf"` // a URL
	CreatedAt       string         `json:"created_at"`
	SentAt          *string        `json:"sent_at"`
	CompletedAt     *string        `json:"completed_at"`
	History         []change       `json:"history"`
	Callbacks       []attempt      `json:"callbacks"`
	Fragments       int            `json:"fragments"`
	RateMultiplier  int            `json:"rate_multiplier"`
	Sheets          int            `json:"sheets"`
	CostInPounds    *float64       `json:"cost_in_pounds"`
	Unsubscribed    bool           `json:"unsubscribed"`
}

type messageTemplate struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Version int    `json:"version"`
}

type attachment struct {
	Placeholder string `json:"placeholder"`
	Filename    string `json:"filename"`
	Link        string `json:"link"` // the one in the email
	Size        int    `json:"size"`
	Content     string `json:"content"` // a URL
}

type change struct {
	Status string `json:"status"`
	At     string `json:"at"`
}

// wireTime is a time as Notify writes it.
func wireTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// orNull is null for the zero time.
func orNull(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return new(wireTime(t))
}

// message is null without a message.
func (c *call) message(n *simulator.Notification) *message {
	if n == nil {
		return nil
	}
	url := c.serviceURL(c.svc) + "/messages/" + n.ID
	delivered, _ := c.svc.Delivered(n.ID)
	m := &message{
		ID: n.ID, URL: url, Type: n.Type, KeyType: n.KeyType, KeyName: n.KeyName, Status: n.Status.Shown(n.Type),
		To: n.To, Template: messageTemplate{n.TemplateID, n.TemplateName, n.TemplateVersion},
		Subject: n.Subject, Body: n.Body, Text: delivered.Text, HTML: delivered.Document, Preheader: delivered.Preheader,
		Headers: delivered.Headers, Links: list(delivered.Links()), Personalisation: n.Personalisation,
		Files: []attachment{}, Sender: n.Sender, ReplyTo: n.ReplyTo, Postage: n.Postage,
		CreatedAt: wireTime(n.CreatedAt), SentAt: orNull(n.SentAt), CompletedAt: orNull(n.CompletedAt),
		History: []change{}, Callbacks: []attempt{}, Fragments: n.Fragments, RateMultiplier: n.RateMultiplier,
		Sheets: n.Sheets, Unsubscribed: n.Unsubscribed,
	}
	if n.Type == simulator.MessageTypeLetter {
		m.HTML, m.PDF = delivered.HTML, new(url+"/pdf")
	}
	if n.HasReference {
		m.Reference = &n.Reference
	}
	if code, found := delivered.Code(); found {
		m.Code = &code
	}
	if n.CostKnown {
		m.CostInPounds = &n.CostInPounds
	}
	if m.Headers == nil {
		m.Headers = map[string]string{}
	}
	if m.Personalisation == nil {
		m.Personalisation = map[string]any{}
	}
	for i, f := range n.Files {
		content := fmt.Sprintf("%s/files/%d", url, i+1)
		m.Files = append(m.Files, attachment{f.Placeholder, f.Filename, f.URL, len(f.Content), content})
	}
	for _, h := range n.History {
		m.History = append(m.History, change{h.Status.Shown(n.Type), wireTime(h.At)})
	}
	for _, made := range c.svc.Callbacks() {
		if made.ID == n.ID {
			m.Callbacks = append(m.Callbacks, shownAttempt(made))
		}
	}
	return m
}
