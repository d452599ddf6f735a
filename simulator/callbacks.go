package simulator

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// CallbackKind is what a callback tells the service.
type CallbackKind string

// The three kinds of callback.
const (
	// CallbackKindDeliveryReceipt says how a text message or an email ended.
	CallbackKindDeliveryReceipt CallbackKind = "delivery_receipt"
	// CallbackKindReceivedText brings a text that somebody sent to the service.
	CallbackKindReceivedText CallbackKind = "received_text"
	// CallbackKindReturnedLetter says that a letter came back.
	CallbackKindReturnedLetter CallbackKind = "returned_letter"
)

var callbackKinds = [...]CallbackKind{
	CallbackKindDeliveryReceipt, CallbackKindReceivedText, CallbackKindReturnedLetter,
}

// slot numbers the kinds.
func (k CallbackKind) slot() uint8 { return slotIn(callbackKinds[:], k) }

// words are the kind as people say it.
func (k CallbackKind) words() string { return strings.ReplaceAll(string(k), "_", " ") }

// Callbacks are where a service wants to be told what happens.
type Callbacks struct {
	DeliveryReceipts Callback `yaml:"delivery_receipts"`
	ReceivedTexts    Callback `yaml:"received_texts"`
	ReturnedLetters  Callback `yaml:"returned_letters"`
}

// list has them in the order of callbackKinds.
func (c Callbacks) list() [len(callbackKinds)]Callback {
	return [...]Callback{c.DeliveryReceipts, c.ReceivedTexts, c.ReturnedLetters}
}

// Callback is where the callbacks of one kind go. It needs a URL or a Handler; with the zero Callback they go nowhere.
// It prints without its token.
type Callback struct {
	// URL is absolute. Notify accepts only https; here http is allowed too, for tests.
	URL string `yaml:"url"`
	// BearerToken is at least 10 characters long, as on the real service. Each request has it as its Authorization.
	BearerToken string `yaml:"bearer_token" json:"-"`
	// Handler is called in process, in place of the URL, which is then only what the handler sees in its request. It
	// defaults to https://callbacks.test/.
	Handler http.Handler `yaml:"-" json:"-"`
	// Transport makes the requests to the URL. Defaults to one of its own for each callback, without a proxy.
	Transport http.RoundTripper `yaml:"-" json:"-"`
}

// callbackURL is the URL in the requests to a handler.
const callbackURL = "https://callbacks.test/"

// Format prints where the callback goes, and never its token.
func (c Callback) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "{"+c.shown()+"}") }

// LogValue gives to log/slog where the callback goes, and never its token.
func (c Callback) LogValue() slog.Value { return slog.StringValue(c.shown()) }

func (c Callback) shown() string {
	if c.Handler != nil {
		return strings.TrimSpace(fmt.Sprintf("%T %s", c.Handler, c.URL))
	}
	return c.URL
}

// none reports whether it is the zero Callback.
func (c Callback) none() bool {
	return c.URL == "" && c.BearerToken == "" && c.Handler == nil && c.Transport == nil
}

// shortestToken is how many characters the token of a callback has at least.
const shortestToken = 10

// problem returns what is impossible about the callback, and the field as it is in a fixture.
func (c Callback) problem() (field, text string) {
	if c.none() {
		return "", ""
	}
	u, err := url.Parse(cmp.Or(c.URL, callbackURL))
	switch {
	case c.URL == "" && c.Handler == nil:
		return ".url", "a callback needs a URL or a handler"
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return ".url", "a callback's URL is absolute, and begins with https:// or http://"
	case c.Handler != nil && c.Transport != nil:
		return "", "a callback with a handler needs no transport"
	case utf8.RuneCountInString(c.BearerToken) < shortestToken:
		return ".bearer_token", fmt.Sprintf("a bearer token has at least %d characters", shortestToken)
	case strings.ContainsFunc(c.BearerToken, func(r rune) bool { return r < ' ' || r > '~' }):
		return ".bearer_token", "a bearer token is of printable ASCII characters"
	}
	return "", ""
}

