package simtest_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

// TestWrongSideOfABubble: a kit on the wrong side says so, where otherwise 26 years pass or the program dies.
func TestWrongSideOfABubble(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]func(*fakeT){
		"made outside": func(f *fakeT) {
			kit := simtest.New(f, simulator.Realistic())
			synctest.Test(t, func(*testing.T) {
				done := make(chan struct{})
				go func() { defer close(done); kit.Client() }() // of which t.Fatal ends the goroutine
				<-done
			})
		},
		"waits inside": func(f *fakeT) {
			kit := simtest.New(f)
			synctest.Test(t, func(*testing.T) {
				done := make(chan struct{})
				go func() { defer close(done); kit.Eventually(1) }()
				<-done
			})
			kit.SMSTemplate("Hello")
		},
		"ends outside": func(f *fakeT) {
			synctest.Test(t, func(*testing.T) { simtest.New(f) })
		},
		"used outside": func(f *fakeT) {
			var kit *simtest.Kit
			synctest.Test(t, func(*testing.T) { kit = simtest.New(f) })
			kit.Advance(time.Second)
		},
	} {
		f := &fakeT{TB: t}
		f.run(test)
		require.True(t, f.Failed(), name)
		require.Contains(t, f.texts[0], "use the kit only there", name)
		require.Len(t, f.texts, 1, name)
	}
}
