//go:build unix

package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// command starts the command as a separate process, and returns its address and its output after the first line.
func command(t *testing.T, args ...string) (cmd *exec.Cmd, base string, out io.Closer, rest *bufio.Reader) {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	cmd = exec.CommandContext(t.Context(), program, append(args, "-listen", "127.0.0.1:0")...)
	cmd.Env = append(os.Environ(), asCommand+"=1")
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	rest = bufio.NewReader(stdout)
	first, err := rest.ReadString('\n')
	require.NoError(t, err)
	base = strings.TrimPrefix(strings.TrimSpace(first), "notify-simulator listening on ")
	return cmd, base, stdout, rest
}

// TestSignals: SIGHUP, as from a terminal that is closed, changes nothing; SIGTERM and SIGINT stop the command cleanly.
func TestSignals(t *testing.T) {
	t.Parallel()
	for _, end := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		cmd, base, _, rest := command(t)
		until(t, rest, "a team key reaches")
		require.NoError(t, cmd.Process.Signal(syscall.SIGHUP))
		for range 3 {
			status, _ := get(t, base+"/_status")
			require.Equal(t, 200, status)
		}
		require.NoError(t, cmd.Process.Signal(end))
		require.NoError(t, cmd.Wait(), "exit status 0")
	}
}

// TestReaderHasGone: a reader that takes only the first line, as head -1 does, does not stop the command.
func TestReaderHasGone(t *testing.T) {
	t.Parallel()
	var large strings.Builder // more than a pipe holds, so that the command is still writing
	large.WriteString("services:\n- {id: d6aa2c68-a2d9-4437-ab19-3ae8eb202553, name: Licensing, templates: [\n")
	for i := range 2000 {
		fmt.Fprintf(&large, "{id: 5d3f7c1e-0b6a-4f6e-9d59-%012d, type: sms, name: Reminder, versions: [{body: x}]},\n", i)
	}
	large.WriteString("]}\n")
	name := filepath.Join(t.TempDir(), "large.yaml")
	require.NoError(t, os.WriteFile(name, []byte(large.String()), 0o600))
	cmd, base, out, _ := command(t, "-fixture", name)
	require.NoError(t, out.Close())
	status, _ := get(t, base+"/_status")
	require.Equal(t, 200, status)
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, cmd.Wait(), "exit status 0")
}

// TestSignalWhileReading: a signal stops the command even while it reads a fixture from a pipe that yields nothing.
func TestSignalWhileReading(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	program, err := os.Executable()
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // rather than for ever
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "-fixture", pipe, "-listen", "127.0.0.1:0")
	cmd.Env = append(os.Environ(), asCommand+"=1")
	require.NoError(t, cmd.Start())
	given, err := os.OpenFile(pipe, os.O_WRONLY, 0) // returns once the command has opened it for reading
	require.NoError(t, err)
	defer given.Close()
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, cmd.Wait(), "exit status 0")
}
