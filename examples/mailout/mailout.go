// Package mailout sends one email to each of many people, over as many days as the limits of the service ask for.
package mailout

import (
	"context"
	"errors"
	"time"

	"github.com/notifykit/notify"
)

// Person is somebody on the list. The ID is the reference of their email, by which it can be found.
type Person struct{ ID, Email, Name string }

// Mailout is a list of people who get an email made from a template with ((name)).
type Mailout struct {
	Client   *notify.Client
	Template string
	People   []Person
	// Outcome has for each person's ID what became of their email: nil if it was sent. A real program keeps it in a
	// database, so that it can be stopped and started again.
	Outcome map[string]error
}

// Run sends what was not sent yet. It waits where Notify asks it to, until midnight too, and returns when all is done,
// or with an error when the context ends or nothing can be sent any more.
func (m *Mailout) Run(ctx context.Context) error {
	for _, p := range m.People {
		if err, tried := m.Outcome[p.ID]; tried && !errors.Is(err, notify.ErrOutcomeUnknown) {
			continue
		}
		err := m.sendTo(ctx, p)
		if err != nil && !theirOwn(err) {
			return err
		}
		m.Outcome[p.ID] = err
	}
	return nil
}

// theirOwn errors are about one recipient: the next one may be fine.
func theirOwn(err error) bool {
	return errors.Is(err, notify.ErrMalformedRecipient) || errors.Is(err, notify.ErrReservedRecipient) ||
		errors.Is(err, notify.ErrTestRecipient) || errors.Is(err, notify.ErrValidation)
}

func (m *Mailout) sendTo(ctx context.Context, p Person) error {
	for {
		if errors.Is(m.Outcome[p.ID], notify.ErrOutcomeUnknown) {
			if sent, err := m.wasSent(ctx, p); sent || err != nil {
				return err
			}
		}
		m.Outcome[p.ID] = notify.ErrOutcomeUnknown // which it is, should the program end now
		_, err := m.Client.SendEmail(ctx, notify.Email{
			EmailAddress: p.Email, TemplateID: m.Template, Reference: p.ID,
			Personalisation: notify.Personalisation{"name": p.Name},
		})
		if errors.Is(err, notify.ErrOutcomeUnknown) {
			continue
		}
		delete(m.Outcome, p.ID)
		switch {
		case errors.Is(err, notify.ErrDailyLimit):
			err = wait(ctx, untilTomorrow(time.Now()))
		case errors.Is(err, notify.ErrRateLimited): // the client has tried four times by now
			err = wait(ctx, time.Minute)
		default:
			return err
		}
		if err != nil {
			return err
		}
	}
}

// wasSent looks the reference up, when a request that is still under way has had time to arrive.
func (m *Mailout) wasSent(ctx context.Context, p Person) (bool, error) {
	if err := wait(ctx, time.Minute); err != nil {
		return false, err
	}
	page, err := m.Client.NotificationsPage(ctx, notify.NotificationFilter{Reference: p.ID})
	return err == nil && len(page.Notifications) > 0, err
}

// untilTomorrow is the time until Notify counts anew, at midnight UTC. Its clock may be a little behind ours.
func untilTomorrow(now time.Time) time.Duration {
	const clocksDiffer = time.Minute
	return now.Truncate(24 * time.Hour).Add(24*time.Hour + clocksDiffer).Sub(now)
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
