package notify

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
)

// A plainError is an error of the client's own, which says nothing of a request or an answer.
type plainError struct {
	says string
	is   error // may be nil
}

func (e *plainError) Error() string { return e.says }
func (e *plainError) Unwrap() error { return e.is }

// fixedWordings are those of errors of net/http that have no type to know them by. What never varies quotes nobody.
var fixedWordings = map[string]bool{
	"http: server closed idle connection":              true,
	"http: server gave HTTP response to HTTPS client":  true,
	"net/http: TLS handshake timeout":                  true,
	"net/http: timeout awaiting response headers":      true,
	"net/http: server response headers exceeded limit": true,
	"http2: client connection lost":                    true,
	"http2: timeout awaiting response headers":         true,
}

// printableCause is what an error prints of its cause. net/http quotes the peer (a malformed header, status line or
// Location), and a peer can repeat what was sent to it: the token, a reference, personalisation. So the first cause of
// the chain that is known to quote nobody is printed; if there is none, the type of the cause is named. Unwrap leads to
// all of them.
func printableCause(err error) string {
	if known := knownCause(err); known != "" {
		return known
	}
	return fmt.Sprintf("an error of type %T", err)
}

// knownCause is what the first cause that is known to quote nobody says, or nothing.
func knownCause(err error) string {
	switch e := err.(type) {
	case nil:
		return ""
	case *Error, *callError, *requestError, *keySourceError, *plainError, samePageError:
		return strings.TrimPrefix(e.Error(), "notify: ")
	case *heldBackError, *dailyHeldError, attemptTimeoutError, syscall.Errno, tls.AlertError:
		return e.Error()
	case *net.OpError:
		what := e.Op + " " + e.Net
		if addr, ok := e.Addr.(*net.TCPAddr); ok {
			what += " " + addr.String()
		}
		return what + ": " + printableCause(e.Err)
	case *net.DNSError:
		switch {
		case e.IsNotFound:
			return "no such host"
		case e.IsTimeout:
			return "looking up the host took too long"
		}
		return "the host could not be looked up"
	case *os.SyscallError:
		return e.Syscall + ": " + printableCause(e.Err)
	case *tls.CertificateVerificationError:
		return fmt.Sprintf("the server's certificate is not trusted (%T)", e.Err)
	}
	for _, known := range []error{
		context.Canceled, context.DeadlineExceeded, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, ErrKeyMismatch,
	} {
		if err == known { //nolint:errorlint // the chain is walked below
			return strings.TrimPrefix(known.Error(), "notify: ")
		}
	}
	if wording := err.Error(); fixedWordings[wording] {
		return wording
	}
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		return knownCause(e.Unwrap())
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			if known := knownCause(inner); known != "" {
				return known
			}
		}
	}
	return ""
}

// printRedacted is the Format method of the package's errors and of [File]: it prints the same under every verb.
func printRedacted(s fmt.State, verb rune, redacted string) {
	if verb == 'q' {
		_, _ = fmt.Fprintf(s, "%q", redacted)
		return
	}
	_, _ = io.WriteString(s, redacted)
}
