// Package notify is a client for GOV.UK Notify: emails, text messages and letters.
//
//	client, err := notify.New(os.Getenv("NOTIFY_API_KEY"))
//	…
//	sent, err := client.SendSMS(ctx, notify.SMS{
//		PhoneNumber:     "07900 900123",
//		TemplateID:      "f33517ff-2a88-4f6e-b855-c550268ce08a",
//		Personalisation: notify.Personalisation{"name": "Amala"},
//		Reference:       "application-4711",
//	})
//
// Requests are structs passed by value, in which zero means absent. They are not kept and not changed. A [Client] is
// safe for concurrent use; make one and share it.
//
// # Keys
//
// What Notify does with a message depends on the type of the key: test, team and guest list, or live. A key does not
// hold its type, so the client reads it off the words of the key's name ([Key.Type]) unless told ([WithKeyType]). It
// treats an unknown type as carefully as live: recipients made for test keys and recipients that cannot exist are
// refused before anything is sent, since Notify revokes live keys over them ([WithoutGuard]).
//
// # Retries
//
// A failed attempt is repeated only if that cannot send a message twice.
//
//	what happened                              sends      sends with Once   reads and previews
//	429, but for the next                      retried    retried           retried
//	429 TooManyRequestsError (daily limit)     returned   returned          returned
//	403, the key is revoked or unknown         renewed    renewed           renewed
//	403, the clock is wrong                    renewed    renewed           renewed
//	no connection, nothing written             retried    retried           retried
//	connection lost, no answer in time         returned   looked up         retried
//	500, 502, 503, 504                         returned   looked up         retried
//	a 2xx whose body is not the answer         returned   looked up         returned
//	408, 499, and what is not from 400 to 499  returned   looked up         returned
//	any other answer                           returned   returned          returned
//	a certificate that is not trusted          returned   returned          returned
//	the context ends                           returned   returned          returned
//
// Renewed: one more attempt is made at once, with another key if there is a [KeySource], or with the time of the
// answer. Looked up: the client finds out whether the message was accepted before it tries again; see [Once].
//
// There are at most 4 attempts, with random waits of up to 1, 2 and 4 seconds, or as long as a Retry-After header says
// but at most a minute; [WithRetry] changes the numbers. A wait that would end after the context's deadline is not
// begun: the call returns at once with the last answer and [context.DeadlineExceeded]. Each attempt has 30 seconds
// ([WithTimeout]).
//
//	what the client does not send              sends      reads and previews
//	no turn before the context's deadline      returned   not limited
//	daily limit reached before, if held        returned   not limited
//
// A failed send that matches [ErrOutcomeUnknown] may have been accepted all the same; [SafeToRetry] is its opposite.
// What was not handed to the transport, for instance because the context had ended before, was not sent.
//
// # Limits
//
// Notify lets a service send 3,000 messages a minute with each type of key. It counts with a token bucket: 999 at once,
// and then 50 a second, a letter made from a template counting twice. A client has a picture of that bucket and keeps
// sends waiting, in the order of their coming, so that none is refused; each attempt takes its turn anew.
// [WithRateLimit] states another rate, [WithLimiter] shares the picture among clients, [WithoutRateLimit] does without.
// A send whose turn would come after the context's deadline is [ErrHeldBack] at once.
//
// A RateLimitError shows that others take from the same bucket. The client rests for 1.5 seconds and goes on at a part
// of its pace, which grows until the next one. If the error names a lower rate than the client's, it takes that.
//
// When a daily limit is reached, [ResetAt] tells until when, and with [WithDailyLimitHold] the client does not ask
// before.
//
// # Errors
//
// Any answer but the one asked for is one [*Error] with status, details and body; errors.Is tells the kinds apart
// ([ErrRateLimited] and its neighbours). A 2xx is a success only if its body is the operation's: for a send an id and
// the reference that was sent, else it is [ErrUnexpectedAnswer]. Requests the client itself refuses match
// [ErrInvalidRequest].
//
// # Callbacks
//
// Notify posts what became of a text or an email to the service, and texts that it receives and letters that come back.
// [NewCallbackHandler] makes the http.Handler for these, and [Client.Reconcile] reads the receipts that were missed.
//
// # Sensitive data
//
// Errors and log lines hold no keys, tokens, recipients, references or personalisation. Messages of the service that
// may quote those are not printed with an error, but kept in [Error].Errors. Causes from below, such as net/http's, are
// named by their type if they may quote the peer; Unwrap leads to them. A [Key] can be printed in any way. The token
// goes to the host of the base URL only, and redirects are not followed.
package notify

