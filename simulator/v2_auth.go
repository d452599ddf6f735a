package simulator

import (
	"net/http"
	"strings"
	"time"

	"github.com/notifykit/notify/simulator/internal/ids"
	"github.com/notifykit/notify/simulator/internal/token"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// identity is the caller: a service, by one of its keys.
type identity struct {
	service *Service
	key     *apiKey
}

// authenticated wraps a handler of the API proper, and checks the token first. args replace the variable parts of the
// path.
func authenticated(h func(*Simulator, *call) (*response, *wire.Failure), args ...string) handler {
	return func(s *Simulator, c *call) *response {
		id, f := s.authenticate(c.exchange)
		if f != nil {
			return refuse(f)
		}
		c.service, c.key = id.service, id.key
		if c.receive != nil && c.method == http.MethodPost { // not before: an unauthorised caller's body is not read
			if c.body, f = c.receive(); f != nil {
				return refuse(f)
			}
		}
		if args != nil {
			c.args = args
		}
		resp, f := h(s, c)
		if f != nil {
			return refuse(f)
		}
		return resp
	}
}

// authenticate checks the token of a request, in the order of the real service: form, issuer, service, then each key.
func (s *Simulator) authenticate(x *exchange) (identity, *wire.Failure) {
	t, f := readToken(x.header)
	if f != nil {
		return identity{}, f
	}
	issuer, ok := t.Issuer()
	if !ok {
		return identity{}, wire.IssuerMissing
	}
	id, ok := ids.Parse(issuer)
	if !ok {
		return identity{}, wire.IssuerInvalid
	}
	svc := s.registry.service(id)
	if svc == nil {
		return identity{}, wire.ServiceNotFound
	}
	var keys []apiKey
	var archived bool
	svc.at(func(st *state) { keys, archived = st.keys.usable(st.now), st.terms.archived })
	switch {
	case len(keys) == 0:
		return identity{}, wire.KeysMissing
	case archived:
		return identity{}, wire.ServiceArchived
	}
	now := time.Now().Add(x.skew) // callers make tokens by their own clock, not the simulator's
	for i := range keys {
		key := &keys[i]
		switch verdict := t.Verify(key.secret, now); {
		case verdict == token.OtherKey:
			continue
		case verdict != token.Valid:
			return identity{}, refusedToken(verdict)
		case !key.revokedAt.IsZero():
			return identity{}, wire.KeyRevoked
		}
		return identity{svc, key}, nil
	}
	return identity{}, wire.KeyNotFound
}

// readToken reads the token of a request, of which nothing is verified yet.
func readToken(h http.Header) (token.Token, *wire.Failure) {
	// The server in front of the application trims spaces and tabs from a header, and joins headers of the same name.
	header := strings.Trim(strings.Join(h["Authorization"], ","), " \t")
	if header == "" {
		return token.Token{}, wire.TokenMissing
	}
	const scheme = "bearer "
	if len(header) < len(scheme) || !strings.EqualFold(header[:len(scheme)], scheme) {
		return token.Token{}, wire.BearerMissing
	}
	t, verdict := token.Read(header[len(scheme):])
	if verdict != token.Unverified {
		return token.Token{}, refusedToken(verdict)
	}
	return t, nil
}

// refusedToken returns the real service's refusal of a token. Most verdicts share the same wording.
func refusedToken(v token.Verdict) *wire.Failure {
	switch v {
	case token.AlgorithmNotHS256:
		return wire.AlgorithmNotHS256
	case token.ClockWrong:
		return wire.ClockWrong
	case token.RaisedInvalidTokenError:
		return wire.Crash(wire.InvalidTokenError)
	case token.RaisedTypeError:
		return wire.Crash(wire.TypeError)
	case token.RaisedOverflowError:
		return wire.Crash(wire.OverflowError)
	default:
		return wire.TokenInvalid
	}
}
