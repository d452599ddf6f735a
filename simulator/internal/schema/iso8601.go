package schema

import (
	"strconv"
	"time"
	"unicode/utf8"
)

// parseISO8601 reads a time as Python's datetime.fromisoformat does, and like Notify drops its offset from UTC. A date
// has one of the forms 2026-11-23, 20261123, 2026-W48-1 and 2026W481. After any one character comes the time, with or
// without colons; hours alone are enough.
func parseISO8601(s string) (time.Time, bool) {
	date, rest, ok := isoDate(s)
	if !ok || rest == "" {
		return date, ok
	}
	_, size := utf8.DecodeRuneInString(rest)
	return isoTime(date, rest[size:])
}

func isoDate(s string) (date time.Time, rest string, ok bool) {
	year, s, ok := digits(s, 4)
	if !ok {
		return date, s, false
	}
	dashed := len(s) > 0 && s[0] == '-'
	if dashed {
		s = s[1:]
	}
	if len(s) > 0 && s[0] == 'W' {
		return isoWeek(year, s[1:], dashed)
	}
	month, s, ok := digits(s, 2)
	if !ok || dashed && (s == "" || s[0] != '-') {
		return date, s, false
	}
	if dashed {
		s = s[1:]
	}
	day, s, ok := digits(s, 2)
	if !ok || year < 1 {
		return date, s, false
	}
	date = time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return date, s, date.Month() == time.Month(month) && date.Day() == day
}

func isoWeek(year int, s string, dashed bool) (date time.Time, rest string, ok bool) {
	week, s, ok := digits(s, 2)
	if !ok || week < 1 || week > 53 || year < 1 {
		return date, s, false
	}
	day := 1
	switch {
	case dashed && len(s) > 1 && s[0] == '-':
		day, s, ok = digits(s[1:], 1)
	case !dashed && s != "" && s[0] >= '0' && s[0] <= '9':
		day, s, ok = digits(s, 1)
	}
	if !ok || day < 1 || day > 7 {
		return date, s, false
	}
	fourth := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC) // 4 January is always in week 1
	monday := fourth.AddDate(0, 0, -(int(fourth.Weekday())+6)%7)
	date = monday.AddDate(0, 0, 7*(week-1)+day-1)
	gotYear, gotWeek := date.ISOWeek()
	return date, s, gotYear == year && gotWeek == week
}

func isoTime(date time.Time, s string) (time.Time, bool) {
	clock, s, ok := isoClock(s)
	if !ok {
		return date, false
	}
	switch {
	case s == "Z":
	case s != "" && (s[0] == '+' || s[0] == '-'):
		if offset, rest, ok := isoClock(s[1:]); !ok || rest != "" || offset >= 24*time.Hour {
			return date, false
		}
	case s != "":
		return date, false
	}
	return date.Add(clock), true
}

// isoClock reads HH, HH:MM, HH:MM:SS or HH:MM:SS.ffffff, all with or without the colons.
func isoClock(s string) (clock time.Duration, rest string, ok bool) {
	hour, s, ok := digits(s, 2)
	if !ok || hour > 24 {
		return 0, s, false
	}
	clock = time.Duration(hour) * time.Hour
	colons := len(s) > 0 && s[0] == ':'
	for _, unit := range []time.Duration{time.Minute, time.Second} {
		if colons != (len(s) > 0 && s[0] == ':') || !colons && (s == "" || s[0] < '0' || s[0] > '9') {
			return clock, s, hour < 24 || clock == 24*time.Hour
		}
		if colons {
			s = s[1:]
		}
		var n int
		if n, s, ok = digits(s, 2); !ok || n > 59 {
			return 0, s, false
		}
		clock += time.Duration(n) * unit
	}
	if len(s) > 0 && (s[0] == '.' || s[0] == ',') {
		fraction := s[1:]
		n := 0
		for n < len(fraction) && fraction[n] >= '0' && fraction[n] <= '9' {
			n++
		}
		if n == 0 {
			return 0, s, false
		}
		micros, _ := strconv.Atoi((fraction[:n] + "000000")[:6])
		clock += time.Duration(micros) * time.Microsecond
		s = fraction[n:]
	}
	return clock, s, hour < 24 || clock == 24*time.Hour
}

func digits(s string, n int) (value int, rest string, ok bool) {
	if len(s) < n {
		return 0, s, false
	}
	for i := range n {
		if s[i] < '0' || s[i] > '9' {
			return 0, s, false
		}
		value = value*10 + int(s[i]-'0')
	}
	return value, s[n:], true
}
