package control

import (
	"time"

	"github.com/notifykit/notify/simulator"
)

// event is something that happens by itself.
type event struct {
	At    string `json:"at"`
	In    string `json:"in,omitempty"` // from now on, such as 4s
	Label string `json:"label"`
}

func (a *api) shownEvent(e simulator.Event) event {
	return event{wireTime(e.At), e.At.Sub(a.sim.Now()).Round(time.Millisecond).String(), e.Label}
}

// mostEvents is how many events are shown. A simulator that has run for long has one for every message.
const mostEvents = 1000

func (a *api) showTime(*call) (any, error) {
	pending := []event{}
	for _, e := range a.sim.Pending() {
		if len(pending) == mostEvents {
			break
		}
		pending = append(pending, a.shownEvent(e))
	}
	return map[string]any{"now": wireTime(a.sim.Now()), "pending": pending}, nil
}

func (a *api) advance(c *call) (any, error) {
	var body struct {
		By *duration `yaml:"by"`
		To string    `yaml:"to"`
	}
	if err := c.read(&body); err != nil {
		return nil, err
	}
	var happened []simulator.Event
	switch {
	case body.To == "next" && body.By == nil:
		happened = a.sim.AdvanceToNext()
	case body.To == "" && body.By != nil:
		happened = a.sim.Advance(time.Duration(*body.By))
	default:
		return nil, wrong("by", `want either "by", a time like 1h30m, or "to": "next"`)
	}
	shown := []event{}
	for _, e := range happened {
		shown = append(shown, event{At: wireTime(e.At), Label: e.Label})
	}
	return map[string]any{"now": wireTime(a.sim.Now()), "happened": shown}, nil
}
