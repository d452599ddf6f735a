package simulator_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

const (
	clockMessage   = "Error: Your system clock must be accurate to within 30 seconds"
	generalMessage = "Invalid token: make sure your API token matches the example at " +
		"https://docs.notifications.service.gov.uk/rest-api.html#authorisation-header"
	unknownMessage = "Invalid token: API key not found"
)

// signed makes a token from a header and claims, signed with secret. In the claims, $ stands for service.
func signed(header, claims, service, secret string) string {
	encode := base64.RawURLEncoding.EncodeToString
	text := encode([]byte(header)) + "." + encode([]byte(strings.ReplaceAll(claims, "$", service)))
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return text + "." + encode(mac.Sum(nil))
}

// templates requests the templates with an Authorization header, and returns the error message.
func (w town) templates(t *testing.T, authorization ...string) string {
	t.Helper()
	r := w.request(t, "", "GET", "/v2/templates", nil)
	r.Header["Authorization"] = authorization
	a := w.answerTo(t, r)
	if a.status == http.StatusOK {
		return ""
	}
	require.Contains(t, a.raw, `"status_code"`)
	return a.message()
}

var relative = regexp.MustCompile("@[+-][0-9]+")

// TestTokensToTheSecond is about the limits of the clock, on a whole second.
func TestTokensToTheSecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := setup(t, simulator.ServiceConfig{})
		key := w.svc.Key(simulator.KeyTypeTest)
		now := time.Now().Unix()
		require.Zero(t, time.Now().Nanosecond())
		for claims, want := range map[string]string{
			`"iat":%d`:                       "",
			`"iat":%d,"exp":@-29`:            "",
			`"iat":%d,"exp":@-30`:            generalMessage, // to the second
			`"iat":%d,"exp":@-30.0`:          generalMessage,
			`"iat":%d,"nbf":@+30`:            "",
			`"iat":%d,"nbf":@+31`:            clockMessage,
			`"iat":@-30`:                     "",
			`"iat":@-31`:                     clockMessage,
			`"iat":@+30`:                     "",
			`"iat":@+31`:                     clockMessage,
			`"iat":"１"`:                      clockMessage,
			`"iat":@+31,"exp":@-31`:          clockMessage,   // the future is checked first,
			`"iat":@-31,"aud":"x"`:           generalMessage, // and the past last
			`"iat":@-31,"exp":@-31`:          generalMessage,
			`"iat":@+31,"aud":"x"`:           clockMessage,
			`"nbf":@+31,"exp":@-31,"iat":%d`: clockMessage,
			`"iat":%d,"exp":@-31,"aud":"x"`:  generalMessage,
			`"iat":"%d"`:                     "",
			`"iat":" +%d\u00a0"`:             "",
			`"iat":"` + fullWidth(now) + `"`: "",
			`"iat":"%d.0"`:                   clockMessage,
			`"iat":%d,"exp":"` + strings.Repeat("9", 4301) + `"`: unknownMessage, // more digits than Python reads
		} {
			claims = relative.ReplaceAllStringFunc(claims, func(s string) string {
				offset, err := strconv.ParseInt(s[1:], 10, 64)
				require.NoError(t, err)
				return fmt.Sprint(now + offset)
			})
			claims = `{"iss":"$",` + strings.ReplaceAll(claims, "%d", fmt.Sprint(now)) + `}`
			token := signed(`{"alg":"HS256"}`, claims, w.svc.ID(), key[len(key)-36:])
			require.Equal(t, want, w.templates(t, "Bearer "+token), claims)
		}
	})
}

func fullWidth(n int64) string {
	return strings.Map(func(r rune) rune { return r - '0' + '０' }, fmt.Sprint(n))
}

// TestDetachedPayload: a token whose payload is said to come outside it is malformed, whatever else is wrong with it.
func TestDetachedPayload(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeTest)
	for header, want := range map[string]string{
		`{"alg":"HS256","b64":false}`:                generalMessage,
		`{"alg":"HS256","b64":false,"crit":["b64"]}`: generalMessage,
		`{"alg":"HS256","b64":false,"crit":null}`:    generalMessage,
		`{"alg":"HS256","b64":false,"crit":"x"}`:     generalMessage,
		`{"alg":"none","b64":false}`:                 generalMessage,
		`{"alg":"HS256","b64":true}`:                 "",
		`{"alg":"HS256","b64":null}`:                 "",
		`{"alg":"HS256","b64":0}`:                    "",
	} {
		claims := fmt.Sprintf(`{"iss":"$","iat":%d}`, time.Now().Unix())
		require.Equal(t, want, w.templates(t, "Bearer "+signed(header, claims, w.svc.ID(), key[len(key)-36:])), header)
		if want == generalMessage {
			nobody := signed(header, `{"iss":5}`, "", "wrong")
			require.Equal(t, want, w.templates(t, "Bearer "+nobody), header)
		}
	}
}

