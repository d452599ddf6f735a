// Package signin signs people in with a code that they get by text message; its test takes the code from the text.
package signin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"math/big"
	"sync"
	"time"

	"github.com/notifykit/notify"
)

// ErrWrongCode is for a code that is wrong, too old, used or replaced. Which of these it was is nobody's business.
var ErrWrongCode = errors.New("signin: ask for another code")

const (
	lifetime = 15 * time.Minute
	guesses  = 5 // of a million codes
)

// App sends codes and checks them.
type App struct {
	client   *notify.Client
	template string

	mu    sync.Mutex
	codes map[string]*code // by the phone number, as it was given
}

type code struct {
	digits  string
	expires time.Time
	guesses int
}

// New makes an App. The template is for text messages and has ((code)).
func New(client *notify.Client, template string) *App {
	return &App{client: client, template: template, codes: map[string]*code{}}
}

// AskForCode texts somebody a new code, and the one before is no longer valid.
func (a *App) AskForCode(ctx context.Context, phone string) error {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return err
	}
	digits := fmt.Sprintf("%06d", n)
	// Before it is sent: a text may arrive although its sender got an error.
	a.mu.Lock()
	a.codes[phone] = &code{digits: digits, expires: time.Now().Add(lifetime)}
	a.mu.Unlock()
	_, err = a.client.SendSMS(ctx, notify.SMS{
		PhoneNumber: phone, TemplateID: a.template, Personalisation: notify.Personalisation{"code": digits},
	})
	return err
}

// Enter signs somebody in, once for each code.
func (a *App) Enter(phone, digits string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	c := a.codes[phone]
	if c == nil || c.guesses == guesses || time.Now().After(c.expires) {
		return ErrWrongCode
	}
	c.guesses++
	if subtle.ConstantTimeCompare([]byte(c.digits), []byte(digits)) == 0 {
		return ErrWrongCode
	}
	delete(a.codes, phone)
	return nil
}
