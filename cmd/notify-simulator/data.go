package main

import (
	"fmt"
	"log/slog"
	"sync"

	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/store"
)

// keptMessages is how many messages are kept unless -keep says otherwise: they take some 200 MB.
const keptMessages = 100_000

// keepIn fills the simulator with what is in the file, and has it keep everything there. The function that it returns
// writes what is left, and closes the file. Without -data nothing is kept.
func keepIn(sim *simulator.Simulator, a *arguments, log *slog.Logger) (finish func() error, err error) {
	name := a.data
	if name == "" {
		return func() error { return nil }, nil
	}
	f, err := store.Open(name)
	if err != nil {
		return nil, fmt.Errorf("-data %w", err)
	}
	if n := f.Dropped(); n > 0 {
		log.Warn("the last change in the data file was not whole, and is dropped", "file", name, "bytes", n)
	}
	if err := sim.KeepIn(&announced{File: f, log: log}); err != nil {
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
	log *slog.Logger

	mu     sync.Mutex
	failed bool
}

func (a *announced) Put(records []simulator.Record) error {
	err := a.File.Put(records)
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case err != nil && !a.failed:
		a.log.Error("the data file can't be written: requests are answered with 500 until this is mended", "error", err)
	case err == nil && a.failed:
		a.log.Info("everything is written to the data file again")
	}
	a.failed = err != nil
	return err
}
