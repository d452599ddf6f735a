package simtest_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

// TestNoCallbackAfterTheEnd: a handler of a test that is over, passed or failed, is not called, and whoever ends the
// test waits for one that is being called.
func TestNoCallbackAfterTheEnd(t *testing.T) {
	t.Parallel()
	for _, fails := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			var over atomic.Bool
			calls := 0
			var late atomic.Int32
			f := &fakeT{TB: t}
			f.run(func(f *fakeT) {
				kit := simtest.New(f, simulator.Realistic())
				kit.CallBack(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					calls++
					time.Sleep(time.Second)
					if over.Load() {
						late.Add(1)
					}
					w.WriteHeader(http.StatusServiceUnavailable)
				}), "bearer-token")
				kit.ReceiveText("07900900123", "Hi")
				post(t, kit) // delivered in a while
				synctest.Wait()
				if fails {
					f.Error("wrong")
				}
			})
			over.Store(true)
			require.Equal(t, fails, f.Failed())
			require.Equal(t, 1, calls)
			time.Sleep(time.Hour)
			require.Equal(t, 1, calls)
			require.Zero(t, late.Load())
		})
	}
}

// TestSharedWaits: also a kit that shares its simulator waits for its callbacks before it judges them.
func TestSharedWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sim := simulator.New()
		said := failing(t, func(f *fakeT) {
			kit := simtest.NewService(f, sim)
			kit.CallBack(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				time.Sleep(time.Second)
				w.WriteHeader(http.StatusNotFound)
			}), "bearer-token")
			kit.ReceiveText("07900900123", "Hi")
		})
		require.Contains(t, said, "callbacks were lost")
	})
}

// TestLogTooShort: a test is told that the log of its simulator can't tell everything.
func TestLogTooShort(t *testing.T) {
	t.Parallel()
	for requests, told := range map[int]bool{2: false, 3: true} {
		f := &fakeT{TB: t}
		f.run(func(f *fakeT) {
			sim := simulator.New(simulator.WithRequestLog(2))
			post(t, simtest.NewService(t, sim)) // of another test
			kit := simtest.NewService(f, sim)
			for range requests {
				_, err := kit.Client().Templates(t.Context(), "")
				require.NoError(t, err)
			}
		})
		require.False(t, f.Failed())
		require.Equal(t, told, len(f.texts) > 0)
		if told {
			require.Contains(t, f.texts[0], "larger simulator.WithRequestLog")
		}
	}
}
