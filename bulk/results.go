package bulk

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/bulk/internal/store"
)

// A State is how far a message is.
type State string

// The states.
const (
	StateWaiting   State = store.StateWaiting   // to be sent, or being sent
	StateSent      State = store.StateSent      // accepted by Notify
	StateRefused   State = store.StateRefused   // by Notify or before, for good
	StateCancelled State = store.StateCancelled // before it was sent
)

// A Result is what is known of a message. Personal data is empty after a [Job.Purge].
type Result struct {
	Reference      string
	Type           notify.NotificationType
	TemplateID     string   // empty for precompiled letters
	Recipient      string   // as it was given; the lines of an address
	Line           int      // in its table, from 1; 0 if it was not in a table
	Names, Values  []string // of the columns of its table
	State          State
	Reason         string        // why it was refused, in Notify's words
	NotificationID string        // if it was sent
	Status         notify.Status // of the delivery; empty until it is known
	Cost           *float64      // in pounds; nil until it is known
	AddedAt        time.Time
	DoneAt         time.Time // when it was accepted, refused or cancelled; zero before
	StatusAt       time.Time // when it got its status, as far as it is known
}

// resultsPage is how many results are read at once.
const resultsPage = 500

// Results yields all messages in the order in which they were added. An error is the last that is yielded, with a zero
// Result. Messages can be sent meanwhile, and other methods be called between two results.
func (j *Job) Results(ctx context.Context) iter.Seq2[Result, error] {
	return func(yield func(Result, error) bool) {
		last := int64(0)
		for {
			page, err := store.Results(ctx, j.db.any(), last, resultsPage)
			if err != nil {
				yield(Result{}, fmt.Errorf("bulk: cannot read the results: %w", err))
				return
			}
			for _, row := range page {
				last = row.ID
				r, err := resultOf(row)
				if !yield(r, err) || err != nil {
					return
				}
			}
			if len(page) < resultsPage {
				return
			}
		}
	}
}

func resultOf(row store.Result) (Result, error) {
	r := Result{
		Reference: row.Reference, Type: notify.NotificationType(row.Channel), TemplateID: row.TemplateID,
		Recipient: row.Recipient, Line: row.Line, State: State(row.State), Reason: row.Reason,
		NotificationID: row.NotificationID, Status: notify.Status(row.Status),
		AddedAt: row.AddedAt, DoneAt: row.DoneAt, StatusAt: row.StatusAt,
	}
	if row.Cost.Valid {
		r.Cost = &row.Cost.Float64
	}
	if row.Columns != "" {
		var all []string
		if err := json.Unmarshal([]byte(row.Columns), &all); err != nil || len(all)%2 != 0 {
			return Result{}, fmt.Errorf("bulk: the columns of row %d in the store are not what was stored", row.ID)
		}
		for pair := range slices.Chunk(all, 2) {
			r.Names, r.Values = append(r.Names, pair[0]), append(r.Values, pair[1])
		}
	}
	return r, nil
}

// resultColumns follow the table's own.
var resultColumns = []string{"notify id", "notify reference", "notify state", "notify status", "notify reason"}

// WriteCSV writes all messages as a table: with the columns of the table that they came from, then the id, the
// reference, the state, the delivery status and the reason of a refusal. Messages of several tables get the columns of
// all of them.
//
// A value that a spreadsheet would run as a formula has an apostrophe put in front: one that begins with =, @, a tab or
// a carriage return; or with + or -, unless it is a number or a phone number.
func (j *Job) WriteCSV(ctx context.Context, w io.Writer) error {
	var names []string
	at := map[column]int{}
	for r, err := range j.Results(ctx) {
		if err != nil {
			return err
		}
		for _, key := range columnKeys(r.Names) {
			if _, known := at[key]; !known {
				at[key] = len(names)
				names = append(names, key.name)
			}
		}
	}
	out := csv.NewWriter(w)
	if err := out.Write(harmless(append(slices.Clone(names), resultColumns...))); err != nil {
		return err
	}
	for r, err := range j.Results(ctx) {
		if err != nil {
			return err
		}
		row := make([]string, len(names), len(names)+len(resultColumns))
		for i, key := range columnKeys(r.Names) {
			if n, known := at[key]; known { // of a table that was added just now
				row[n] = r.Values[i]
			}
		}
		row = append(row, r.NotificationID, r.Reference, string(r.State), string(r.Status), r.Reason)
		if err := out.Write(harmless(row)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// A column is known by its name, and by how often that was there before in its table.
type column struct {
	name   string
	before int
}

func columnKeys(names []string) []column {
	keys, seen := make([]column, len(names)), make(map[string]int, len(names))
	for i, name := range names {
		keys[i] = column{name, seen[name]}
		seen[name]++
	}
	return keys
}

// harmless disarms formulas.
func harmless(row []string) []string {
	for i, value := range row {
		if value == "" {
			continue
		}
		switch value[0] {
		case '=', '@', '\t', '\r':
			row[i] = "'" + value
		case '+', '-':
			if strings.Trim(value[1:], "0123456789 ().-") != "" {
				row[i] = "'" + value
			}
		}
	}
	return row
}
