package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"math"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/notifykit/notify/internal/document"
	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/simulator/internal/ids"
	"github.com/notifykit/notify/simulator/internal/pyint"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// leeway is how far a caller's clock may be off, in seconds.
const leeway = 30

// identity is who calls: a service, by one of its keys.
type identity struct {
	service *Service
	key     *apiKey
}

// authenticate checks the token of a request, in the order of the real service: form, issuer, service, then each key.
func (s *Simulator) authenticate(h http.Header) (identity, *wire.Failure) {
	// The server in front of the application cuts blanks off the ends of a header, and joins those of one name.
	header := strings.Trim(strings.Join(h["Authorization"], ","), " \t")
	if header == "" {
		return identity{}, wire.TokenMissing
	}
	const scheme = "bearer "
	if len(header) < len(scheme) || !strings.EqualFold(header[:len(scheme)], scheme) {
		return identity{}, wire.BearerMissing
	}
	t, f := readToken(header[len(scheme):])
	if f != nil {
		return identity{}, f
	}
	issuer, ok := t.claims.Get("iss")
	if !ok {
		return identity{}, wire.IssuerMissing
	}
	issuerText, _ := issuer.(string)
	id, ok := ids.Parse(issuerText)
	if !ok {
		return identity{}, wire.IssuerInvalid
	}
	svc := s.service(id)
	if svc == nil {
		return identity{}, wire.ServiceNotFound
	}
	keys, active := svc.usableKeys(s.now())
	switch {
	case len(keys) == 0:
		return identity{}, wire.KeysMissing
	case !active:
		return identity{}, wire.ServiceArchived
	}
	now := time.Now() // a caller lives by its own clock, whatever the simulator's shows
	for i := range keys {
		key := &keys[i]
		switch verdict, f := t.verify(key.secret, now); {
		case f != nil:
			return identity{}, f
		case !verdict:
			continue
		case !key.revokedAt.IsZero():
			return identity{}, wire.KeyRevoked
		}
		return identity{svc, key}, nil
	}
	return identity{}, wire.KeyNotFound
}

// token is a JSON Web Token, decoded but not yet verified.
type token struct {
	signed    string // what the signature is about
	signature []byte
	header    *pyjson.Object
	claims    *pyjson.Object
}

func readToken(s string) (token, *wire.Failure) {
	s = oneCharacterAByte(s)
	last := strings.LastIndexByte(s, '.')
	if last < 0 {
		return token{}, wire.TokenInvalid
	}
	t := token{signed: s[:last]}
	head, payload, ok := strings.Cut(t.signed, ".")
	if !ok {
		return token{}, wire.TokenInvalid
	}
	header, ok := base64URL(head)
	if !ok {
		return token{}, wire.TokenInvalid
	}
	if t.header = jsonObject(header); t.header == nil {
		return token{}, wire.TokenInvalid
	}
	// With "b64" false the payload would have to come another way (RFC 7797), and none does.
	b64, _ := t.header.Get("b64")
	detached := b64 == false
	var claims []byte
	if claims, ok = base64URL(payload); !ok || detached && payload != "" {
		return token{}, wire.TokenInvalid
	}
	if t.signature, ok = base64URL(s[last+1:]); !ok {
		return token{}, wire.TokenInvalid
	}
	// Of what the header demands the real service does not think: it fails, before it looks at the payload.
	if !t.demandsPossible(detached) {
		return token{}, wire.Crash(wire.InvalidTokenError)
	}
	if t.claims = jsonObject(claims); t.claims == nil || detached {
		return token{}, wire.TokenInvalid
	}
	return t, nil
}

// demandsPossible checks "kid" and "crit", where PyJWT 2.13.0 understands "b64" alone (RFC 7515, 4.1.11).
func (t token) demandsPossible(detached bool) bool {
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
	b, err := document.Decode(strings.Map(func(r rune) rune {
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

// verify checks the token against one key. A token that is not this key's (false) may be another's; a failure ends the
// search.
func (t token) verify(secret string, now time.Time) (bool, *wire.Failure) {
	if alg, _ := t.header.Get("alg"); alg != "HS256" {
		return false, wire.AlgorithmNotHS256
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(t.signed))
	if !hmac.Equal(mac.Sum(nil), t.signature) {
		return false, nil
	}
	seconds := float64(now.UnixMicro()) / 1e6
	// An "iat" that is no number blames the clock; an "nbf" or "exp" that is none counts as another key's token.
	for _, check := range []struct {
		claim   string
		invalid *wire.Failure
		refuse  func(at float64) *wire.Failure
	}{
		{"iat", wire.ClockWrong, func(at float64) *wire.Failure { return failIf(at > seconds+leeway, wire.ClockWrong) }},
		{"nbf", nil, func(at float64) *wire.Failure { return failIf(at > seconds+leeway, wire.ClockWrong) }},
		{"exp", nil, func(at float64) *wire.Failure { return failIf(at <= seconds-leeway, wire.TokenInvalid) }},
	} {
		v, ok := t.claims.Get(check.claim)
		if !ok {
			continue
		}
		at, raised := pyint.Of(v)
		switch {
		case raised == pyint.ValueError && check.invalid != nil:
			return false, check.invalid
		case raised == pyint.ValueError:
			return false, nil
		case raised != "":
			return false, wire.Crash(wire.Class(raised))
		}
		if f := check.refuse(at); f != nil {
			return false, f
		}
	}
	if aud, _ := t.claims.Get("aud"); pyjson.Truthy(aud) {
		return false, wire.TokenInvalid
	}
	for _, claim := range []string{"sub", "jti"} {
		if v, ok := t.claims.Get(claim); ok {
			if _, isText := v.(string); !isText {
				return false, wire.TokenInvalid
			}
		}
	}
	iat, ok := t.claims.Get("iat")
	if !ok {
		return false, nil
	}
	at, _ := pyint.Of(iat)
	if whole := math.Floor(seconds); whole > at+leeway || at > whole+leeway {
		return false, wire.ClockWrong
	}
	return true, nil
}
