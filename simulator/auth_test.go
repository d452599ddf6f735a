package simulator_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// TestTokens is about claims that no honest client makes. $ stands for the id of the service, @ for the current second
// of the caller's clock, which is the bubble's. The simulator's clock is years ahead, and does not matter.
func TestTokens(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &clock{now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
		w := setup(t, simulator.ServiceConfig{}, simulator.WithClock(c.Now))
		require.Zero(t, time.Now().Nanosecond())
		testTokens(t, w) // on a whole second: shows whether a limit is inclusive
		time.Sleep(500 * time.Millisecond)
		testTokens(t, w) // between two seconds: shows whether fractions count
	})
}

func testTokens(t *testing.T, w town) {
	t.Helper()
	const (
		fine    = ""
		clock   = "Error: Your system clock must be accurate to within 30 seconds"
		general = "Invalid token: make sure your API token matches the example at " +
			"https://docs.notifications.service.gov.uk/rest-api.html#authorisation-header"
		unknown = "Invalid token: API key not found"
		crash   = "Internal server error"
	)
	for _, test := range []struct{ header, claims, want string }{
		{`{"alg":"HS256"}`, `{"iss":"$","iat":@}`, fine},
		{`{"alg":"HS256"}`, `{"iss":"$","iat":@-30}`, fine},
		{`{"alg":"HS256"}`, `{"iss":"$","iat":@-31}`, clock},
		{`{"alg":"HS256"}`, `{"iss":"$","iat":@+30}`, fine},
		{`{"alg":"HS256"}`, `{"iss":"$","iat":@+31}`, clock},
		{`{"alg":"HS256"}`, `{"iss":"$","iat":"@"}`, fine},
		{`{"alg":"HS256"}`, `{"iss":"$","iat":@.75}`, fine},
		{`{"alg":"HS256"}`, `{"iss":"$","iat":"soon"}`, clock},
		{`{"alg":"HS256"}`, `{"iss":"$","iat":NaN}`, clock},
		{`{"alg":"HS256"}`, `{"iss":"$","iat":Infinity}`, crash},
		{`{"alg":"HS256"}`, `{"iss":"$","iat":false}`, clock},
		{`{"alg":"HS256"}`, `{"iss":"$","iat":null}`, crash},
		{`{"alg":"HS256"}`, `{"iss":"$","iat":[1]}`, crash},
		{`{"alg":"HS256"}`, `{"iss":"$"}`, unknown},
		{`{"alg":"HS256"}`, `{"iss":"$","iat":@,"nbf":@+31}`, clock},
		{`{"alg":"HS256"}`, `{"iss":"$","iat":@,"nbf":@+30}`, fine},
		{`{"alg":"HS256"}`, `{"iss":"$","iat":@,"nbf":"soon"}`, unknown},
		{`{"alg":"HS256"}`, `{"iss":"$","iat":@,"exp":@-29}`, fine},
		{`{"alg":"HS256"}`, `{"iss":"$","iat":@,"exp":@-30}`, general},
		{`{"alg":"HS256"}`, `{"iss":"$","iat":@,"exp":@-31}`, general},
		// A token from the future is refused before its other claims are checked, one from the past after them.
		{`{"alg":"HS256"}`, `{"iss":"$","iat":@+31,"exp":@-31}`, clock},
		{`{"alg":"HS256"}`, `{"iss":"$","iat":@+31,"sub":5}`, clock},
		{`{"alg":"HS256"}`, `{"iss":"$","iat":@-31,"exp":@-31}`, general},
		{`{"alg":"HS256"}`, `{"iss":"$","iat":@-31,"sub":5}`, general},
		{`{"alg":"HS256"}`, `{"iss":"$","iat":@,"exp":"soon"}`, unknown},
		{`{"alg":"HS256"}`, `{"iss":"$","iat":@,"aud":""}`, fine},
		{`{"alg":"HS256"}`, `{"iss":"$","iat":@,"aud":["x"]}`, general},
		{`{"alg":"HS256"}`, `{"iss":"$","iat":@,"sub":5}`, general},
		{`{"alg":"HS256"}`, `{"iss":"$","iat":@,"jti":null}`, general},
		{`{"alg":"HS256"}`, `{"iss":"$","iat":@,"sub":"x","jti":"y","more":{}}`, fine},
		{`{"alg":"HS256","kid":5}`, `{"iss":"$","iat":@}`, crash},
		{`{"alg":"HS256","crit":[]}`, `{"iss":"$","iat":@}`, crash},
		{`{"alg":"hs256"}`, `{"iss":"$","iat":@}`, "Invalid token: algorithm used is not HS256"},
		{`{}`, `{"iss":"$","iat":@}`, "Invalid token: algorithm used is not HS256"},
		{`[]`, `{"iss":"$","iat":@}`, general},
		{`{"alg":"HS256"}`, `[]`, general},
		{`{"alg":"HS256"}`, `{"iat":@}`, "Invalid token: iss field not provided"},
		{`{"alg":"HS256"}`, `{"iss":null,"iat":@}`, "Invalid token: service id is not the right data type"},
		{`{"alg":"HS256"}`, `{"iss":"00000000-0000-0000-0000-000000000000"}`, "Invalid token: service not found"},
	} {
		claims := strings.ReplaceAll(test.claims, "$", w.svc.ID())
		for _, offset := range []int{-31, -30, -29, 30, 31} {
			claims = strings.ReplaceAll(claims, fmt.Sprintf("@%+d", offset), fmt.Sprint(time.Now().Unix()+int64(offset)))
		}
		claims = strings.ReplaceAll(claims, "@", fmt.Sprint(time.Now().Unix()))
		key := w.svc.Key(simulator.KeyTypeTest)
		encode := base64.RawURLEncoding.EncodeToString
		signed := encode([]byte(test.header)) + "." + encode([]byte(claims))
		mac := hmac.New(sha256.New, []byte(key[len(key)-36:]))
		mac.Write([]byte(signed))
		r := w.request(t, "", "GET", "/v2/templates", nil)
		r.Header.Set("Authorization", "bEARER "+signed+"."+encode(mac.Sum(nil)))
		require.Equal(t, test.want, w.answerTo(t, r).message(), "%s %s", test.header, claims)
	}
}

