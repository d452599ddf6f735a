package simulator

import (
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"strings"
)

// redacted stands where a secret was.
const redacted = "[redacted]"

// secrets finds keys and tokens in texts.
type secrets []string // of all keys, in each spelling, in lower case

func (s *Simulator) secrets() (all secrets) {
	for _, svc := range s.Services() {
		svc.with(func(st *settings) {
			for _, k := range st.keys {
				secret := strings.ToLower(k.secret)
				all = append(all, secret, strings.ReplaceAll(secret, "-", ""))
			}
		})
	}
	return all
}

// Redact puts "[redacted]" in place of every key of a service, and of every token that its callbacks have now, in a
// text for people to read.
func (s *Simulator) Redact(text string) string {
	hidden := s.secrets()
	for _, svc := range s.Services() {
		svc.at(func(st *state) {
			for _, to := range st.callbacks.to {
				if to != nil {
					hidden = append(hidden, lowerCase(to.BearerToken), lowerCase(almost(to.BearerToken)))
				}
			}
		})
	}
	return hidden.redactKeys(text)
}

// tokens are JSON Web Tokens: what begins like a JSON object in base64.
var tokens = regexp.MustCompile(`ey[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_=-]*`)

// redact removes keys, including those of no service here, and tokens from a text.
func (all secrets) redact(text string) string {
	text = all.redactKeys(text)
	if strings.Count(text, "-") >= 9 {
		text = twoUUIDs.ReplaceAllString(text, redacted)
	}
	return tokens.ReplaceAllString(text, redacted)
}

// redactKeys takes out of a text what is one of these secrets.
func (all secrets) redactKeys(text string) string {
	lower := lowerCase(text)
	for _, secret := range all {
		if strings.Contains(lower, secret) {
			text = without(text, lower, secret)
			lower = lowerCase(text)
		}
	}
	return text
}

// without removes a secret from a text, whose lower case is lower.
func without(text, lower, secret string) string {
	var b strings.Builder
	for {
		at := strings.Index(lower, secret)
		if at < 0 {
			return b.String() + text
		}
		b.WriteString(text[:at] + redacted)
		text, lower = text[at+len(secret):], lower[at+len(secret):]
	}
}

// lowerCase changes ASCII alone, so that the text keeps its length.
func lowerCase(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// value is redact for a short text. If the text holds a secret in an encoded form, all of it is removed.
func (all secrets) value(text string) string {
	if shown := all.redact(text); shown != text {
		return shown
	}
	for _, plain := range decoded(text) {
		if all.redact(plain) != plain {
			return redacted
		}
	}
	return text
}

// decoded returns what a text holds in percent-encoding and base64.
func decoded(text string) (plain []string) {
	for range 4 { // a proxy may escape what was escaped already
		// A slash may occur in base64, but not in that of a key.
		for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(" ,;=:&?/", r) }) {
			for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
				if b, err := encoding.DecodeString(word); err == nil {
					plain = append(plain, string(b))
				}
			}
		}
		unescaped := unescape(text)
		if unescaped == text {
			break
		}
		plain, text = append(plain, unescaped), unescaped
	}
	return plain
}

// unescape decodes percent-encoding. It leaves percent signs that escape nothing, where package net/url gives up.
func unescape(s string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(s, "%")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		if c, err := hex.DecodeString(after[:min(len(after), 2)]); err == nil && len(c) == 1 {
			b.WriteByte(c[0])
			after = after[2:]
		} else {
			b.WriteByte('%')
		}
		s = after
	}
}
