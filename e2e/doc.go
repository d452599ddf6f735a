// Package e2e has only tests: they look at the pages of the served simulator in a real browser, Chromium without a
// window. Without Chromium they are skipped, and say so with -v; where CI is set they fail instead.
//
//	go -C e2e test -v ./...
//	go -C e2e test -run '^TestImages$' . -e2e.images   # makes docs/images/ again
package e2e
