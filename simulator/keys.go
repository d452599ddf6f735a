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

	"github.com/google/uuid"
)

type apiKey struct {
	name      string
	kind      KeyType
	secret    string
	revokedAt time.Time // zero while the key is active
	invalid   int       // sends to recipients that can't exist; see WithRevocation
}

// slot numbers the types of key.
func (t KeyType) slot() int { return slices.Index(keyTypes, t) }

// revokedKeysKnown is for how many days, counted by the calendar, a revoked key is still recognised as one.
const revokedKeysKnown = 7

// usableKeys are the keys worth trying: the active ones and those revoked lately.
func (svc *Service) usableKeys(now time.Time) (keys []apiKey, active bool) {
	svc.mu.Lock()
	defer svc.mu.Unlock()
	oldest := now.Truncate(24*time.Hour).AddDate(0, 0, -revokedKeysKnown)
	for _, k := range svc.keys {
		if k.revokedAt.IsZero() || !k.revokedAt.Before(oldest) {
			keys = append(keys, *k) // a copy: the original may be revoked meanwhile
		}
	}
	return keys, svc.active
}

// AddKey makes an API key and returns it whole, as Notify shows it once: name, service id and secret. It is an error to
// make a live key while the service is in trial mode. So is a name with which no client could read the key: an empty
// one, or one that holds a control character or a key.
func (svc *Service) AddKey(name string, kind KeyType) (string, error) {
	if !slices.Contains(keyTypes, kind) {
		return "", fmt.Errorf("simulator: %q is no type of API key", kind)
	}
	secret := uuid.NewString()
	if wrong := keyNameProblem(name, svc.ID(), secret); wrong != "" {
		return "", errors.New("simulator: " + wrong)
	}
	svc.mu.Lock()
	defer svc.mu.Unlock()
	if kind == KeyTypeLive && svc.trial {
		return "", fmt.Errorf("simulator: service %q is in trial mode: it can't have a live key", svc.name)
	}
	k := &apiKey{name: name, kind: kind, secret: secret}
	svc.keys = append(svc.keys, k)
	return svc.fullKey(k), nil
}

// keyNameProblem says what is wrong with a key's name, if anything is. A key is read from its end, and what stands
// before the service's id is the name, without white space around the key and the prefix of GC Notify's keys.
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
func (svc *Service) Key(kind KeyType) string {
	svc.mu.Lock()
	defer svc.mu.Unlock()
	for _, k := range svc.keys {
		if k.kind == kind && k.revokedAt.IsZero() {
			return svc.fullKey(k)
		}
	}
	return ""
}

// Keys returns every active key with its type, in the order of their making.
func (svc *Service) Keys() []KeyConfig {
	svc.mu.Lock()
	defer svc.mu.Unlock()
	var keys []KeyConfig
	for _, k := range svc.keys {
		if k.revokedAt.IsZero() {
			keys = append(keys, KeyConfig{Name: k.name, Type: k.kind, Secret: k.secret})
		}
	}
	return keys
}

// RevokeKey makes Notify refuse a key, given whole, from now on. Other keys of the service stay valid.
func (svc *Service) RevokeKey(key string) error {
	now := svc.sim.now()
	svc.mu.Lock()
	defer svc.mu.Unlock()
	for _, k := range svc.keys {
		if svc.fullKey(k) == key {
			k.revoke(now)
			return nil
		}
	}
	return fmt.Errorf("simulator: service %q has no such key", svc.name)
}

func (k *apiKey) revoke(now time.Time) {
	if k.revokedAt.IsZero() {
		k.revokedAt = now
	}
}

// noteInvalid counts a live key's send to a recipient that can't exist, and revokes the key when there are too many.
func (svc *Service) noteInvalid(used *apiKey) {
	limit := svc.sim.options.revokeAfter
	if limit == 0 || used.kind != KeyTypeLive {
		return
	}
	now := svc.sim.now()
	svc.mu.Lock()
	defer svc.mu.Unlock()
	for _, k := range svc.keys {
		if k.secret == used.secret {
			if k.invalid++; k.invalid >= limit {
				k.revoke(now)
			}
		}
	}
}
