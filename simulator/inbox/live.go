package inbox

import (
	"fmt"
	"io"
	"net/http"
	"time"
)

const (
	// calm is the shortest time between two events: a browser that is told of each of a thousand messages does nothing
	// else.
	calm = 200 * time.Millisecond
	// heartbeat is after which time without news the server writes a comment, so that it finds out who has gone.
	heartbeat = 20 * time.Second
	// patience is how long the server tries to write to a browser that takes nothing.
	patience = 30 * time.Second
)

// live tells a browser, in server-sent events, that something has changed. It then asks for its page again, so that
// there is one way to show things. The data is a number that counts.
func (b *inbox) live(w http.ResponseWriter, r *http.Request) {
	// The stream lasts as long as the page. A server that can't be told so ends it sooner, and the browser comes again.
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	w.Header().Set("Content-Type", "text/event-stream")
	for n := 1; ; n++ {
		next := b.sim.Changed()
		if !tell(w, fmt.Sprintf("event: change\ndata: %d\n\n", n)) || !b.wait(w, r, next) {
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

// tell writes to the browser, and returns false if it has gone or takes nothing. Between two writes there is no
// deadline: under HTTP/2 one would end the stream even while there is nothing to write.
func tell(w http.ResponseWriter, text string) bool {
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(w, text); err != nil || control.Flush() != nil {
		return false
	}
	_ = control.SetWriteDeadline(time.Time{})
	return true
}

// wait returns true once there is news. What happens by itself happens only when somebody looks, so it looks when the
// next event is due. It returns false when the browser has gone.
func (b *inbox) wait(w http.ResponseWriter, r *http.Request, next <-chan struct{}) bool {
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
			if !tell(w, ": still here\n\n") {
				return false
			}
		}
	}
}

// untilNext is how long it takes until something happens by itself.
func (b *inbox) untilNext(atLeast time.Duration) time.Duration {
	at, ok := b.sim.Next()
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
