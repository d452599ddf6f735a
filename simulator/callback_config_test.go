package simulator_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// TestConfiguredCallbacks: a service can come with its callbacks.
func TestConfiguredCallbacks(t *testing.T) {
	t.Parallel()
	r := &receiver{}
	w := setup(t, simulator.ServiceConfig{ReceivedTextNumber: "07700900880", Callbacks: simulator.Callbacks{
		ReceivedTexts: simulator.Callback{Handler: r, BearerToken: callbackToken},
	}})
	_, err := w.svc.ReceiveText("07900900123", "Hello")
	require.NoError(t, err)
	w.sendEmail(t, w.svc.Key(simulator.KeyTypeTest), "jo@example.gov.uk") // nobody wants to know
	w.sim.Advance(0)
	require.Equal(t, []string{"text: Hello"}, r.told(t))
}

// TestImpossibleCallbacks: what the real service would not take is refused, in Go and in a file.
func TestImpossibleCallbacks(t *testing.T) {
	t.Parallel()
	h := http.NotFoundHandler()
	both := simulator.Callback{Handler: h, Transport: http.DefaultTransport, BearerToken: callbackToken}
	for name, c := range map[string]struct {
		callback simulator.Callback
		field    string
	}{
		"nowhere":          {simulator.Callback{BearerToken: callbackToken}, ".url"},
		"relative":         {simulator.Callback{URL: "/receipts", BearerToken: callbackToken}, ".url"},
		"no host":          {simulator.Callback{URL: "https:receipts", BearerToken: callbackToken}, ".url"},
		"no HTTP":          {simulator.Callback{URL: "ftp://example.gov.uk", BearerToken: callbackToken}, ".url"},
		"no URL":           {simulator.Callback{URL: "https://%", BearerToken: callbackToken}, ".url"},
		"no token":         {simulator.Callback{URL: "https://example.gov.uk"}, ".bearer_token"},
		"short token":      {simulator.Callback{Handler: h, BearerToken: "123456789"}, ".bearer_token"},
		"no header":        {simulator.Callback{Handler: h, BearerToken: "0123456789\n"}, ".bearer_token"},
		"two ways":         {both, ":"},
		"only a transport": {simulator.Callback{Transport: http.DefaultTransport}, ".url"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := setup(t, simulator.ServiceConfig{})
			require.Error(t, w.svc.SetCallback(simulator.CallbackKindReceivedText, c.callback))
			_, err := w.sim.AddService(simulator.ServiceConfig{
				Name: "Council", Callbacks: simulator.Callbacks{ReceivedTexts: c.callback},
			})
			require.ErrorContains(t, err, ".callbacks.received_texts"+c.field)
		})
	}
	w := setup(t, simulator.ServiceConfig{})
	require.ErrorContains(t, w.svc.SetCallback("complaint", simulator.Callback{}), `"complaint" is no kind`)
	require.Error(t, w.svc.CallBack(nil, callbackToken))
	require.Error(t, w.svc.CallBack(http.NotFoundHandler(), "short"))
	require.NoError(t, w.svc.CallBack(http.NotFoundHandler(), "0123456789"))
	require.ErrorContains(t, w.sim.Load([]byte(`services:
- id: 7d3c6f1e-2b52-4e27-9a3f-0b6f6a3a3c10
  name: Council
  callbacks:
    returned_letters: {url: https://example.gov.uk, bearer_token: short}
`)), "line 5: .services[0].callbacks.returned_letters.bearer_token: a bearer token has at least 10 characters")
	err := w.sim.Load([]byte(`services: [{callbacks: {received_texts: {"-": 1}}}]`))
	require.ErrorContains(t, err, `unknown field "-"`)
}

// TestTokenNeverPrints: neither in any form of a callback, nor in what is kept of it.
func TestTokenNeverPrints(t *testing.T) {
	t.Parallel()
	w, _ := receiving(t)
	w.sendEmail(t, w.svc.Key(simulator.KeyTypeTest), "jo@example.gov.uk")
	pending := w.sim.Pending()
	happened := w.sim.Advance(0)
	c := simulator.Callback{URL: "https://example.gov.uk/receipts", BearerToken: callbackToken}
	config := simulator.ServiceConfig{Callbacks: simulator.Callbacks{DeliveryReceipts: c}}
	encoded, err := json.Marshal(config)
	require.NoError(t, err)
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("set", "callback", c)
	all := fmt.Sprintf("%v %+v %#v %s %v %+v %#v %v %v %v %s %s", c, c, c, c, &c, config, config, pending, happened,
		w.svc.Callbacks(), encoded, log.String())
	require.NotContains(t, all, callbackToken)
	require.Contains(t, all, "{https://example.gov.uk/receipts}")
	require.Equal(t, "{http.HandlerFunc}", fmt.Sprint(simulator.Callback{Handler: http.NotFoundHandler()}))
}
