package simtest_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

// TestNamesOfKeys: the client can parse every key that the simulator makes.
func TestNamesOfKeys(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	service := kit.Service.ID()
	for name, fine := range map[string]bool{
		"live": true, "my key": true, "-": true, "a-b": true, "clé": true, "gcntfy-live": true, uuid.NewString(): true,
		"x" + uuid.NewString(): true,
		"":                     false, " ": false, "\t": false, "\ufeff": false, "gcntfy": false, "gcntfy-": false,
		"a\nb": false, "a\x00": false, "\x1b[31m": false, "a\u2028b": false, "a\u0085": false, "a\xff": false,
		"a-" + service: false, "a-" + service + "-b": false, uuid.NewString() + "-" + uuid.NewString(): false,
	} {
		key, err := kit.Service.AddKey(name, simulator.KeyTypeTest)
		require.Equal(t, fine, err == nil, "%q: %v", name, err)
		_, fixture := kit.Simulator.AddService(simulator.ServiceConfig{
			ID: uuid.NewString(), Name: "A", Keys: []simulator.KeyConfig{{Name: name, Type: simulator.KeyTypeTest}},
		})
		if !strings.Contains(name, service) { // that name is only refused in the first service
			require.Equal(t, fine, fixture == nil, "%q: %v", name, fixture)
		}
		if !fine {
			continue
		}
		_, err = notify.ParseKey(key)
		require.NoError(t, err, name)
		client := kit.ClientWithKey(key)
		_, err = client.Templates(t.Context(), "")
		require.NoError(t, err, name)
	}
}
