package simulator

import (
	"strings"

	"github.com/google/uuid"

	"github.com/notifykit/notify/internal/recipient"
	"github.com/notifykit/notify/simulator/internal/ids"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// senders are the names and numbers that texts come from, or the reply-to addresses of emails.
type senders []sender

type sender struct {
	id                  uuid.UUID
	value               string
	isDefault, archived bool
}

// find returns the value of the sender with that id, or of the default one if id is empty. The failure names the
// service and the field of the request.
func (list senders) find(id, field string, svc *Service) (string, *wire.Failure) {
	if id == "" {
		for _, s := range list {
			if s.isDefault {
				return s.value, nil
			}
		}
		return "", nil
	}
	u, ok := ids.Stored(id)
	if !ok {
		return "", wire.IDUnreadable
	}
	for _, s := range list {
		if s.id == u && !s.archived {
			return s.value, nil
		}
	}
	return "", wire.SenderNotFound(field, id, svc.ID())
}

// smsSender finds the sender of a text: the one named by id, or the default.
func (svc *Service) smsSender(id string) (string, *wire.Failure) {
	s, f := svc.profile().senders.find(id, "sms_sender_id", svc)
	if f != nil {
		return "", f
	}
	if phone, err := recipient.ParsePhone(s); err == nil {
		return phone.E164(), nil
	}
	return s, nil
}

// emailSender returns the address that an email comes from, and the one that replies go to: the one named by id, or the
// default. The second is not in any response, but it has to exist.
func (svc *Service) emailSender(id string) (from, replyTo string, f *wire.Failure) {
	p := svc.profile()
	if replyTo, f = p.replyTos.find(id, "email_reply_to_id", svc); f != nil {
		return "", "", f
	}
	return p.emailFrom + "@notifications.service.gov.uk", replyTo, nil
}

// emailLocalPart makes the sender's address from the service's name.
func emailLocalPart(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	return strings.Join(words, ".")
}
