// Package store keeps messages that wait to be sent, and what became of them, in SQLite or Postgres. Its tables stand
// beside River's, in the same transactions.
package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A Tx runs statements, in a transaction or without one. The SQL is the one that both databases understand, with
// $1, $2 for its arguments.
type Tx interface {
	// Exec returns the number of rows that were changed.
	Exec(ctx context.Context, query string, args ...any) (int64, error)
	Query(ctx context.Context, query string, args ...any) (Rows, error)
	Dialect() Dialect
}

// Rows are the rows of a query. Close can be called twice.
type Rows interface {
	Next() bool
	Scan(into ...any) error
	Err() error
	Close()
}

// A Dialect is what is different between the two databases.
type Dialect struct {
	postgres bool
}

// The two dialects.
var (
	SQLite   = Dialect{}
	Postgres = Dialect{postgres: true}
)

// now is an expression for the database's time in microseconds since 1970. All machines go by that one clock. SQLite
// has none but that of the one machine.
func (d Dialect) now() string {
	if d.postgres {
		return "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
	}
	return strconv.FormatInt(time.Now().UnixMicro(), 10)
}

// later is the larger of two expressions.
func (d Dialect) later(a, b string) string {
	if d.postgres {
		return "greatest(" + a + ", " + b + ")"
	}
	return "max(" + a + ", " + b + ")"
}

// id is the type of a column that counts by itself.
func (d Dialect) id() string {
	if d.postgres {
		return "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
	}
	return "integer PRIMARY KEY AUTOINCREMENT"
}

// PgxTx runs statements by pgx: in a transaction, on a connection or on any of a pool.
func PgxTx(q interface {
	Exec(ctx context.Context, query string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
},
) Tx {
	return pgxTx{q}
}

type pgxTx struct {
	q interface {
		Exec(ctx context.Context, query string, args ...any) (pgconn.CommandTag, error)
		Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
	}
}

func (t pgxTx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	tag, err := t.q.Exec(ctx, query, args...)
	return tag.RowsAffected(), err
}

func (t pgxTx) Query(ctx context.Context, query string, args ...any) (Rows, error) {
	return t.q.Query(ctx, query, args...)
}

func (pgxTx) Dialect() Dialect { return Postgres }

// SQLTx runs statements by database/sql: in a transaction, or on any connection of a pool.
func SQLTx(q interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}, d Dialect,
) Tx {
	return sqlTx{q, d}
}

type sqlTx struct {
	q interface {
		ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
		QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	}
	dialect Dialect
}

func (t sqlTx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := t.q.ExecContext(ctx, t.rewrite(query), args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (t sqlTx) Query(ctx context.Context, query string, args ...any) (Rows, error) {
	rows, err := t.q.QueryContext(ctx, t.rewrite(query), args...) //nolint:sqlclosecheck,rowserrcheck // the caller does
	if err != nil {
		return nil, err
	}
	return sqlRows{rows}, nil
}

func (t sqlTx) Dialect() Dialect { return t.dialect }

// rewrite: to SQLite $1 is a name, and ?1 a number.
func (t sqlTx) rewrite(query string) string {
	if t.dialect.postgres {
		return query
	}
	return strings.ReplaceAll(query, "$", "?")
}

type sqlRows struct{ *sql.Rows }

func (r sqlRows) Close() { _ = r.Rows.Close() } // what went wrong is in Err

// one scans the first row of a query, and reports whether there was one.
func one(ctx context.Context, tx Tx, query string, args []any, into ...any) (found bool, err error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	if rows.Next() {
		found = true
		if err := rows.Scan(into...); err != nil {
			return false, err
		}
	}
	rows.Close()
	return found, rows.Err()
}
