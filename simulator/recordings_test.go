package simulator_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/simulator"
)

// The recordings are requests to the real service and its answers, one case a line; README.md beside them describes their form.
// Each is replayed against a simulator that holds the same services, and the answers compared byte by byte.

const (
	recordings   = "../testdata/recordings"
	recordedBase = "https://api.notifications.service.gov.uk"
)

// knownDifferences are the recorded cases that are answered otherwise, each with the reason.
var knownDifferences = map[string]string{
	"phones/0686": "a ten-digit number in Benin is valid only to the older number plan the recording was made with",
	"phones/0745": "the mobile range in Somalia is valid only to the newer number plan built in here",
}

// overSockets are differences that only a connection shows.
var overSockets = map[string]string{
	"auth/0005": "Go's server cuts white space at the end of a header, so that \"Bearer \" arrives as \"Bearer\"",
}

// clock stands still unless a case says that time passes.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func TestRecordings(t *testing.T) {
	t.Parallel()
	world, err := os.ReadFile(filepath.Join(recordings, "world.json"))
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join(recordings, "*.jsonl"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	secrets := readSecrets(t, world)

	transports := map[string]func(*testing.T, *simulator.Simulator) (http.RoundTripper, string){
		"round tripper": func(_ *testing.T, sim *simulator.Simulator) (http.RoundTripper, string) {
			return sim, "http://notify.test"
		},
		"in-memory connection": inMemory,
		"loopback":             loopback,
	}
	for name, connect := range transports {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &clock{now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
			sim := simulator.New(simulator.WithClock(c.Now))
			require.NoError(t, sim.Load(world))
			transport, base := connect(t, sim)
			p := player{transport: transport, base: base, clock: c, secrets: secrets}
			total, same := 0, 0
			for _, file := range files {
				for _, line := range readLines(t, file) {
					var rec recording
					require.NoError(t, json.Unmarshal(line, &rec))
					total++
					c.advance(10 * time.Millisecond) // or the rate limit is reached
					difference := p.play(t, rec)
					reason, known := knownDifferences[rec.ID]
					if name != "round tripper" && !known {
						reason, known = overSockets[rec.ID]
					}
					switch {
					case difference == "":
						same++
						if known {
							t.Errorf("%s: is the same now; known difference: %s", rec.ID, reason)
						}
					case !known:
						t.Errorf("%s (%s): %s", rec.ID, rec.Note, difference)
					}
				}
			}
			t.Logf("%d of %d cases are the same to the byte", same, total)
		})
	}
}

func loopback(t *testing.T, sim *simulator.Simulator) (http.RoundTripper, string) {
	t.Helper()
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	return server.Client().Transport, server.URL
}

// inMemory serves over connections that are pipes in memory.
func inMemory(t *testing.T, sim *simulator.Simulator) (http.RoundTripper, string) {
	t.Helper()
	pipes := pipeListener{conns: make(chan net.Conn), done: make(chan struct{})}
	server := &http.Server{Handler: sim, ReadHeaderTimeout: time.Minute}
	served := make(chan struct{})
	go func() { defer close(served); _ = server.Serve(pipes) }()
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		here, there := net.Pipe()
		select {
		case pipes.conns <- there:
			return here, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}}
	t.Cleanup(func() { transport.CloseIdleConnections(); _ = server.Close(); <-served })
	return transport, "http://notify.test"
}

type pipeListener struct {
	conns chan net.Conn
	done  chan struct{}
}

func (l pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}
func (l pipeListener) Close() error   { close(l.done); return nil }
func (l pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "pipe"} }

func readLines(t testing.TB, name string) [][]byte {
	t.Helper()
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	var lines [][]byte
	for line := range bytes.Lines(data) {
		if len(bytes.TrimSpace(line)) > 0 {
			lines = append(lines, line)
		}
	}
	return lines
}

// readSecrets maps service/key to the key's secret.
func readSecrets(t testing.TB, world []byte) map[string]string {
	t.Helper()
	var w struct {
		Services []struct {
			ID      string
			APIKeys []struct{ Name, Secret string } `json:"api_keys"`
		}
	}
	require.NoError(t, json.Unmarshal(world, &w))
	secrets := map[string]string{}
	for _, s := range w.Services {
		for _, k := range s.APIKeys {
			secrets[s.ID+"/"+k.Name] = k.Secret
		}
	}
	return secrets
}

