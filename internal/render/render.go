// Package render makes the texts of messages out of templates and personalisation, as GOV.UK Notify does:
// placeholders, the alphabet of text messages, the Markdown dialect of emails and letters, typography.
//
// Everything is a pure function, and takes time linear in its input: templates and values may be hostile.
package render

import (
	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/render/placeholder"
)

// Values is a message's personalisation. Names are compared by their [Key].
type Values = placeholder.Values

// NewValues indexes a personalisation object; nil stands for none.
func NewValues(personalisation *pyjson.Object) Values { return placeholder.NewValues(personalisation) }

// Key is what two spellings of a placeholder's name have in common.
func Key(name string) string { return placeholder.Key(name) }
