package store

import (
	"context"
	"strings"
)

// schema creates the tables. Times are microseconds since 1970, in both databases.
//
// notify_store has one row: whose messages these are, what the bucket holds, and whether sending is paused. A store
// belongs to one service and one type of key, because messages of another would be taken for sent already.
const schema = `
CREATE TABLE IF NOT EXISTS notify_messages (
	id {{id}},
	reference text NOT NULL UNIQUE,
	channel text NOT NULL,
	tokens integer NOT NULL,
	template_id text NOT NULL,
	recipient text,
	message text,
	files text,
	line integer,
	columns text,
	state text NOT NULL DEFAULT 'waiting',
	doubt_at bigint,
	notification_id text,
	reason text,
	status text,
	status_at bigint,
	status_final integer,
	cost double precision,
	added_at bigint NOT NULL,
	done_at bigint
);
CREATE INDEX IF NOT EXISTS notify_messages_waiting ON notify_messages (channel) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS notify_messages_undecided ON notify_messages (id)
	WHERE state = 'sent' AND (status_final IS NULL OR cost IS NULL);
CREATE TABLE IF NOT EXISTS notify_store (
	id integer PRIMARY KEY CHECK (id = 1),
	version integer NOT NULL,
	service_id text,
	key_type text,
	paused boolean NOT NULL DEFAULT false,
	full_at bigint NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS notify_channels (
	channel text PRIMARY KEY,
	parked_until bigint NOT NULL
);
INSERT INTO notify_store (id, version) VALUES (1, 1) ON CONFLICT DO NOTHING
`

// Create creates the tables that are missing.
func Create(ctx context.Context, tx Tx) error {
	if tx.Dialect().postgres { // CREATE IF NOT EXISTS of two at once can fail
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtext('notify_messages'))"); err != nil {
			return err
		}
	}
	for statement := range strings.SplitSeq(strings.ReplaceAll(schema, "{{id}}", tx.Dialect().id()), ";") {
		if _, err := tx.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