type recording struct {
	ID, Note string
	Steps    []struct {
		Request  recordedRequest
		Capture  map[string]string
		DelayS   float64 `json:"delay_s"`
		Response recordedResponse
	}
}

type recordedRequest struct {
	Method, Path, Service, Key string
	Authorization              json.RawMessage
	Token                      *recordedToken
	JSON                       json.RawMessage
	Raw                        *string
	RawBase64                  *string `json:"raw_base64"`
	Headers                    map[string]*string
}

type recordedToken struct {
	Header     json.RawMessage
	Claims     map[string]json.RawMessage
	Secret     string
	RawHeader  *string `json:"raw_header"`
	RawPayload *string `json:"raw_payload"`
	Signature  *string
	Suffix     string
	Scheme     *string
}

type recordedResponse struct {
	Status      int
	ContentType *string `json:"content_type"`
	Headers     map[string]*string
	Body        string
	BodyBinary  bool `json:"body_binary"`
}

// player sends what was recorded and compares the answers.
type player struct {
	transport http.RoundTripper
	base      string
	clock     *clock
	secrets   map[string]string
}

// play returns how the first answer that is not the same differs.
func (p player) play(t *testing.T, rec recording) string {
	t.Helper()
	captured, bound := map[string]string{}, map[string]string{}
	for i, step := range rec.Steps {
		p.clock.advance(time.Duration(step.DelayS * float64(time.Second)))
		req := p.request(t, step.Request, captured)
		resp, err := p.transport.RoundTrip(req)
		require.NoError(t, err, rec.ID)
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err, rec.ID)
		require.NoError(t, resp.Body.Close())
		if difference := compare(step.Response, resp, body, bound, p.base); difference != "" {
			return fmt.Sprintf("step %d: %s", i, difference)
		}
		for name, pointer := range step.Capture {
			var v map[string]any
			require.NoError(t, json.Unmarshal(body, &v), rec.ID)
			captured[name] = follow(v, pointer)
		}
	}
	return ""
}

func follow(v any, pointer string) string {
	for part := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		switch at := v.(type) {
		case map[string]any:
			v = at[part]
		case []any:
			i, _ := strconv.Atoi(part)
			v = at[i]
		}
	}
	s, _ := v.(string)
	return s
}

