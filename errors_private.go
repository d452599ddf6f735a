package notify

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// knownClasses are the classes that the real service was seen to give. Their words are fixed.
var knownClasses = map[string]bool{
	"AuthError": true, "BadRequestError": true, "ValidationError": true, "InvalidPhoneError": true,
	"InvalidEmailError": true, "RateLimitError": true, "TooManyRequestsError": true, "NoResultFound": true,
	"DataError": true, "PDFNotReadyError": true, "KeyError": true, "TypeError": true, "ValueError": true,
	"UnicodeEncodeError": true, "InvalidTokenError": true, "SoftEventletTimeout": true,
}

// privateTexts are what a request held that no error may repeat, in lower case: recipients, references,
// personalisation, the token and the secret. A peer can put any of them into an answer, and into one that looks like
// Notify's.
type privateTexts []string

// publicFields are the fields that say nothing about a person, and whose values Notify quotes in its messages.
var publicFields = map[string]bool{
	"template_id": true, "sms_sender_id": true, "email_reply_to_id": true, "sanitise_content_for": true, "postage": true,
}

// private collects them. It is called when something went wrong, and so may take its time.
func (x *call) private() privateTexts {
	var p privateTexts
	dec := json.NewDecoder(bytes.NewReader(x.body))
	dec.UseNumber()
	var fields map[string]any
	if dec.Decode(&fields) == nil {
		for name, value := range fields {
			if !publicFields[name] {
				p.collect(value)
			}
		}
	}
	if query, err := url.ParseQuery(x.query); err == nil {
		p.collect(query.Get("reference"))
	}
	p.collect(x.client.key.parts.secret())
	for _, token := range x.authorisation {
		for part := range strings.SplitSeq(strings.TrimPrefix(token, "Bearer "), ".") {
			p.collect(part)
		}
	}
	return p
}

func (p *privateTexts) collect(value any) {
	switch v := value.(type) {
	case string:
		*p = append(*p, strings.ToLower(v))
	case json.Number:
		*p = append(*p, v.String())
	case []any:
		for _, item := range v {
			p.collect(item)
		}
	case map[string]any:
		for _, item := range v {
			p.collect(item)
		}
	}
}

// in reports whether a text holds a piece of one of them: a whole word of three letters or digits and more, or six in a
// row, whatever stands between them.
func (p privateTexts) in(text string) bool {
	if p == nil || text == "" {
		return false
	}
	const short, long, most = 3, 6, 64 << 10 // beyond that it is a file
	words := strings.FieldsFunc(strings.ToLower(text), isPunctuation)
	plain := strings.Join(words, "")
	for _, private := range p {
		parts := strings.FieldsFunc(private[:min(len(private), most)], isPunctuation)
		for _, part := range parts {
			if len(part) >= short && slices.Contains(words, part) {
				return true
			}
		}
		whole := strings.Join(parts, "")
		for i := range max(len(plain)-long+1, 0) {
			if strings.Contains(whole, plain[i:i+long]) {
				return true
			}
		}
	}
	return false
}

func isPunctuation(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
