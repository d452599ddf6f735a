package notify

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	// shortestToken is Notify's rule for the token of a callback ("GOV.UK Notify API documentation, Callbacks").
	shortestToken = 10
	// mostOfCallback is the most that is read of a body, in bytes. The longest are those of texts that were received: some
	// 1,000 characters, which Notify writes with 12 bytes at most.
	mostOfCallback = 64 << 10
	// callbackTimeout is less than the 5 seconds that Notify waits, by what the network may take.
	callbackTimeout = 4 * time.Second
)

// Callbacks are the functions that receive what Notify posts. A nil one is not served: its callbacks are refused for
// good, and lost.
//
// A function returns nil when what it was given is safely stored, and an error if Notify should post it again. It may
// be given the same more than once, at the same time too: see [SkipSeen]. Its context ends after Timeout, or when
// Notify hangs up.
type Callbacks struct {
	DeliveryReceipt func(context.Context, DeliveryReceipt) error // what became of a text or an email
	InboundText     func(context.Context, InboundText) error     // a text that somebody sent to the service
	ReturnedLetter  func(context.Context, ReturnedLetter) error  // a letter that came back

	// Timeout is how long a callback may take, reading it included: for its request it takes the place of the server's
	// ReadTimeout. Notify waits for 5 seconds and posts again later. Defaults to 4 seconds.
	Timeout time.Duration
	// Logger gets a line at level warn for each callback that is not answered with 200, with the reason and the type of
	// the function's error, without personal data. Defaults to none.
	Logger *slog.Logger
}

// NewCallbackHandler makes a handler for the URLs that a service gave to Notify: one for each kind of callback, or one
// URL for all, as the kinds are told apart by what they hold. Each token is one that Notify sends, of at least 10
// characters; white space around it is ignored. Give the new one and the old one while a token is being changed. They
// are compared in constant time and never printed.
//
// Notify posts again after no answer, a 5xx or a 429, five times at intervals of 5 minutes, and after no other status:
// what a 401 or a 404 was answered to is lost. So the handler answers
//
//   - 200 when the function has returned nil in time;
//   - 503, to be asked again, when it returned an error, panicked or took too long, and when the token is wrong: that
//     is more often the service's own mistake than a stranger, and leaves 25 minutes to put it right before receipts
//     are lost. A stranger gains nothing by a 503 that a 401 would not give, and none of the body is read;
//   - 400 and 413, for good, to what can never succeed: no JSON, none of the three kinds, one whose function is nil, or
//     more than 64 KiB;
//   - 405 to any method but POST. A redirect makes a GET of a POST: give Notify the URL that the handler is at.
//
// A panic is not recovered: it is answered and goes on to net/http, which logs it.
func NewCallbackHandler(callbacks Callbacks, tokens ...string) (http.Handler, error) {
	if callbacks.DeliveryReceipt == nil && callbacks.InboundText == nil && callbacks.ReturnedLetter == nil {
		return nil, errors.New("notify: no function to receive callbacks")
	}
	if callbacks.Timeout < 0 {
		return nil, errors.New("notify: the timeout of callbacks is negative")
	}
	if callbacks.Timeout == 0 {
		callbacks.Timeout = callbackTimeout
	}
	if callbacks.Logger == nil {
		callbacks.Logger = slog.New(slog.DiscardHandler)
	}
	authentic, err := acceptTokens(tokens)
	if err != nil {
		return nil, err
	}
	return &callbackHandler{callbacks, authentic}, nil
}

type callbackHandler struct {
	Callbacks
	authentic func(authorisation string) bool // a function hides the tokens from printers
}

// acceptTokens gives a function that tells whether a header has one of the tokens. It takes as long for a wrong token
// as for a right one: sums are of one length, and all of them are compared.
func acceptTokens(tokens []string) (func(authorisation string) bool, error) {
	if len(tokens) == 0 {
		return nil, errors.New("notify: no token to know Notify's callbacks by")
	}
	sums := make([][sha256.Size]byte, 0, len(tokens))
	for i, token := range tokens {
		token = strings.TrimSpace(token)
		if utf8.RuneCountInString(token) < shortestToken {
			return nil, fmt.Errorf("notify: callback token %d of %d has fewer than %d characters",
				i+1, len(tokens), shortestToken)
		}
		if strings.ContainsFunc(token, unicode.IsControl) {
			return nil, fmt.Errorf("notify: callback token %d of %d holds a line break or another control character",
				i+1, len(tokens))
		}
		sums = append(sums, sha256.Sum256([]byte(token)))
		if sent := asLatin1(token); sent != token {
			sums = append(sums, sha256.Sum256([]byte(sent)))
		}
	}
	return func(authorisation string) bool {
		scheme, token, _ := strings.Cut(authorisation, " ")
		sum := sha256.Sum256([]byte(strings.TrimSpace(token)))
		found := 0
		for i := range sums {
			found |= subtle.ConstantTimeCompare(sum[:], sums[i][:])
		}
		return strings.EqualFold(scheme, "Bearer") && found == 1
	}, nil
}

// asLatin1 is a token as Notify sends it: a Python program, whose http.client writes headers in ISO 8859-1. With other
// characters it sends nothing.
func asLatin1(token string) string {
	sent := make([]byte, 0, len(token))
	for _, r := range token {
		if r > unicode.MaxLatin1 {
			return token
		}
		sent = append(sent, byte(r))
	}
	return string(sent)
}

