package bulk

import (
	"errors"
	"fmt"

	"github.com/notifykit/notify"
)

// Rows says what the rows of a table become. See [SMS], [Email], [Letter] and [PrecompiledLetters].
type Rows struct {
	channel    notify.NotificationType
	templateID string
	pdf        bool // precompiled letters, which have no template
}

// SMS has each row become a text message to the number in the column "phone number".
func SMS(templateID string) Rows {
	return Rows{channel: notify.NotificationTypeSMS, templateID: templateID}
}

// Email has each row become an email to the address in the column "email address".
func Email(templateID string) Rows {
	return Rows{channel: notify.NotificationTypeEmail, templateID: templateID}
}

// Letter has each row become a letter to the address in the columns "address line 1" to "address line 7", or with
// "postcode" for the last.
func Letter(templateID string) Rows {
	return Rows{channel: notify.NotificationTypeLetter, templateID: templateID}
}

// PrecompiledLetters has each row become a letter from the PDF whose path is in the column "file": see [FilesIn]. A
// column "postage" can hold first, second or economy.
func PrecompiledLetters() Rows { return Rows{channel: notify.NotificationTypeLetter, pdf: true} }

// A CSVOption changes how [Job.AddCSV] reads a table.
type CSVOption func(*reading) error

type reading struct {
	skip       func(RowError)
	each       bool
	allowEmpty bool
	sender     string
	dir        string
	files      map[string]bool // the names of columns, plain
}

// SkipWrong has the right rows be added though others are wrong, and reports those, in the order of the table. Without
// it nothing is added while a row is wrong. A table that cannot be read to its end is not added anyway.
func SkipWrong(report func(RowError)) CSVOption {
	return func(r *reading) error {
		if report == nil {
			return errors.New("bulk: nobody is told of the rows that are skipped")
		}
		r.skip = report
		return nil
	}
}

// EachRow has identical rows become a message each. Without it they are one message, as if the table had been added
// twice. It takes about 40 bytes of memory for each row.
func EachRow() CSVOption {
	return func(r *reading) error {
		r.each = true
		return nil
	}
}

// AllowEmpty lets rows have empty values, which stand for nothing in the message. Without it they are wrong, as in a
// table that is uploaded to Notify.
func AllowEmpty() CSVOption {
	return func(r *reading) error {
		r.allowEmpty = true
		return nil
	}
}

// From sets the id of the text message sender or of the reply-to address. Defaults to the service's own. Letters have
// neither.
func From(senderID string) CSVOption {
	return func(r *reading) error {
		r.sender = senderID
		return nil
	}
}

// FilesIn says in which columns of a table the names of files stand, and where they are. Names can have directories
// below dir, but not lead out of it: a table may come from somebody else. The files are sent by email, as a link, and
// are read when their message is: see [Path]. For [PrecompiledLetters] the column is "file". Without FilesIn it is so
// in the working directory.
func FilesIn(dir string, columns ...string) CSVOption {
	return func(r *reading) error {
		r.dir = dir
		for _, column := range columns {
			r.files[plainName(column)] = true
		}
		return nil
	}
}

// A RowError is what is wrong with a row of a table. It holds no value of the row, but may hold names of columns.
type RowError struct {
	Line   int // on which the row begins, from 1; that of the columns' names is usually 1
	Reason string
}

func (e RowError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// A RowsError is returned by [Job.AddCSV] when rows are wrong. Nothing was added.
type RowsError struct {
	Rows  []RowError // the first 1,000, in the order of the table
	Wrong int        // how many rows are wrong
	Total int        // of how many
}

const mostRowErrors = 1000

func (e *RowsError) Error() string {
	return fmt.Sprintf("bulk: %d of %d rows are wrong, and nothing was added; the first: %v", e.Wrong, e.Total, e.Rows[0])
}

// Unwrap returns what is wrong with each row.
func (e *RowsError) Unwrap() []error {
	all := make([]error, len(e.Rows))
	for i, row := range e.Rows {
		all[i] = row
	}
	return all
}
