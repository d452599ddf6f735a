package simulator_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/notifykit/notify/simulator"
)

// A file that was loaded has changed. Messages and services stay.
func ExampleSimulator_Reload() {
	const file = `services: [{id: d6aa2c68-a2d9-4437-ab19-3ae8eb202553, name: %s, api_keys: [{name: cron, type: test}]}]`
	sim := simulator.New()
	must(sim.Load(fmt.Appendf(nil, file, "Licensing")))
	svc := sim.Services()[0]
	key := svc.Key(simulator.KeyTypeTest)

	must(sim.Reload(fmt.Appendf(nil, file, "Permits")))
	fmt.Println(svc.Name(), svc.Key(simulator.KeyTypeTest) == key)
	fmt.Println(sim.Reload([]byte("services: [{}]")) != nil, svc.Name())
	// Output:
	// Permits true
	// true Permits
}

// Of several files that belong together either all are taken or none.
func ExampleSimulator_ReloadFiles() {
	dir, err := os.MkdirTemp("", "fixtures")
	must(err)
	defer os.RemoveAll(dir)
	good, broken := filepath.Join(dir, "good.yaml"), filepath.Join(dir, "broken.yaml")
	must(os.WriteFile(good, []byte("services: [{id: d6aa2c68-a2d9-4437-ab19-3ae8eb202553, name: Licensing}]"), 0o600))
	must(os.WriteFile(broken, []byte("services: ["), 0o600))
	sim := simulator.New()
	fmt.Println(sim.ReloadFiles(good, broken) != nil, len(sim.Services()))
	fmt.Println(sim.ReloadFiles(good), len(sim.Services()))
	// Output:
	// true 0
	// <nil> 1
}
