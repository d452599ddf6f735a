//go:build linux

package main

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	servingRequests = flag.Int("serving.requests", 200, "how many requests TestServing makes of each kind")
	servingMessages = flag.Int("serving.messages", 500, "how many messages TestMemory sends")
	servingKeep     = flag.Int("serving.keep", 0, "the -keep of TestMemory")
)

// send is a request to send a text, with a token that is good for half a minute.
func send(base string) []byte {
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(`{"typ":"JWT","alg":"HS256"}`)) + "." +
		encode(fmt.Appendf(nil, `{"iss":%q,"iat":%d}`, busyService, time.Now().Unix()))
	mac := hmac.New(sha256.New, []byte("5d3f7c1e-0b6a-4f6e-9d59-6c1f3f1f0a03"))
	mac.Write([]byte(signed))
	body := `{"phone_number": "07900900123", "template_id": "5d3f7c1e-0b6a-4f6e-9d59-6c1f3f1f0a01", ` +
		`"personalisation": {"name": "Jo Bloggs"}, "reference": "0f8fad5b-d9cb-469f-a165-70867728950e"}`
	return fmt.Appendf(nil, "POST /v2/notifications/sms HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s.%s\r\n"+
		"Content-Type: application/json\r\nUser-Agent: test\r\nContent-Length: %d\r\n\r\n%s",
		strings.TrimPrefix(base, "http://"), signed, encode(mac.Sum(nil)), len(body), body)
}

// load makes requests over some connections, as fast as the answers come, and returns how long that took.
func load(t *testing.T, base string, requests, connections int) time.Duration {
	t.Helper()
	request := atomic.Pointer[[]byte]{}
	renew := func() { r := send(base); request.Store(&r) }
	renew()
	var left atomic.Int64
	left.Store(int64(requests))
	var working sync.WaitGroup
	began := time.Now()
	for range connections {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(base, "http://"))
		require.NoError(t, err)
		working.Go(func() {
			defer conn.Close()
			r := bufio.NewReader(conn)
			for {
				n := left.Add(-1)
				if n < 0 {
					return
				}
				if n%20_000 == 19_999 {
					renew()
				}
				if _, err := conn.Write(*request.Load()); err != nil {
					t.Error(err)
					return
				}
				resp, err := http.ReadResponse(r, nil)
				if err != nil {
					t.Error(err)
					return
				}
				answer, _ := io.ReadAll(resp.Body)
				_ = resp.Body.Close()
				if resp.StatusCode != http.StatusCreated {
					t.Error(resp.StatusCode, string(answer))
					return
				}
			}
		})
	}
	working.Wait()
	return time.Since(began)
}

// cpu is how much time of a processor the process has used.
func cpu(t *testing.T, pid int) time.Duration {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	require.NoError(t, err)
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	var ticks int
	for _, f := range fields[11:13] { // utime and stime: proc(5)
		n, err := strconv.Atoi(f)
		require.NoError(t, err)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// resident is how much memory the process has, in MB.
func resident(t *testing.T, pid int) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kilobytes, err := strconv.Atoi(strings.Fields(rest)[0])
	require.NoError(t, err)
	return kilobytes / 1000
}

// TestServing: requests a second and processor time a request, beside a canned answer of net/http in the same run. Only
// the figures of a large run mean something: -serving.requests 30000.
func TestServing(t *testing.T) { //nolint:paralleltest // it measures
	fixture := write(t, busy)
	for _, connections := range []int{1, 16, 128} {
		for _, kind := range []string{"canned", "memory", "data"} {
			args := []string{"-fixture", fixture, "-keep", "0"}
			switch kind {
			case "canned":
				args = []string{asCanned}
			case "data":
				args = append(args, "-data", filepath.Join(t.TempDir(), "data"))
			}
			cmd, base, out, _ := command(t, args...)
			load(t, base, connections, connections) // warm
			used := cpu(t, cmd.Process.Pid)
			took := load(t, base, *servingRequests, connections)
			used = cpu(t, cmd.Process.Pid) - used
			t.Logf("%3d connections, %-6s: %6.0f requests/s, %3.0f µs of processor a request", connections, kind,
				float64(*servingRequests)/took.Seconds(), float64(used.Microseconds())/float64(*servingRequests))
			require.NoError(t, out.Close())
			require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
			_ = cmd.Wait()
		}
	}
}

// TestMemory: how much memory messages take, with and without a file. A large run is -serving.messages 100000.
func TestMemory(t *testing.T) { //nolint:paralleltest // it measures
	fixture := write(t, busy)
	for _, kept := range []bool{false, true} {
		data := filepath.Join(t.TempDir(), "data")
		args := []string{"-fixture", fixture, "-keep", strconv.Itoa(*servingKeep)}
		if kept {
			args = append(args, "-data", data)
		}
		cmd, base, out, _ := command(t, args...)
		before := resident(t, cmd.Process.Pid)
		for part := range 10 {
			load(t, base, *servingMessages/10, 16)
			size := int64(0)
			if info, err := os.Stat(data); err == nil {
				size = info.Size()
			}
			t.Logf("kept in a file: %-5v, %7d messages: %3d MB of memory (%d at the start), file %d kB", kept,
				*servingMessages/10*(part+1), resident(t, cmd.Process.Pid), before, size/1000)
		}
		require.NoError(t, out.Close())
		require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
		require.NoError(t, cmd.Wait())
		if kept {
			began := time.Now()
			cmd, _, out, _ := command(t, args...)
			t.Logf("started again after %v, with %d MB", time.Since(began).Round(time.Millisecond), resident(t, cmd.Process.Pid))
			require.NoError(t, out.Close())
			require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
			require.NoError(t, cmd.Wait())
		}
	}
}
