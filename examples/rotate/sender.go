package main

import (
	"sync"

	"github.com/notifykit/notify"
)

// A Sender lends out a client that can be replaced at any time, for instance when a file with the key has changed.
type Sender struct {
	mu      sync.Mutex
	current *loan
}

// loan is a client and the number of callers who are using it.
type loan struct {
	client *notify.Client
	users  sync.WaitGroup
}

// NewSender returns a Sender that starts with the given client.
func NewSender(client *notify.Client) *Sender { return &Sender{current: &loan{client: client}} }

// Do calls f with the current client, so that a message uses one key throughout, retries included.
func (s *Sender) Do(f func(*notify.Client) error) error {
	s.mu.Lock()
	borrowed := s.current
	borrowed.users.Add(1) // under the lock, so that nobody borrows a client that was already replaced
	s.mu.Unlock()
	defer borrowed.users.Done()
	return f(borrowed.client)
}

// Swap replaces the client. The channel is closed when nobody uses the old one any more; then its key can be revoked.
func (s *Sender) Swap(client *notify.Client) (drained <-chan struct{}) {
	s.mu.Lock()
	old := s.current
	s.current = &loan{client: client}
	s.mu.Unlock()
	done := make(chan struct{})
	go func() {
		old.users.Wait()
		close(done)
	}()
	return done
}
