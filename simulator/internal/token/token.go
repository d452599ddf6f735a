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
	signed    string // the signed part: header and payload
	signature []byte
	header    *pyjson.Object
	claims    *pyjson.Object
}

// Read decodes a token from an Authorization header. The verdict is [Unverified] if nothing is wrong so far.
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
	// With "b64" false the payload would have to come outside the token (RFC 7797), and Notify has no way for that.
	b64, _ := t.header.Get("b64")
	detached := b64 == false
	var claims []byte
	if claims, ok = base64URL(payload); !ok || detached && payload != "" {
		return Token{}, Malformed
	}
	if t.signature, ok = base64URL(s[last+1:]); !ok {
		return Token{}, Malformed
	}
	// The real service crashes on these demands in a header, before it parses the payload.
	if !t.demandsPossible(detached) {
		return Token{}, RaisedInvalidTokenError
	}
	if t.claims = jsonObject(claims); t.claims == nil || detached {
		return Token{}, Malformed
	}
	return t, Unverified
}

// Issuer returns the "iss" claim, empty if it is not a string, and whether the token has one.
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
		return !detached // "b64" has to be listed in "crit"
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

// base64URL decodes as PyJWT does: it adds padding, and drops characters outside the alphabet.
func base64URL(s string) ([]byte, bool) {
	if b, err := base64.RawURLEncoding.DecodeString(s); err == nil {
		return b, true // the usual case
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
			return '*' // outside the alphabet, and so dropped; pybase64 refuses non-ASCII
		}
		return r
	}, s))
	return b, err == nil
}

// oneCharacterAByte is a header as the real service sees it: its server treats each byte as a character.
func oneCharacterAByte(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		return s // the usual case
	}
	var b strings.Builder
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}
