package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"strings"
	"time"
)

// certified is the configuration for https, or nil for http.
func (a *arguments) certified() (*tls.Config, error) {
	var cert tls.Certificate
	var err error
	switch {
	case a.certFile != "":
		if cert, err = tls.LoadX509KeyPair(a.certFile, a.keyFile); err != nil {
			return nil, fmt.Errorf("-tls-cert and -tls-key: %w", err)
		}
	case a.selfSigned != "":
		var authority []byte
		if cert, authority, err = certify(time.Now(), a.names()); err == nil {
			err = os.WriteFile(a.selfSigned, authority, 0o644) //nolint:gosec // others have to trust it, and it is no secret
		}
		if err != nil {
			return nil, fmt.Errorf("-tls-self-signed: %w", err)
		}
	default:
		return nil, nil
	}
	return &tls.Config{
		Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
	}, nil
}

// validity is longer than anybody runs it, and shorter than the 398 days beyond which some clients refuse.
const validity = 397 * 24 * time.Hour

// certify makes an authority, and a certificate of it for loopback and the names. The authority's key is forgotten, so
// that whoever trusts it trusts this one certificate.
func certify(now time.Time, names []string) (cert tls.Certificate, authority []byte, err error) {
	root, rootKey, err := blank(now, "notify-simulator's own authority")
	if err != nil {
		return cert, nil, err
	}
	root.IsCA, root.BasicConstraintsValid, root.MaxPathLenZero = true, true, true
	root.KeyUsage = x509.KeyUsageCertSign
	rootDER, err := x509.CreateCertificate(rand.Reader, root, root, rootKey.Public(), rootKey)
	if err != nil {
		return cert, nil, err
	}
	leaf, key, err := blank(now, "notify-simulator")
	if err != nil {
		return cert, nil, err
	}
	leaf.KeyUsage, leaf.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	leaf.DNSNames, leaf.IPAddresses = []string{"localhost"}, []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			leaf.IPAddresses = append(leaf.IPAddresses, ip)
		} else {
			leaf.DNSNames = append(leaf.DNSNames, name)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, root, key.Public(), rootKey)
	if err != nil {
		return cert, nil, err
	}
	cert = tls.Certificate{Certificate: [][]byte{der, rootDER}, PrivateKey: key}
	return cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: rootDER}), nil
}

func blank(now time.Time, name string) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	return &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(validity), // some clocks are behind
	}, key, err
}

// trust says how clients come to trust the authority in a file.
func trust(file string) string {
	return strings.ReplaceAll(`
its certificate is of an authority made for this run, in HERE; to trust that:
  curl    --cacert HERE
  Python  REQUESTS_CA_BUNDLE=HERE
  Node    NODE_EXTRA_CA_CERTS=HERE
  Ruby    SSL_CERT_FILE=HERE
  PHP     php -d curl.cainfo=HERE -d openssl.cafile=HERE
  Java    keytool -importcert -noprompt -alias notify -file HERE -keystore trust.p12 -storepass changeit
          java -Djavax.net.ssl.trustStore=trust.p12 -Djavax.net.ssl.trustStorePassword=changeit
  .NET    SSL_CERT_FILE=HERE (on Linux)
  Go      SSL_CERT_FILE=HERE (on Linux)
`, "HERE", line(file))
}
