package render

import (
	"runtime"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// worked measures the processor time that f takes, which does not include other programs' work as elapsed time does.
// Package syscall has no function for the more precise of the two clocks.
func worked(t *testing.T, f func()) time.Duration {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const threadTime = 3 // CLOCK_THREAD_CPUTIME_ID
	spent := func() time.Duration {
		var now syscall.Timespec
		_, _, failed := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, threadTime, uintptr(unsafe.Pointer(&now)), 0)
		require.Zero(t, failed)
		return time.Duration(now.Nano())
	}
	start := spent()
	f()
	return spent() - start
}
