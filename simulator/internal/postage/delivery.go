package postage

import (
	"sync"
	"time"

	"github.com/notifykit/notify/simulator/internal/london"
)

// transitDays is how many working days a letter travels at most, after the day it was posted.
var transitDays = map[string]int{First: 0, Second: 4, Economy: 6, Europe: 5, RestOfWorld: 7}

// EstimatedDelivery is the latest time at which a letter is expected to arrive. It is printed on the working day after
// it was sent (a day ends at half past five in London), posted on the next, then in transit, and delivered at four in
// the afternoon plus the seconds of the time it was made. First class travels on Saturdays too.
func EstimatedDelivery(created time.Time, postage string) time.Time {
	const untilDayEnds = 6*time.Hour + 30*time.Minute
	local := created.In(london.Zone())
	local = time.Date(local.Year(), local.Month(), local.Day(),
		local.Hour(), local.Minute(), local.Second(), local.Nanosecond(), time.UTC).Add(untilDayEnds)
	day := nextDay(local, false)
	for range 1 + transitDays[postage] {
		day = nextDay(day, postage == First)
	}
	year, month, date := day.Date()
	return time.Date(year, month, date, 16, 0, created.Second(), created.Nanosecond(), london.Zone()).UTC()
}

// Printed is when a letter is handed to the printers, at 17:50 in London if it was made before 17:30, and when they
// have given it to the post: at 16:00 on the next working day. The first is Notify's own time; the second is a choice,
// for Notify names none.
func Printed(created time.Time) (handedOver, posted time.Time) {
	local := created.In(london.Zone())
	year, month, date := local.Date()
	if local.Hour()*60+local.Minute() >= 17*60+30 {
		date++
	}
	handedOver = time.Date(year, month, date, 17, 50, 0, 0, london.Zone())
	year, month, date = nextDay(handedOver, false).Date()
	return handedOver.UTC(), time.Date(year, month, date, 16, 0, 0, 0, london.Zone()).UTC()
}

func nextDay(day time.Time, saturdays bool) time.Time {
	for {
		day = day.AddDate(0, 0, 1)
		weekend := day.Weekday() == time.Sunday || day.Weekday() == time.Saturday && !saturdays
		if !weekend && !bankHolidays()[day.Format(time.DateOnly)] {
			return day
		}
	}
}

// bankHolidays are the bank holidays of England and Wales (https://www.gov.uk/bank-holidays). Christmas and Boxing Day
// have substitute days when they fall on a weekend, so 26 December can be missing.
var bankHolidays = sync.OnceValue(func() map[string]bool {
	holidays := map[string]bool{}
	for year, days := range map[string][]string{
		"2024": {"01-01", "03-29", "04-01", "05-06", "05-27", "08-26", "12-25", "12-26"},
		"2025": {"01-01", "04-18", "04-21", "05-05", "05-26", "08-25", "12-25", "12-26"},
		"2026": {"01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"},
		"2027": {"01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"},
	} {
		for _, day := range days {
			holidays[year+"-"+day] = true
		}
	}
	return holidays
})
