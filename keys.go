package notify

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"unicode"
)

// A KeyType says what Notify does with messages sent with a key. A key does not hold its type; see [Key.Type] for how
// it is told.
type KeyType string

// The types of API key ("GOV.UK Notify API documentation, API keys").
const (
	KeyTypeTest    KeyType = "test"    // pretends to send to anyone
	KeyTypeTeam    KeyType = "team"    // sends to team members and the guest list ("team and guest list")
	KeyTypeLive    KeyType = "live"    // sends to anyone
	KeyTypeUnknown KeyType = "unknown" // the name does not tell; treated as carefully as live
)

// The errors of [ParseKey]. None of them holds any part of the key.
var (
	errKeyEmpty = errors.New("notify: the API key is empty")
	errKeyShort = errors.New("notify: the API key is too short: " +
		"it must be {name}-{service id}-{secret}, both ids as UUIDs of 36 characters")
	errKeySecret  = errors.New("notify: the API key's secret (its last 36 characters) is not a UUID")
	errKeyService = errors.New("notify: the API key's service id (the 36 characters before the secret) is not a UUID")
	errKeyHyphen  = errors.New("notify: the API key's parts must be joined by hyphens: {name}-{service id}-{secret}")
	errKeyName    = errors.New("notify: the API key's name (the part before the service id) is missing")
	errKeyControl = errors.New("notify: the API key's name (the part before the service id) holds a line break " +
		"or another control character: is there more than one key in the text?")
	errKeyTwice = errors.New("notify: the API key's name (the part before the service id) holds a key or part of one: " +
		"is there more than one key in the text?")
)

// A secret is a string that cannot be printed. Of a function, reflection shows the address and no more: neither fmt,
// which does not call methods on unexported fields, nor a dumper that follows pointers can reach the string.
type secret func() string

func hide(s string) secret { return func() string { return s } }

// A Key is a parsed API key. It is safe to print, log and encode in any way: all that ever shows is its name.
//
// Keys can be compared and used as map keys, but == compares where a key came from and not what it holds: use
// [Key.Equal].
type Key struct{ parts *keyParts }

type keyParts struct {
	name, serviceID string
	secret          secret
}

// ParseKey reads a key as Notify's web pages show it: {name}-{service id}-{secret}, where the last two are UUIDs. White
// space around the key is ignored, so that the content of a file with its final newline will do. So is the prefix
// gcntfy- of GC Notify's keys. The error says which part is wrong and holds nothing of the key.
//
// The name may hold hyphens and anything printable. Since it is printed, it may not hold what a key that was pasted
// twice would put there: line breaks and other control characters, the secret, the service id with anything after it,
// or two UUIDs joined by a hyphen.
func ParseKey(text string) (Key, error) {
	const uuid = 36
	text = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), "\ufeff"))
	if text == "" {
		return Key{}, errKeyEmpty
	}
	text = strings.TrimPrefix(text, "gcntfy-")
	// From the end: only the name may be of any length and may hold hyphens.
	if len(text) < 2*uuid+1 {
		return Key{}, errKeyShort
	}
	rest, token := text[:len(text)-uuid], text[len(text)-uuid:]
	if !isUUID(token) {
		return Key{}, errKeySecret
	}
	rest, ok := strings.CutSuffix(rest, "-")
	if !ok {
		return Key{}, errKeyHyphen
	}
	name, service := rest[:len(rest)-uuid], rest[len(rest)-uuid:]
	if !isUUID(service) {
		return Key{}, errKeyService
	}
	if name == "" || name == "-" {
		return Key{}, errKeyName
	}
	if name, ok = strings.CutSuffix(name, "-"); !ok {
		return Key{}, errKeyHyphen
	}
	if strings.ContainsFunc(name, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp) }) {
		return Key{}, errKeyControl
	}
	if holdsKey(name, service, token) {
		return Key{}, errKeyTwice
	}
	// Copies: a substring would keep the whole key reachable from the harmless parts.
	return Key{&keyParts{
		name:      strings.Clone(name),
		serviceID: strings.Clone(service),
		secret:    hide(strings.Clone(token)),
	}}, nil
}

