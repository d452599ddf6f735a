package bulk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/bulk/internal/sheet"
	"github.com/notifykit/notify/bulk/internal/store"
)

// csvBatch is how many rows are added in one transaction, and held in memory; or fewer, if they take csvBytes.
const (
	csvBatch = 1000
	csvBytes = 8 << 20
)

// AddCSV adds the rows of a table, such as a spreadsheet saved as CSV in UTF-8 or UTF-16. The first row has the names
// of the columns. Those of the template's placeholders and of recipients are found as Notify finds them: capitals,
// spaces, underscores and hyphens don't matter. Several columns for the same placeholder are a list, without its empty
// values; several for a recipient are an error. Other columns are kept for [Job.WriteCSV], and not sent.
//
// A column "reference" holds the references, each of them once, which takes about 40 bytes of memory for each row.
// Without it, or where it is empty, a reference is made of the template and of what the row says in the message. So the
// same table can be added again, with more rows or in another order, and only what is new is sent; a row that was
// corrected is new. Identical rows are one message, unless [EachRow] says otherwise.
//
// The template is asked for once. Before anything is added, the whole table is checked: see [RowsError], which is
// returned if a row lacks a value, or has a recipient that Notify would refuse. (Permissions for numbers and addresses
// abroad are left to Notify.) An error with a line is also returned for a quote that doesn't close and a row of more
// than 1 MiB. A table is read twice; if it isn't a file or the like, a copy is made for that in a temporary file. Rows
// are then added by 1,000 in a transaction; should that be interrupted, add the table again.
func (j *Job) AddCSV(ctx context.Context, table io.Reader, rows Rows, opts ...CSVOption) (Added, error) {
	r := &reading{files: map[string]bool{}}
	for _, opt := range opts {
		if err := opt(r); err != nil {
			return Added{}, err
		}
	}
	if r.sender != "" && rows.channel == notify.NotificationTypeLetter {
		return Added{}, errors.New("bulk: letters have no sender: leave out From")
	}
	template, err := j.templateOf(ctx, rows)
	if err != nil {
		return Added{}, err
	}
	table, rewind, remove, err := twice(table)
	if err != nil {
		return Added{}, fmt.Errorf("bulk: cannot copy the table: %w", err)
	}
	defer remove()
	a := adding{job: j, rows: rows, template: template, reading: r}
	if err := a.check(ctx, table); err != nil {
		return Added{}, err
	}
	if table, err = rewind(); err != nil {
		return Added{}, fmt.Errorf("bulk: cannot read the table again: %w", err)
	}
	if err := a.add(ctx, table); err != nil {
		return a.added, err
	}
	j.logger.InfoContext(ctx, "notify bulk: a table was added", slog.Int("new", a.added.New),
		slog.Int("known", a.added.Known), slog.Int("wrong", a.added.Wrong))
	return a.added, nil
}

// templateOf reads the template, which has to be of the right type.
func (j *Job) templateOf(ctx context.Context, rows Rows) (*notify.Template, error) {
	if rows.channel == "" {
		return nil, errors.New("bulk: nothing says what the rows become: use SMS, Email, Letter or PrecompiledLetters")
	}
	if rows.pdf {
		return nil, nil //nolint:nilnil // they have none
	}
	template, err := j.client.Template(ctx, rows.templateID)
	if err != nil {
		return nil, fmt.Errorf("bulk: cannot read the template: %w", err)
	}
	if template.Type != rows.channel {
		return nil, fmt.Errorf("bulk: the template is for type %q, not %q", template.Type, rows.channel)
	}
	return template, nil
}

// adding is one call of AddCSV.
type adding struct {
	job      *Job
	rows     Rows
	template *notify.Template
	reading  *reading
	added    Added
	checked  bool // every row was found right
}

