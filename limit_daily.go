package notify

import (
	"errors"
	"net/http"
	"regexp"
	"sync"
	"time"
)

// ResetAt is when the allowance that an [ErrDailyLimit] says is used up begins anew: at midnight UTC, counted from the
// Date of Notify's answer, or from this machine's clock if the answer had none. It is the zero time for other errors.
func ResetAt(err error) time.Time {
	var held *dailyHeldError
	if errors.As(err, &held) {
		return held.resets
	}
	var e *Error
	if !errors.As(err, &e) || e == nil || !e.dailyLimited() {
		return time.Time{}
	}
	if e.resets.IsZero() { // made by somebody else
		return midnightAfter(time.Now())
	}
	return e.resets
}

func midnightAfter(t time.Time) time.Time {
	return t.UTC().Truncate(24 * time.Hour).Add(24 * time.Hour)
}

// noteReset sets when the limit that an answer says is reached is reset, and for how long that is.
func (e *Error) noteReset(header http.Header) {
	if !e.dailyLimited() {
		return
	}
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		date = time.Now()
	}
	e.resets = midnightAfter(date)
	e.resetsIn = e.resets.Sub(date)
}

// WithDailyLimitHold has the client refuse sends of a channel (texts, emails or letters) by itself, without a request,
// from an [ErrDailyLimit] of Notify's for that channel until [ResetAt]. What it refuses matches ErrDailyLimit as well
// and is safe to retry, then. Defaults to asking Notify each time.
//
// The limit of texts to numbers abroad is one of its own, for which nothing is held. Nor is it for an answer that does
// not name the channel. If Notify raises the limit before midnight, only a new client learns of it.
func WithDailyLimitHold() Option {
	return func(s *settings) error {
		s.dailyHold = true
		return nil
	}
}

// dailyHolds are the channels whose limit is reached. A nil one holds nothing.
type dailyHolds struct {
	mu sync.Mutex
	of map[string]dailyHold // by channel
}

type dailyHold struct {
	until  time.Time // on this machine's clock, which may differ from Notify's
	resets time.Time
}

// hold notes a limit that is reached.
func (d *dailyHolds) hold(e *Error) {
	channel := e.dailyChannel()
	if d == nil || channel == "" {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.of == nil {
		d.of = map[string]dailyHold{}
	}
	d.of[channel] = dailyHold{time.Now().Add(e.resetsIn), e.resets}
}

// held is the error of a send that is not worth trying before midnight.
func (d *dailyHolds) held(op operation) error {
	if d == nil {
		return nil
	}
	channel := op.channel()
	d.mu.Lock()
	defer d.mu.Unlock()
	hold, ok := d.of[channel]
	switch {
	case !ok:
		return nil
	case !time.Now().Before(hold.until):
		delete(d.of, channel)
		return nil
	}
	return &dailyHeldError{channel, hold.resets}
}

// channel is what Notify calls the daily limit that an operation counts towards; empty for those that count towards
// none.
func (op operation) channel() string {
	if !op.sends {
		return ""
	}
	return op.route[len(sendRoutes):]
}

const sendRoutes = "/v2/notifications/"

// dailyChannel is the channel that the answer names, or the class of GC Notify's.
func (e *Error) dailyChannel() string {
	switch {
	case e.is("TooManySMSRequestsError", "LiveServiceTooManySMSRequestsError", "TrialServiceTooManySMSRequestsError"):
		return "sms"
	case e.is("TooManyEmailRequestsError", "LiveServiceTooManyEmailRequestsError",
		"TrialServiceTooManyEmailRequestsError"):
		return "email"
	}
	if match := dailyChannels().FindStringSubmatch(e.Errors[0].Message); match != nil {
		return match[1]
	}
	return ""
}

var dailyChannels = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^Exceeded send limits \((sms|email|letter): `)
})

// dailyHeldError is an ErrDailyLimit for which nothing was sent.
type dailyHeldError struct {
	channel string
	resets  time.Time
}

func (e *dailyHeldError) Error() string {
	return "today's limit of the channel " + e.channel + " was reached before, and is held until " +
		e.resets.Format(time.RFC3339)
}

func (e *dailyHeldError) Is(kind error) bool { return kind == ErrDailyLimit }
