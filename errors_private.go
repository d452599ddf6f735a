package notify

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// privateStrings are what a request held that no error may repeat, in lower case: recipients, references,
// personalisation, the token and the secret. A peer can put any of them into an answer, and into one that looks like
// Notify's.
type privateStrings []string

// publicFields are those that say nothing about a person, and whose values Notify quotes in its messages.
var publicFields = map[string]bool{
	"template_id": true, "sms_sender_id": true, "email_reply_to_id": true, "sanitise_content_for": true, "postage": true,
}

// privateStrings collects them. It is called only when something went wrong, and so may take its time.
func (x *call) privateStrings() privateStrings {
	var p privateStrings
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
	p.collect(x.signer.key.parts.secret())
	for _, token := range x.authorisation {
		for part := range strings.SplitSeq(strings.TrimPrefix(token, "Bearer "), ".") {
			p.collect(part)
		}
	}
	return p
}

func (p *privateStrings) collect(value any) {
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

// in reports whether what is to be printed holds a piece of one of them: a whole word of at least three letters or
// digits, or six of these in a row, whatever stands between them.
func (p privateStrings) in(printed string) bool {
	if p == nil || printed == "" {
		return false
	}
	const short, long, most = 3, 6, 64 << 10 // beyond that it is a file
	words := strings.FieldsFunc(strings.ToLower(printed), isPunctuation)
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
