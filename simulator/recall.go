package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/simulator/internal/ledger"
)

func (m *storedMessage) made() int64 {
	if len(m.History) == 0 {
		return 0
	}
	return m.History[0].At
}

// message makes a message out of what was stored.
func (r *recalled) message(m recalledMessage, then *settings) (*notification, error) {
	switch {
	case !slices.Contains(messageTypes[:], m.Type):
		return nil, fmt.Errorf("%q is no type of message", m.Type)
	case !slices.Contains(keyTypes[:], m.KeyType):
		return nil, fmt.Errorf("%q is no type of key", m.KeyType)
	case len(m.History) == 0:
		return nil, errors.New("it has no status")
	}
	version, err := r.version(m, then)
	if err != nil {
		return nil, err
	}
	last := m.History[len(m.History)-1].Status
	n := &notification{
		Entry:   ledger.Entry{ID: m.id, Book: m.KeyType.slot(), Kind: m.Type.slot()},
		keyName: m.KeyName, template: version, to: m.To, from: m.From, replyTo: m.ReplyTo,
		rendered: rendered{body: m.Body, subject: m.Subject}, files: m.Files,
		unsubscribe: m.Unsubscribe, unsubscribed: m.Unsubscribed, fragments: m.Fragments, billed: m.Billed,
		postage: m.Postage, pdfReady: m.PDFReady, setByHand: m.SetByHand, sentAt: m.SentAt,
		history: make([]change, 0, max(len(m.History), 3)),
	}
	if m.Reference != nil {
		n.Reference, n.Referenced = *m.Reference, true
	}
	for _, h := range m.History {
		if err := checkStatus(h.Status); err != nil {
			return nil, err
		}
		n.history = append(n.history, change{h.At, h.Status.slot()})
	}
	n.Status = last.slot()
	for _, a := range m.Ahead {
		if err := checkStatus(a.Status); err != nil && !a.PDF {
			return nil, err
		}
		n.ahead = append(n.ahead, step{
			status: a.Status, at: time.UnixMicro(a.At).UTC(), handOver: a.HandOver, pdf: a.PDF,
		})
	}
	if m.Personalisation != "" {
		v, err := pyjson.Parse([]byte(m.Personalisation))
		if err != nil {
			return nil, errors.New("its personalisation is not JSON")
		}
		n.personalisation, _ = v.(*pyjson.Object)
	}
	switch m.Type {
	case MessageTypeSMS:
		if m.Phone == nil {
			return nil, errors.New("it has no phone number")
		}
		n.phone = *m.Phone
	case MessageTypeLetter:
		n.letter = &letterFile{}
		if version.template.hidden {
			n.letter = newLetterFile(m.PDF)
		}
	}
	return n, nil
}

func checkStatus(s Status) error {
	if !slices.Contains(statuses[:], s) {
		return fmt.Errorf("%q is no status of a message", s)
	}
	return nil
}

// version finds the version of a template that a message has.
func (r *recalled) version(m recalledMessage, then *settings) (*templateVersion, error) {
	id, err := uuid.Parse(m.Template.ID)
	if err != nil {
		return nil, errors.New("its template has no id")
	}
	if m.Template.Hidden && m.Type != MessageTypeLetter {
		return nil, errors.New("only a letter is a PDF")
	}
	if m.Template.Inline != nil {
		return r.inline(id, m)
	}
	t := then.templates.byID[id]
	if m.Template.Hidden {
		t = then.templates.precompiled
	}
	if t != nil && t.id == id && t.kind == m.Type {
		for _, v := range t.versions {
			if v.Version == m.Template.Version {
				return v, nil
			}
		}
	}
	return nil, errors.New("its template is missing")
}

// inline makes the version of a template that stands in the message. The same one is made once.
func (r *recalled) inline(id uuid.UUID, m recalledMessage) (*templateVersion, error) {
	written, err := json.Marshal([]any{m.Type, m.Template})
	if err != nil {
		return nil, err
	}
	if v := r.templates[string(written)]; v != nil {
		return v, nil
	}
	t := &template{id: id, kind: m.Type, hidden: m.Template.Hidden}
	t.add(*m.Template.Inline)
	r.templates[string(written)] = t.current()
	return t.current(), nil
}
