package notify_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// hostileHold is how long the hostile server holds a connection, so that a client which would wait for ever comes back.
const hostileHold = 10 * time.Second

// A hostileServer is a peer that speaks TCP and does as it likes above that. What it does with a request says the path,
// and what it took, the ledger.
type hostileServer struct {
	kinds     []hostileKind
	listeners []net.Listener // one for all kinds, and one for each kind that needs no request

	mu     sync.Mutex
	ledger map[string]hostileEntry
	conns  map[net.Conn]struct{}
	opened int
	closed bool
	wg     sync.WaitGroup
}

// A hostileEntry is what the ledger says of one reference.
type hostileEntry struct{ tries, accepted int }

func newHostileServer(t *testing.T, kinds []hostileKind) *hostileServer {
	t.Helper()
	s := &hostileServer{kinds: kinds, ledger: map[string]hostileEntry{}, conns: map[net.Conn]struct{}{}}
	s.listen(t, s.serve)
	for i := range kinds {
		if k := &kinds[i]; k.connect != nil {
			base := s.listen(t, func(conn *net.TCPConn) { k.connect(conn) })
			k.base = base
		} else {
			k.base = "http://" + s.listeners[0].Addr().String() + "/" + strconv.Itoa(i)
		}
	}
	return s
}

// listen serves each connection of a new port in a goroutine.
func (s *hostileServer) listen(t *testing.T, serve func(*net.TCPConn)) (base string) {
	t.Helper()
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	require.NoError(t, err)
	s.listeners = append(s.listeners, l)
	s.wg.Go(func() {
		for {
			conn, err := l.AcceptTCP()
			if err != nil {
				return
			}
			if !s.open(conn) {
				return
			}
			s.wg.Go(func() {
				defer s.forget(conn)
				_ = conn.SetDeadline(time.Now().Add(hostileHold))
				serve(conn)
			})
		}
	})
	return "http://" + l.Addr().String()
}

func (s *hostileServer) open(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = conn.Close()
		return false
	}
	s.conns[conn] = struct{}{}
	s.opened++
	return true
}

func (s *hostileServer) forget(conn net.Conn) {
	_ = conn.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, conn)
}

// answers are the kinds by the same name, of which some come with the message taken and without.
func (s *hostileServer) answers() map[string]bool {
	all := map[string]bool{}
	for _, k := range s.kinds {
		all[strings.TrimSuffix(k.name, ", accepted")] = true
	}
	return all
}

// close ends all connections and waits for what serves them: the ledger is final then.
func (s *hostileServer) close() {
	s.mu.Lock()
	s.closed = true
	for _, l := range s.listeners {
		_ = l.Close()
	}
	for conn := range s.conns {
		_ = conn.Close()
	}
	s.mu.Unlock()
	s.wg.Wait()
}

// serve answers the requests of one connection.
func (s *hostileServer) serve(conn *net.TCPConn) {
	in := bufio.NewReader(conn)
	astray := false
	for {
		req, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		_ = conn.SetDeadline(time.Now().Add(hostileHold))
		number, _, _ := strings.Cut(strings.TrimPrefix(req.URL.Path, "/"), "/")
		i, err := strconv.Atoi(number)
		if err != nil || i >= len(s.kinds) {
			return
		}
		x := &exchange{server: s, conn: conn, in: in, token: req.Header.Get("Authorization")}
		// A refusal that reaches another message than the one refused can't be told from an honest one.
		if astray && !s.kinds[i].accepts {
			return
		}
		if s.kinds[i].early {
			s.kinds[i].play(x) // the body stays unread, and so nobody knows the reference
			return
		}
		if !x.read(req.Body) {
			return
		}
		if s.kinds[i].accepts {
			x.accept()
		}
		if s.kinds[i].play(x); !x.keep {
			return
		}
		astray = astray || x.astray
	}
}

// An exchange is one request and what the server makes of it.
type exchange struct {
	server *hostileServer
	conn   *net.TCPConn
	in     *bufio.Reader
	token  string
	ref    string
	try    int        // which request with this reference it is, from 1
	rng    *rand.Rand // the same for the same reference and try
	keep   bool       // the connection is used again
	astray bool       // there was one answer more than requests
}

