package notify

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
)

// A plainError is an error of the client's own, whose text holds nothing of a request or an answer.
type plainError struct {
	text string
	is   error // may be nil
}

func (e *plainError) Error() string { return e.text }
func (e *plainError) Unwrap() error { return e.is }

// fixedTexts are errors of net/http that have no type to know them by. A text which is always the same quotes nobody.
var fixedTexts = map[string]bool{
	"http: server closed idle connection":              true,
	"http: server gave HTTP response to HTTPS client":  true,
	"net/http: TLS handshake timeout":                  true,
	"net/http: timeout awaiting response headers":      true,
	"net/http: server response headers exceeded limit": true,
	"http2: client connection lost":                    true,
	"http2: timeout awaiting response headers":         true,
}

// causeText is what the text of an error says of its cause. net/http quotes the peer (a malformed header, status line
// or Location), and a peer can repeat what was sent to it: the token, a reference, personalisation. So only causes that
// are known to quote nobody are printed, the first of the chain; any other is named by its type. Unwrap leads to all of
// them.
func causeText(err error) string {
	if text := knownCause(err); text != "" {
		return text
	}
	return fmt.Sprintf("an error of type %T", err)
}

func knownCause(err error) string {
	switch e := err.(type) {
	case nil:
		return ""
	case *plainError, attemptTimeoutError, syscall.Errno, tls.AlertError:
		return e.Error()
	case *net.OpError:
		text := e.Op + " " + e.Net
		if addr, ok := e.Addr.(*net.TCPAddr); ok {
			text += " " + addr.String()
		}
		return text + ": " + causeText(e.Err)
	case *net.DNSError:
		switch {
		case e.IsNotFound:
			return "no such host"
		case e.IsTimeout:
			return "looking up the host took too long"
		}
		return "the host could not be looked up"
	case *os.SyscallError:
		return e.Syscall + ": " + causeText(e.Err)
	case *tls.CertificateVerificationError:
		return fmt.Sprintf("the server's certificate is not trusted (%T)", e.Err)
	}
	for _, known := range []error{context.Canceled, context.DeadlineExceeded, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed} {
		if err == known { //nolint:errorlint // the chain is walked below
			return known.Error()
		}
	}
	if text := err.Error(); fixedTexts[text] {
		return text
	}
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		return knownCause(e.Unwrap())
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			if text := knownCause(inner); text != "" {
				return text
			}
		}
	}
	return ""
}

// printRedacted is the Format method of the package's errors and of [File]: the same text under every verb.
func printRedacted(s fmt.State, verb rune, text string) {
	if verb == 'q' {
		_, _ = fmt.Fprintf(s, "%q", text)
		return
	}
	_, _ = io.WriteString(s, text)
}
