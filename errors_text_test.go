package notify_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

// What a request holds and no error may show, each easy to find.
const (
	privatePhone     = "07900900456"
	privateReference = "Ref-Quetzal"
	privateName      = "Xanthippe"
	privateNumber    = "8675309"
)

func privateText() notify.SMS {
	return notify.SMS{
		PhoneNumber: privatePhone, TemplateID: templateID, Reference: privateReference,
		Personalisation: notify.Personalisation{"name": privateName, "list": []string{privateName}, "number": 8675309},
	}
}

// hostilePeers quote a request, %s, in every place where somebody might print it.
func hostilePeers() []string {
	const length = "Content-Length: 0\r\n\r\n"
	var peers []string
	for _, head := range []string{
		"HTTP/1.1 2%s X\r\n", "HTTP/1.1 %s\r\n", "%s\r\n",
		"HTTP/%s 200 OK\r\n", "HTTP/1.1 200 OK\r\n%s\r\n", "HTTP/1.1 200 OK\r\n %s: x\r\n",
		"HTTP/1.1 302 Found\r\nLocation: http://[%s\r\n", "HTTP/1.1 302 Found\r\nLocation: ://%s\r\n",
		"HTTP/1.1 302 %s\r\nLocation: /%s\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: %s\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: %s\r\n",
		"HTTP/1.1 502 %s\r\nX-B3-TraceId: %s\r\n",
		"HTTP/1.1 503 X\r\nRetry-After: %s\r\n", "HTTP/1.1 101 %s\r\nUpgrade: %s\r\n",
		"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nX: %s\r\n",
	} {
		peers = append(peers, strings.ReplaceAll(head, "%s", "\x00")+length)
	}
	for _, status := range []string{"200", "201", "400", "403", "404", "429", "500", "502"} {
		for _, body := range []string{
			"\x00", "<html>\x00</html>",
			`{"message":"\x00","result":"error"}`, `{"message":{"\x00":"\x00"}}`,
			`{"id":"\x00"}`, `{"id":5,"\x00":1}`,
			`{"errors":[{"error":"\x00","message":"No result found"}]}`,
			`{"errors":[{"error":"AuthError","message":"Invalid token: \x00"}]}`,
			`{"errors":[{"error":"BadRequestError","message":"Missing personalisation: \x00"}]}`,
			`{"errors":[{"error":"ValidationError","message":"\x00 is a required property"}]}`,
			`{"errors":[{"error":"ValidationError","data":"\x00"}]}`,
			`{"errors":[{"error":"X","message":"Your message is too long. \x00."}]}`,
			`{"errors":"\x00"}`, `{"errors":[{"error":{"\x00":1}}]}`,
		} {
			peers = append(peers, "HTTP/1.1 "+status+" \x00\r\nX-B3-TraceId: \x00\r\nConnection: close\r\n\r\n"+body)
		}
	}
	return peers
}

// The renderings: every verb, flag and encoder, of the error, of what it points to, and of things that hold one.

type holder struct {
	Name  string
	Err   error
	Value any
}

// notOurs are types whose fields fmt may not ask for their methods. A verb that is none for a pointer it reports by
// printing what the pointer leads to, which no type can prevent. (Vet refuses such verbs.)
var notOurs = map[string]string{"hidden": "vdxXbo", "wrapped": "vsqxXdbo", "joined": "vsqxXdbo"}

// timeless leaves out the time, which may hold any number.
var timeless = &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}}