func (b *builder) callbacks(c Callbacks) (to [len(callbackKinds)]*Callback) {
	for i, given := range c.list() {
		if field, text := given.problem(); text != "" {
			b.complain(".callbacks."+string(callbackKinds[i])+"s"+field, "%s", text)
		}
		if !given.none() {
			to[i] = &given
		}
	}
	return to
}

// callbacks are where the service is told what happens, and what came of that. The zero value posts nothing.
type callbacks struct {
	to       [len(callbackKinds)]*Callback // never changed, only replaced
	attempts []CallbackAttempt
	quirks   quirks
	// epoch counts how often the service began anew. Callbacks of an earlier one are given up.
	epoch    int
	pending  map[int64]*post // those to a URL, by number; none of them changes
	numbered int64           // the number given last
}

func (c *callbacks) wanted() bool {
	return slices.ContainsFunc(c.to[:], func(to *Callback) bool { return to != nil })
}

// sweep forgets the attempts made before the cutoff.
func (c *callbacks) sweep(cutoff time.Time) {
	c.attempts = slices.DeleteFunc(c.attempts, func(a CallbackAttempt) bool { return a.At.Before(cutoff) })
}

// CallBack has all three kinds of callback go to one handler, in process. See [Service.SetCallback].
func (svc *Service) CallBack(h http.Handler, bearerToken string) error {
	if h == nil {
		return errors.New("simulator: a callback needs a handler")
	}
	c := Callback{Handler: h, BearerToken: bearerToken}
	for _, k := range callbackKinds {
		if err := svc.SetCallback(k, c); err != nil {
			return err
		}
	}
	return nil
}

// SetCallback sets where the callbacks of one kind go, in place of where they went before. The zero Callback ends them,
// and what is still to be posted or to be posted again is then given up. It is an error if the callback is impossible.
//
// A callback is made when something happens, and keeps the address and the token that are set at that time. It is
// posted soon after, in a goroutine; [Service.SettleCallbacks] waits for those that are on their way, and
// [Simulator.Advance] for those of all services. The callbacks of a service go out one after the other, and do not wait
// for those of other services.
//
// As with the real service, the receiver has 5 seconds, by time.Now, and redirects are followed. When there is no
// response, or one of 429 or at least 500, it is posted again every 300 seconds by the simulator's clock, up to five
// times. Any other response below 400 is a success, and any other from there on a refusal for good. A handler that
// panics gives no response.
//
// A delivery receipt is made when a text or an email is delivered, or fails permanently or temporarily; not for a
// technical failure, nor for a text to a country that does not report delivery.
func (svc *Service) SetCallback(k CallbackKind, c Callback) error {
	if !slices.Contains(callbackKinds[:], k) {
		return fmt.Errorf("simulator: %q is no kind of callback", k)
	}
	if _, text := c.problem(); text != "" {
		return errors.New("simulator: " + text)
	}
	to := &c
	if c.none() {
		to = nil
	}
	first := false
	svc.at(func(st *state) {
		first = to != nil && !st.callbacks.wanted()
		st.callbacks.to[k.slot()] = to
		st.notes.settings = true
	})
	_ = svc.sim.journal.flush()
	if first {
		svc.sim.wakeForAll()
	}
	return nil
}

// SettleCallbacks returns once the callbacks of the service that are due were posted: those that were on their way, and
// those that still waited for their turn. Unlike [Simulator.Advance] it waits for no other service. A callback handler
// must not call it: it would wait for itself.
func (svc *Service) SettleCallbacks() {
	s, now := svc.sim, svc.sim.now()
	s.schedule.Advance(now)
	s.schedule.Finish(&svc.lane, now)
	_ = s.journal.flush()
	s.setAlarm()
}
