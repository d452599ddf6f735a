package notify

import (
	"net/http"
	"strings"
	"time"
)

// A CallOption changes one call. All methods of [Client] that make requests take them.
type CallOption interface {
	SendOption
	anyCall()
}

// A SendOption changes one [Client.Send]: a [CallOption], [Once] or [Resume].
type SendOption interface {
	apply(o *options) error
}

// options are those of one call. Nil stands for none of them.
type options struct {
	header  http.Header
	timeout time.Duration
	once    bool
	resumed bool
	last    time.Time // when a process before may have made an attempt last; zero for now
}

type callOption func(o *options) error

func (f callOption) apply(o *options) error { return f(o) }
func (callOption) anyCall()                 {}

// callOptions collects options. Of two that set the same, the later counts.
func callOptions[O SendOption](opts []O) (*options, error) {
	if len(opts) == 0 {
		return nil, nil //nolint:nilnil // which is what most calls have
	}
	o := &options{}
	for _, opt := range opts {
		if any(opt) == nil {
			return nil, refuse(nil, "an option is nil")
		}
		if err := opt.apply(o); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// CallHeader sets a header of all requests of the call, such as an id by which logs are joined. Names are those of HTTP
// (RFC 9110, section 5.1), and values have no control characters. The headers that say whose request it is and how to
// read it, such as Authorization and Content-Type, are the client's own: to set one of those is [ErrInvalidRequest]. So
// is Idempotency-Key, which Notify doesn't know, and for which net/http would send a message again by itself.
// [Client.Send] with [Once] sends it with its look-ups too.
func CallHeader(name, value string) CallOption {
	return callOption(func(o *options) error {
		name := http.CanonicalHeaderKey(name)
		switch {
		case !isToken(name):
			return refuse(nil, "CallHeader: the name is not that of a header")
		case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }):
			return refuse(nil, "CallHeader: control characters are not allowed")
		case ownHeaders[name]:
			return refuse(nil, "CallHeader: "+name+" is set by the client")
		}
		if o.header == nil {
			o.header = http.Header{}
		}
		o.header[name] = []string{value}
		return nil
	})
}

// ownHeaders are those that the client or net/http sets, and those by which net/http takes it that a send may be sent
// again. Notify knows none of these.
var ownHeaders = map[string]bool{
	"Accept": true, "Accept-Encoding": true, "Authorization": true, "Connection": true, "Content-Encoding": true,
	"Content-Length": true, "Content-Type": true, "Expect": true, "Host": true, "Idempotency-Key": true,
	"Keep-Alive": true, "Proxy-Authorization": true, "Te": true, "Trailer": true, "Transfer-Encoding": true,
	"Upgrade": true, "User-Agent": true, "X-Idempotency-Key": true,
}

// isToken reports whether a name can be that of a header.
func isToken(name string) bool {
	for i := range len(name) {
		if c := name[i]; !isAlphanumeric(c) && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return name != ""
}

// CallTimeout limits each attempt of the call, in place of the client's [WithTimeout]. The context limits the whole
// call. It must be more than zero.
func CallTimeout(d time.Duration) CallOption {
	return callOption(func(o *options) error {
		if d <= 0 {
			return refuse(nil, "CallTimeout: the timeout must be more than zero")
		}
		o.timeout = d
		return nil
	})
}
