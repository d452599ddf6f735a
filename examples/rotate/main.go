// Rotate replaces a live key without losing a message: the client reads its key from a file, and reads it again when
// Notify refuses the key.
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

const reminder = "e9b8a7c6-d5e4-4f3a-9b2c-1d0e9f8a7b07"

func main() {
	dir, err := os.MkdirTemp("", "rotate")
	if err == nil {
		err = run(context.Background(), filepath.Join(dir, "notify-api-key"), os.Stdout)
		_ = os.RemoveAll(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "rotate:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, keyFile string, stdout io.Writer) error {
	sim := simulator.New()
	service, err := sim.AddService(simulator.ServiceConfig{
		Name: "Vaccinations", Keys: []simulator.KeyConfig{{Name: "live-2025", Type: simulator.KeyTypeLive}},
		Templates: []simulator.TemplateConfig{{
			ID: reminder, Type: simulator.MessageTypeSMS, Name: "Reminder",
			Versions: []simulator.TemplateVersion{{Body: "Your appointment is tomorrow."}},
		}},
	})
	if err != nil {
		return err
	}
	oldKey := service.Key(simulator.KeyTypeLive)
	if err := os.WriteFile(keyFile, []byte(oldKey), 0o600); err != nil {
		return err
	}
	client, err := notify.NewWithKeySource(ctx, notify.KeyFile(keyFile),
		notify.WithHTTPClient(&http.Client{Transport: sim}))
	if err != nil {
		return err
	}
	if err := send(ctx, client, stdout); err != nil {
		return err
	}

	// 1. Make the new key on Notify's web pages. The old one stays active.
	newKey, err := service.AddKey("live-2026", simulator.KeyTypeLive)
	if err != nil {
		return err
	}
	// 2. Put it where the program finds it. It goes on with the old one.
	if err := os.WriteFile(keyFile, []byte(newKey), 0o600); err != nil {
		return err
	}
	if err := send(ctx, client, stdout); err != nil {
		return err
	}
	// 3. Revoke the old key. The next message is refused once, and goes out with the new key at once.
	if err := service.RevokeKey(oldKey); err != nil {
		return err
	}
	return send(ctx, client, stdout)
}

func send(ctx context.Context, client *notify.Client, stdout io.Writer) error {
	_, err := client.SendSMS(ctx, notify.SMS{PhoneNumber: "07900900123", TemplateID: reminder})
	if err == nil {
		fmt.Fprintln(stdout, "sent with", client.Key())
	}
	return err
}
