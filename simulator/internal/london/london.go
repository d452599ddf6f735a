// Package london is London's time zone: posting, and the deletion of messages, go by the days there.
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
