package token_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator/internal/token"
)

const secret = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func signed(header, claims string) string {
	encode := base64.RawURLEncoding.EncodeToString
	text := encode([]byte(header)) + "." + encode([]byte(claims))
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return text + "." + encode(mac.Sum(nil))
}

// TestRead has the verdicts of PyJWT 2.13.0: it checks the demands of a header after decoding the three parts, and
// before parsing the payload.
func TestRead(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		header, claims string
		want           token.Verdict
	}{
		{`{}`, `{}`, token.Unverified},
		{`[]`, `{}`, token.Malformed},
		{`{}`, `[]`, token.Malformed},
		{`{"kid":"1"}`, `x`, token.Malformed},
		{`{"kid":1}`, `x`, token.RaisedInvalidTokenError},
		{`{"crit":["b64"],"b64":true}`, `{}`, token.Unverified},
		{`{"crit":["b64"]}`, `{}`, token.RaisedInvalidTokenError},
		{`{"crit":[],"b64":true}`, `{}`, token.RaisedInvalidTokenError},
		{`{"b64":false}`, ``, token.RaisedInvalidTokenError},
		{`{"b64":false,"crit":["b64"]}`, ``, token.Malformed},
		{`{"b64":false}`, `{}`, token.Malformed},
	} {
		_, verdict := token.Read(signed(test.header, test.claims))
		require.Equal(t, test.want, verdict, "%s %s", test.header, test.claims)
	}
	for _, s := range []string{"", "x", "e30.e30", "e30.a.AAAA", "e30.e30.a"} {
		_, verdict := token.Read(s)
		require.Equal(t, token.Malformed, verdict, s)
	}
}

// TestVerify writes @ for the current second.
func TestVerify(t *testing.T) {
	t.Parallel()
	now := strconv.FormatInt(noon.Unix(), 10)
	past, future := strconv.FormatInt(noon.Unix()-31, 10), strconv.FormatInt(noon.Unix()+31, 10)
	for _, test := range []struct {
		claims string
		want   token.Verdict
	}{
		{`{"iat":@}`, token.Valid},
		{`{"iat":"@"}`, token.Valid},
		{`{}`, token.OtherKey},
		{`{"iat":past}`, token.ClockWrong},
		{`{"iat":future}`, token.ClockWrong},
		{`{"iat":"soon"}`, token.ClockWrong},
		{`{"iat":Infinity}`, token.RaisedOverflowError},
		{`{"iat":null}`, token.RaisedTypeError},
		{`{"iat":@,"nbf":future}`, token.ClockWrong},
		{`{"iat":@,"nbf":"soon"}`, token.OtherKey},
		{`{"iat":@,"exp":past}`, token.Expired},
		{`{"iat":@,"exp":"soon"}`, token.OtherKey},
		{`{"iat":@,"aud":"x"}`, token.ClaimInvalid},
		{`{"iat":@,"sub":5}`, token.ClaimInvalid},
		// A token from the future is refused before its other claims are checked, one from the past after them.
		{`{"iat":future,"exp":past}`, token.ClockWrong},
		{`{"iat":past,"exp":past}`, token.Expired},
		{`{"iat":past,"jti":null}`, token.ClaimInvalid},
	} {
		claims := strings.NewReplacer("@", now, "past", past, "future", future).Replace(test.claims)
		read, verdict := token.Read(signed(`{"alg":"HS256"}`, claims))
		require.Equal(t, token.Unverified, verdict)
		require.Equal(t, test.want, read.Verify(secret, noon), claims)
		require.Equal(t, token.OtherKey, read.Verify("another", noon))
	}
	read, _ := token.Read(signed(`{"alg":"none"}`, `{}`))
	require.Equal(t, token.AlgorithmNotHS256, read.Verify("another", noon), "before the signature")
}

func TestIssuer(t *testing.T) {
	t.Parallel()
	for claims, want := range map[string]struct {
		issuer string
		ok     bool
	}{`{"iss":"x"}`: {"x", true}, `{"iss":5}`: {"", true}, `{}`: {"", false}} {
		read, _ := token.Read(signed(`{}`, claims))
		issuer, ok := read.Issuer()
		require.Equal(t, want.issuer, issuer, claims)
		require.Equal(t, want.ok, ok, claims)
	}
}

// FuzzRead reads any string: only one with the right signature is valid.
func FuzzRead(f *testing.F) {
	f.Add(signed(`{"alg":"HS256"}`, `{"iss":"x","iat":1795435200}`))
	f.Add("e30.e30.\xe9==")
	f.Fuzz(func(t *testing.T, s string) {
		read, verdict := token.Read(s)
		if verdict != token.Unverified {
			return
		}
		read.Issuer()
		require.NotEqual(t, token.Unverified, read.Verify(secret, noon))
		require.NotEqual(t, token.Valid, read.Verify("another", noon))
	})
}
