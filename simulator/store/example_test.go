package store_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/store"
)

// A simulator that keeps everything in a file, and another that goes on where it ended.
func Example() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	name := filepath.Join(dir, "data")

	start := func() (*simulator.Simulator, *store.File, error) {
		file, err := store.Open(name)
		if err != nil {
			return nil, nil, err
		}
		sim := simulator.New(simulator.WithMaxMessages(100_000))
		err = sim.KeepIn(file)
		return sim, file, err
	}
	sim, file, err := start()
	if err != nil {
		fmt.Println(err)
		return
	}
	_, _ = sim.AddService(simulator.ServiceConfig{Name: "Licensing", ReceivedTextNumber: "07700900880"})
	_, _ = sim.Services()[0].ReceiveText("07900900123", "Hello")
	fmt.Println(errors.Join(sim.Flush(), file.Close()))

	sim, file, err = start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer file.Close()
	fmt.Println(sim.Services()[0].Name(), file.Dropped(), "bytes dropped")
	_, err = store.Open(name)
	fmt.Println(errors.Is(err, store.ErrInUse))
	// Output:
	// <nil>
	// Licensing 0 bytes dropped
	// true
}

// What can be wrong with a file.
func ExampleOpen() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for _, content := range []string{
		"services: []\n", "notify-simulator data, version 2\n", "notify-simulator data, version 1\n01234567 time 1\n",
	} {
		name := filepath.Join(dir, "data")
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			fmt.Println(err)
			return
		}
		_, err := store.Open(name)
		fmt.Println(errors.Is(err, store.ErrForeign), errors.Is(err, store.ErrNewer), errors.Is(err, store.ErrDamaged))
	}
	// Output:
	// true false false
	// false true false
	// false false true
}

// ExampleFile_Put keeps records that are not a simulator's.
func ExampleFile_Put() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file, err := store.Open(filepath.Join(dir, "data"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer file.Close()
	var kept simulator.Store = file
	fmt.Println(kept.Put([]simulator.Record{{Key: "a", Value: []byte(`1`)}, {Key: "b", Value: []byte(`2`)}, {Key: "a"}}))
	for r, err := range kept.Records() {
		fmt.Printf("%s %s %v\n", r.Key, r.Value, err)
	}
	// Output:
	// <nil>
	// b 2 <nil>
}
