package render

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/notifykit/notify/internal/render/placeholder"
	"github.com/notifykit/notify/internal/text"
)

// MaxSMSLength is how long a text message may be, in UTF-16 units and without the service's name before it. GOV.UK
// Notify API documentation, "Send a text message".
const MaxSMSLength = 918

// Text is a text message.
type Text struct {
	// Body is what the phone shows, with the prefix.
	Body string
	// Length is that of Body in UTF-16 units, less the prefix.
	Length int
	// Fragments is how many messages the networks carry and the service bills.
	Fragments int
}

// SMS makes a text message. The prefix, the service's name, may be empty.
func SMS(body string, v Values, prefix string) Text {
	plain := smsText(body, v, prefix)
	var t Text
	t.Body, _ = text.Downgrade(plain, inSMSAlphabet)
	length := SMSLength(t.Body)
	t.Fragments = fragments(plain, length)
	t.Length = length
	if prefix != "" {
		shown, _ := text.Downgrade(prefix, inSMSAlphabet)
		t.Length = max(0, length-SMSLength(shown)-len(": "))
	}
	return t
}

// SMSBody is the text message as the API shows it: without the prefix. The error is [text.ErrDecomposition], which is
// the real service's too.
func SMSBody(body string, v Values) (string, error) {
	return text.Downgrade(smsText(body, v, ""), inSMSAlphabet)
}

// SMSFragments is how many fragments are billed. The prefix counts.
func SMSFragments(body string, v Values, prefix string) int {
	return SMS(body, v, prefix).Fragments
}

// SMSLength counts UTF-16 units, as the service does to compare with [MaxSMSLength].
func SMSLength(message string) int {
	n := 0
	for _, r := range message {
		n += utf16.RuneLen(r)
	}
	return n
}

// fragments takes the message before its reduction to the SMS alphabet, because only what was typed as one of the Welsh
// letters costs the shorter fragments; and the length after it.
func fragments(plain string, length int) int {
	extended := 0
	for _, r := range plain {
		switch {
		case r < 0x80 && strings.IndexByte(twoSeptets, byte(r)) < 0:
		case r < 0x80, r == '€':
			extended++
		case strings.ContainsRune(welsh, r):
			return parts(length, 70, 67)
		}
	}
	return parts(length+extended, 160, 153)
}

func parts(length, single, each int) int {
	if length <= single {
		return 1
	}
	return (length + each - 1) / each
}

// The alphabet of text messages: GSM 03.38 with its extension, and the Welsh letters that it lacks.
const (
	twoSeptets = `^{}\[~]|`
	gsmBeyond  = "£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà€"
	welsh      = "ÀÁÂÈÊËÌÍÎÏÒÓÔÙÚÛÝáâêëíîïóôúûýÿŴŵŶŷŸẀẁẂẃẄẅỲỳ"
)

func inSMSAlphabet(r rune) bool {
	if r < 0x80 {
		return r >= ' ' && r != '`' && r != 0x7f || r == '\n' || r == '\r' || r == 0x1b
	}
	return strings.ContainsRune(gsmBeyond, r) || strings.ContainsRune(welsh, r)
}

// unfilledMark stands for a placeholder in a message without any values. It takes part in the spacing, then vanishes,
// and so it does if somebody writes it: it is the real service's own.
const unfilledMark = "🇬🇧🐦✉️"

// smsText is the message before its reduction to the SMS alphabet: one space at most between words, one empty line at
// most between paragraphs.
func smsText(body string, v Values, prefix string) string {
	unfilled := func(written string) string { return written }
	if v.Empty() {
		unfilled = func(string) string { return unfilledMark }
	}
	s := placeholder.Field{Unfilled: unfilled}.Fill(body, v)
	if prefix != "" {
		s = text.Strip(prefix) + ": " + s
	}
	var b strings.Builder
	b.Grow(len(s))
	started, gap, lines := false, false, 0
	for i := 0; i < len(s); {
		c, size := rune(s[i]), 1
		if c >= 0x80 {
			c, size = utf8.DecodeRuneInString(s[i:])
		}
		end := i + size
		switch {
		case c == ' ' || c == '\t':
			for end < len(s) && (s[end] == ' ' || s[end] == '\t') {
				end++
			}
			// No space is left before a comma or a full stop.
			gap = gap || end == len(s) || s[end] != ',' && s[end] != '.'
		case text.IsLineBreak(c):
			if strings.HasPrefix(s[i:], "\r\n") {
				end++
			}
			lines++
		case text.IsSpace(c):
			gap = true
		case text.IsObscure(c):
		default:
			switch {
			case !started:
			case lines > 0:
				b.WriteString("\n\n"[:min(lines, 2)])
			case gap:
				b.WriteByte(' ')
			}
			started, gap, lines = true, false, 0
			b.WriteString(s[i:end])
		}
		i = end
	}
	return strings.ReplaceAll(b.String(), unfilledMark, "")
}
