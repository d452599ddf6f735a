package bulk

import (
	"io"
	"time"

	"github.com/riverqueue/river/rivertype"
)

// ByGoTime has River take all times from Go, which a bubble of testing/synctest governs, and none from SQLite.
func ByGoTime() RunOption {
	return func(r *running) error {
		r.clock = goTime{}
		return nil
	}
}

type goTime struct{}

var _ rivertype.TimeGenerator = goTime{}

func (goTime) Now() time.Time { return time.Now() }

func (goTime) NowOrNil() *time.Time {
	now := time.Now()
	return &now
}

// ProgressBar is Progress on a terminal.
func ProgressBar(w io.Writer) RunOption {
	return func(r *running) error {
		r.beside = append(r.beside, (&progress{w: w, terminal: true}).show)
		return nil
	}
}

// Reason is what is kept of a refusal.
var Reason = reason