// TestDemandsOfAToken has the verdicts of PyJWT 2.13.0: it checks the demands of a header after decoding the three
// parts, and before parsing the payload.
func TestDemandsOfAToken(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeTest)
	const crashed = "Internal server error"
	claims := fmt.Sprintf(`{"iss":"$","iat":%d}`, time.Now().Unix())
	for _, c := range []struct{ header, payload, want string }{
		{`"crit":["b64"],"b64":true`, claims, ""},
		{`"crit":["b64","b64"],"b64":null`, claims, ""},
		{`"crit":["b64"],"b64":"x"`, claims, ""},
		{`"crit":["b64"],"b64":0`, claims, ""},
		{`"crit":["b64"]`, claims, crashed},
		{`"crit":["b64","exp"],"b64":true`, claims, crashed},
		{`"crit":["b64",["b64"]],"b64":true`, claims, crashed},
		{`"crit":"b64","b64":true`, claims, crashed},
		{`"crit":[],"b64":true`, claims, crashed},
		{`"crit":null,"b64":true`, claims, crashed},
		{`"kid":1,"crit":["b64"],"b64":true`, claims, crashed},

		{`"kid":1`, "x", crashed},
		{`"crit":["exp"]`, "[]", crashed},
		{`"kid":"1"`, "x", generalMessage},
		{`"crit":["b64"],"b64":true`, "x", generalMessage},

		{`"b64":false`, "", crashed},
		{`"b64":false,"crit":["b64"]`, "", generalMessage},
		{`"b64":false,"crit":["exp"]`, "", crashed},
		{`"b64":false,"crit":null`, "", crashed},
		{`"b64":false,"crit":["b64"],"kid":1`, "", crashed},
		{`"b64":false,"kid":1`, "x", generalMessage},
	} {
		token := signed(`{"alg":"HS256",`+c.header+`}`, c.payload, w.svc.ID(), key[len(key)-36:])
		require.Equal(t, c.want, w.templates(t, "Bearer "+token), "%s %s", c.header, c.payload)
	}
	const kid = "eyJhbGciOiAiSFMyNTYiLCAia2lkIjogMX0"
	require.Equal(t, crashed, w.templates(t, "Bearer "+kid+".eA.AAAA"))
	require.Equal(t, generalMessage, w.templates(t, "Bearer "+kid+".a.AAAA"), "a payload that is no base64")
	require.Equal(t, generalMessage, w.templates(t, "Bearer "+kid+".eA.a"), "a signature that is no base64")
}

// TestTokensBeyondASCII: characters outside the base64 alphabet are skipped, so a signature made only of those is
// empty.
func TestTokensBeyondASCII(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeTest)
	token := strings.TrimPrefix(w.bearer(key), "Bearer ")
	unsigned := token[:strings.LastIndexByte(token, '.')+1]
	for signature, want := range map[string]string{
		"é":          unknownMessage,
		"\xe9":       unknownMessage, // from a client that writes headers in Latin-1
		"é==":        unknownMessage,
		"\xe9==":     unknownMessage,
		"€":          unknownMessage,
		"a\xe9":      generalMessage, // one letter is not a whole byte
		"ab\xe9\xff": unknownMessage,
		"":           unknownMessage,
	} {
		require.Equal(t, want, w.templates(t, "Bearer "+unsigned+signature), "%q", signature)
	}
	require.Empty(t, w.templates(t, "Bearer "+token+"\xe9\xe9"), "the right signature, and something foreign")
	require.Equal(t, generalMessage, w.templates(t, "Bearer é.."), "a header of nothing")
	require.Equal(t, unknownMessage, w.templates(t, "Bearer éé"+token), "signed is all that was sent")
}

// TestBlanksRoundAHeader: spaces and tabs around a header are trimmed, over a connection and in process.
func TestBlanksRoundAHeader(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	bearer := w.bearer(w.svc.Key(simulator.KeyTypeTest))
	require.Empty(t, w.templates(t, " \t"+bearer+"\t "))
	second := strings.Replace(bearer, " ", "  ", 1)
	require.Equal(t, unknownMessage, w.templates(t, second), "a second blank is part of the token")
	const (
		noScheme = "Unauthorized: authentication bearer scheme must be used"
		none     = "Unauthorized: authentication token must be provided"
	)
	require.Equal(t, noScheme, w.templates(t, "Bearer "))
	require.Equal(t, none, w.templates(t, " "))
	require.Equal(t, none, w.templates(t))
	require.NotEmpty(t, w.templates(t, bearer, bearer), "two headers are one with a comma")
}

// TestKeysBeforeArchived: an archived service without keys is reported as having no keys.
func TestKeysBeforeArchived(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{Keys: []simulator.KeyConfig{}})
	token := "Bearer " + signed(`{"alg":"HS256"}`, fmt.Sprintf(`{"iss":"$","iat":%d}`, time.Now().Unix()), w.svc.ID(), "x")
	const noKeys = "Invalid token: service has no API keys"
	require.Equal(t, noKeys, w.templates(t, token))
	w.svc.Archive()
	require.Equal(t, noKeys, w.templates(t, token))
	_, err := w.svc.AddKey("late", simulator.KeyTypeTest)
	require.NoError(t, err)
	require.Equal(t, "Invalid token: service is archived", w.templates(t, token), "before the signature")
}
