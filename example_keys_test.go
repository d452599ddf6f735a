package notify_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
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

// The key is in a file, which is read again when Notify refuses the key. So keys can be replaced while messages are
// being sent.
func ExampleNewWithKeySource() {
	service, _ := exampleService(simulator.KeyTypeTest)
	old := service.Key(simulator.KeyTypeTest)
	dir, err := os.MkdirTemp("", "notify")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	name := filepath.Join(dir, "notify-api-key")
	if err := os.WriteFile(name, []byte(old), 0o600); err != nil {
		fmt.Println(err)
		return
	}
	client, err := notify.NewWithKeySource(context.Background(), notify.KeyFile(name),
		notify.WithHTTPClient(&http.Client{Transport: service.Simulator()}))
	if err != nil {
		fmt.Println(err)
		return
	}

	// Make a new key, put it where the client finds it, and revoke the old one.
	newer, err := service.AddKey("test-2027", simulator.KeyTypeTest)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := os.WriteFile(name, []byte(newer), 0o600); err != nil {
		fmt.Println(err)
		return
	}
	if err := service.RevokeKey(old); err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Templates(context.Background(), notify.NotificationTypeSMS)
	fmt.Println(client.Key(), err)
	// Output: test-2027-… <nil>
}

// Two keys are in the program's configuration: the one that is revoked is replaced by the other.
func ExampleKeys() {
	service, _ := exampleService(simulator.KeyTypeTest)
	first := service.Key(simulator.KeyTypeTest)
	second, err := service.AddKey("test-second", simulator.KeyTypeTest)
	if err != nil {
		fmt.Println(err)
		return
	}
	client, err := notify.NewWithKeySource(context.Background(), notify.Keys(first, second),
		notify.WithHTTPClient(&http.Client{Transport: service.Simulator()}))
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := service.RevokeKey(first); err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Templates(context.Background(), notify.NotificationTypeSMS)
	fmt.Println(client.Key(), err)
	// Output: test-second-… <nil>
}

// A source that is asked for a key by a function, such as that of a secret store. It gives a live key in place of the
// test key that was revoked, which is a mistake.
func ExampleKeySourceFunc() {
	service, _ := exampleService(simulator.KeyTypeTest)
	first := service.Key(simulator.KeyTypeTest)
	var source notify.KeySource = notify.KeySourceFunc(func(_ context.Context, refused notify.Key) (string, error) {
		if refused.Name() == "" {
			return first, nil
		}
		return service.AddKey("live", simulator.KeyTypeLive)
	})
	client, err := notify.NewWithKeySource(context.Background(), source,
		notify.WithHTTPClient(&http.Client{Transport: service.Simulator()}))
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := service.RevokeKey(first); err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Templates(context.Background(), notify.NotificationTypeSMS)
	fmt.Println(errors.Is(err, notify.ErrKeyMismatch), errors.Is(err, notify.ErrKeyRevoked))
	// Output: true true
}