// each reads the table, and makes a message of each row, or says what is wrong with it.
func (a *adding) each(ctx context.Context, table io.Reader, do func(m store.Message, wrong *RowError) error) error {
	from := sheet.NewReader(table)
	header, line, err := from.Read()
	if err != nil {
		return readError(err, "the table is empty")
	}
	for _, name := range header {
		if wrong := sheet.Unreadable(name); wrong != "" {
			return fmt.Errorf("bulk: line %d: a column's name %s", line, wrong)
		}
	}
	columns, err := arrange(header, a.rows, a.template, a.reading)
	if err != nil {
		return err
	}
	c := newComposer(a.rows, a.reading, columns)
	c.checked = a.checked
	for ctx.Err() == nil {
		fields, line, err := from.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return readError(err, "")
		}
		m, err := c.compose(fields, line)
		if err != nil {
			err = do(m, &RowError{line, err.Error()})
		} else {
			err = do(m, nil)
		}
		if err != nil {
			return err
		}
	}
	return context.Cause(ctx)
}

func readError(err error, atEnd string) error {
	var broken *sheet.Error
	switch {
	case errors.Is(err, io.EOF):
		return errors.New("bulk: " + atEnd)
	case errors.As(err, &broken):
		return fmt.Errorf("bulk: the table is broken at %w", RowError{broken.Line, broken.Reason})
	}
	return fmt.Errorf("bulk: cannot read the table: %w", err)
}

// check reads the table for the first time.
func (a *adding) check(ctx context.Context, table io.Reader) error {
	var all RowsError
	err := a.each(ctx, table, func(_ store.Message, wrong *RowError) error {
		all.Total++
		if wrong == nil {
			return nil
		}
		all.Wrong++
		if a.reading.skip != nil {
			a.reading.skip(*wrong)
		} else if len(all.Rows) < mostRowErrors {
			all.Rows = append(all.Rows, *wrong)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if a.reading.skip == nil && all.Wrong > 0 {
		return &all
	}
	a.added.Wrong, a.checked = all.Wrong, all.Wrong == 0
	return nil
}

// add reads the table for the second time. What is wrong now was wrong before, unless somebody changed the table.
func (a *adding) add(ctx context.Context, table io.Reader) error {
	batch := make([]store.Message, 0, csvBatch)
	wrong, size := 0, 0
	err := a.each(ctx, table, func(m store.Message, bad *RowError) error {
		if bad != nil {
			if wrong++; wrong > a.added.Wrong {
				return fmt.Errorf("bulk: the table has changed while it was read: %w", bad)
			}
			return nil
		}
		size += len(m.Message) + len(m.Columns)
		if batch = append(batch, m); len(batch) < csvBatch && size < csvBytes {
			return nil
		}
		err := a.flush(ctx, batch)
		batch, size = batch[:0], 0
		return err
	})
	if err != nil {
		return err
	}
	return a.flush(ctx, batch)
}

func (a *adding) flush(ctx context.Context, batch []store.Message) error {
	added, err := a.job.addRows(ctx, batch)
	a.added.New += added.New
	a.added.Known += added.Known
	return err
}

// twice lets a table be read twice: from where it is, or from a copy on the disk that is made while it is read first.
func twice(table io.Reader) (first io.Reader, rewind func() (io.Reader, error), remove func(), err error) {
	if s, ok := table.(io.ReadSeeker); ok {
		if start, err := s.Seek(0, io.SeekCurrent); err == nil { // pipes fail
			return s, func() (io.Reader, error) {
				_, err := s.Seek(start, io.SeekStart)
				return s, err
			}, func() {}, nil
		}
	}
	f, err := os.CreateTemp("", "notify-bulk-*") // only the owner can read it
	if err != nil {
		return nil, nil, nil, err
	}
	return io.TeeReader(table, f), func() (io.Reader, error) {
			_, err := f.Seek(0, io.SeekStart)
			return f, err
		}, func() {
			_ = f.Close()
			_ = os.Remove(f.Name()) // what is left is only a copy
		}, nil
}
