package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/recipient"
)

// What follows is how records are written. A field may be added; another change needs a new version of the format.

// storedService is a service without its messages.
type storedService struct {
	Origin string        `json:"origin"`
	Config ServiceConfig `json:"config"`
	// Tokens are those of the callbacks, by kind; ServiceConfig keeps them out of JSON.
	Tokens map[CallbackKind]string `json:"tokens,omitempty"`
	// Invalid is how many invalid sends each key has made.
	Invalid []int `json:"invalid,omitempty"`
	// KeyOrigins say where each key comes from, and TemplateOrigins which template of the description each is, counted
	// from 1; 0 is one that was added by hand.
	KeyOrigins      []keyOrigin `json:"key_origins,omitempty"`
	TemplateOrigins []int       `json:"template_origins,omitempty"`
	// Precompiled is the id of the template of precompiled letters.
	Precompiled string `json:"precompiled,omitempty"`
	// Made is the service as [Service.Reset] makes it, without a Made of its own.
	Made *storedService `json:"made,omitempty"`
	// Removed says that there is no such service although a description of Origin has it.
	Removed bool `json:"removed,omitempty"`
}

type keyOrigin struct {
	ByHand    bool `json:"revoked_by_hand,omitempty"`
	Described bool `json:"described,omitempty"`
}

type storedTime struct {
	Ahead time.Duration `json:"ahead"`
}

type storedText struct {
	From      string `json:"from"`
	Content   string `json:"content"`
	At        int64  `json:"at"`
	CreatedAt string `json:"created_at"`
	Receiving string `json:"receiving_number"`
	Lasting   bool   `json:"lasting,omitempty"`
}

type storedMessage struct {
	Type            MessageType      `json:"type"`
	KeyType         KeyType          `json:"key_type"`
	KeyName         string           `json:"key_name"`
	Reference       *string          `json:"reference,omitempty"`
	Template        storedTemplate   `json:"template"`
	To              string           `json:"to"`
	From            string           `json:"from,omitempty"`
	ReplyTo         string           `json:"reply_to,omitempty"`
	Subject         string           `json:"subject,omitempty"`
	Body            string           `json:"body"`
	Personalisation string           `json:"personalisation,omitempty"` // JSON in a string, for Python's JSON is more
	Files           []File           `json:"files,omitempty"`
	Unsubscribe     string           `json:"unsubscribe,omitempty"`
	Unsubscribed    bool             `json:"unsubscribed,omitempty"`
	Phone           *recipient.Phone `json:"phone,omitempty"` // of a text
	Fragments       int32            `json:"fragments,omitempty"`
	Billed          bool             `json:"billed,omitempty"`
	Postage         string           `json:"postage,omitempty"`
	PDF             []byte           `json:"pdf,omitempty"`
	PDFReady        bool             `json:"pdf_ready,omitempty"`
	SetByHand       bool             `json:"set_by_hand,omitempty"`
	SentAt          int64            `json:"sent_at,omitempty"` // like all numbers here, Unix microseconds
	History         []storedStep     `json:"history"`
	Ahead           []storedStep     `json:"ahead,omitempty"`
}

// storedTemplate says which version of which template a message has. If it is not one of the service's own, it stands
// here.
type storedTemplate struct {
	ID      string           `json:"id"`
	Version int              `json:"version"`
	Hidden  bool             `json:"hidden,omitempty"`
	Inline  *TemplateVersion `json:"inline,omitempty"`
}

type storedStep struct {
	Status   Status `json:"status,omitempty"`
	At       int64  `json:"at"`
	HandOver bool   `json:"hand_over,omitempty"`
	PDF      bool   `json:"pdf,omitempty"`
}

func describeMessage(n *notification, own bool) storedMessage {
	m := storedMessage{
		Type: n.kind(), KeyType: n.keyType(), KeyName: n.keyName, To: n.to, From: n.from, ReplyTo: n.replyTo,
		Template: storedTemplate{
			ID: n.template.template.id.String(), Version: n.template.Version, Hidden: n.template.template.hidden,
		},
		Subject: n.subject, Body: n.body, Files: n.files, Unsubscribe: n.unsubscribe, Unsubscribed: n.unsubscribed,
		Fragments: n.fragments, Billed: n.billed, Postage: n.postage, PDFReady: n.pdfReady, SetByHand: n.setByHand,
		SentAt: n.sentAt,
	}
	if n.Referenced {
		m.Reference = &n.Reference
	}
	if m.Type == MessageTypeSMS {
		m.Phone = &n.phone
	}
	if !own {
		m.Template.Inline = &n.template.TemplateVersion
	}
	if n.personalisation != nil {
		m.Personalisation = string(pyjson.Append(nil, ordered(n.personalisation)))
	}
	if n.letter != nil {
		m.PDF = n.letter.uploaded
	}
	for _, c := range n.history {
		m.History = append(m.History, storedStep{Status: statuses[c.status], At: c.at})
	}
	for _, s := range n.ahead {
		m.Ahead = append(m.Ahead, storedStep{Status: s.status, At: s.at.UnixMicro(), HandOver: s.handOver, PDF: s.pdf})
	}
	return m
}

// ordered is a value as pyjson writes it without sorting the keys of its objects.
func ordered(v any) any {
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = ordered(v[i])
		}
		return list
	case *pyjson.Object:
		members := make(pyjson.Members, v.Len())
		for i := range members {
			members[i] = pyjson.Member{Key: v.Keys[i], Value: ordered(v.At(i))}
		}
		return members
	}
	return v
}