// holdsKey reports whether a name holds a second key, whole or cut off: the one with these ids or any other.
func holdsKey(name, service, token string) bool {
	const uuid = 36
	for i := range len(name) - uuid + 1 {
		id, after := name[i:i+uuid], name[i+uuid:]
		if !isUUID(id) {
			continue
		}
		if strings.EqualFold(id, token) || strings.EqualFold(id, service) && after != "" {
			return true
		}
		if len(after) > uuid && after[0] == '-' && isUUID(after[1:1+uuid]) {
			return true
		}
	}
	return false
}

// Name is the name given to the key on Notify's web pages.
func (k Key) Name() string {
	if k.parts == nil {
		return ""
	}
	return k.parts.name
}

// ServiceID is the id of the service the key belongs to.
func (k Key) ServiceID() string {
	if k.parts == nil {
		return ""
	}
	return k.parts.serviceID
}

// Equal reports whether both are the same key of the same service, whatever their names.
func (k Key) Equal(other Key) bool {
	if k.parts == nil || other.parts == nil {
		return k.parts == other.parts
	}
	return k.parts.serviceID == other.parts.serviceID &&
		subtle.ConstantTimeCompare([]byte(k.parts.secret()), []byte(other.parts.secret())) == 1
}

// Type tells the type of a key from the words of its name, which is a convention and not a promise: test; team, guest,
// guestlist or whitelist; live, prod or production. Case does not matter, but the words must be whole ("latest" is not
// a test key). A name without such a word, or with words of several types, is [KeyTypeUnknown]. [WithKeyType] overrules
// it.
func (k Key) Type() KeyType {
	found := KeyTypeUnknown
	for _, word := range splitWords(k.Name()) {
		t, ok := wordType(word)
		if !ok || t == found {
			continue
		}
		if found != KeyTypeUnknown {
			return KeyTypeUnknown
		}
		found = t
	}
	return found
}

func wordType(word string) (KeyType, bool) {
	switch strings.ToLower(word) {
	case "test":
		return KeyTypeTest, true
	case "team", "guest", "guestlist", "whitelist":
		return KeyTypeTeam, true
	case "live", "prod", "production":
		return KeyTypeLive, true
	}
	return KeyTypeUnknown, false
}

// splitWords splits a name at everything that is not a letter, and inside camelCase and HTTPServer.
func splitWords(name string) []string {
	var out []string
	for _, run := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) }) {
		runes := []rune(run)
		start := 0
		for i := 1; i < len(runes); i++ {
			rises := unicode.IsUpper(runes[i]) && !unicode.IsUpper(runes[i-1])
			ends := unicode.IsUpper(runes[i-1]) && unicode.IsUpper(runes[i]) && i+1 < len(runes) && unicode.IsLower(runes[i+1])
			if rises || ends {
				out = append(out, string(runes[start:i]))
				start = i
			}
		}
		out = append(out, string(runes[start:]))
	}
	return out
}

// String gives the name and an ellipsis, and nothing for the zero Key.
func (k Key) String() string {
	if k.parts == nil {
		return ""
	}
	return k.parts.name + "-…"
}

// GoString is [Key.String] for %#v.
func (k Key) GoString() string { return fmt.Sprintf("notify.Key(%q)", k.String()) }

// Format prints [Key.String] under every verb, quoted under %q.
func (k Key) Format(s fmt.State, verb rune) {
	switch {
	case verb == 'q':
		fmt.Fprintf(s, "%q", k.String())
	case verb == 'v' && s.Flag('#'):
		_, _ = io.WriteString(s, k.GoString())
	default:
		_, _ = io.WriteString(s, k.String())
	}
}

// MarshalText gives [Key.String]: an encoded key cannot be read back, on purpose.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// MarshalJSON gives [Key.String]: an encoded key cannot be read back, on purpose.
func (k Key) MarshalJSON() ([]byte, error) { return json.Marshal(k.String()) }

// LogValue gives [Key.String] to log/slog.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }
