package inbox

import (
	"fmt"
	"net/http"
	"time"
)

const (
	// calm is the shortest time between two events: a browser that is told of each of a thousand messages does nothing
	// else.
	calm = 200 * time.Millisecond
	// heartbeat is after which time without news the server writes a comment, so that it finds out who has gone.
	heartbeat = 20 * time.Second
)

// live tells a browser, in server-sent events, that something has changed. It then asks for its page again, so that
// there is one way to show things. The data is a number that counts.
func (b *inbox) live(w http.ResponseWriter, r *http.Request) {
	control := http.NewResponseController(w)
	// The stream lasts as long as the page. A server that can't be told so ends it sooner, and the browser comes again.
	_ = control.SetReadDeadline(time.Time{})
	_ = control.SetWriteDeadline(time.Time{})
	w.Header().Set("Content-Type", "text/event-stream")
	for n := 1; ; n++ {
		next := b.sim.Changed()
		_, err := fmt.Fprintf(w, "event: change\ndata: %d\n\n", n)
		if err != nil || control.Flush() != nil || !b.wait(w, r, next) {
			return
		}
		pause := time.NewTimer(calm)
		select {
		case <-pause.C:
		case <-r.Context().Done():
			pause.Stop()
			return
		}
	}
}

// wait returns true once there is news. What happens by itself happens only when somebody looks, so it looks when the
// next event is due. It returns false when the browser has gone.
func (b *inbox) wait(w http.ResponseWriter, r *http.Request, next <-chan struct{}) bool {
	control := http.NewResponseController(w)
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	atLeast := calm
	for {
		due := time.NewTimer(b.untilNext(atLeast))
		select {
		case <-r.Context().Done():
			due.Stop()
			return false
		case <-next:
			due.Stop()
			return true
		case <-due.C:
			b.look()
			atLeast = min(2*atLeast, heartbeat/2) // the clock may be a test's own, and stand still
		case <-beat.C:
			due.Stop()
			if _, err := w.Write([]byte(": still here\n\n")); err != nil || control.Flush() != nil {
				return false
			}
		}
	}
}

// untilNext is how long it takes until something happens by itself.
func (b *inbox) untilNext(atLeast time.Duration) time.Duration {
	at, ok := b.sim.NextAt()
	if !ok {
		return 24 * time.Hour // news of an event that is added comes over the channel
	}
	return max(at.Sub(b.sim.Now()), atLeast)
}

// look lets everything happen that is due, in all services.
func (b *inbox) look() {
	if all := b.sim.Services(); len(all) > 0 {
		all[0].Changed()
	}
}
