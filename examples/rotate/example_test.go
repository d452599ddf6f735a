package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func Example() {
	dir, err := os.MkdirTemp("", "rotate")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := run(context.Background(), filepath.Join(dir, "key"), os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// sent with live-2025-…
	// sent with live-2025-…
	// sent with live-2026-…
}

// Many goroutines send while the key is replaced again and again, and each old key is revoked: no message may fail.
func TestRotationUnderLoad(t *testing.T) {
	t.Parallel()
	const senders, rotations = 8, 50
	kit := simtest.New(t).Allow(notify.ErrKeyRevoked) // by the attempts that come too late for a key
	template := kit.SMSTemplate("Hello")
	keyFile := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(keyFile, []byte(kit.LiveKey), 0o600))
	client, err := notify.NewWithKeySource(t.Context(), notify.KeyFile(keyFile), notify.WithoutGuard(),
		notify.WithHTTPClient(&http.Client{Transport: kit.Simulator}))
	require.NoError(t, err)
	old := kit.LiveKey
	for i := range rotations {
		_, err := client.Templates(t.Context(), "") // has the key of the last rotation, before there is another
		require.NoError(t, err)
		var sending sync.WaitGroup
		for range senders {
			sending.Go(func() {
				_, err := client.SendSMS(t.Context(), notify.SMS{PhoneNumber: "07900900123", TemplateID: template})
				if err != nil {
					t.Error(err)
				}
			})
		}
		key, err := kit.Service.AddKey(fmt.Sprintf("live-%d", i), simulator.KeyTypeLive)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(keyFile+".new", []byte(key), 0o600))
		require.NoError(t, os.Rename(keyFile+".new", keyFile)) // so that nobody reads half a key
		require.NoError(t, kit.Service.RevokeKey(old))
		old = key
		sending.Wait()
	}
	kit.N(senders * rotations)
}