func renderings(err error) map[string]string {
	subjects := map[string]any{
		"error":   err,
		"wrapped": fmt.Errorf("order: %w", err),
		"struct":  holder{"x", err, nil},
		"pointer": &holder{"x", err, nil},
		"slice":   []error{err},
		"map":     map[string]any{"err": err},
		"joined":  errors.Join(err, io.EOF),
		"hidden":  struct{ err error }{err},
	}
	for e := err; e != nil; e = errors.Unwrap(e) {
		var answer *notify.Error
		if errors.As(e, &answer) {
			subjects["value"], subjects["slice of values"] = *answer, []notify.Error{*answer}
			subjects["struct with a value"] = holder{"x", nil, *answer}
			break
		}
	}
	all := map[string]string{}
	for name, subject := range subjects {
		for _, verb := range "vsqxXdtcbeEfFgGoOTU" { // not %p: of what is no pointer it prints the fields, and vet refuses it
			for _, flags := range []string{"", "+", "#", "-5", "08"} {
				if valid := notOurs[name]; valid != "" && !strings.ContainsRune(valid, verb) {
					continue
				}
				format := "%" + flags + string(verb)
				all[name+" "+format] = fmt.Sprintf(format, subject)
			}
		}
		if b, err := json.Marshal(subject); err == nil {
			all[name+" json"] = string(b)
		}
		if b, err := xml.Marshal(subject); err == nil {
			all[name+" xml"] = string(b)
		}
		var encoded bytes.Buffer
		if gob.NewEncoder(&encoded).Encode(subject) == nil {
			all[name+" gob"] = encoded.String()
		}
		var lines bytes.Buffer
		for kind, handler := range map[string]slog.Handler{
			"text": slog.NewTextHandler(&lines, timeless),
			"json": slog.NewJSONHandler(&lines, timeless),
		} {
			logger := slog.New(handler).With("with", subject).WithGroup("g")
			logger.Error("failed", "err", subject, slog.Group("in", "err", subject))
			all[name+" slog "+kind] = lines.String()
			lines.Reset()
		}
	}
	return all
}

// A peer that quotes the request back wherever it can gets none of it printed. Hundreds of thousands of renderings.
func TestNoRenderingOfAnErrorShowsTheRequest(t *testing.T) {
	t.Parallel()
	count := 0
	secrets := []string{privatePhone, privateReference, privateName, privateNumber, secretID}
	for _, secret := range slices.Clone(secrets) {
		secrets = append(secrets, hex.EncodeToString([]byte(secret)))
	}
	for _, peer := range hostilePeers() {
		for _, quoted := range []func(request string, token string) string{
			func(string, string) string { return privatePhone },
			func(string, string) string { return privateReference },
			func(string, string) string { return privateName },
			func(string, string) string { return privateNumber },
			func(_, token string) string { return token },
		} {
			base := listen(t, func(_ int, conn net.Conn, r *bufio.Reader) {
				head := &strings.Builder{}
				if !take(bufio.NewReader(io.TeeReader(r, head))) {
					return
				}
				_, token, _ := strings.Cut(head.String(), "Bearer ")
				token, _, _ = strings.Cut(token, "\r\n")
				_, _ = io.WriteString(conn, strings.ReplaceAll(peer, "\x00", quoted(head.String(), token)))
			})
			c := clientAt(t, base, notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
			_, err := c.SendSMS(t.Context(), privateText())
			require.Error(t, err)
			for how, text := range renderings(err) {
				count++
				for _, secret := range secrets {
					if strings.Contains(text, secret) {
						require.Fail(t, "an error shows the request", "%s shows %s of %q: %s", how, secret, peer, text)
					}
				}
				if strings.Contains(text, "eyJ") {
					require.Fail(t, "an error shows the token", "%s of %q: %s", how, peer, text)
				}
			}
		}
	}
	t.Logf("%d renderings", count)
	require.Greater(t, count, 30_000)
}

// The same of what the client says by itself.
func TestOwnErrorsShowNothing(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("no more of " + privateName))
	live, _ := setupKey(t, liveKey)
	c, _ := setup(t)
	for name, call := range map[string]func() error{
		"ended": func() error { _, err := c.SendSMS(ended, privateText()); return err },
		"waiting": func() error {
			short, stop := context.WithTimeout(t.Context(), time.Nanosecond)
			defer stop()
			_, err := c.WaitForNotification(short, notificationID)
			return err
		},
		"guard": func() error {
			_, err := live.SendSMS(t.Context(), notify.SMS{PhoneNumber: "x" + privatePhone})
			return err
		},
		"reader": func() error {
			broken := iotestErr{errors.New("cannot read " + privateName)}
			letter := notify.PrecompiledLetter{Reference: privateReference, Content: broken}
			_, err := c.SendPrecompiledLetter(t.Context(), letter)
			return err
		},
		"value": func() error {
			m := privateText()
			m.Personalisation["name"] = map[string]string{privateName: privateName}
			_, err := c.SendSMS(t.Context(), m)
			return err
		},
	} {
		err := call()
		require.Error(t, err, name)
		for how, text := range renderings(err) {
			for _, secret := range []string{privatePhone, privateReference, privateName} {
				require.NotContains(t, text, secret, "%s, %s", name, how)
			}
		}
	}
}

