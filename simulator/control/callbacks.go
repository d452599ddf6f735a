package control

import (
	"github.com/notifykit/notify/simulator"
)

// attempt is an attempt to post a callback as the API shows it.
type attempt struct {
	Kind       simulator.CallbackKind   `json:"kind"`
	ID         string                   `json:"id"` // of the message, or of the received text
	Attempt    int                      `json:"attempt"`
	At         string                   `json:"at"`
	Body       string                   `json:"body"`
	WrongToken bool                     `json:"wrong_token"`
	Status     int                      `json:"status"` // 0 without a response
	Error      string                   `json:"error"`
	Result     simulator.CallbackResult `json:"result"`
	RetryAt    *string                  `json:"retry_at"`
}

func shownAttempt(a simulator.CallbackAttempt) attempt {
	return attempt{
		a.Kind, a.ID, a.Attempt, wireTime(a.At), a.Body, a.WrongToken, a.Status, a.Error, a.Result, orNull(a.RetryAt),
	}
}

func (a *api) listCallbacks(c *call) (any, error) {
	q := c.parameters("min", "wait")
	least, wait := q.number("min", 0, 1_000_000), q.wait()
	if q.err != nil {
		return nil, q.err
	}
	made := c.svc.Callbacks()
	a.await(c.r.Context(), c.svc, wait, func(version) bool {
		made = c.svc.Callbacks()
		return len(made) >= least
	})
	if len(made) < least {
		return nil, notFound("wanted %d attempts to post a callback, found %d%s", least, len(made), after(wait))
	}
	shown := []attempt{}
	for _, one := range made {
		shown = append(shown, shownAttempt(one))
	}
	return map[string]any{"callbacks": shown, "quirks": c.svc.CallbackQuirks()}, nil
}

func (a *api) nextCallbacks(c *call) (any, error) {
	var body struct {
		Quirk simulator.CallbackQuirk `yaml:"quirk"`
		Next  *int                    `yaml:"next"`
	}
	if err := c.read(&body); err != nil {
		return nil, err
	}
	next := 1
	if body.Next != nil {
		next = *body.Next
	}
	if err := c.svc.NextCallbacks(next, body.Quirk); err != nil {
		return nil, err
	}
	return map[string]any{"quirks": c.svc.CallbackQuirks()}, nil
}

func (a *api) receiveText(c *call) (any, error) {
	var body struct {
		From    string `yaml:"from"`
		Content string `yaml:"content"`
	}
	if err := c.read(&body); err != nil {
		return nil, err
	}
	if body.From == "" {
		return nil, wrong("from", "from: want the number that the text comes from")
	}
	id, err := c.svc.ReceiveText(body.From, body.Content)
	if err != nil {
		return nil, conflict("the service has no received_text_number to receive texts on")
	}
	return created{"", map[string]string{"id": id}}, nil
}
