package notify_test

import (
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// TestStreamsEndedByTheServer: net/http would send some of these again by itself, and after PROTOCOL_ERROR a message
// that had been accepted.
func TestStreamsEndedByTheServer(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		taken int
		end   func(f *framedConn, id uint32)
	}{
		{"PROTOCOL_ERROR, accepted", 1, func(f *framedConn, id uint32) { f.reset(id, http2.ErrCodeProtocol) }},
		{"PROTOCOL_ERROR", 0, func(f *framedConn, id uint32) { f.reset(id, http2.ErrCodeProtocol) }},
		{"CANCEL, accepted", 1, func(f *framedConn, id uint32) { f.reset(id, http2.ErrCodeCancel) }},
		{"INTERNAL_ERROR, accepted", 1, func(f *framedConn, id uint32) { f.reset(id, http2.ErrCodeInternal) }},
		{"REFUSED_STREAM", 0, func(f *framedConn, id uint32) { f.reset(id, http2.ErrCodeRefusedStream) }},
		{"GOAWAY before it", 0, func(f *framedConn, id uint32) { f.goAway(id-2, http2.ErrCodeNo) }},
		{"GOAWAY after it, and closed", 1, func(f *framedConn, id uint32) { f.goAway(id, http2.ErrCodeNo); f.close() }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sim, service := proofService(t)
				b := &badWire{sim: sim, conns: make(chan net.Conn)}
				var requests atomic.Int64
				transport, stop := b.serveByFrames(func(f *framedConn, id uint32, req *http.Request) {
					if requests.Add(1) != 2 { // the first stream of a connection is a case of its own
						f.answer(id, b.take(req), wholeBody)
						return
					}
					if tc.taken > 0 {
						b.take(req)
					}
					tc.end(f, id)
				})
				defer stop()
				defer transport.CloseIdleConnections()
				c := wireClient(t, service.Key(simulator.KeyTypeTest), "http://notify.test", transport)
				m := notify.SMS{PhoneNumber: "07900 900456", TemplateID: templateID, Reference: "the first"}
				_, err := c.Send(t.Context(), m)
				require.NoError(t, err)
				m.Reference = "the second"
				_, err = c.Send(t.Context(), m)
				require.ErrorIs(t, err, notify.ErrOutcomeUnknown)
				require.Len(t, service.TestMessages(), 1+tc.taken)
				require.EqualValues(t, 2, requests.Load())
				sent, err := c.Send(t.Context(), m, notify.Resume(time.Now()))
				require.NoError(t, err)
				require.Equal(t, tc.taken > 0, sent.Recovered)
				require.Len(t, service.TestMessages(), 2)
			})
		})
	}
}

// TestGoAwayWhileIdle: a send after that is made by another connection, and nobody notices.
func TestGoAwayWhileIdle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sim, service := proofService(t)
		b := &badWire{sim: sim, conns: make(chan net.Conn)}
		transport, stop := b.serveByFrames(func(f *framedConn, id uint32, req *http.Request) {
			f.answer(id, b.take(req), wholeBody)
			f.goAway(id, http2.ErrCodeNo)
		})
		defer stop()
		defer transport.CloseIdleConnections()
		c := wireClient(t, service.Key(simulator.KeyTypeTest), "http://notify.test", transport)
		for range 5 {
			_, err := c.Send(t.Context(), notify.SMS{PhoneNumber: "07900 900456", TemplateID: templateID})
			require.NoError(t, err)
			synctest.Wait()
		}
		require.Len(t, service.TestMessages(), 5)
		require.EqualValues(t, 5, b.dials.Load())
	})
}
