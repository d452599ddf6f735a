// Package london is the clock on the wall of GOV.UK Notify: its days of posting and of deletion are London's.
package london

import (
	"sync"
	"time"
	_ "time/tzdata" // also where the machine knows no time zones
)

// Zone is London's time zone.
var Zone = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		return time.UTC // can't be: the zone is built in
	}
	return zone
})
