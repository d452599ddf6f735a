package notify_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// sourced makes a client whose key comes from a source, for a service that has the key named first.
func sourced(
	t *testing.T, first string, source func(*simulator.Service) notify.KeySource, opts ...notify.Option,
) (*notify.Client, *simulator.Service) {
	t.Helper()
	sim := simulator.New()
	service, err := sim.AddService(simulator.ServiceConfig{
		ID: serviceID, Name: "Rotation", Keys: []simulator.KeyConfig{{Name: first, Type: simulator.KeyTypeTest}},
		Templates: []simulator.TemplateConfig{{
			ID: templateID, Type: simulator.MessageTypeSMS, Versions: []simulator.TemplateVersion{{Body: "Hello"}},
		}},
	})
	require.NoError(t, err)
	opts = append([]notify.Option{notify.WithHTTPClient(&http.Client{Transport: sim})}, opts...)
	c, err := notify.NewWithKeySource(t.Context(), source(service), opts...)
	require.NoError(t, err)
	return c, service
}

// A vault is a source that counts how often it is asked.
type vault struct {
	mu    sync.Mutex
	key   string
	err   error
	asked int
}

func (v *vault) Key(context.Context, notify.Key) (string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.asked++
	return v.key, v.err
}

func addKey(t *testing.T, service *simulator.Service, name string) string {
	t.Helper()
	key, err := service.AddKey(name, simulator.KeyTypeTest)
	require.NoError(t, err)
	return key
}

// Many sends that are refused together ask once, and none of them fails or is sent twice.
func TestRotation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := &vault{}
		c, service := sourced(t, "test one", func(s *simulator.Service) notify.KeySource {
			v.key = s.Key(simulator.KeyTypeTest)
			return v
		})
		old := v.key
		v.key = addKey(t, service, "test two")
		require.NoError(t, service.RevokeKey(old))
		var sends sync.WaitGroup
		for range 50 {
			sends.Go(func() {
				_, err := c.SendSMS(t.Context(), sms())
				require.NoError(t, err)
			})
		}
		sends.Wait()
		require.Equal(t, 2, v.asked)
		require.Len(t, service.TestMessages(), 50)
		require.Equal(t, "test two", c.Key().Name())
	})
}

// A source without another key is asked once a call, and the refusal is the call's error.
func TestRotationWithoutAnotherKey(t *testing.T) {
	t.Parallel()
	v := &vault{}
	c, service := sourced(t, "test", func(s *simulator.Service) notify.KeySource {
		v.key = s.Key(simulator.KeyTypeTest)
		return v
	}, notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, service.RevokeKey(v.key))
	for asked := 2; asked < 4; asked++ {
		_, err := c.SendSMS(t.Context(), sms())
		require.ErrorIs(t, err, notify.ErrKeyRevoked)
		require.Equal(t, asked, v.asked)
	}
	// Another revoked key gets one attempt too, and then that is all.
	v.key = addKey(t, service, "test again")
	require.NoError(t, service.RevokeKey(v.key))
	before := len(service.Simulator().Requests())
	_, err := c.SendSMS(t.Context(), sms())
	require.ErrorIs(t, err, notify.ErrKeyRevoked)
	require.Len(t, service.Simulator().Requests(), before+2)
	require.Equal(t, 4, v.asked)

	v.err = errors.New("vault sealed with " + v.key)
	_, err = c.SendSMS(t.Context(), sms())
	require.ErrorIs(t, err, notify.ErrKeyRevoked)
	require.ErrorIs(t, err, v.err)
	require.True(t, notify.SafeToRetry(err))
	require.NotContains(t, err.Error(), v.key)
	require.ErrorContains(t, err, "there is no other key: the key source gave no key")
	v.err, v.key = nil, "nonsense"
	_, err = c.SendSMS(t.Context(), sms())
	require.ErrorContains(t, err, "the API key is too short")
	require.Equal(t, notify.OutcomeNotSent, notify.OutcomeOf(err))
}

// A key of another type or service could send in earnest what was meant as a test.
func TestRotationToAnotherType(t *testing.T) {
	t.Parallel()
	other := "test-3d844edf-8d35-48ac-975b-e847b4f122b0-" + secretID
	for name, tc := range map[string]struct {
		first, next string
		stated      notify.KeyType
		fine        bool
	}{
		"test to live":             {"test", "live", "", false},
		"test to unknown":          {"test", "acme", "", false},
		"unknown to unknown":       {"acme", "acme 2", "", true},
		"unknown, stated, to live": {"acme", "live", notify.KeyTypeTest, false},
		"unknown, stated, to same": {"acme", "test", notify.KeyTypeTest, true},
		"stated to unknown":        {"test", "acme", notify.KeyTypeTest, true},
		"team to guest":            {"team", "guest list", "", true},
		"another service":          {"test", "", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := &vault{}
			var opts []notify.Option
			if tc.stated != "" {
				opts = append(opts, notify.WithKeyType(tc.stated))
			}
			c, service := sourced(t, tc.first, func(s *simulator.Service) notify.KeySource {
				v.key = s.Key(simulator.KeyTypeTest)
				return v
			}, opts...)
			require.NoError(t, service.RevokeKey(v.key))
			v.key = other
			if tc.next != "" {
				v.key = addKey(t, service, tc.next)
			}
			_, err := c.Templates(t.Context(), "")
			if tc.fine {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, notify.ErrKeyMismatch)
			require.ErrorContains(t, err, "no other key: the key source gave a key of another type or service; before that")
			require.ErrorIs(t, err, notify.ErrKeyRevoked)
			require.Equal(t, tc.first, c.Key().Name())
		})
	}
}