import (
	"net/http"
	"net/url"
	"time"
)

const (
	// DefaultBaseURL is where GOV.UK Notify is.
	DefaultBaseURL = "https://api.notifications.service.gov.uk"
	// DefaultTimeout is the time for one attempt, from connecting to the last byte of the answer.
	DefaultTimeout = 30 * time.Second

	version = "0.1.0"
)

// A Client talks to Notify for one service with one key. Make it with [New].
type Client struct {
	base      url.URL // without a slash at the end
	engine    *engine
	transport http.RoundTripper // the caller's
	standard  bool              // it is net/http's
	keys      *keyring
	keyType   KeyType
	guard     bool
	retry     RetryPolicy
	bucket    *bucket     // nil for no limit
	daily     *dailyHolds // nil for no holds
	host      string      // of the base URL, with its port
	observers []Observer

	// Headers of requests without and with a body. Shared by all, and never changed.
	header, headerWithBody http.Header
}

// New makes a client for the key. It makes no request, so that a key which was revoked shows with the first call. It
// fails if the key or an option is malformed; the error holds nothing of the key.
func New(apiKey string, opts ...Option) (*Client, error) { return newClient(apiKey, nil, opts) }

func newClient(apiKey string, source KeySource, opts []Option) (*Client, error) {
	key, err := ParseKey(apiKey)
	if err != nil {
		return nil, err
	}
	s, err := newSettings(opts)
	if err != nil {
		return nil, err
	}
	c := &Client{
		base:      s.base,
		transport: s.transport,
		keys:      newKeyring(key, source, s),
		keyType:   s.keyType,
		retry:     s.retry,
		host:      hostPort(s.base),
		observers: s.observers,
		header:    http.Header{"Accept": {"application/json"}, "User-Agent": {s.userAgent}},
	}
	if s.logger != nil {
		c.observers = append(c.observers, logTo(s.logger))
	}
	if c.keyType == "" {
		c.keyType = key.Type()
	}
	c.bucket = s.bucketFor(key, c.keyType)
	if s.dailyHold {
		c.daily = &dailyHolds{}
	}
	_, c.standard = c.transport.(*http.Transport)
	c.guard = !s.noGuard && (c.keyType == KeyTypeLive || c.keyType == KeyTypeUnknown)
	c.headerWithBody = c.header.Clone()
	c.headerWithBody.Set("Content-Type", "application/json")
	c.engine = newEngine(&sender{keys: c.keys, next: c.transport, timeout: s.timeout}, c.retry.MaxAttempts)
	return c, nil
}

// Key is the key that the client signs with now, which prints as its name only.
func (c *Client) Key() Key {
	if c == nil || c.keys == nil {
		return Key{}
	}
	return c.keys.current.Load().key
}

// KeyType is the type the client takes its key for. It is empty for a Client that [New] did not make.
func (c *Client) KeyType() KeyType {
	if c == nil {
		return ""
	}
	return c.keyType
}

// String names the key. It is there so that printing a Client prints nothing else.
func (c *Client) String() string { return "notify.Client(" + c.Key().String() + ")" }

// GoString is [Client.String] for %#v.
func (c *Client) GoString() string { return c.String() }

// CloseIdleConnections closes the idle connections of the transport, which a [WithHTTPClient] shares with others.
func (c *Client) CloseIdleConnections() {
	if c == nil {
		return
	}
	if t, ok := c.transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}
