package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// ErrAnotherKey is returned by [Claim].
var ErrAnotherKey = errors.New("the messages in this store belong to another service or another type of key")

// Claim makes the store that of a service and a type of key, unless it is another's already.
func Claim(ctx context.Context, tx Tx, serviceID, keyType string) error {
	if _, err := tx.Exec(ctx, "UPDATE notify_store SET service_id = $1, key_type = $2 WHERE service_id IS NULL",
		serviceID, keyType); err != nil {
		return err
	}
	var service, kind sql.NullString
	if _, err := one(ctx, tx, "SELECT service_id, key_type FROM notify_store", nil, &service, &kind); err != nil {
		return err
	}
	if service.String != serviceID || kind.String != keyType {
		return ErrAnotherKey
	}
	return nil
}

// Pause sets or ends the pause.
func Pause(ctx context.Context, tx Tx, paused bool) error {
	_, err := tx.Exec(ctx, "UPDATE notify_store SET paused = $1", paused)
	return err
}

// Park keeps the messages of a channel back until then.
func Park(ctx context.Context, tx Tx, channel string, until time.Time) error {
	_, err := tx.Exec(ctx, "INSERT INTO notify_channels (channel, parked_until) VALUES ($1, $2)"+
		" ON CONFLICT (channel) DO UPDATE SET parked_until = excluded.parked_until", channel, until.UnixMicro())
	return err
}

// A Held says what is kept back.
type Held struct {
	Paused bool
	// Parked is for how much longer each channel is parked, by the database's clock.
	Parked map[string]time.Duration
}

// ReadHeld reads what is kept back.
func ReadHeld(ctx context.Context, tx Tx) (Held, error) {
	h := Held{Parked: map[string]time.Duration{}}
	if _, err := one(ctx, tx, "SELECT paused FROM notify_store", nil, &h.Paused); err != nil {
		return h, err
	}
	now := tx.Dialect().now()
	rows, err := tx.Query(ctx, "SELECT channel, parked_until - "+now+" FROM notify_channels WHERE parked_until > "+now)
	if err != nil {
		return h, err
	}
	defer rows.Close()
	for rows.Next() {
		var channel string
		var left int64
		if err := rows.Scan(&channel, &left); err != nil {
			return h, err
		}
		h.Parked[channel] = time.Duration(left) * time.Microsecond
	}
	rows.Close()
	return h, rows.Err()
}
