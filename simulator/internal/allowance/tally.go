package allowance

import (
	"maps"
	"slices"
	"time"
)

// Tally counts the messages accepted on each UTC day, by channel: a type of message, or anything else with a limit of
// its own. It keeps the days apart, because around midnight a request of the old day can be counted after one of the
// new day, and a test's clock may go back and forth. The zero Tally is empty.
type Tally struct {
	days map[int64]map[string]int // by the day's first moment, in Unix seconds
}

// remembered is how many days a tally goes back: longer than messages are ever kept.
const remembered = 100

// Midnight returns the beginning of now's day in UTC.
func Midnight(now time.Time) time.Time { return now.UTC().Truncate(24 * time.Hour) }

// On returns the counts of now's day. The caller must not change them.
func (t *Tally) On(now time.Time) map[string]int { return t.days[Midnight(now).Unix()] }

// Add counts one message on each of the channels, and reports whether it is the first message of that day.
func (t *Tally) Add(now time.Time, channels ...string) (first bool) {
	day := Midnight(now).Unix()
	if t.days[day] == nil {
		if t.days == nil {
			t.days = map[int64]map[string]int{}
		}
		t.days[day] = map[string]int{}
		first = true
	}
	for _, c := range channels {
		t.days[day][c]++
	}
	return first
}

// Remove takes back what Add counted.
func (t *Tally) Remove(now time.Time, channels ...string) {
	for _, c := range channels {
		if counts := t.On(now); counts[c] > 0 { // Forget may have dropped the day
			counts[c]--
		}
	}
}

// Forget drops the days that are too long before now for a clock to go back to them.
func (t *Tally) Forget(now time.Time) {
	oldest := Midnight(now).AddDate(0, 0, -remembered).Unix()
	for day := range t.days {
		if day < oldest {
			delete(t.days, day)
		}
	}
}

// Day returns a copy of the counts of now's day, and the day's first moment in Unix seconds.
func (t *Tally) Day(now time.Time) (day int64, counts map[string]int) {
	return Midnight(now).Unix(), maps.Clone(t.On(now))
}

// Set replaces the counts of the day that begins at that moment, in Unix seconds.
func (t *Tally) Set(day int64, counts map[string]int) {
	if t.days == nil {
		t.days = map[int64]map[string]int{}
	}
	t.days[day] = counts
}

// Days returns the first moments of the days that are known, in Unix seconds.
func (t *Tally) Days() []int64 { return slices.Sorted(maps.Keys(t.days)) }

// Clone returns a copy, which counts on its own.
func (t *Tally) Clone() Tally {
	c := Tally{days: maps.Clone(t.days)}
	for day, counts := range c.days {
		c.days[day] = maps.Clone(counts)
	}
	return c
}
