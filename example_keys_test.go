package notify_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"

	"github.com/notifykit/notify"
)

// However a key is printed or encoded, its secret does not show.
func ExampleKey() {
	key, err := notify.ParseKey(exampleKey)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(key, key.String())
	fmt.Printf("%q %s %x %+v\n", key, key, key, key)
	fmt.Printf("%#v %s\n", key, key.GoString())
	// Output:
	// my_test_key-… my_test_key-…
	// "my_test_key-…" my_test_key-… my_test_key-… my_test_key-…
	// notify.Key("my_test_key-…") notify.Key("my_test_key-…")
}

// A configuration that is written as JSON loses its key on purpose: what was written cannot be read back.
func ExampleKey_MarshalJSON() {
	key, err := notify.ParseKey(exampleKey)
	if err != nil {
		fmt.Println(err)
		return
	}
	written, err := json.Marshal(struct {
		Service string     `json:"service"`
		Key     notify.Key `json:"key"`
	}{"licensing", key})
	fmt.Println(string(written), err)
	// Output: {"service":"licensing","key":"my_test_key-…"} <nil>
}

// A Key can be the key of a map, and is a string in its JSON.
func ExampleKey_MarshalText() {
	key, err := notify.ParseKey(exampleKey)
	if err != nil {
		fmt.Println(err)
		return
	}
	sent := map[notify.Key]int{key: 3}
	written, err := json.Marshal(sent)
	fmt.Println(string(written), err)
	// Output: {"my_test_key-…":3} <nil>
}

// A log line names the key that was used.
func ExampleKey_LogValue() {
	key, err := notify.ParseKey(exampleKey)
	if err != nil {
		fmt.Println(err)
		return
	}
	timeless := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: timeless}))
	logger.Info("starting", "key", key)
	// Output: level=INFO msg=starting key=my_test_key-…
}

// A program can refuse to start with a key of the wrong type: a live key in a test environment, or a test key in
// production.
func ExampleKeyType() {
	const ids = "-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0"
	for _, text := range []string{"live-2026" + ids, "my_test_key" + ids, "my_team_key" + ids, "licensing" + ids} {
		client, err := notify.New(text)
		if err != nil {
			fmt.Println(err)
			return
		}
		switch client.KeyType() {
		case notify.KeyTypeLive:
			fmt.Println(client.Key(), "sends to anyone")
		case notify.KeyTypeTeam:
			fmt.Println(client.Key(), "sends to the team and the guest list")
		case notify.KeyTypeTest:
			fmt.Println(client.Key(), "sends to nobody: not for production")
		case notify.KeyTypeUnknown:
			fmt.Println(client.Key(), "may be a live key: say which with WithKeyType")
		}
	}
	// Output:
	// live-2026-… sends to anyone
	// my_test_key-… sends to nobody: not for production
	// my_team_key-… sends to the team and the guest list
	// licensing-… may be a live key: say which with WithKeyType
}

// A client prints as the name of its key. One client is enough for a program; its connections can be closed when it is
// no longer needed.
func ExampleClient() {
	client, err := notify.New(exampleKey,
		notify.WithBaseURL(notify.DefaultBaseURL), notify.WithTimeout(notify.DefaultTimeout/2))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.CloseIdleConnections()
	fmt.Println(client.String(), client.GoString())
	// Output: notify.Client(my_test_key-…) notify.Client(my_test_key-…)
}
