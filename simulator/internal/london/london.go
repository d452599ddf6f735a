// Package london is London's time zone: letters are posted and messages are deleted by the day in London.
package london

import (
	"sync"
	"time"
	_ "time/tzdata" // for machines without time zone data
)

// Zone is London's time zone.
var Zone = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		return time.UTC // can't happen: the zone is built in
	}
	return zone
})
