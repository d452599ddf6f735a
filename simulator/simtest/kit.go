// Package simtest gives a test its own simulated GOV.UK Notify, with a service and keys, in one call.
//
//	kit := simtest.New(t)
//	app := signin.New(kit.Client(), kit.SMSTemplate("Your code is ((code))."))
//	app.AskForCode(t.Context(), "+44 7900 900123")
//	code := kit.One(simtest.To("07900 900123")).Code()
//
// [Kit.One] and its like say what the test expects, and end it if that is not so. What the program under test swallowed
// fails it at its end: see [Kit.Allow]. Nothing needs to be closed: there is no server.
package simtest

import (
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// Kit is a simulator with one live service that has a key of each type, and the words of a test: see [New] and
// [NewService].
type Kit struct {
	// Simulator is the whole simulated Notify; a test can add more services to it.
	Simulator *simulator.Simulator
	// Service is live, has every permission and can send files. Its guest list is empty, and Alice is its only team
	// member.
	Service *simulator.Service
	// TestKey, TeamKey and LiveKey are API keys of Service.
	TestKey, TeamKey, LiveKey string

	t      testing.TB
	shared bool      // the simulator has other kits too
	began  time.Time // by the simulator's clock
	before int       // requests, of other tests

	bubble    bool        // it was made within testing/synctest
	misplaced atomic.Bool // it is used on the other side

	mu       sync.Mutex
	jumps    []jump // of the clock, made with the kit
	allowed  []*allowance
	injected []*simulator.Injection
	told     bool // where the transcript is
}

// The contact details of Alice, the only member of the team, to whom a team key can send. 07900 900123, the number in
// the examples, is not hers.
const (
	TeamMemberEmail = "alice@example.gov.uk"
	TeamMemberPhone = "07900900501"
)

// mostRequests is how many requests a kit looks at when the test ends.
const mostRequests = 100_000

// New makes a simulator, configured by opts, with one live service. It is strict: whatever the program under test made
// of it, the test fails at its end if the service refused a request, an injected fault never happened, or a callback
// was lost. [Kit.Allow] says what may be.
//
// The kit belongs to t, which it ends when something is wrong. A subtest makes a kit with its own t.
func New(t testing.TB, opts ...simulator.Option) *Kit {
	t.Helper()
	own := []simulator.Option{simulator.WithRequestLog(mostRequests), simulator.WithCallers()}
	return newKit(t, simulator.New(append(own, opts...)...), false)
}

// NewService makes a live service, as that of [New], in a simulator that several tests share: one that is served on a
// port, for instance. The kit has only what this service was sent, so the tests can run in parallel.
//
// What fails a test at its end is in the simulator's log, which holds 1,000 requests of all tests together: make the
// simulator with [simulator.WithRequestLog] if there are more, and with [simulator.WithCallers] to be told where a
// request was made.
func NewService(t testing.TB, sim *simulator.Simulator) *Kit {
	t.Helper()
	return newKit(t, sim, true)
}

func newKit(t testing.TB, sim *simulator.Simulator, shared bool) *Kit {
	t.Helper()
	service, err := sim.AddService(simulator.ServiceConfig{
		Name:               "Test Service",
		SendFilesContact:   "https://www.example.gov.uk/contact",
		ReceivedTextNumber: "07700900880",
		TeamMembers: []simulator.TeamMember{{
			Name: "Alice", EmailAddress: TeamMemberEmail, MobileNumber: TeamMemberPhone,
		}},
		Permissions: []simulator.Permission{
			simulator.PermissionEmail, simulator.PermissionSMS, simulator.PermissionLetter, simulator.PermissionInternationalSMS,
			simulator.PermissionInternationalLetters, simulator.PermissionSMSToUKLandlines, simulator.PermissionInboundSMS,
		},
		Keys: []simulator.KeyConfig{
			{Name: "test", Type: simulator.KeyTypeTest},
			{Name: "team", Type: simulator.KeyTypeTeam},
			{Name: "live", Type: simulator.KeyTypeLive},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	k := &Kit{
		Simulator: sim, Service: service, t: t, shared: shared, began: sim.Now(), before: answered(sim), bubble: inBubble(),
		TestKey: service.Key(simulator.KeyTypeTest),
		TeamKey: service.Key(simulator.KeyTypeTeam),
		LiveKey: service.Key(simulator.KeyTypeLive),
	}
	t.Cleanup(k.finish)
	return k
}

// Client returns a client that talks to the simulator with the test key. An option WithHTTPClient in opts would replace
// that connection.
//
// A test key reaches nobody, and its messages are special: they are not on [simulator.Service.Dashboard], they count
// neither in [simulator.Service.Usage] nor towards a daily limit (though a limit of 0 refuses them too), and their
// recipients alone decide how they end, whatever [simulator.WithOutcomes] says (but see
// [simulator.Service.SetOutcome]). To test any of these, use [Kit.ClientWithKey] with LiveKey or TeamKey.
func (k *Kit) Client(opts ...notify.Option) *notify.Client {
	k.t.Helper()
	return k.ClientWithKey(k.TestKey, opts...)
}

// ClientWithKey is Client with another key, for instance k.TeamKey or k.LiveKey. With a live key the client refuses
// recipients that cannot exist, such as addresses at example.com.
func (k *Kit) ClientWithKey(key string, opts ...notify.Option) *notify.Client {
	k.t.Helper()
	k.inPlace()
	wired := append([]notify.Option{notify.WithHTTPClient(&http.Client{Transport: k.Simulator})}, opts...)
	client, err := notify.New(key, wired...)
	if err != nil {
		k.t.Fatal(err)
	}
	return client
}

// SMSTemplate makes a text message template and returns its id.
func (k *Kit) SMSTemplate(body string) string {
	k.t.Helper()
	return k.template(simulator.MessageTypeSMS, "", body)
}

// EmailTemplate makes an email template and returns its id.
func (k *Kit) EmailTemplate(subject, body string) string {
	k.t.Helper()
	return k.template(simulator.MessageTypeEmail, subject, body)
}

// LetterTemplate makes a letter template with second-class postage, and returns its id.
func (k *Kit) LetterTemplate(subject, body string) string {
	k.t.Helper()
	return k.template(simulator.MessageTypeLetter, subject, body)
}

func (k *Kit) template(kind simulator.MessageType, subject, body string) string {
	k.t.Helper()
	k.inPlace()
	id, err := k.Service.AddTemplate(simulator.TemplateConfig{
		Type: kind, Name: "A template", Versions: []simulator.TemplateVersion{{Subject: subject, Body: body}},
	})
	if err != nil {
		k.t.Fatal(err)
	}
	return id
}
