package simulator_test

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// TestServeTLS: over an encrypted connection the links in a response begin with https://.
func TestServeTLS(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	lender := httptest.NewTLSServer(http.NotFoundHandler()) // of its certificate, and a client that trusts it
	defer lender.Close()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	encrypted := tls.NewListener(l, &tls.Config{
		Certificates: lender.TLS.Certificates, NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS12,
	})
	go func() { served <- simulator.Serve(ctx, encrypted, w.sim) }()
	defer func() { stop(); require.NoError(t, <-served) }()
	client := lender.Client()
	defer client.CloseIdleConnections()

	base := "https://" + l.Addr().String()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/v2/notifications", nil)
	require.NoError(t, err)
	r.Header.Set("Authorization", w.bearer(w.svc.Key(simulator.KeyTypeTest)))
	resp, err := client.Do(r)
	require.NoError(t, err)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Contains(t, string(body), `"current":"`+base+`/v2/notifications`)
}
