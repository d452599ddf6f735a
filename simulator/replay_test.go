package simulator_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/pyjson"
)

// player sends recorded requests and compares the responses.
type player struct {
	transport http.RoundTripper
	base      string
	clock     *clock
	secrets   map[string]string
}

// play returns how the first response that differs does so, or "".
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
	var body []byte
	hasBody := true
	switch {
	case r.JSON != nil:
		body = dump(p.fillJSON(t, r.JSON, captured))
	case r.Raw != nil:
		body = []byte(p.fill(*r.Raw, captured))
	case r.RawBase64 != nil:
		var err error
		body, err = base64.StdEncoding.DecodeString(*r.RawBase64)
		require.NoError(t, err)
	default:
		hasBody = false
	}
	req, err := http.NewRequestWithContext(t.Context(), r.Method, p.base, bytes.NewReader(body))
	require.NoError(t, err)
	req.URL = p.url(t, p.fill(r.Path, captured))
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
		req.Header.Set("Authorization", p.mint(recordedToken{
			Claims: map[string]json.RawMessage{"iss": iss, "iat": []byte(`{"now":0}`)}, Secret: secret,
		}))
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

// url is an address as it was recorded, even if Go would write it differently.
func (p player) url(t *testing.T, path string) *url.URL {
	t.Helper()
	u, err := url.Parse(p.base + path)
	if err == nil {
		return u
	}
	u, err = url.Parse(p.base)
	require.NoError(t, err)
	u.Opaque, u.RawQuery, _ = strings.Cut(path, "?") // used over a connection
	u.Path = u.Opaque                                // used in process: such a path has no valid escapes
	return u
}

// fill puts captured values and times into a string.
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

// dump writes a value as JSON, keeping the order of the keys.
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
	return latin1(scheme + signed + "." + signature + tok.Suffix)
}

// latin1 encodes a header as the recorder did.
func latin1(s string) string {
	var b []byte
	for _, r := range s {
		b = append(b, byte(r))
	}
	return string(b)
}

// claim is a claim as it was recorded, or a time relative to now by the caller's clock, not the simulator's.
func (p player) claim(raw json.RawMessage) any {
	var relative struct {
		Now *float64
		As  string
	}
	if json.Unmarshal(raw, &relative) != nil || relative.Now == nil {
		v, _ := pyjson.Parse(raw)
		return v
	}
	at := time.Now().Unix() + int64(*relative.Now)
	switch relative.As {
	case "float":
		return float64(at) + 0.5
	case "string":
		return strconv.FormatInt(at, 10)
	}
	return pyjson.Int(strconv.FormatInt(at, 10))
}