func (p player) request(t *testing.T, r recordedRequest, captured map[string]string) *http.Request {
	t.Helper()
	u, err := url.Parse(p.base + p.fill(r.Path, captured))
	require.NoError(t, err)
	var body []byte
	hasBody := true
	switch {
	case r.JSON != nil:
		body = dump(p.fillJSON(t, r.JSON, captured))
	case r.Raw != nil:
		body = []byte(p.fill(*r.Raw, captured))
	case r.RawBase64 != nil:
		body, err = base64.StdEncoding.DecodeString(*r.RawBase64)
		require.NoError(t, err)
	default:
		hasBody = false
	}
	req, err := http.NewRequestWithContext(t.Context(), r.Method, u.String(), bytes.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("User-Agent", "notify-corpus-replay/1")
	if hasBody {
		req.Header.Set("Content-Type", "application/json")
	}
	switch {
	case string(r.Authorization) == "null":
	case r.Authorization != nil:
		var literal string
		require.NoError(t, json.Unmarshal(r.Authorization, &literal))
		req.Header.Set("Authorization", literal)
	case r.Token != nil:
		req.Header.Set("Authorization", p.mint(*r.Token))
	case r.Key != "":
		secret := p.secrets[r.Service+"/"+r.Key]
		iss, _ := json.Marshal(r.Service)
		req.Header.Set("Authorization", p.mint(recordedToken{Claims: map[string]json.RawMessage{"iss": iss, "iat": []byte(`{"now":0}`)}, Secret: secret}))
	}
	for name, value := range r.Headers {
		if value == nil {
			req.Header.Del(name)
		} else {
			req.Header.Set(name, *value)
		}
	}
	return req
}

// fill puts captured values and times into a text.
func (p player) fill(s string, captured map[string]string) string {
	for name, value := range captured {
		s = strings.ReplaceAll(s, "{"+name+"}", value)
	}
	for {
		before, rest, found := strings.Cut(s, "{now")
		if !found {
			return s
		}
		offset, after, _ := strings.Cut(rest, "}")
		seconds, err := strconv.Atoi(offset)
		if err != nil {
			return s
		}
		s = before + p.clock.Now().Add(time.Duration(seconds)*time.Second).Format("2006-01-02T15:04:05") + after
	}
}

func (p player) fillJSON(t *testing.T, raw json.RawMessage, captured map[string]string) any {
	t.Helper()
	v, err := pyjson.Parse(raw)
	require.NoError(t, err)
	return p.fillValue(v, captured)
}

func (p player) fillValue(v any, captured map[string]string) any {
	switch v := v.(type) {
	case string:
		return p.fill(v, captured)
	case []any:
		for i := range v {
			v[i] = p.fillValue(v[i], captured)
		}
	case *pyjson.Object:
		if repeat, ok := v.Get("$repeat"); ok {
			pair := repeat.([]any)
			count, _ := strconv.Atoi(string(pair[1].(pyjson.Int)))
			suffix, _ := v.Get("suffix")
			text, _ := suffix.(string)
			return strings.Repeat(pair[0].(string), count) + text
		}
		for i, key := range v.Keys {
			v.Set(key, p.fillValue(v.At(i), captured))
		}
	}
	return v
}

// dump writes a value with the keys of its objects in their order.
func dump(v any) []byte {
	switch v := v.(type) {
	case []any:
		parts := make([][]byte, len(v))
		for i := range v {
			parts[i] = dump(v[i])
		}
		return append(append([]byte{'['}, bytes.Join(parts, []byte(", "))...), ']')
	case *pyjson.Object:
		parts := make([][]byte, v.Len())
		for i, key := range v.Keys {
			parts[i] = append(append(pyjson.AppendString(nil, key), ": "...), dump(v.At(i))...)
		}
		return append(append([]byte{'{'}, bytes.Join(parts, []byte(", "))...), '}')
	}
	return pyjson.Append(nil, v)
}

func (p player) mint(tok recordedToken) string {
	encode := base64.RawURLEncoding.EncodeToString
	header := encode([]byte(`{"typ": "JWT", "alg": "HS256"}`))
	if tok.Header != nil {
		header = encode(tok.Header)
	}
	if tok.RawHeader != nil {
		header = *tok.RawHeader
	}
	claims := &pyjson.Object{}
	for name, raw := range tok.Claims {
		claims.Set(name, p.claim(raw))
	}
	payload := encode(dump(claims))
	if tok.RawPayload != nil {
		payload = *tok.RawPayload
	}
	signed := header + "." + payload
	mac := hmac.New(sha256.New, []byte(tok.Secret))
	mac.Write([]byte(signed))
	signature := encode(mac.Sum(nil))
	if tok.Signature != nil {
		signature = *tok.Signature
	}
	scheme := "Bearer "
	if tok.Scheme != nil {
		scheme = *tok.Scheme
	}
	return scheme + signed + "." + signature + tok.Suffix
}

// claim is a claim as it was recorded, or a time relative to now.
func (p player) claim(raw json.RawMessage) any {
	var relative struct {
		Now *float64
		As  string
	}
	if json.Unmarshal(raw, &relative) != nil || relative.Now == nil {
		v, _ := pyjson.Parse(raw)
		return v
	}
	at := p.clock.Now().Unix() + int64(*relative.Now)
	switch relative.As {
	case "float":
		return float64(at) + 0.5
	case "string":
		return strconv.FormatInt(at, 10)
	}
	return pyjson.Int(strconv.FormatInt(at, 10))
}

// compare tells how an answer differs from the recorded one. Ids that are new in a case are bound to their placeholders.
func compare(want recordedResponse, got *http.Response, body []byte, bound map[string]string, base string) string {
	if got.StatusCode != want.Status {
		return fmt.Sprintf("status %d, want %d: %.300s", got.StatusCode, want.Status, body)
	}
	if want.ContentType != nil && got.Header.Get("Content-Type") != *want.ContentType {
		return fmt.Sprintf("content type %q, want %q", got.Header.Get("Content-Type"), *want.ContentType)
	}
	for name, value := range want.Headers {
		values, present := got.Header[http.CanonicalHeaderKey(name)]
		switch joined := strings.Join(values, ", "); {
		case value == nil && present:
			return fmt.Sprintf("header %s: %q, want none", name, joined)
		case value == nil:
		case name == "Allow":
			if !sameSet(joined, *value) {
				return fmt.Sprintf("header %s: %q, want %q", name, joined, *value)
			}
		case joined != strings.ReplaceAll(*value, recordedBase, base):
			return fmt.Sprintf("header %s: %q, want %q", name, joined, *value)
		}
	}
	if want.BodyBinary {
		if len(body) == 0 {
			return "empty body"
		}
		return ""
	}
	return matchText(strings.ReplaceAll(want.Body, recordedBase, base), string(body), bound)
}

func sameSet(a, b string) bool {
	set := map[string]int{}
	for s := range strings.SplitSeq(a, ",") {
		set[strings.TrimSpace(s)]++
	}
	for s := range strings.SplitSeq(b, ",") {
		set[strings.TrimSpace(s)]--
	}
	for _, n := range set {
		if n != 0 {
			return false
		}
	}
	return true
}

// matchText compares a text with placeholders against one without.
func matchText(want, got string, bound map[string]string) string {
	whole := got
	for want != "" {
		literal, rest, placeholder := cutPlaceholder(want)
		if !strings.HasPrefix(got, literal) {
			n := 0
			for n < len(got) && n < len(literal) && got[n] == literal[n] {
				n++
			}
			return fmt.Sprintf("at %d:\n\twant %.200q\n\tgot  %.200q", len(whole)-len(got)+n, literal[n:], got[n:])
		}
		got, want = got[len(literal):], rest
		if placeholder == "" {
			break
		}
		n := placeholderLength(placeholder, got)
		if n == 0 {
			return fmt.Sprintf("want %s, got %.60q", placeholder, got)
		}
		if id, isID := bound[placeholder]; isID && id != got[:n] {
			return fmt.Sprintf("%s: want the same id %s, got %s", placeholder, id, got[:n])
		}
		if strings.HasPrefix(placeholder, "<uuid:") {
			for other, id := range bound {
				if other != placeholder && id == got[:n] {
					return fmt.Sprintf("%s: want a new id, got that of %s", placeholder, other)
				}
			}
			bound[placeholder] = got[:n]
		}
		got = got[n:]
	}
	if got != "" {
		return fmt.Sprintf("more than wanted: %.200q", got)
	}
	return ""
}

func cutPlaceholder(s string) (literal, rest, placeholder string) {
	for i := strings.IndexByte(s, '<'); i >= 0; {
		end := strings.IndexByte(s[i:], '>')
		if end < 0 {
			break
		}
		name := s[i : i+end+1]
		if _, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(name, "<uuid:"), ">")); err == nil || name == "<timestamp>" || name == "<document-url>" {
			return s[:i], s[i+end+1:], name
		}
		next := strings.IndexByte(s[i+1:], '<')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return s, "", ""
}

// placeholderLength is how much of got fits the placeholder; 0 if nothing does.
func placeholderLength(placeholder, got string) int {
	fits := func(pattern string) int {
		if len(got) < len(pattern) {
			return 0
		}
		for i := range len(pattern) {
			digit := got[i] >= '0' && got[i] <= '9'
			switch pattern[i] {
			case 'd':
				if !digit {
					return 0
				}
			case 'x':
				if !digit && (got[i] < 'a' || got[i] > 'f') {
					return 0
				}
			default:
				if got[i] != pattern[i] {
					return 0
				}
			}
		}
		return len(pattern)
	}
	switch placeholder {
	case "<timestamp>":
		return fits("dddd-dd-ddTdd:dd:dd.ddddddZ")
	case "<document-url>":
		if !strings.HasPrefix(got, "https://documents.service.gov.uk/d/") {
			return 0
		}
		end := strings.IndexFunc(got, func(r rune) bool { return strings.ContainsRune(" \\\"<>()[]", r) })
		if end < 0 {
			end = len(got)
		}
		return end
	}
	return fits("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")
}
