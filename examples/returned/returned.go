// Package returned writes letters, and marks an address as bad when a letter to it comes back.
package returned

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"github.com/notifykit/notify"
)

// ErrBadAddress is for an address that a letter came back from: somebody has to ask for a better one.
var ErrBadAddress = errors.New("returned: a letter to this address came back")

// App has addresses. In a real program they are in a database.
type App struct {
	client   *notify.Client
	template string

	mu        sync.Mutex
	addresses map[string]address
}

type address struct {
	lines []string
	bad   bool
}

// New makes an App. The template is for letters.
func New(client *notify.Client, template string) *App {
	return &App{client: client, template: template, addresses: map[string]address{}}
}

// Add adds an address: the name, the street and so on, with the postcode last. Somebody who moves gets another id.
func (a *App) Add(id string, lines ...string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.addresses[id] = address{lines: lines}
}

// IsBad reports whether a letter came back from the address.
func (a *App) IsBad(id string) bool { return a.address(id).bad }

func (a *App) address(id string) address {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.addresses[id]
}

// Write sends a letter. Its reference is the id of the address, which comes back with it.
func (a *App) Write(ctx context.Context, id string) error {
	to := a.address(id)
	if to.bad {
		return ErrBadAddress
	}
	_, err := a.client.SendLetter(ctx, notify.Letter{Address: to.lines, TemplateID: a.template, Reference: id})
	return err
}

// Receiver is the handler for Notify's callbacks about returned letters. No status tells of them: a letter that came
// back stays received.
func (a *App) Receiver(token string) (http.Handler, error) {
	return notify.NewCallbackHandler(notify.Callbacks{ReturnedLetter: a.cameBack}, token)
}

// cameBack may be told the same twice.
func (a *App) cameBack(_ context.Context, letter notify.ReturnedLetter) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	bad, known := a.addresses[letter.Reference]
	if !known {
		return nil // sent by somebody else, from Notify's web pages for instance; an error would have it posted again
	}
	bad.bad = true
	a.addresses[letter.Reference] = bad
	return nil
}