func describeText(t receivedText) storedText {
	return storedText{t.from, t.content, t.at, t.createdAt, t.receivingNumber, t.lasting}
}

// describe is the service as it is now, in a form from which it can be built, with what Reset makes of it.
func (svc *Service) describe(p *profile, st *settings, to [len(callbackKinds)]*Callback) storedService {
	d, made := svc.describeState(p, st, to), svc.describeState(p, &p.made.settings, p.made.callbacks.to)
	for _, t := range p.made.received.texts {
		made.Config.ReceivedTexts = append(made.Config.ReceivedTexts, ReceivedTextConfig{
			ID: t.id.String(), UserNumber: t.from, Content: t.content, CreatedAt: wireMicros(t.at).UTC().Format(wireTime),
		})
	}
	d.Made = &made
	return d
}

func (svc *Service) describeState(p *profile, st *settings, to [len(callbackKinds)]*Callback) storedService {
	active, prefix := !st.terms.archived, p.prefixSMS
	d := storedService{Origin: p.origin, Config: ServiceConfig{
		ID: svc.ID(), Name: p.name, Active: &active, TrialMode: st.terms.trial,
		Permissions: append([]Permission{}, st.terms.permissions...), EmailFrom: p.emailFrom, PrefixSMS: &prefix,
		SendFilesContact: p.sendFilesContact, RateLimit: st.terms.rateLimit,
		Retention: Retention{
			SMS:    p.retention[MessageTypeSMS.slot()],
			Email:  p.retention[MessageTypeEmail.slot()],
			Letter: p.retention[MessageTypeLetter.slot()],
		},
		TeamMembers: st.people.team, GuestList: st.people.guests, ReceivedTextNumber: p.inbound,
		Plan: st.plan, AnyTemplate: st.templates.any.on,
	}}
	c := &d.Config
	limit := func(channel string) *int {
		if n, ok := st.terms.dailyLimits[channel]; ok {
			return &n
		}
		return nil
	}
	c.DailyLimits = DailyLimits{
		Email: limit(channelEmail), SMS: limit(channelSMS), InternationalSMS: limit(channelInternational),
		Letter: limit(channelLetter),
	}
	for _, k := range st.keys {
		c.Keys = append(c.Keys, KeyConfig{Name: k.name, Type: k.kind, Secret: k.secret, RevokedAt: Moment{At: k.revokedAt}})
		d.Invalid = append(d.Invalid, k.invalid)
		d.KeyOrigins = append(d.KeyOrigins, keyOrigin{ByHand: k.revokedByHand, Described: k.described})
	}
	for _, r := range slices.Sorted(maps.Keys(st.outcomes)) {
		shown := r
		if !strings.Contains(r, "@") {
			shown = "+" + r // or a foreign number could be taken for a British one
		}
		c.Outcomes = append(c.Outcomes, OutcomeConfig{Recipient: shown, Status: st.outcomes[r]})
	}
	for _, s := range p.senders {
		c.SMSSenders = append(c.SMSSenders, SMSSender{s.id.String(), s.value, s.isDefault, s.archived})
	}
	for _, s := range p.replyTos {
		c.EmailReplyTo = append(c.EmailReplyTo, ReplyTo{s.id.String(), s.value, s.isDefault, s.archived})
	}
	for _, t := range st.templates.list {
		described := TemplateConfig{ID: t.id.String(), Type: t.kind, Archived: t.archived}
		for _, v := range t.versions {
			described.Versions = append(described.Versions, v.TemplateVersion)
		}
		c.Templates = append(c.Templates, described)
		d.TemplateOrigins = append(d.TemplateOrigins, p.described.place(t))
	}
	if st.templates.precompiled != nil {
		d.Precompiled = st.templates.precompiled.id.String()
	}
	d.setCallbacks(to)
	return d
}

// place is where a description has a template, counted from 1, or 0.
func (c *ServiceConfig) place(t *template) int {
	if c == nil || t.described == nil {
		return 0
	}
	return 1 + slices.IndexFunc(c.Templates, func(d TemplateConfig) bool { return reflect.DeepEqual(&d, t.described) })
}

// setCallbacks leaves out those that go to a handler or through a transport of the program's own: they can't be
// written.
func (d *storedService) setCallbacks(to [len(callbackKinds)]*Callback) {
	d.Tokens = map[CallbackKind]string{}
	for i, into := range d.Config.Callbacks.all() {
		if c := to[i]; c != nil && c.Handler == nil && c.Transport == nil {
			into.URL = c.URL
			d.Tokens[callbackKinds[i]] = c.BearerToken
		}
	}
}

// all are the three, in the order of callbackKinds.
func (c *Callbacks) all() [len(callbackKinds)]*Callback {
	return [...]*Callback{&c.DeliveryReceipts, &c.ReceivedTexts, &c.ReturnedLetters}
}

// originOf tells descriptions of services apart. It is empty for one that can't be told from others.
func originOf(c ServiceConfig) string {
	var tokens []string
	for _, to := range c.Callbacks.all() {
		tokens = append(tokens, to.BearerToken)
	}
	written, err := json.Marshal([]any{c, tokens})
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(written)
	return hex.EncodeToString(sum[:8])
}