// A callbackResult is an answer and, for the log, its reason.
type callbackResult struct {
	status int
	why    string
	about  []slog.Attr
}

func (h *callbackHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), h.Timeout)
	defer cancel()
	// For net/http too, which reads on in what is left of a body before it lets an answer go.
	deadline, _ := ctx.Deadline()
	answering := http.NewResponseController(w)
	_ = answering.SetReadDeadline(deadline) // not every ResponseWriter can
	result := callbackResult{http.StatusServiceUnavailable, "the function did not return", nil}
	returned := false
	defer func() {
		h.answer(ctx, w, result)
		if !returned { // net/http would throw away with the connection what was not flushed
			_ = answering.Flush()
		}
	}()
	result = h.receive(ctx, w, r)
	returned = true
}

func (h *callbackHandler) answer(ctx context.Context, w http.ResponseWriter, result callbackResult) {
	if result.status != http.StatusOK {
		attrs := append([]slog.Attr{slog.Int("status", result.status), slog.String("why", result.why)}, result.about...)
		h.Logger.LogAttrs(ctx, slog.LevelWarn, "notify: callback not accepted", attrs...)
	}
	if result.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", http.MethodPost)
	}
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(result.status)
}

// receive asks for the token before it reads anything: a stranger can do no more than be refused.
func (h *callbackHandler) receive(ctx context.Context, w http.ResponseWriter, r *http.Request) callbackResult {
	if r.Method != http.MethodPost {
		return callbackResult{http.StatusMethodNotAllowed, "not a POST", nil}
	}
	if !h.authentic(r.Header.Get("Authorization")) {
		return callbackResult{http.StatusServiceUnavailable, "the token is missing or wrong", nil}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostOfCallback))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return callbackResult{http.StatusRequestEntityTooLarge, "the body is too long", nil}
	case err != nil:
		return callbackResult{http.StatusServiceUnavailable, "the body broke off", nil}
	}
	return h.dispatch(ctx, body)
}

// dispatch tells the kinds apart by fields that they need. A field more does no harm: a refused callback would be lost.
// Notify's undocumented complaints have none of these.
func (h *callbackHandler) dispatch(ctx context.Context, body []byte) callbackResult {
	var has struct {
		NotificationID json.RawMessage `json:"notification_id"`
		SentBy         json.RawMessage `json:"sent_by"`
		SourceNumber   json.RawMessage `json:"source_number"`
		Status         json.RawMessage `json:"status"`
		Type           json.RawMessage `json:"notification_type"`
	}
	if json.Unmarshal(body, &has) != nil {
		return callbackResult{http.StatusBadRequest, "the body is not a JSON object", nil}
	}
	switch {
	case has.NotificationID != nil && has.SentBy != nil:
		return deliver(ctx, body, h.ReturnedLetter)
	case has.Type != nil, has.Status != nil && has.SourceNumber == nil:
		return deliver(ctx, body, h.DeliveryReceipt)
	case has.SourceNumber != nil:
		return deliver(ctx, body, h.InboundText)
	}
	return callbackResult{http.StatusBadRequest, "the body is no callback that is known", nil}
}

func deliver[P slog.LogValuer](
	ctx context.Context, body []byte, receive func(context.Context, P) error,
) callbackResult {
	var payload P
	if receive == nil {
		return callbackResult{http.StatusBadRequest, fmt.Sprintf("there is no function for a %T", payload), nil}
	}
	if json.Unmarshal(body, &payload) != nil {
		return callbackResult{http.StatusBadRequest, fmt.Sprintf("the body is no %T", payload), nil}
	}
	about := []slog.Attr{slog.Any("callback", payload)}
	if ctx.Err() == nil {
		if err := receive(ctx, payload); err != nil {
			about = append(about, slog.String("error", fmt.Sprintf("%T", err))) // its text may quote the payload
			return callbackResult{http.StatusServiceUnavailable, "the function returned an error", about}
		}
	}
	if ctx.Err() != nil {
		// Also if the function returned nil: it may have given up. To be given the same twice does less harm than never.
		return callbackResult{http.StatusServiceUnavailable, "it took too long, or Notify hung up", about}
	}
	return callbackResult{status: http.StatusOK}
}

// SkipSeen makes a function that leaves out what was received before, for [Callbacks] and [Client.Reconcile] alike. It
// asks seen for the key of what came (for a receipt, its id and status) and gives on to receive what is new. If seen
// fails, so does the callback, and Notify posts it again.
//
// seen only asks. It is receive that notes the key, together with its work: a key noted first would have Notify told,
// after a failure, that all was done. Nor does asking suffice alone when the same comes twice at a time. Where receive
// writes to a database, a unique index on the key does both: insert the key in the transaction of the work, take a
// conflict for done and return nil; then SkipSeen is not needed.
func SkipSeen[P interface{ Key() string }](
	seen func(ctx context.Context, key string) (bool, error), receive func(context.Context, P) error,
) func(context.Context, P) error {
	return func(ctx context.Context, payload P) error {
		done, err := seen(ctx, payload.Key())
		if err != nil || done {
			return err
		}
		return receive(ctx, payload)
	}
}