// read takes the whole body.
func (x *exchange) read(body io.Reader) bool {
	raw, err := io.ReadAll(body)
	if err != nil {
		return false
	}
	var sent struct {
		Reference string `json:"reference"`
	}
	if json.Unmarshal(raw, &sent) != nil {
		return false
	}
	x.ref = sent.Reference
	x.server.mu.Lock()
	defer x.server.mu.Unlock()
	entry := x.server.ledger[x.ref]
	entry.tries++
	x.server.ledger[x.ref] = entry
	x.try = entry.tries
	x.rng = rand.New(rand.NewPCG(hashOf(x.ref), uint64(x.try)))
	return true
}

func (x *exchange) accept() {
	x.server.mu.Lock()
	defer x.server.mu.Unlock()
	entry := x.server.ledger[x.ref]
	entry.accepted++
	x.server.ledger[x.ref] = entry
}

func hashOf(text string) uint64 {
	h := fnv.New64a()
	_, _ = io.WriteString(h, text)
	return h.Sum64()
}

// hostileID is the id of the message with a reference.
func hostileID(ref string) string {
	h := hashOf(ref)
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", uint32(h>>32), uint16(h>>16), h&0xfff, h>>52, h&0xffffffffffff)
}

// good is the right answer for all kinds of message.
func (x *exchange) good() string { return goodAnswer(hostileID(x.ref), x.ref) }

func goodAnswer(id, ref string) string {
	return `{"content":{"body":"Hello","subject":"Hello","from_number":"GOVUK"},"id":"` + id + `","postage":"second",` +
		`"reference":"` + ref + `","scheduled_for":null,"template":{"id":"` + templateID + `","uri":"https://x.example/t",` +
		`"version":3},"uri":"https://x.example/n"}` + "\n"
}

// echo quotes all that must not come back in what an error prints.
func (x *exchange) echo() string {
	return x.token + " " + x.ref + " " + hostilePhone + " " + hostileEmail + " " + hostileName
}

// raw sends a string as it is.
func (x *exchange) raw(text string) { _, _ = io.WriteString(x.conn, text) }

// whole sends an answer that is good HTTP, after which the connection goes on.
func (x *exchange) whole(status int, body string, headers ...string) {
	x.astray = x.keep
	x.raw(wholeAnswer(status, body, headers...))
	x.keep = true
}

func wholeAnswer(status int, body string, headers ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n", status, len(body))
	for _, h := range headers {
		b.WriteString(h + "\r\n")
	}
	return b.String() + "\r\n" + body
}

// announced is an answer whose announced length is not that of its body.
func announced[N int | int64](length N, body string) string {
	return fmt.Sprintf("HTTP/1.1 201 X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", length, body)
}

// created begins an answer of success, and leaves the rest of it to the caller.
func (x *exchange) created(rest string) { x.raw("HTTP/1.1 201 X\r\n" + rest) }

func (x *exchange) pause(d time.Duration) { <-time.After(d) }

// hold keeps silent until the client ends the connection.
func (x *exchange) hold() { _, _ = io.Copy(io.Discard, x.in) }

// reset ends the connection by RST instead of FIN, and drops what was not yet sent.
func (x *exchange) reset() { resetConn(x.conn) }

func resetConn(conn *net.TCPConn) {
	_ = conn.SetLinger(0)
	_ = conn.Close()
}

// drip sends an answer in small pieces, for longer than any client here waits.
func (x *exchange) drip(text string, pause time.Duration) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for i := range len(text) {
		if _, err := x.conn.Write([]byte{text[i]}); err != nil {
			return
		}
		<-tick.C
	}
}

// flood sends characters until nobody listens any more, some megabytes in the time of an attempt.
func (x *exchange) flood(text string) {
	text = strings.Repeat(text, 1+(32<<10)/len(text))
	for {
		if _, err := io.WriteString(x.conn, text); err != nil {
			return
		}
		x.pause(time.Millisecond)
	}
}
