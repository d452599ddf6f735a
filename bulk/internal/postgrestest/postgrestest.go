// Package postgrestest starts a Postgres for tests.
package postgrestest

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// server is the Postgres of this test binary, which the first test that needs it starts.
var server struct {
	sync.Once
	dir       string
	process   *exec.Cmd
	alive     io.Closer // what the server lives as long as
	problem   error
	databases atomic.Int64
}

// Stop stops the server, if there is one. Call it at the end of TestMain.
func Stop() {
	if server.process != nil {
		_ = server.alive.Close()
		_ = server.process.Wait()
	}
	if server.dir != "" {
		_ = os.RemoveAll(server.dir)
	}
}

// New gives a test a database of its own, as a URL. Where there is no server to start, it skips the test and says so.
func New(t testing.TB) string {
	t.Helper()
	server.Do(func() { server.problem = startPostgres() })
	if server.problem != nil {
		t.Skipf("NOT TESTED ON POSTGRES: %v (install Debian's package postgresql)", server.problem)
	}
	conn, err := pgx.Connect(t.Context(), databaseURL("postgres"))
	require.NoError(t, err)
	defer conn.Close(t.Context()) //nolint:errcheck // it is only a test's
	name := fmt.Sprintf("test_%d", server.databases.Add(1))
	_, err = conn.Exec(t.Context(), "CREATE DATABASE "+name)
	require.NoError(t, err)
	return databaseURL(name)
}

func databaseURL(name string) string {
	return "postgres:///" + name + "?user=postgres&host=" + url.QueryEscape(server.dir)
}

// outlive runs the server until its input ends, which it does even if the tests are killed. Postgres calls what SIGINT
// does a fast shutdown.
const outlive = `trap "" INT; "$@" & cat; kill -INT $!; wait; rm -rf "$0"`

// startPostgres starts a server on a socket in a directory of its own. It refuses to run as root.
func startPostgres() error {
	postgres, err := exec.LookPath("postgres")
	if err != nil {
		debian, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres") // which it keeps out of the PATH
		if len(debian) == 0 {
			return err
		}
		postgres = debian[len(debian)-1]
	}
	if postgres, err = filepath.EvalSymlinks(postgres); err != nil {
		return err
	}
	if server.dir, err = os.MkdirTemp("", "pg"); err != nil {
		return err
	}
	as := &syscall.SysProcAttr{}
	if os.Getuid() == 0 {
		nobody, err := user.Lookup("nobody")
		if err != nil {
			return err
		}
		uid, errUID := strconv.ParseUint(nobody.Uid, 10, 31)
		gid, errGID := strconv.ParseUint(nobody.Gid, 10, 31)
		if err := errors.Join(errUID, errGID, os.Chown(server.dir, int(uid), int(gid))); err != nil {
			return err
		}
		as.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	data := filepath.Join(server.dir, "data")
	//nolint:gosec,noctx // the server that is installed, which lives as long as the tests
	initdb := exec.Command(filepath.Join(filepath.Dir(postgres), "initdb"), "-D", data, "-U", "postgres", "-A", "trust",
		"-N")
	initdb.SysProcAttr, initdb.Dir = as, server.dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	//nolint:gosec,noctx // as initdb
	process := exec.Command("sh", "-c", outlive, server.dir, postgres, "-D", data, "-k", server.dir,
		"-c", "listen_addresses=", "-c", "max_connections=300")
	process.SysProcAttr, process.Dir = as, "/"
	if server.alive, err = process.StdinPipe(); err != nil {
		return err
	}
	if err := process.Start(); err != nil {
		return err
	}
	server.process = process
	for range 300 {
		pid, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
		if err == nil && strings.Contains(string(pid), "ready") {
			return nil
		}
		<-time.After(50 * time.Millisecond) // nothing tells of the file
	}
	return fmt.Errorf("postgres did not start in %s", server.dir)
}
