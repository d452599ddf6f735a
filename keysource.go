package notify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// A KeySource gives a client its API key, and another one when Notify refuses that. See [NewWithKeySource].
type KeySource interface {
	// Key returns a key as Notify's web pages show it. It is called once for the client and then each time that Notify
	// refuses the key, which is given to it, and is the zero Key the first time. Returning the same key again says that
	// there is no other. A client makes one call at a time, with the context of the call that needs the key.
	Key(ctx context.Context, refused Key) (string, error)
}

// A KeySourceFunc is a function that is a [KeySource].
type KeySourceFunc func(ctx context.Context, refused Key) (string, error)

// Key calls f.
func (f KeySourceFunc) Key(ctx context.Context, refused Key) (string, error) { return f(ctx, refused) }

// KeyFile is a file that holds the key and is read again when Notify refuses it, such as one that is mounted by the
// platform.
func KeyFile(name string) KeySource {
	return KeySourceFunc(func(context.Context, Key) (string, error) {
		file, err := os.Open(name)
		if err != nil {
			return "", err
		}
		defer file.Close()
		const most = 4 << 10 // a key has about 100 bytes
		text, err := io.ReadAll(io.LimitReader(file, most))
		return string(text), err
	})
}

// Keys are keys that are used in turn: the first until Notify refuses it, then the next, and after the last the first.
// It is for two keys in the program's configuration, of which one is replaced at a time.
func Keys(keys ...string) KeySource {
	return KeySourceFunc(func(_ context.Context, refused Key) (string, error) {
		for i, text := range keys {
			key, err := ParseKey(text)
			if err != nil {
				return "", &plainError{err.Error(), nil}
			}
			if key.Equal(refused) {
				return keys[(i+1)%len(keys)], nil
			}
		}
		if len(keys) == 0 {
			return "", &plainError{errKeyEmpty.Error(), nil}
		}
		return keys[0], nil
	})
}

// NewWithKeySource makes a client like [New], with a key from a source.
//
// When Notify refuses the key because it was revoked or is unknown, the client asks the source once and, if it gives
// another key, makes one more attempt with that, at once. So keys can be replaced while messages are being sent: make
// the new key, put it where the source finds it, and revoke the old one. Calls that were refused together ask the
// source once.
//
// The new key must be of the same service and, by its name, of the same type: a live key in place of a test key would
// send in earnest. Another one is not used, and the call that needed it fails with [ErrKeyMismatch].
func NewWithKeySource(ctx context.Context, source KeySource, opts ...Option) (*Client, error) {
	switch {
	case ctx == nil:
		return nil, errors.New("notify: the context is nil")
	case source == nil || isNil(source):
		return nil, errors.New("notify: the key source is nil")
	}
	text, err := source.Key(ctx, Key{})
	if err != nil {
		return nil, &keySourceError{err}
	}
	return newClient(text, source, opts)
}

// keySourceError says that the source gave no key. What the source says may quote one, and is left to Unwrap.
type keySourceError struct{ cause error }

func (e *keySourceError) Error() string {
	return "notify: the key source gave no key: " + printableCause(e.cause)
}

// Format prints what Error returns, under every verb.
func (e *keySourceError) Format(s fmt.State, verb rune) { printRedacted(s, verb, e.Error()) }

// MarshalText encodes what Error returns.
func (e *keySourceError) MarshalText() ([]byte, error) { return []byte(e.Error()), nil }

func (e *keySourceError) Unwrap() error { return e.cause }
