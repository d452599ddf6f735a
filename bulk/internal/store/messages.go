package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"
)

// The states of a message.
const (
	StateWaiting   = "waiting"   // to be sent, or being sent
	StateSent      = "sent"      // accepted by Notify
	StateRefused   = "refused"   // for good
	StateCancelled = "cancelled" // before it was sent
)

// A Message is a row that is to be added.
type Message struct {
	Reference  string
	Channel    string
	Tokens     int
	TemplateID string
	Recipient  string
	Message    []byte // as JSON
	Files      string // what is read when it is sent, as JSON; empty for none
	Line       int    // of the CSV it came from; 0 for none
	Columns    string // of that line, as JSON; empty for none
}

// An Added is a message that was added.
type Added struct {
	ID      int64
	Channel string
	Index   int // in what was given
}

// MostAtOnce is how many messages one statement adds: SQLite takes 32,766 arguments, and Postgres 65,535.
const MostAtOnce = 500

const columnsOfMessage = 9

// Add adds messages whose references are new. Of several with the same reference, the first counts.
func Add(ctx context.Context, tx Tx, messages []Message) ([]Added, error) {
	var all []Added
	for start := 0; start < len(messages); start += MostAtOnce {
		added, err := addSome(ctx, tx, messages[start:min(start+MostAtOnce, len(messages))])
		if err != nil {
			return nil, err
		}
		for i := range added {
			added[i].Index += start
		}
		all = append(all, added...)
	}
	return all, nil
}

func addSome(ctx context.Context, tx Tx, messages []Message) ([]Added, error) {
	var q strings.Builder
	q.WriteString("INSERT INTO notify_messages (reference, channel, tokens, template_id, recipient, message, files," +
		" line, columns, added_at) VALUES ")
	args := make([]any, 0, columnsOfMessage*len(messages))
	index := make(map[string]int, len(messages))
	for i, m := range messages {
		if _, twice := index[m.Reference]; !twice {
			index[m.Reference] = i
		}
		sep := ", ("
		if i == 0 {
			sep = "("
		}
		for range columnsOfMessage {
			q.WriteString(sep + "$" + strconv.Itoa(len(args)+1))
			args = append(args, nil)
			sep = ", "
		}
		copy(args[len(args)-columnsOfMessage:], []any{
			m.Reference, m.Channel, m.Tokens, m.TemplateID, m.Recipient, string(m.Message), orNull(m.Files),
			sql.NullInt64{Int64: int64(m.Line), Valid: m.Line != 0}, orNull(m.Columns),
		})
		q.WriteString(", " + tx.Dialect().now() + ")")
	}
	q.WriteString(" ON CONFLICT (reference) DO NOTHING RETURNING id, channel, reference")
	rows, err := tx.Query(ctx, q.String(), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var added []Added
	for rows.Next() {
		var a Added
		var reference string
		if err := rows.Scan(&a.ID, &a.Channel, &reference); err != nil {
			return nil, err
		}
		a.Index = index[reference]
		added = append(added, a)
	}
	rows.Close()
	return added, rows.Err()
}

func orNull(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }

// A Stored is a message that is to be sent.
type Stored struct {
	Reference string
	Message   []byte
	Files     string
	State     string
	DoubtAt   time.Time // when an attempt may have been made last whose outcome is unknown; zero for none
	Tokens    int
}

// Load reads a message. It is not found if it was deleted.
func Load(ctx context.Context, tx Tx, id int64) (m Stored, found bool, err error) {
	var message, files sql.NullString
	var doubt sql.NullInt64
	found, err = one(ctx, tx, "SELECT reference, message, files, state, doubt_at, tokens FROM notify_messages"+
		" WHERE id = $1", []any{id}, &m.Reference, &message, &files, &m.State, &doubt, &m.Tokens)
	m.Message, m.Files = []byte(message.String), files.String
	if doubt.Valid {
		m.DoubtAt = time.UnixMicro(doubt.Int64)
	}
	return m, found, err
}

// An Outcome is what became of a message.
type Outcome struct {
	State          string
	NotificationID string
	Reason         string
}

// Record writes down what became of a message. It is true even of one that was cancelled while it was sent.
func Record(ctx context.Context, tx Tx, id int64, o Outcome) error {
	_, err := tx.Exec(ctx, "UPDATE notify_messages SET state = $1, notification_id = $2, reason = $3, doubt_at = NULL,"+
		" done_at = "+tx.Dialect().now()+" WHERE id = $4", o.State, orNull(o.NotificationID),
		orNull(storable(o.Reason)), id)
	return err
}

// storable replaces what Postgres stores in no text.
func storable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// Doubt writes down that the outcome of a message is unknown, and when the last attempt was at the latest.
func Doubt(ctx context.Context, tx Tx, id int64, last time.Time) error {
	_, err := tx.Exec(ctx, "UPDATE notify_messages SET doubt_at = $1 WHERE id = $2", last.UnixMicro(), id)
	return err
}

// Cancel cancels messages that wait: those with one of the references, or all of them without references. It returns
// how many.
func Cancel(ctx context.Context, tx Tx, references []string) (int64, error) {
	const set = "UPDATE notify_messages SET state = '" + StateCancelled + "', done_at = "
	where := tx.Dialect().now() + " WHERE state = '" + StateWaiting + "'"
	if len(references) == 0 {
		return tx.Exec(ctx, set+where)
	}
	var all int64
	for _, reference := range references {
		n, err := tx.Exec(ctx, set+where+" AND reference = $1", reference)
		if err != nil {
			return all, err
		}
		all += n
	}
	return all, nil
}

// Waiting reports whether a message waits, or was cancelled when it may have been sent already.
func Waiting(ctx context.Context, tx Tx) (bool, error) {
	var n int
	const some = "SELECT 1 FROM notify_messages WHERE state = "
	found, err := one(ctx, tx, some+"'"+StateWaiting+"' LIMIT 1", nil, &n)
	if found || err != nil {
		return found, err
	}
	return one(ctx, tx, some+"'"+StateCancelled+"' AND doubt_at IS NOT NULL LIMIT 1", nil, &n)
}

// A Count is how many messages of a channel have the same state, reason and status.
type Count struct {
	Channel, State, Reason, Status string
	N                              int
	Cost                           float64
}

// Counts counts messages.
func Counts(ctx context.Context, tx Tx) ([]Count, error) {
	rows, err := tx.Query(ctx, "SELECT channel, state, coalesce(reason, ''), coalesce(status, ''), count(*),"+
		" coalesce(sum(cost), 0.0) FROM notify_messages GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Count
	for rows.Next() {
		var c Count
		if err := rows.Scan(&c.Channel, &c.State, &c.Reason, &c.Status, &c.N, &c.Cost); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	rows.Close()
	return all, rows.Err()
}
