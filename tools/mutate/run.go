package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// A verdict says how the tests reacted to a mutant.
type verdict string

const (
	killed   verdict = "killed"   // a test failed
	hung     verdict = "hung"     // the tests did not end in time, which counts as noticed
	survived verdict = "SURVIVED" // all tests passed
	invalid  verdict = "invalid"  // does not compile
)

// tests runs the tests of one package on changed source files.
type tests struct {
	root, dir string // dir is the package's directory, relative to root
	scratch   string
	memory    int // KiB of address space
	limit     time.Duration
}

// unchanged runs the tests on the unchanged source, where they must pass. The time that takes sets the limit for the
// mutants.
func (t *tests) unchanged(ctx context.Context) error {
	t.limit = 10 * time.Minute
	start := time.Now()
	v, output, err := t.run(ctx, nil, nil)
	if err != nil {
		return err
	}
	if v != survived {
		return fmt.Errorf("the tests of ./%s do not pass as they are (%s):\n%s", t.dir, v, output)
	}
	t.limit = 20*time.Second + 4*time.Since(start)
	return nil
}

// run compiles the tests with the mutant in place of its file, and runs them until the first failure.
func (t *tests) run(ctx context.Context, m *mutant, source []byte) (verdict, []byte, error) {
	binary := filepath.Join(t.scratch, "mutant.test")
	args := []string{"test", "-c", "-o", binary}
	if m != nil {
		overlay, err := t.overlay(*m, source)
		if err != nil {
			return "", nil, err
		}
		args = append(args, "-overlay", overlay)
	}
	compile := exec.CommandContext(ctx, "go", append(args, "./"+t.dir)...) //nolint:gosec // what this tool is for
	compile.Dir = t.root
	if output, err := compile.CombinedOutput(); err != nil {
		var exit *exec.ExitError
		if ctx.Err() == nil && errors.As(err, &exit) {
			return invalid, output, nil
		}
		return "", nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, t.limit)
	defer cancel()
	// A mutant may allocate without end: the shell limits its memory where it can.
	limited := fmt.Sprintf("ulimit -v %d 2>/dev/null; exec %q -test.short -test.failfast", t.memory, binary)
	test := exec.CommandContext(ctx, "sh", "-c", limited) //nolint:gosec // what this tool is for
	test.Dir = filepath.Join(t.root, t.dir)
	test.WaitDelay = 5 * time.Second
	var output bytes.Buffer
	test.Stdout, test.Stderr = &output, &output
	err := test.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return survived, output.Bytes(), nil
	case ctx.Err() != nil && errors.Is(context.Cause(ctx), context.DeadlineExceeded):
		return hung, output.Bytes(), nil
	case ctx.Err() == nil && errors.As(err, &exit):
		return killed, output.Bytes(), nil
	}
	return "", nil, err
}

// overlay writes the mutant to a file, and an overlay that makes the go command read it instead of the original.
func (t *tests) overlay(m mutant, source []byte) (string, error) {
	changed, overlay := filepath.Join(t.scratch, "mutant.go"), filepath.Join(t.scratch, "overlay.json")
	text, err := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(t.root, m.file): changed}})
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(changed, m.apply(source), 0o600); err != nil { //nolint:gosec // in a directory of our own
		return "", err
	}
	return overlay, os.WriteFile(overlay, text, 0o600)
}
