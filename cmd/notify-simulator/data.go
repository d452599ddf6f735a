package main

import (
	"fmt"
	"io"
	"sync"

	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/store"
)

// keptMessages is how many messages are kept unless -keep says otherwise: they take some 200 MB.
const keptMessages = 100_000

// keepIn fills the simulator with what is in the file, and has it keep everything there. The function that it returns
// writes what is left, and closes the file. Without a name nothing is kept.
func keepIn(sim *simulator.Simulator, name string, stderr io.Writer) (finish func() error, err error) {
	if name == "" {
		return func() error { return nil }, nil
	}
	f, err := store.Open(name)
	if err != nil {
		return nil, fmt.Errorf("-data %w", err)
	}
	if n := f.Dropped(); n > 0 {
		fmt.Fprintf(stderr, "notify-simulator: -data %s: the last change, of which %d bytes were written, was dropped\n",
			name, n)
	}
	if err := sim.KeepIn(&announced{File: f, to: stderr}); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("-data %s: %w", name, err)
	}
	return func() error {
		err := sim.Flush()
		if closed := f.Close(); err == nil {
			err = closed
		}
		return err
	}, nil
}

// announced is a store that tells the operator when it can't write any more, and when it can again: the callers of the
// API see that too, but they may be somebody else.
type announced struct {
	*store.File
	to io.Writer

	mu     sync.Mutex
	failed bool
}

func (a *announced) Put(records []simulator.Record) error {
	err := a.File.Put(records)
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case err != nil && !a.failed:
		fmt.Fprintf(a.to, "notify-simulator: -data: %v; sends are answered with 500 until this is mended\n", err)
	case err == nil && a.failed:
		fmt.Fprintln(a.to, "notify-simulator: -data: everything is written again")
	}
	a.failed = err != nil
	return err
}