func TestServiceChanges(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{SendFilesContact: "https://www.example.gov.uk"},
		simulator.WithDocumentHost("files.test"))
	team, live := w.svc.Key(simulator.KeyTypeTeam), w.svc.Key(simulator.KeyTypeLive)
	require.Len(t, w.svc.Keys(), 3)

	require.NotEqual(t, 201, w.sendSMS(t, team, "07900900501").status)
	require.NoError(t, w.svc.AddTeamMember(simulator.TeamMember{MobileNumber: "+44 7900 900501"}))
	require.Equal(t, 201, w.sendSMS(t, team, "07900900501").status)

	sent := w.do(t, live, "POST", "/v2/notifications/email", fields{
		"email_address": "someone@example.com", "template_id": w.email,
		"personalisation": fields{"name": fields{"file": "aGVsbG8="}},
	})
	require.Contains(t, sent.raw, "https://files.test/d/")

	require.NoError(t, w.svc.SetPermissions(simulator.PermissionEmail))
	require.Equal(t, "Service is not allowed to send text messages", w.sendSMS(t, live, "07900900501").message())
	require.Equal(t, "Service is not allowed to send letters", w.sendLetter(t, live).message())

	w.svc.Archive()
	require.Equal(t, "Invalid token: service is archived", w.sendEmail(t, live, "someone@example.com").message())
	require.Nil(t, w.sim.Service("nonsense"))
	require.Same(t, w.svc, w.sim.Service(strings.ToUpper(w.svc.ID())))
}

func TestScheduledFor(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	w := setup(t, simulator.ServiceConfig{}, simulator.WithClock(c.Now))
	const (
		format = "scheduled_for datetime format is invalid. " +
			"It must be a valid ISO8601 date time format, https://en.wikipedia.org/wiki/ISO_8601"
		past   = "scheduled_for datetime can not be in the past"
		future = "scheduled_for datetime can only be 24 hours in the future"
	)
	for at, want := range map[string]string{
		"2026-11-23T12:00:00": "", "2026-11-24T12:00:00": "", "2026-11-24 12:00": "",
		"20261124T1159": "", "2026-W48-2T10": "", "2026W482T10": "",
		"2026-11-23T11:59:59.999999": past, "2026-11-23": past, "2026-W48": past,
		"2026-11-24T12:00:00.000001": future, "2026-11-24T12:00:01Z": future,
		"2026-11-23T13:00:00+23:00": "", "2026-11-23T13:00:00-12:30:15": "", // an offset is dropped
		"": format, "soon": format, "2026-13-01": format, "2026-02-30": format,
		"2026-W54-1": format, "2026-W48-8": format, "2026-11-23T25": format,
		"2026-11-23T12:60": format, "2026-11-23T12:00:00+24:00": format,
		"2026-11-23T12:00:00x": format, "2026-11-23T12:00:00z": format, "2026-11-2": format,
	} {
		a := w.do(t, w.svc.Key(simulator.KeyTypeTest), "POST", "/v2/notifications/sms", fields{
			"phone_number": "07900900123", "template_id": w.sms, "personalisation": fields{"name": "Jo"}, "scheduled_for": at,
		})
		require.Equal(t, want, a.message(), at)
	}
}
