package notify

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"
)

// A keyring holds the key that a client signs with, and the time that it signs: both can turn out to be wrong, and both
// can be put right while calls are under way.
type keyring struct {
	source KeySource // nil if there is one key only
	stated KeyType   // by WithKeyType, empty if it wasn't
	logger *slog.Logger

	current atomic.Pointer[signer]
	ahead   atomic.Int64  // of this machine's clock, by what the service said, in nanoseconds
	asking  chan struct{} // holds an element while somebody asks the source
}

func newKeyring(key Key, source KeySource, s *settings) *keyring {
	r := &keyring{source: source, stated: s.keyType, logger: s.logger, asking: make(chan struct{}, 1)}
	r.current.Store(&signer{key: key})
	return r
}

// now is the time by the service's clock, as far as is known.
func (r *keyring) now() time.Time { return time.Now().Add(time.Duration(r.ahead.Load())) }

// replace puts another key in place of the refused one, and reports whether there is one.
func (r *keyring) replace(ctx context.Context, refused *signer) (bool, error) {
	if r.source == nil {
		return false, nil
	}
	select {
	case r.asking <- struct{}{}:
		defer func() { <-r.asking }()
	case <-ctx.Done():
		return false, endOf(ctx)
	}
	if r.current.Load() != refused {
		return true, nil // another call was faster
	}
	text, err := r.source.Key(ctx, refused.key)
	if err != nil {
		return false, &keySourceError{err}
	}
	key, err := ParseKey(text)
	if err != nil {
		return false, &keySourceError{&plainError{err.Error(), nil}}
	}
	switch t := key.Type(); {
	case key.Equal(refused.key):
		return false, nil
	case key.ServiceID() != refused.key.ServiceID(),
		t != refused.key.Type() && (r.stated == "" || t != r.stated && t != KeyTypeUnknown):
		return false, ErrKeyMismatch
	}
	r.current.Store(&signer{key: key})
	return true, nil
}

// mostAhead is the most that a clock is corrected by: a token for a time far away could be kept and used then.
const mostAhead = 24 * time.Hour

// correct takes the service's time from an answer that arrived now and says that the clock is wrong. It reports whether
// that makes a difference to an attempt that was signed with the clock put ahead by so much.
func (r *keyring) correct(ctx context.Context, date string, signed time.Duration) bool {
	at, err := http.ParseTime(date)
	if err != nil {
		return false
	}
	const resolution = time.Second // of the header
	ahead := time.Until(at).Round(resolution)
	const enough = 5 * resolution
	if ahead.Abs() > mostAhead || (ahead-signed).Abs() < enough {
		return false
	}
	if change := ahead - time.Duration(r.ahead.Load()); change.Abs() < enough {
		return true // another call was faster
	}
	r.ahead.Store(int64(ahead))
	if r.logger != nil {
		r.logger.LogAttrs(ctx, slog.LevelWarn, "notify: this machine's clock is wrong", slog.Duration("behind", ahead))
	}
	return true
}