// While one call asks the source, another can give up.
func TestRotationEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		first := ""
		c, service := sourced(t, "test", func(s *simulator.Service) notify.KeySource {
			first = s.Key(simulator.KeyTypeTest)
			return notify.KeySourceFunc(func(ctx context.Context, refused notify.Key) (string, error) {
				if refused == (notify.Key{}) {
					return first, nil
				}
				<-ctx.Done()
				return "", ctx.Err()
			})
		})
		require.NoError(t, service.RevokeKey(first))
		var calls sync.WaitGroup
		for i := range 2 {
			calls.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(2-i)*time.Second)
				defer cancel()
				_, err := c.SendSMS(ctx, sms())
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.ErrorIs(t, err, notify.ErrKeyRevoked)
				require.True(t, notify.SafeToRetry(err))
			})
			synctest.Wait()
		}
		calls.Wait()
	})
}

// An attempt with another key takes its turn like any, and if that comes too late the error says so.
func TestRotationIsHeldBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := &vault{}
		c, service := sourced(t, "test one", func(s *simulator.Service) notify.KeySource {
			v.key = s.Key(simulator.KeyTypeTest)
			return v
		}, notify.WithRateLimit(3)) // one at a time
		old := v.key
		v.key = addKey(t, service, "test two")
		require.NoError(t, service.RevokeKey(old))
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		_, err := c.SendSMS(ctx, sms())
		require.ErrorIs(t, err, notify.ErrHeldBack)
		require.ErrorIs(t, err, notify.ErrKeyRevoked, "the answer before")
		require.Equal(t, notify.OutcomeNotSent, notify.OutcomeOf(err))
		require.Empty(t, service.TestMessages())
		_, err = c.SendSMS(t.Context(), sms())
		require.NoError(t, err, "with the other key")
	})
}

func TestKeys(t *testing.T) {
	t.Parallel()
	first, second := testKey, "test-"+serviceID+"-740e5834-3a29-46b4-9a6f-16142fde533a"
	parsed := func(text string) notify.Key {
		key, err := notify.ParseKey(text)
		require.NoError(t, err)
		return key
	}
	source := notify.Keys(first, second)
	for _, tc := range []struct {
		refused notify.Key
		want    string
	}{{notify.Key{}, first}, {parsed(first), second}, {parsed(second), first}} {
		got, err := source.Key(t.Context(), tc.refused)
		require.NoError(t, err)
		require.Equal(t, tc.want, got)
	}
	_, err := notify.NewWithKeySource(t.Context(), notify.Keys())
	require.EqualError(t, err, "notify: the key source gave no key: the API key is empty")
	for _, bad := range []notify.KeySource{
		notify.Keys("x", first), nil, notify.KeySourceFunc(nil), (*vault)(nil),
	} {
		_, err := notify.NewWithKeySource(t.Context(), bad)
		require.Error(t, err)
	}
	_, err = notify.NewWithKeySource(nil, source) //nolint:staticcheck // it is what the test is about
	require.ErrorContains(t, err, "the context is nil")
}

func TestKeyFile(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(name, []byte(testKey+"\n"), 0o600))
	c, err := notify.NewWithKeySource(t.Context(), notify.KeyFile(name))
	require.NoError(t, err)
	require.Equal(t, "my_test_key", c.Key().Name())
	_, err = notify.NewWithKeySource(t.Context(), notify.KeyFile(name+"s"))
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.EqualError(t, err, "notify: the key source gave no key: no such file or directory")
	require.NoError(t, os.WriteFile(name, bytes.Repeat([]byte("x"), 1<<20), 0o600))
	_, err = notify.NewWithKeySource(t.Context(), notify.KeyFile(name))
	require.ErrorContains(t, err, "the API key's secret")
}

// While one call asks the source of keys, others wait for what it gets.
func TestRotationThatTakesTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := &slowVault{vault: &vault{}}
		c, service := slowlySourced(t, v)
		done := make(chan error)
		for range 5 {
			go func() { _, err := c.SendSMS(t.Context(), sms()); done <- err }()
		}
		for range 5 {
			require.NoError(t, <-done)
		}
		require.Equal(t, 2, v.asked)
		require.Len(t, service.TestMessages(), 5)
	})
}

type slowVault struct{ *vault }

func (v *slowVault) Key(ctx context.Context, refused notify.Key) (string, error) {
	if refused != (notify.Key{}) {
		time.Sleep(time.Second)
	}
	return v.vault.Key(ctx, refused)
}

// slowlySourced makes a client with a key that has been replaced since.
func slowlySourced(t *testing.T, v *slowVault) (*notify.Client, *simulator.Service) {
	t.Helper()
	c, service := sourced(t, "test one", func(s *simulator.Service) notify.KeySource {
		v.key = s.Key(simulator.KeyTypeTest)
		return v
	})
	old := v.key
	v.key = addKey(t, service, "test two")
	require.NoError(t, service.RevokeKey(old))
	return c, service
}

// What a source says may quote a key, and shows under no verb.
func TestKeySourceErrorIsNotPrinted(t *testing.T) {
	t.Parallel()
	_, err := notify.NewWithKeySource(t.Context(), notify.KeySourceFunc(func(context.Context, notify.Key) (string, error) {
		return "", quoting{testKey}
	}))
	var cause quoting
	require.ErrorAs(t, err, &cause)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		require.Contains(t, fmt.Sprintf(verb, err), "the key source gave no key: an error of type notify_test.quoting", verb)
		require.NotContains(t, fmt.Sprintf(verb, err), secretID, verb)
	}
	encoded, err := json.Marshal(err)
	require.NoError(t, err)
	require.Equal(t, `"notify: the key source gave no key: an error of type notify_test.quoting"`, string(encoded))
}

// A quoting error is one that quotes what it should not.
type quoting struct{ Text string }

func (e quoting) Error() string { return "cannot read " + e.Text }
