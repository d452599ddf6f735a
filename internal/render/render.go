package render

import (
	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/render/placeholder"
	"github.com/notifykit/notify/internal/render/sms"
)

// Values is a message's personalisation. Names are compared by their [Key].
type Values = placeholder.Values

// NewValues indexes a personalisation object; nil stands for none.
func NewValues(personalisation *pyjson.Object) Values { return placeholder.NewValues(personalisation) }

// Key is what two spellings of a placeholder's name have in common.
func Key(name string) string { return placeholder.Key(name) }

// TextMessage is a text message, rendered once.
type TextMessage = sms.Message

// SMS renders a text message, with the name of the service before it if there is one.
func SMS(body string, v Values, service string) (TextMessage, error) {
	return sms.Render(body, v, service)
}

// MaxSMSLength is how long a text message may be. See [TextMessage.Length].
const MaxSMSLength = sms.MaxLength
