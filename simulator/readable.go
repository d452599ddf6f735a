package simulator

import (
	"crypto/rand"
	"encoding/hex"
	mathrand "math/rand/v2"
	"sync/atomic"

	"github.com/google/uuid"
)

// WithReadableIDs makes the simulator count instead of making ids up, so that golden files and failure messages stay
// the same from run to run. The ids are UUIDs of version 4 in form. The digit that begins one says what it is the id
// of, and its end counts, in decimal figures: 55555555-0000-4000-8000-000000000012 is the twelfth message.
//
//   - 1: a service
//   - 2: the secret of an API key
//   - 3: a sender of texts, or an address that answers to emails go to
//   - 4: a template
//   - 5: a message
//   - 6: a received text
//   - 7: a file sent by email; the key in its link is made of the same digits
//   - 8 and 9: the trace id and the span id in the headers of an answer, without hyphens
//
// Each simulator counts for itself, over all its services. An id that a test or a fixture gives stays as it is, and
// should not be of this form. Of several sends at one time, whichever comes first gets the lower number. The secrets
// can be guessed, so the option is for tests only. Defaults to random ids.
func WithReadableIDs() Option {
	return func(o *options) { o.ids = new(readableIDs) }
}

// idKind is what an id is the id of.
type idKind byte

const (
	idService idKind = iota + 1
	idSecret
	idSender
	idTemplate
	idMessage
	idReceivedText
	idFile
	idTrace
	idSpan
	idKinds
)

// readableIDs is how many ids of each kind there are.
type readableIDs [idKinds]atomic.Uint64

func (r *readableIDs) next(kind idKind) uuid.UUID {
	first := byte(kind) * 0x11 // the same digit twice
	id := uuid.UUID{first, first, first, first, 6: 0x40, 8: 0x80}
	n := r[kind].Add(1)
	for i := len(id) - 1; i >= 10; i-- {
		id[i] = byte(n%10 + n/10%10<<4)
		n /= 100
	}
	return id
}

// newID makes an id. Whatever a simulator makes up, it makes up in this file.
func (s *Simulator) newID(kind idKind) uuid.UUID {
	if s.options.ids != nil {
		return s.options.ids.next(kind)
	}
	return uuid.New() //nolint:forbidigo // the one place for it
}

// newFile makes the id of a file that goes by email, and the key without which its link does not open.
func (s *Simulator) newFile() (id uuid.UUID, key [32]byte) {
	id = s.newID(idFile)
	if s.options.ids != nil {
		copy(key[len(key)-len(id):], id[:])
	} else {
		_, _ = rand.Read(key[:]) // never fails
	}
	return id, key
}

// newTrace makes the 32 digits by which the real service's logs know a request.
func (s *Simulator) newTrace() string {
	if s.options.ids != nil {
		id := s.options.ids.next(idTrace)
		return hex.EncodeToString(id[:])
	}
	return randomHex(16)
}

// newSpan makes the 16 digits by which they know a part of the work on it.
func (s *Simulator) newSpan() string {
	if s.options.ids != nil {
		id := s.options.ids.next(idSpan)
		return hex.EncodeToString(append(id[:4:4], id[12:]...))
	}
	return randomHex(8)
}

func randomHex(n int) string {
	var b [16]byte
	for i := range b {
		b[i] = byte(mathrand.Uint32()) //nolint:gosec // a trace id is no secret
	}
	return hex.EncodeToString(b[:n])
}
