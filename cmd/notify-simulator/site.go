package main

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/notifykit/notify/simulator"
)

// Notify uses no path that begins with controlPath.
const (
	controlPath = "/simulator/"
	inboxPath   = "/simulator/inbox"
	healthPath  = "/simulator/health"
	readyPath   = "/simulator/ready"
)

const iconPath = "/favicon.ico"

// site is what the port serves: Notify at its own paths, and next to it what looks into the simulator.
type site struct {
	ctx     context.Context //nolint:containedctx // of the server: what waits for news ends with it
	sim     *simulator.Simulator
	inbox   http.Handler // nil: none
	control http.Handler // nil: none
	ready   atomic.Bool
}

// ServeHTTP passes a request to who has its path. The paths are not cleaned, because the simulator wants them as they
// came.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	switch {
	case path == healthPath:
		sayStatus(w, http.StatusOK, "ok")
	case path == readyPath && s.isReady():
		sayStatus(w, http.StatusOK, "ready")
	case !s.ready.Load(), path == readyPath:
		sayStatus(w, http.StatusServiceUnavailable, "not ready")
	case path == "/" && s.inbox != nil && isBrowser(r):
		http.Redirect(w, r, inboxPath+"/", http.StatusSeeOther)
	case path == iconPath:
		// Browsers ask for it beside any page. The answer is Notify's, but it is no request that anybody wants in the log.
		simulator.New().ServeHTTP(w, r)
	case strings.HasPrefix(path, documentsPath):
		serveDocument(s.sim, w, r)
	case s.inbox != nil && (path == inboxPath || strings.HasPrefix(path, inboxPath+"/")):
		s.untilStopped(s.inbox, w, r)
	case s.control != nil && strings.HasPrefix(path, controlPath):
		s.untilStopped(s.control, w, r)
	default:
		s.sim.ServeHTTP(w, r)
	}
}

func (s *site) isReady() bool { return s.ready.Load() && s.ctx.Err() == nil }

// untilStopped ends a request when the server stops: a page that waits for news would hold that up.
func (s *site) untilStopped(h http.Handler, w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(s.ctx, cancel)()
	h.ServeHTTP(w, r.WithContext(ctx))
}

// isBrowser reports whether a person looks, rather than a client of the API, which asks for JSON or for anything.
func isBrowser(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) &&
		strings.Contains(r.Header.Get("Accept"), "text/html")
}

func sayStatus(w http.ResponseWriter, code int, status string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_, _ = io.WriteString(w, `{"status":"`+status+"\"}\n")
}
