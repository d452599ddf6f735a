package simulator_test

import (
	"bytes"
	"fmt"
	"iter"

	"github.com/notifykit/notify/simulator"
)

// drawer keeps records in memory, as another might in a database.
type drawer map[string][]byte

var _ simulator.Store = drawer{}

func (d drawer) Put(records []simulator.Record) error {
	for _, r := range records {
		if r.Value == nil {
			delete(d, r.Key)
		} else {
			d[r.Key] = bytes.Clone(r.Value)
		}
	}
	return nil
}

func (d drawer) Records() iter.Seq2[simulator.Record, error] {
	return func(yield func(simulator.Record, error) bool) {
		for key, value := range d {
			if !yield(simulator.Record{Key: key, Value: value}, nil) {
				return
			}
		}
	}
}

// A simulator goes on where another ended.
func ExampleSimulator_KeepIn() {
	kept := drawer{}
	sim := simulator.New(simulator.WithMaxMessages(100_000))
	if err := sim.KeepIn(kept); err != nil {
		fmt.Println(err)
		return
	}
	svc, err := sim.AddService(simulator.ServiceConfig{Name: "Licensing"})
	if err != nil {
		fmt.Println(err)
		return
	}
	key, _ := svc.AddKey("web", simulator.KeyTypeLive)
	fmt.Println(sim.Flush()) // after the last request, for what happened by itself since

	sim = simulator.New()
	if err := sim.KeepIn(kept); err != nil {
		fmt.Println(err)
		return
	}
	again := sim.Service(svc.ID())
	fmt.Println(again.Name(), again.Key(simulator.KeyTypeLive) == key)
	// Output:
	// <nil>
	// Licensing true
}
