// Package token reads and verifies JSON Web Tokens as GOV.UK Notify does, with the quirks of its library, PyJWT 2.13.0.
package token

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/notifykit/notify/internal/pybase64"
	"github.com/notifykit/notify/internal/pyjson"
)

// Token is a JSON Web Token, decoded but not yet verified.
type Token struct {
	signed    string // what the signature is about
	signature []byte
	header    *pyjson.Object
	claims    *pyjson.Object
}

// Read decodes a token, as it stands in a header. Its verdict is [Unverified], or what is wrong with it already.
func Read(s string) (Token, Verdict) {
	s = oneCharacterAByte(s)
	last := strings.LastIndexByte(s, '.')
	if last < 0 {
		return Token{}, Malformed
	}
	t := Token{signed: s[:last]}
	head, payload, ok := strings.Cut(t.signed, ".")
	if !ok {
		return Token{}, Malformed
	}
	header, ok := base64URL(head)
	if !ok {
		return Token{}, Malformed
	}
	if t.header = jsonObject(header); t.header == nil {
		return Token{}, Malformed
	}
	// With "b64" false the payload would have to come another way (RFC 7797), and none does.
	b64, _ := t.header.Get("b64")
	detached := b64 == false
	var claims []byte
	if claims, ok = base64URL(payload); !ok || detached && payload != "" {
		return Token{}, Malformed
	}
	if t.signature, ok = base64URL(s[last+1:]); !ok {
		return Token{}, Malformed
	}
	// The real service does not expect demands in a header: it crashes over them, before it looks at the payload.
	if !t.demandsPossible(detached) {
		return Token{}, RaisedInvalidTokenError
	}
	if t.claims = jsonObject(claims); t.claims == nil || detached {
		return Token{}, Malformed
	}
	return t, Unverified
}

// Issuer is who says to have made the token, empty if that is no text; false if nobody does.
func (t Token) Issuer() (string, bool) {
	v, ok := t.claims.Get("iss")
	issuer, _ := v.(string)
	return issuer, ok
}

// demandsPossible checks "kid" and "crit", where PyJWT 2.13.0 understands "b64" alone (RFC 7515, 4.1.11).
func (t Token) demandsPossible(detached bool) bool {
	if kid, ok := t.header.Get("kid"); ok {
		if _, isText := kid.(string); !isText {
			return false
		}
	}
	crit, ok := t.header.Get("crit")
	if !ok {
		return !detached // which has to stand in "crit"
	}
	list, _ := crit.([]any)
	for _, name := range list {
		if name != any("b64") {
			return false
		}
	}
	return len(list) > 0 && t.header.Has("b64")
}

func jsonObject(b []byte) *pyjson.Object {
	v, err := pyjson.Parse(b)
	if err != nil {
		return nil
	}
	o, _ := v.(*pyjson.Object)
	return o
}

// base64URL decodes as the library behind Notify does: padding is added, characters outside the alphabet are dropped.
func base64URL(s string) ([]byte, bool) {
	if b, err := base64.RawURLEncoding.DecodeString(s); err == nil {
		return b, true // as nearly every token is
	}
	if n := len(s) % 4; n > 0 {
		s += "===="[n:]
	}
	b, err := pybase64.Decode(strings.Map(func(r rune) rune {
		switch {
		case r == '-':
			return '+'
		case r == '_':
			return '/'
		case r >= utf8.RuneSelf:
			return '*' // foreign to the alphabet, like the character, which a text to decode may not hold
		}
		return r
	}, s))
	return b, err == nil
}

// oneCharacterAByte is a header as the real service gets to see it: its server takes each byte for a character.
func oneCharacterAByte(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		return s // as nearly every token is
	}
	var b strings.Builder
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}
