package notify

import (
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"runtime"
	"strings"
	"time"

	"github.com/hashicorp/go-cleanhttp"
)

// An Option changes how [New] makes a client.
type Option func(*settings) error

type settings struct {
	base      url.URL
	baseURL   string
	client    *http.Client
	transport http.RoundTripper
	insecure  bool
	keyType   KeyType
	logger    *slog.Logger
	observers []Observer
	userAgent string
	timeout   time.Duration
	retry     RetryPolicy
	limiter   *Limiter // nil for one of its own
	noLimiter bool
	dailyHold bool
	noGuard   bool
}

func newSettings(opts []Option) (*settings, error) {
	s := &settings{baseURL: DefaultBaseURL, userAgent: "notifykit-go/" + version + " (" + runtime.Version() + ")"}
	for _, opt := range opts {
		if opt == nil {
			return nil, errors.New("notify: an option is nil")
		}
		if err := opt(s); err != nil {
			return nil, err
		}
	}
	var err error
	if s.retry, err = s.retry.withDefaults(); err != nil {
		return nil, err
	}
	if s.base, err = parseBase(s.baseURL, s.insecure); err != nil {
		return nil, err
	}
	if s.client == nil {
		t := cleanhttp.DefaultPooledTransport()
		t.MaxIdleConnsPerHost = t.MaxIdleConns // there is one host only
		t.MaxConnsPerHost = t.MaxIdleConns     // more would serve one request each; the next in line waits
		s.client = &http.Client{Transport: t}
	}
	if s.transport = s.client.Transport; s.transport == nil {
		s.transport = http.DefaultTransport // what the caller's client would use
	}
	if s.timeout == 0 {
		s.timeout = s.client.Timeout
	}
	if s.timeout <= 0 {
		s.timeout = DefaultTimeout
	}
	return s, nil
}

// parseBase checks the base URL. Errors do not quote it, as it may hold a password.
func parseBase(base string, insecure bool) (url.URL, error) {
	u, err := url.Parse(base)
	switch {
	case err != nil:
		return url.URL{}, errors.New("notify: the base URL is malformed")
	case u.Scheme != "https" && u.Scheme != "http":
		return url.URL{}, errors.New("notify: the base URL must begin with https://")
	case u.Hostname() == "":
		return url.URL{}, errors.New("notify: the base URL has no host")
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return url.URL{}, errors.New("notify: the base URL must have no user, query or fragment")
	case u.Scheme == "http" && !insecure && !isLoopback(u.Hostname()):
		return url.URL{}, errors.New("notify: the base URL must be https for a host that is not this machine " +
			"(WithInsecureHTTP allows it)")
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), strings.TrimRight(u.RawPath, "/")
	return *u, nil
}

// hostPort is the host of a base URL with its port, also where that goes without saying.
func hostPort(base url.URL) string {
	port := base.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[base.Scheme]
	}
	return net.JoinHostPort(base.Hostname(), port)
}

func isLoopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// WithHTTPClient takes the transport and, unless [WithTimeout] is given, the timeout from a client, which is not
// changed. Its cookie jar and its policy for redirects are not used: Notify has no cookies, and redirects are not
// followed. Defaults to a client with a pool of its own, of about 100 connections at most: a send that finds all of
// them busy waits for one, within the attempt's time limit, and is safe to retry if none came.
//
// A transport must not send a request again by itself: the client could not know what became of its first try. One that
// asks a transport of net/http in turn, for tracing or a proxy, is fine.
func WithHTTPClient(client *http.Client) Option {
	return func(s *settings) error {
		if client == nil {
			return errors.New("notify: WithHTTPClient: the client is nil")
		}
		s.client = client
		return nil
	}
}

// WithBaseURL sets where the API is, with or without a path and a slash at the end. Defaults to [DefaultBaseURL]. It
// must be https unless the host is this machine; see [WithInsecureHTTP].
func WithBaseURL(base string) Option {
	return func(s *settings) error {
		s.baseURL = base
		return nil
	}
}

// WithInsecureHTTP allows a base URL with http for any host. Tokens and messages then travel unprotected.
func WithInsecureHTTP() Option {
	return func(s *settings) error {
		s.insecure = true
		return nil
	}
}

// WithKeyType states the type of the key. Defaults to what [Key.Type] makes of its name.
func WithKeyType(t KeyType) Option {
	return func(s *settings) error {
		switch t {
		case KeyTypeTest, KeyTypeTeam, KeyTypeLive, KeyTypeUnknown:
			s.keyType = t
			return nil
		}
		return errors.New("notify: WithKeyType: not a key type")
	}
}

// WithLogger writes one line at debug level for every attempt: method, route, attempt, status, duration, class of error
// and the wait before the next attempt. It is an observer, after all others, so that the lines' context is the one they
// made: see [WithObserver] and [Event]. Defaults to none.
func WithLogger(logger *slog.Logger) Option {
	return func(s *settings) error {
		s.logger = logger
		return nil
	}
}

// WithUserAgent puts a product such as "my-service/1.2" in front of the client's own User-Agent.
func WithUserAgent(product string) Option {
	return func(s *settings) error {
		for i := range len(product) {
			if product[i] < ' ' || product[i] == 0x7f {
				return errors.New("notify: WithUserAgent: control characters are not allowed")
			}
		}
		if product = strings.TrimSpace(product); product != "" {
			s.userAgent = product + " " + s.userAgent
		}
		return nil
	}
}

// WithTimeout limits each attempt, from connecting to the last byte of the answer; the context limits the whole call.
// Defaults to [DefaultTimeout], or the timeout of a client given with [WithHTTPClient]. It must be more than zero.
func WithTimeout(d time.Duration) Option {
	return func(s *settings) error {
		if d <= 0 {
			return errors.New("notify: WithTimeout: the timeout must be more than zero")
		}
		s.timeout = d
		return nil
	}
}

// WithRetry changes how often and how patiently the client tries again. For defaults see [RetryPolicy].
func WithRetry(policy RetryPolicy) Option {
	return func(s *settings) error {
		s.retry = policy
		return nil
	}
}

// WithoutGuard lets live and unknown keys send to recipients that exist for test keys only or cannot exist at all.
// Notify may revoke the key.
func WithoutGuard() Option {
	return func(s *settings) error {
		s.noGuard = true
		return nil
	}
}
