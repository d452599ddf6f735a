package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"testing"

	"github.com/stretchr/testify/require"
)

// pemOf writes a certificate, or its key, as files have it.
func pemOf(t *testing.T, kind string, cert tls.Certificate) []byte {
	t.Helper()
	der := cert.Certificate[0]
	if kind == "PRIVATE KEY" {
		var err error
		der, err = x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
		require.NoError(t, err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
