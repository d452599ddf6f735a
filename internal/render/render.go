package render

import (
	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/render/placeholder"
	"github.com/notifykit/notify/internal/render/sms"
)

// Values is a message's personalisation. Names are compared by their [Key].
type Values = placeholder.Values

// NewValues indexes a personalisation object, which may be nil.
func NewValues(personalisation *pyjson.Object) Values { return placeholder.NewValues(personalisation) }

// Key normalises a placeholder's name, so that two spellings of it compare as equal.
func Key(name string) string { return placeholder.Key(name) }

// TextMessage is a rendered text message.
type TextMessage = sms.Message

// SMS renders a text message. service is the name that goes in front of it, or empty.
func SMS(body string, v Values, service string) (TextMessage, error) {
	return sms.Render(body, v, service)
}

// MaxSMSLength is the greatest length of a text message. See [TextMessage.Length].
const MaxSMSLength = sms.MaxLength
