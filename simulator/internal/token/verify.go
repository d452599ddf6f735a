package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"math"
	"time"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/simulator/internal/pyint"
)

// Verdict is the result of reading or verifying a token.
type Verdict int

// The verdicts. Those that begin with Raised are exceptions that the real service does not catch.
const (
	Unverified Verdict = iota // not checked against a key yet
	Valid
	OtherKey // not signed with this key, perhaps with another
	Malformed
	AlgorithmNotHS256
	ClockWrong // made too early or too late
	Expired
	ClaimInvalid
	RaisedInvalidTokenError
	RaisedTypeError
	RaisedOverflowError
)

// leeway is how far a caller's clock may be off, in seconds.
const leeway = 30

// Verify checks the token against one key, in the real service's order. Another key is worth trying only after
// [OtherKey].
func (t Token) Verify(secret string, now time.Time) Verdict {
	if alg, _ := t.header.Get("alg"); alg != "HS256" {
		return AlgorithmNotHS256
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(t.signed))
	if !hmac.Equal(mac.Sum(nil), t.signature) {
		return OtherKey
	}
	seconds := float64(now.UnixMicro()) / 1e6
	early := func(at float64) bool { return at > seconds+leeway }
	late := func(at float64) bool { return at <= seconds-leeway }
	// An "iat" that is not a number is reported as a wrong clock, an "nbf" or "exp" as another key's token.
	for _, check := range []struct {
		claim            string
		notNumber, wrong Verdict
		refused          func(at float64) bool
	}{
		{"iat", ClockWrong, ClockWrong, early},
		{"nbf", OtherKey, ClockWrong, early},
		{"exp", OtherKey, Expired, late},
	} {
		v, ok := t.claims.Get(check.claim)
		if !ok {
			continue
		}
		at, raised := pyint.Of(v)
		switch {
		case raised == pyint.ValueError:
			return check.notNumber
		case raised == pyint.TypeError:
			return RaisedTypeError
		case raised == pyint.OverflowError:
			return RaisedOverflowError
		case check.refused(at):
			return check.wrong
		}
	}
	if aud, _ := t.claims.Get("aud"); pyjson.Truthy(aud) {
		return ClaimInvalid
	}
	for _, claim := range []string{"sub", "jti"} {
		if v, ok := t.claims.Get(claim); ok {
			if _, isText := v.(string); !isText {
				return ClaimInvalid
			}
		}
	}
	iat, ok := t.claims.Get("iat")
	if !ok {
		return OtherKey
	}
	at, _ := pyint.Of(iat)
	if whole := math.Floor(seconds); whole > at+leeway || at > whole+leeway {
		return ClockWrong
	}
	return Valid
}
