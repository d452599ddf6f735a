package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// healthPatience is how long a check of health waits for the answer.
const healthPatience = 5 * time.Second

// checkURL reports what is wrong with the value of -health.
func checkURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("-health %q: want a URL like http://127.0.0.1:6011", text)
	}
	return nil
}

// checkHealth asks a simulator elsewhere whether it is ready. A container has no other program that could ask. It
// trusts the certificate in the file that the flags for https name.
func (a *arguments) checkHealth(ctx context.Context) error {
	transport := &http.Transport{DisableKeepAlives: true}
	if file := cmp.Or(a.selfSigned, a.certFile); file != "" {
		pem, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		trusted := x509.NewCertPool()
		if !trusted.AppendCertsFromPEM(pem) {
			return fmt.Errorf("%s has no certificate in PEM", file)
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}
	}
	ctx, cancel := context.WithTimeout(ctx, healthPatience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(a.health, "/")+readyPath, nil)
	if err != nil {
		return err
	}
	resp, err := (&http.Client{Transport: transport}).Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s is not ready: %s", a.health, resp.Status)
	}
	return nil
}
