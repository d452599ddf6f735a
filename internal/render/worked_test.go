//go:build !linux

package render

import (
	"testing"
	"time"
)

// worked measures the time that f takes.
func worked(t *testing.T, f func()) time.Duration {
	t.Helper()
	start := time.Now()
	f()
	return time.Since(start)
}
