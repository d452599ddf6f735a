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
)

// leeway is how far a caller's clock may be off, in seconds.
const leeway = 30

// identity is who calls: a service, by one of its keys.
type identity struct {
	service *Service
	key     *apiKey
}

// authenticate checks the token of a request, in the order of the real service: form, issuer, service, then each key.
func (s *Simulator) authenticate(h http.Header) (identity, *failure) {
	// The server in front of the application cuts blanks off the ends of a header, and joins those of one name.
	header := strings.Trim(strings.Join(h["Authorization"], ","), " \t")
	if header == "" {
		return identity{}, noToken
	}
	const scheme = "bearer "
	if len(header) < len(scheme) || !strings.EqualFold(header[:len(scheme)], scheme) {
		return identity{}, noBearer
	}
	t, f := readToken(header[len(scheme):])
	if f != nil {
		return identity{}, f
	}
	issuer, ok := t.claims.Get("iss")
	if !ok {
		return identity{}, noIssuer
	}
	issuerText, _ := issuer.(string)
	id, ok := parseUUID(issuerText)
	if !ok {
		return identity{}, badIssuer
	}
	svc := s.service(id)
	if svc == nil {
		return identity{}, noService
	}
	keys, active := svc.usableKeys(s.now())
	switch {
	case len(keys) == 0:
		return identity{}, noKeys
	case !active:
		return identity{}, archived
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
			return identity{}, keyRevoked
		}
		return identity{svc, key}, nil
	}
	return identity{}, keyNotFound
}

// token is a JSON Web Token, decoded but not yet verified.
type token struct {
	signed    string // what the signature is about
	signature []byte
	header    *pyjson.Object
	claims    *pyjson.Object
}

func readToken(s string) (token, *failure) {
	s = oneCharacterAByte(s)
	last := strings.LastIndexByte(s, '.')
	if last < 0 {
		return token{}, badToken
	}
	t := token{signed: s[:last]}
	head, payload, ok := strings.Cut(t.signed, ".")
	if !ok {
		return token{}, badToken
	}
	header, ok := base64URL(head)
	if !ok {
		return token{}, badToken
	}
	if t.header = jsonObject(header); t.header == nil {
		return token{}, badToken
	}
	// With "b64" false the payload would have to come another way (RFC 7797), and none does.
	b64, _ := t.header.Get("b64")
	detached := b64 == false
	var claims []byte
	if claims, ok = base64URL(payload); !ok || detached && payload != "" {
		return token{}, badToken
	}
	if t.signature, ok = base64URL(s[last+1:]); !ok {
		return token{}, badToken
	}
	// Of what the header demands the real service does not think: it fails, before it looks at the payload.
	if !t.demandsPossible(detached) {
		return token{}, crash(classInvalidToken)
	}
	if t.claims = jsonObject(claims); t.claims == nil || detached {
		return token{}, badToken
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
func (t token) verify(secret string, now time.Time) (bool, *failure) {
	if alg, _ := t.header.Get("alg"); alg != "HS256" {
		return false, badAlgorithm
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
		invalid *failure
		refuse  func(at float64) *failure
	}{
		{"iat", badClock, func(at float64) *failure { return failIf(at > seconds+leeway, badClock) }},
		{"nbf", nil, func(at float64) *failure { return failIf(at > seconds+leeway, badClock) }},
		{"exp", nil, func(at float64) *failure { return failIf(at <= seconds-leeway, badToken) }},
	} {
		v, ok := t.claims.Get(check.claim)
		if !ok {
			continue
		}
		at, class := pythonInt(v)
		switch {
		case class == classValueError && check.invalid != nil:
			return false, check.invalid
		case class == classValueError:
			return false, nil
		case class != "":
			return false, crash(class)
		}
		if f := check.refuse(at); f != nil {
			return false, f
		}
	}
	if aud, _ := t.claims.Get("aud"); pyjson.Truthy(aud) {
		return false, badToken
	}
	for _, claim := range []string{"sub", "jti"} {
		if v, ok := t.claims.Get(claim); ok {
			if _, isText := v.(string); !isText {
				return false, badToken
			}
		}
	}
	iat, ok := t.claims.Get("iat")
	if !ok {
		return false, nil
	}
	at, _ := pythonInt(iat)
	if whole := math.Floor(seconds); whole > at+leeway || at > whole+leeway {
		return false, badClock
	}
	return true, nil
}

func failIf(condition bool, f *failure) *failure {
	if condition {
		return f
	}
	return nil
}
