package simulator

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

type apiKey struct {
	name      string
	kind      KeyType
	secret    string
	revokedAt time.Time // zero while the key is active
	// revokedByHand tells that the description of the service did not revoke it.
	revokedByHand bool
	invalid       int  // sends to recipients that can't exist; see WithRevocation
	described     bool // in a file
}

// revokedKeysKnown is for how many days, counted by the calendar, a revoked key is still recognised.
const revokedKeysKnown = 7

// keyring holds the keys of a service, oldest first.
type keyring []*apiKey

// usable returns the keys worth trying: the active ones and those revoked lately.
func (r keyring) usable(now time.Time) (keys []apiKey) {
	oldest := now.Truncate(24*time.Hour).AddDate(0, 0, -revokedKeysKnown)
	for _, k := range r {
		if k.revokedAt.IsZero() || !k.revokedAt.Before(oldest) {
			keys = append(keys, *k) // a copy: the original may be revoked meanwhile
		}
	}
	return keys
}

// AddKey makes an API key and returns it in full: name, service id and secret. It is an error to make a live key while
// the service is in trial mode. It is also an error to give a name with which no client could read the key: an empty
// one, or one that contains a control character or a key.
func (svc *Service) AddKey(name string, kind KeyType) (string, error) {
	if !slices.Contains(keyTypes[:], kind) {
		return "", fmt.Errorf("simulator: %q is no type of API key", kind)
	}
	secret := svc.sim.newID(idSecret).String()
	if wrong := keyNameProblem(name, svc.ID(), secret); wrong != "" {
		return "", errors.New("simulator: " + wrong)
	}
	k := &apiKey{name: name, kind: kind, secret: secret}
	var err error
	svc.with(func(st *settings) {
		if kind == KeyTypeLive && st.terms.trial {
			err = fmt.Errorf("simulator: service %q is in trial mode: it can't have a live key", svc.Name())
			return
		}
		st.keys = append(st.keys, k)
	})
	if err != nil {
		return "", err
	}
	return svc.fullKey(k), nil
}

// keyNameProblem says what is wrong with a key's name, or returns "". Clients read a key from its end, and drop white
// space around it and the prefix of GC Notify's keys: a name must not be empty after that.
func keyNameProblem(name, service, secret string) string {
	lower := strings.ToLower(name)
	read := strings.TrimLeftFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' })
	read = strings.TrimSuffix(strings.TrimPrefix(read+"-", "gcntfy-"), "-")
	switch {
	case read == "":
		return "a key needs a name"
	case !utf8.ValidString(name) || strings.ContainsFunc(name, breaksLine):
		return "the name of a key holds no control characters"
	case strings.Contains(lower, service), secret != "" && strings.Contains(lower, strings.ToLower(secret)),
		twoUUIDs.MatchString(name):
		return "the name of a key holds no key"
	}
	return ""
}

func breaksLine(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp) }

var twoUUIDs = regexp.MustCompile(`[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}` +
	`-[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`)

func (svc *Service) fullKey(k *apiKey) string { return k.name + "-" + svc.ID() + "-" + k.secret }

// Key returns the first active key of that type, or the empty string.
func (svc *Service) Key(kind KeyType) (key string) {
	svc.with(func(st *settings) {
		for _, k := range st.keys {
			if k.kind == kind && k.revokedAt.IsZero() {
				key = svc.fullKey(k)
				return
			}
		}
	})
	return key
}

// Keys returns every active key with its type, oldest first.
func (svc *Service) Keys() (keys []KeyConfig) {
	svc.with(func(st *settings) {
		for _, k := range st.keys {
			if k.revokedAt.IsZero() {
				keys = append(keys, KeyConfig{Name: k.name, Type: k.kind, Secret: k.secret})
			}
		}
	})
	return keys
}

// RevokeKey revokes a key, given in full. Other keys of the service stay valid.
func (svc *Service) RevokeKey(key string) error {
	known := false
	svc.at(func(st *state) {
		for _, k := range st.keys {
			if svc.fullKey(k) == key {
				k.revoke(st.now)
				known = true
				return
			}
		}
	})
	if !known {
		return fmt.Errorf("simulator: service %q has no such key", svc.Name())
	}
	return nil
}

func (k *apiKey) revoke(now time.Time) {
	if k.revokedAt.IsZero() {
		k.revokedAt, k.revokedByHand = now, true
	}
}

// noteInvalid counts a live key's send to a recipient that can't exist, and revokes the key when there are too many.
func (svc *Service) noteInvalid(used *apiKey) {
	limit := svc.sim.options.revokeAfter
	if limit == 0 || used.kind != KeyTypeLive {
		return
	}
	svc.at(func(st *state) {
		for _, k := range st.keys {
			if k.secret == used.secret {
				if k.invalid++; k.invalid >= limit {
					k.revoke(st.now)
				}
			}
		}
	})
}
