package bulk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/bulk/internal/message"
	"github.com/notifykit/notify/bulk/internal/store"
)

// Added says what became of messages that were to be added.
type Added struct {
	New   int // wait to be sent now
	Known int // were there already, by their reference
	Wrong int // rows that were left out: see SkipWrong
}

// Add adds messages, all or none of them. A message whose reference is in the store already is not added again,
// whatever else it says. One without a reference gets one made of what it says, so that it is the same message if it is
// added again.
//
// The error matches [notify.ErrInvalidRequest] if no client would send one of the messages. Files are stored whole: see
// [Path] for those that are read later.
func (j *Job) Add(ctx context.Context, messages ...notify.Message) (Added, error) {
	rows := make([]store.Message, len(messages))
	for i, m := range messages {
		row, err := message.Store(m, digest)
		if err != nil {
			return Added{}, fmt.Errorf("bulk: message %d: %w", i+1, err)
		}
		rows[i] = row
	}
	return j.addRows(ctx, rows)
}

// addRows adds messages in one transaction.
func (j *Job) addRows(ctx context.Context, rows []store.Message) (Added, error) {
	added, err := j.db.add(ctx, rows)
	if err != nil {
		return Added{}, fmt.Errorf("bulk: cannot add: %w", err)
	}
	return Added{New: len(added), Known: len(rows) - len(added)}, nil
}

// digest is a reference made of a message.
func digest(stored []byte) string {
	sum := sha256.Sum256(stored)
	return "bulk-" + hex.EncodeToString(sum[:16])
}
