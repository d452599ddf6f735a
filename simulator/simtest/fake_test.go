package simtest_test

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// fakeT is a test that may fail. It keeps what it is told.
type fakeT struct {
	testing.TB // the real test, for what is not recorded

	artifacts string // kept in this directory, unless it is empty

	mu       sync.Mutex
	texts    []string
	failed   bool
	cleanups []func()
}

func (f *fakeT) say(text string, failed bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.texts = append(f.texts, text)
	f.failed = f.failed || failed
}

func (f *fakeT) Helper()                      {}
func (f *fakeT) Log(args ...any)              { f.say(fmt.Sprintln(args...), false) }
func (f *fakeT) Error(args ...any)            { f.say(fmt.Sprintln(args...), true) }
func (f *fakeT) Errorf(form string, a ...any) { f.say(fmt.Sprintf(form, a...), true) }
func (f *fakeT) Fatal(args ...any)            { f.say(fmt.Sprintln(args...), true); runtime.Goexit() }
func (f *fakeT) Fatalf(form string, a ...any) { f.say(fmt.Sprintf(form, a...), true); runtime.Goexit() }
func (f *fakeT) Failed() bool                 { f.mu.Lock(); defer f.mu.Unlock(); return f.failed }
func (f *fakeT) Skipped() bool                { return false }
func (f *fakeT) Cleanup(do func())            { f.cleanups = append(f.cleanups, do) }

func (f *fakeT) ArtifactDir() string { return f.artifacts }

// KeepsArtifacts stands for the flag -artifacts.
func (f *fakeT) KeepsArtifacts() bool { return f.artifacts != "" }

// run runs a test to its end, clean-up included.
func (f *fakeT) run(test func(*fakeT)) {
	for _, do := range []func(){func() { test(f) }, func() {
		for i := len(f.cleanups) - 1; i >= 0; i-- {
			f.cleanups[i]()
		}
	}} {
		done := make(chan struct{})
		go func() { defer close(done); do() }()
		<-done
	}
}

// failing runs a test that has to fail, and returns what it says.
func failing(t *testing.T, test func(*fakeT)) string {
	t.Helper()
	f := &fakeT{TB: t}
	f.run(test)
	require.True(t, f.Failed(), "the test passes")
	return strings.TrimRight(strings.Join(f.texts, ""), "\n")
}
