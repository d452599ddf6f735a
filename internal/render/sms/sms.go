package sms

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/notifykit/notify/internal/render/placeholder"
	"github.com/notifykit/notify/internal/text"
)

// MaxLength is the greatest length of a message, in UTF-16 units and without the service's name. GOV.UK Notify API
// documentation, "Send a text message".
const MaxLength = 918

// Message is a rendered text message. Its methods compute their results on each call.
type Message struct {
	// Body is the message as the API shows it, without the service's name.
	Body string
	// plain is Body, and lead is what is delivered before it, both before they are reduced to the alphabet.
	plain, lead string
}

// Render renders a message. service is the name that goes in front of it, or empty. The only error is
// [text.ErrDecomposition], where the real service fails too; the message is complete even then.
//
// The rules for white space treat the name and the message as one string: a comma at the beginning of the message moves
// up to the colon, and line breaks there stay. So both are tidied together, and the body is the end of the result.
func Render(template string, v placeholder.Values, service string) (Message, error) {
	s, start := fill(template, v), 0
	if service != "" {
		name := text.Strip(service) + ": "
		s, start = name+s, len(name)
	}
	tidied, at := tidy(s, start)
	m := Message{plain: withoutMarks(tidied[at:]), lead: withoutMarks(tidied[:at])}
	var err error
	m.Body, err = text.Downgrade(m.plain, inAlphabet)
	return m, err
}

// Length returns the length that the service compares with [MaxLength].
func (m Message) Length() int { return Length(m.Body) }

// Delivered returns what the phone shows: the message with the service's name in front.
func (m Message) Delivered() string {
	if m.lead == "" {
		return m.Body
	}
	lead, _ := text.Downgrade(m.lead, inAlphabet)
	return lead + m.Body
}

// Replacement is a character outside the alphabet, and what is delivered in its place.
type Replacement struct{ From, To string }

// Replaced returns the characters that are outside the alphabet, each once, in the order of the message as it was
// typed, the service's name included.
func (m Message) Replaced() (all []Replacement) {
	for _, r := range m.lead + m.plain {
		from := string(r)
		if inAlphabet(r) || slices.ContainsFunc(all, func(other Replacement) bool { return other.From == from }) {
			continue
		}
		to, _ := text.Downgrade(from, inAlphabet)
		all = append(all, Replacement{from, to})
	}
	return all
}

// Fragments returns how many messages the networks carry and the service bills. The service's name counts.
func (m Message) Fragments() int {
	length := m.Length()
	extended, welsh := count(m.plain)
	if m.lead != "" {
		lead, _ := text.Downgrade(m.lead, inAlphabet)
		more, alsoWelsh := count(m.lead)
		length, extended, welsh = length+Length(lead), extended+more, welsh || alsoWelsh
	}
	if welsh {
		return parts(length, 70, 67)
	}
	return parts(length+extended, 160, 153)
}

// Length counts the UTF-16 units of a message in the alphabet, where each character is one unit.
func Length(message string) int { return utf8.RuneCountInString(message) }

// count counts the characters of GSM's extension, which take two places, up to the first Welsh letter, if there is one.
// It needs the message before it is reduced to the alphabet, because only Welsh letters that were typed lead to the
// shorter fragments.
func count(plain string) (extended int, welsh bool) {
	for _, r := range plain {
		switch r {
		case '^', '{', '}', '\\', '[', '~', ']', '|', '€':
			extended++
		default:
			if r >= 0x80 && strings.ContainsRune(welshLetters, r) {
				return extended, true
			}
		}
	}
	return extended, false
}

func parts(length, single, each int) int {
	if length <= single {
		return 1
	}
	return (length + each - 1) / each
}

// The alphabet of text messages: GSM 03.38 with its extension, and the Welsh letters that it lacks.
const (
	gsmBeyond    = "£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà€"
	welshLetters = "ÀÁÂÈÊËÌÍÎÏÒÓÔÙÚÛÝáâêëíîïóôúûýÿŴŵŶŷŸẀẁẂẃẄẅỲỳ"
)

func inAlphabet(r rune) bool {
	if r < 0x80 {
		return r >= ' ' && r != '`' && r != 0x7f || r == '\n' || r == '\r' || r == 0x1b
	}
	return strings.ContainsRune(gsmBeyond, r) || strings.ContainsRune(welshLetters, r)
}
