package notify

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

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
	if query, err := url.ParseQuery(x.request.URL.RawQuery); err == nil {
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

// in reports whether a text holds one of them: as a word if it is short, anywhere if it is not. What is shorter than
// three characters tells nobody anything.
func (p privateTexts) in(text string) bool {
	const short, long = 3, 6
	text = strings.ToLower(text)
	for _, private := range p {
		if len(private) >= long && strings.Contains(text, private) || len(private) >= short && holdsWord(text, private) {
			return true
		}
	}
	return false
}

func holdsWord(text, word string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(word)
		before, _ := utf8.DecodeLastRuneInString(text[:start])
		after, _ := utf8.DecodeRuneInString(text[end:])
		if !isWordRune(before) && !isWordRune(after) {
			return true
		}
		from = end
	}
}

func isWordRune(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}
