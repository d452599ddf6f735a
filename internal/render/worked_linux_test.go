package render

import (
	"runtime"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// worked is the processor time that f takes. Unlike the time on the clock it leaves out what other programs do
// meanwhile. The finer of the two ways to ask for it is no function of package syscall.
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