// A handler of errors sees the same, whatever it does with the error.
func TestErrorsHaveOneForm(t *testing.T) {
	t.Parallel()
	c := stubbed(t, 400, `{"errors":[{"error":"ValidationError","message":"reference `+privateReference+` is too long"}]}`)
	_, err := c.SendSMS(t.Context(), sms())
	want := "notify: POST /v2/notifications/sms: 400 ValidationError " +
		"(1 message(s) withheld, as they may hold personal data: see Error.Errors)"
	var e *notify.Error
	require.ErrorAs(t, err, &e)
	for _, subject := range []any{e, *e} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x"} {
			require.Equal(t, want, fmt.Sprintf(verb, subject))
		}
		encoded, err := json.Marshal(subject)
		require.NoError(t, err)
		require.JSONEq(t, `"`+want+`"`, string(encoded))
		encoded, err = xml.Marshal(subject)
		require.NoError(t, err)
		require.Equal(t, "<Error>"+want+"</Error>", string(encoded))
	}
	require.Equal(t, "reference "+privateReference+" is too long", e.Errors[0].Message, "who asks gets it")
}

// hollow wraps nothing.
type hollow struct{}

func (hollow) Error() string { return "quoting " + privateName }

func (hollow) Unwrap() error { return nil }

func TestCausesFromBelow(t *testing.T) {
	t.Parallel()
	for want, cause := range map[string]error{
		"dial : connection refused":            &net.OpError{Op: "dial", Err: errors.New("connection refused")},
		"EOF":                                  fmt.Errorf("transport: %w", io.EOF),
		"no such host":                         &net.DNSError{Name: privateName, Err: privateName, IsNotFound: true},
		"looking up the host took too long":    &net.DNSError{Name: privateName, IsTimeout: true},
		"the host could not be looked up":      &net.DNSError{Name: privateName, Err: privateName},
		"http: server closed idle connection":  errors.New("http: server closed idle connection"),
		"an error of type notify_test.hollow":  hollow{},
		"an error of type *errors.errorString": errors.New("quoting " + privateName),
	} {
		c, s := scripted(t, []step{{err: cause}}, notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
		_, err := c.Notification(t.Context(), notificationID)
		require.Len(t, s.at, 1)
		require.ErrorIs(t, err, cause)
		if want == "dial : connection refused" {
			want = "dial : an error of type *errors.errorString" // who knows what else it says
		}
		require.EqualError(t, err, "notify: GET /v2/notifications/{id} got no answer: "+want)
	}
}

// A class is printed if it looks like one: letters only, and at most 64 of them.
func TestClassesThatArePrinted(t *testing.T) {
	t.Parallel()
	for class, printed := range map[string]bool{
		"AuthorizationError": true, "aAzZ": true, strings.Repeat("Z", 64): true,
		strings.Repeat("Z", 65): false, "Error1": false, "Error Of Amala": false, "a@b.gov.uk": false,
		"[Error]": false, "Error{": false, "Err`or": false,
	} {
		t.Run(class, func(t *testing.T) {
			t.Parallel()
			c, _ := scripted(t, []step{{status: 400, body: apiError("400", class, "Template not found")}})
			_, err := c.SendSMS(t.Context(), sms())
			shown := "Bad Request"
			if printed {
				shown = class
			}
			require.EqualError(t, err, "notify: POST /v2/notifications/sms: 400 "+shown+": Template not found")
		})
	}
}

// What is printed is redacted, and is something.
func TestWaitsAndKeysPrintUnderEveryVerb(t *testing.T) {
	t.Parallel()
	// The first wait is a second, and so is not begun.
	ctx, cancel := context.WithTimeout(t.Context(), 900*time.Millisecond)
	defer cancel()
	c, _ := scripted(t, []step{{status: 200, body: strings.Replace(oneNote, "delivered", "sending", 1)}})
	_, err := c.WaitForNotification(ctx, notificationID)
	require.ErrorContains(t, err, "stopped waiting for a final status")
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		require.Equal(t, err.Error(), fmt.Sprintf(verb, err))
	}
	encoded, encodingErr := json.Marshal(err)
	require.NoError(t, encodingErr)
	require.Equal(t, strconv.Quote(err.Error()), string(encoded))
	key, err := notify.ParseKey("k-" + serviceID + "-" + secretID)
	require.NoError(t, err)
	for verb, want := range map[string]string{
		"%v": "k-…", "%s": "k-…", "%x": "k-…", "%q": `"k-…"`, "%#v": `notify.Key("k-…")`,
	} {
		require.Equal(t, want, fmt.Sprintf(verb, key), verb)
	}
}
