package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"
)

// A Result is what is known of a message. Times are zero if it hasn't happened.
type Result struct {
	ID                        int64
	Reference, Channel        string
	TemplateID, Recipient     string
	Line                      int
	Columns                   string
	State, Reason             string
	NotificationID, Status    string
	Cost                      sql.NullFloat64
	AddedAt, DoneAt, StatusAt time.Time
}

// Results reads some messages in the order in which they were added, from after an id.
func Results(ctx context.Context, tx Tx, after int64, most int) ([]Result, error) {
	rows, err := tx.Query(ctx, "SELECT id, reference, channel, template_id, coalesce(recipient, ''), coalesce(line, 0),"+
		" coalesce(columns, ''), state, coalesce(reason, ''), coalesce(notification_id, ''), coalesce(status, ''), cost,"+
		" added_at, coalesce(done_at, 0), coalesce(status_at, 0) FROM notify_messages WHERE id > $1 ORDER BY id LIMIT $2",
		after, most)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Result
	for rows.Next() {
		var r Result
		var added, done, status int64
		if err := rows.Scan(&r.ID, &r.Reference, &r.Channel, &r.TemplateID, &r.Recipient, &r.Line, &r.Columns, &r.State,
			&r.Reason, &r.NotificationID, &r.Status, &r.Cost, &added, &done, &status); err != nil {
			return nil, err
		}
		r.AddedAt, r.DoneAt, r.StatusAt = timeOf(added), timeOf(done), timeOf(status)
		all = append(all, r)
	}
	rows.Close()
	return all, rows.Err()
}

func timeOf(microseconds int64) time.Time {
	if microseconds == 0 {
		return time.Time{}
	}
	return time.UnixMicro(microseconds).UTC()
}

// A Delivery is what Notify says of a message. Without a Cost, that is unknown.
type Delivery struct {
	NotificationID, Reference, Status string
	Cost                              sql.NullFloat64
	Final                             bool
	At                                time.Time // when it got the status; zero for now
}

// Deliver writes a status down. It doesn't take a final one back for one that isn't, which came late. A message that
// was accepted a moment ago may not have its id yet. It reports whether there is such a message.
func Deliver(ctx context.Context, tx Tx, d Delivery) (bool, error) {
	at := tx.Dialect().now()
	if !d.At.IsZero() {
		at = strconv.FormatInt(d.At.UnixMicro(), 10)
	}
	n, err := tx.Exec(ctx, "UPDATE notify_messages SET status = CASE WHEN $1 OR status_final IS NULL THEN $2 ELSE status"+
		" END, status_at = CASE WHEN $1 OR status_final IS NULL THEN "+at+" ELSE status_at END,"+
		" status_final = CASE WHEN $1 THEN 1 ELSE status_final END, cost = coalesce($3, cost)"+
		" WHERE reference = $4 AND (notification_id = $5 OR notification_id IS NULL)",
		d.Final, d.Status, d.Cost, d.Reference, d.NotificationID)
	return n > 0, err
}

// Undecided returns the notification ids of some sent messages whose status can still change, or whose cost is unknown,
// from after an id of a row, and the id of the last.
func Undecided(ctx context.Context, tx Tx, after int64, most int) (ids []string, last int64, err error) {
	rows, err := tx.Query(ctx, "SELECT id, notification_id FROM notify_messages WHERE id > $1 AND state = '"+StateSent+
		"' AND notification_id IS NOT NULL AND (status_final IS NULL OR cost IS NULL) ORDER BY id LIMIT $2", after, most)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&last, &id); err != nil {
			return nil, 0, err
		}
		ids = append(ids, id)
	}
	rows.Close()
	return ids, last, rows.Err()
}

// Purge deletes the personal data of messages that were done with long enough ago. It returns how many had any.
func Purge(ctx context.Context, tx Tx, age time.Duration) (int64, error) {
	return tx.Exec(ctx, "UPDATE notify_messages SET recipient = NULL, message = NULL, files = NULL, columns = NULL"+
		" WHERE state <> '"+StateWaiting+"' AND done_at <= "+tx.Dialect().now()+" - $1"+
		" AND (recipient IS NOT NULL OR message IS NOT NULL OR files IS NOT NULL OR columns IS NOT NULL)", age.Microseconds())
}

// Scrub writes SQLite's file anew. What was deleted is overwritten at once, but not its copies: those that were left
// when pages were divided among others, and those in the log. Postgres sees to that itself, by its autovacuum.
func Scrub(ctx context.Context, tx Tx) error {
	if tx.Dialect().postgres {
		return nil
	}
	if _, err := tx.Exec(ctx, "VACUUM"); err != nil {
		return err
	}
	var busy, pages, done int
	_, err := one(ctx, tx, "PRAGMA wal_checkpoint(TRUNCATE)", nil, &busy, &pages, &done)
	if err == nil && busy != 0 {
		err = errBusy
	}
	return err
}

var errBusy = errors.New("another process reads the file, so that its log could not be emptied")

// Tokens is how many tokens the messages that wait will take.
func Tokens(ctx context.Context, tx Tx) (n int64, err error) {
	_, err = one(ctx, tx, "SELECT coalesce(sum(tokens), 0) FROM notify_messages WHERE state = '"+StateWaiting+"'", nil, &n)
	return n, err
}
