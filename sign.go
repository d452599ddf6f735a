package notify

import (
	"sync/atomic"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// signer makes the tokens of a key. Notify accepts a token for 30 seconds only ("GOV.UK Notify API documentation,
// Authorisation header").
type signer struct {
	key     Key
	current atomic.Pointer[token]
}

// A token is the same for a whole second, since its time claim is in seconds, and so is made once a second.
type token struct {
	second int64
	header func() []string // hidden like a secret
}

// authorisation gives the value of the Authorization header. Two goroutines meeting at the turn of a second may both
// sign, which costs microseconds and no lock.
func (s *signer) authorisation(now int64) []string {
	if t := s.current.Load(); t != nil && t.second == now {
		return t.header()
	}
	claims := jwt.RegisteredClaims{Issuer: s.key.ServiceID(), IssuedAt: jwt.NewNumericDate(time.Unix(now, 0))}
	// Fails for keys that are no bytes, and for claims that are no JSON.
	signed, _ := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString([]byte(s.key.parts.secret()))
	header := []string{"Bearer " + signed}
	t := &token{second: now, header: func() []string { return header }}
	s.current.Store(t)
	return header
}
