package simulator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/recipient"
	"github.com/notifykit/notify/simulator/internal/ids"
	"github.com/notifykit/notify/simulator/internal/werkzeug"
)

// Aim says which requests a fault is for. All conditions have to hold. The zero Aim matches every request. Methods add
// a condition and return a new Aim; they do not change the old one.
//
// What a send is about stands in its body. Without a valid token, a body of more than 64 KiB is not looked into.
type Aim struct {
	operations []Operation
	wants      []want
}

// want is a condition.
type want struct {
	of    subjectPart
	value string // as it is compared
	shown string // as it was given
}

// On matches requests for any of these operations; without operations, every request.
func On(operations ...Operation) Aim { return Aim{operations: slices.Clone(operations)} }

// OnSend matches sends of every type.
func OnSend() Aim { return On(OperationSendSMS, OperationSendEmail, OperationSendLetter) }

// To matches requests about messages to a recipient, in any spelling: sends, and requests with the id of such a
// message. For a letter, give the lines of the address.
func (a Aim) To(to string) Aim { return a.and(aboutRecipient, comparableTo(to), to) }

// Template matches requests about the template with this id: sends, requests with the id of a message, and requests for
// the template itself.
func (a Aim) Template(id string) Aim { return a.and(aboutTemplate, comparableID(id), id) }

// Reference matches requests about messages with this reference: sends, requests with the id of such a message, and
// lists filtered by the reference.
func (a Aim) Reference(reference string) Aim { return a.and(aboutReference, reference, reference) }

// Service matches requests whose token names the service with this id, whether the token is valid or not.
func (a Aim) Service(id string) Aim { return a.and(aboutService, comparableID(id), id) }

func (a Aim) and(of subjectPart, value, shown string) Aim {
	a.wants = append(slices.Clip(a.wants), want{of, value, shown})
	return a
}

// String describes the aim.
func (a Aim) String() string {
	var b strings.Builder
	switch {
	case len(a.operations) == 0:
		b.WriteString("any request")
	case slices.Equal(a.operations, OnSend().operations):
		b.WriteString("any send")
	default:
		for i, o := range a.operations {
			if i > 0 {
				b.WriteString(" or ")
			}
			b.WriteString(string(o))
		}
	}
	for _, w := range a.wants {
		fmt.Fprintf(&b, ", %s %q", [...]string{"to", "template", "reference", "service"}[w.of], w.shown)
	}
	return b.String()
}

// subjectPart is one of the things that a request can be about.
type subjectPart int

const (
	aboutRecipient subjectPart = iota
	aboutTemplate
	aboutReference
	aboutService
	subjectParts
)

// subject is what a request is about; nil where it does not say.
type subject [subjectParts]*string

func (s *subject) set(part subjectPart, value string) { s[part] = &value }

// sight compares one request with any number of aims. It reads no more of the request than they need.
type sight struct {
	sim     *Simulator
	x       *exchange
	subject *subject // nil until it is needed
}

func (s *sight) meets(a *Aim) bool {
	if len(a.operations) > 0 {
		if s.x.operation == "" {
			s.x.operation = findOperation(s.x.method, s.x.path)
		}
		if !slices.Contains(a.operations, s.x.operation) {
			return false
		}
	}
	if len(a.wants) > 0 && s.subject == nil {
		s.look()
	}
	for i := range a.wants {
		if is := s.subject[a.wants[i].of]; is == nil || *is != a.wants[i].value {
			return false
		}
	}
	return true
}

// look finds out what the request is about, and reads the body of a send for that.
func (s *sight) look() {
	s.subject = &subject{}
	if t, f := readToken(s.x.header); f == nil {
		if issuer, ok := t.Issuer(); ok {
			s.subject.set(aboutService, comparableID(issuer))
		}
	}
	ep := findEndpoint("/" + strings.TrimLeft(s.x.path, "/"))
	if ep == nil {
		return
	}
	switch ep.operationOf(s.x.method) {
	case OperationSendSMS, OperationSendEmail, OperationSendLetter:
		if !s.mayRead(s.x.incoming.ContentLength) {
			return
		}
		if s.x.readAhead(); !s.mayRead(int64(len(s.x.body))) {
			return
		}
		if v, err := pyjson.Parse(s.x.body); err == nil {
			if fields, ok := v.(*pyjson.Object); ok {
				s.subject.readSend(fields)
			}
		}
	case OperationRead, OperationPDF:
		if len(ep.args) > 0 {
			s.readMessage(ep.args[0])
		}
	case OperationTemplate, OperationPreview:
		s.subject.set(aboutTemplate, comparableID(ep.args[0]))
	case OperationList:
		if reference, ok := get[string](werkzeug.ParseQuery(s.x.rawQuery).Object(nil), "reference"); ok {
			s.subject.set(aboutReference, reference)
		}
	}
}

// mayRead reports whether a body of that size, or -1, is small or comes from somebody with a key. Otherwise a fault
// would let anybody who reaches the port fill the memory: parsed, a body can take 30 times its size.
func (s *sight) mayRead(size int64) bool {
	if size <= smallBody {
		return true
	}
	_, f := s.sim.authenticate(s.x)
	return f == nil
}

func (s *subject) readSend(fields *pyjson.Object) {
	for _, name := range []string{"phone_number", "email_address"} {
		if to, ok := get[string](fields, name); ok {
			s.set(aboutRecipient, comparableTo(to))
		}
	}
	if id, ok := get[string](fields, "template_id"); ok {
		s.set(aboutTemplate, comparableID(id))
	}
	if reference, ok := get[string](fields, "reference"); ok {
		s.set(aboutReference, reference)
	}
	if personalisation, ok := get[*pyjson.Object](fields, "personalisation"); ok && s[aboutRecipient] == nil {
		s.set(aboutRecipient, comparableAddress(recipient.AddressFrom(personalisation)))
	}
}

func get[T any](fields *pyjson.Object, name string) (T, bool) {
	v, _ := fields.Get(name)
	typed, ok := v.(T)
	return typed, ok
}

func (s *sight) readMessage(id string) {
	for _, svc := range s.sim.Services() {
		n := svc.find(id)
		if n == nil {
			continue
		}
		s.subject.set(aboutRecipient, comparableTo(n.to))
		s.subject.set(aboutTemplate, n.template.template.id.String())
		if n.Referenced {
			s.subject.set(aboutReference, n.Reference)
		}
	}
}

// comparableTo returns the same string for all spellings of a recipient.
func comparableTo(to string) string {
	if strings.Contains(to, "\n") {
		return comparableAddress(to)
	}
	return normalised(to)
}

func comparableAddress(lines string) string {
	address, err := recipient.ParseAddress(lines)
	if err != nil {
		return lines
	}
	return strings.ToLower(strings.Join(address.Lines, "\n"))
}

func comparableID(id string) string {
	if u, ok := ids.Parse(id); ok {
		return u.String()
	}
	return id
}
