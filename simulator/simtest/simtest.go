// Package simtest gives a test a simulated GOV.UK Notify with one call.
//
//	kit := simtest.New(t)
//	client := kit.Client()
//	template := kit.SMSTemplate("Hello ((name))")
//
// Nothing needs to be closed: there is no server and no goroutine.
package simtest

import (
	"net/http"
	"testing"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// Kit is a simulator with one live service that has a key of each type.
type Kit struct {
	// Simulator is the whole simulated Notify; further services can be made in it.
	Simulator *simulator.Simulator
	// Service is live, may do everything and can send files. Its guest list is empty and its team is Alice.
	Service *simulator.Service
	// TestKey, TeamKey and LiveKey are API keys of Service.
	TestKey, TeamKey, LiveKey string

	t testing.TB
}

// The contact details of Alice, the one member of the team: who a team key can send to. 07900 900123, the number in the
// examples, is a stranger's.
const (
	TeamMemberEmail = "alice@example.gov.uk"
	TeamMemberPhone = "07900900501"
)

// New makes a simulator, configured by opts, with a live service in it.
func New(t testing.TB, opts ...simulator.Option) *Kit {
	t.Helper()
	sim := simulator.New(opts...)
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
	return &Kit{
		Simulator: sim, Service: service, t: t,
		TestKey: service.Key(simulator.KeyTypeTest),
		TeamKey: service.Key(simulator.KeyTypeTeam),
		LiveKey: service.Key(simulator.KeyTypeLive),
	}
}

// Client returns a client that talks to the simulator with the test key. An option WithHTTPClient in opts would
// take it elsewhere.
//
// A test key reaches nobody, and Notify leaves its messages out of much: they are in
// [simulator.Service.TestMessages] only, count neither in [simulator.Service.Usage] nor against a daily limit (one
// of 0 refuses them all the same), and end by their recipients alone, whatever [simulator.WithOutcomes] says. A
// test of one of these needs [Kit.ClientWithKey] with LiveKey or TeamKey.
func (k *Kit) Client(opts ...notify.Option) *notify.Client {
	k.t.Helper()
	return k.ClientWithKey(k.TestKey, opts...)
}

// ClientWithKey is Client with another key, for instance k.TeamKey or k.LiveKey. With a live key the client refuses
// recipients that cannot exist, such as addresses at example.com.
func (k *Kit) ClientWithKey(key string, opts ...notify.Option) *notify.Client {
	k.t.Helper()
	wired := append([]notify.Option{notify.WithHTTPClient(&http.Client{Transport: k.Simulator})}, opts...)
	client, err := notify.New(key, wired...)
	if err != nil {
		k.t.Fatal(err)
	}
	return client
}

// SMSTemplate makes a template of a text message and returns its id.
func (k *Kit) SMSTemplate(body string) string {
	k.t.Helper()
	return k.template(simulator.SMS, "", body)
}

// EmailTemplate makes a template of an email and returns its id.
func (k *Kit) EmailTemplate(subject, body string) string {
	k.t.Helper()
	return k.template(simulator.Email, subject, body)
}

// LetterTemplate makes a template of a letter, second class, and returns its id.
func (k *Kit) LetterTemplate(subject, body string) string {
	k.t.Helper()
	return k.template(simulator.Letter, subject, body)
}

func (k *Kit) template(kind simulator.MessageType, subject, body string) string {
	k.t.Helper()
	id, err := k.Service.AddTemplate(simulator.TemplateConfig{
		Type: kind, Name: "A template", Versions: []simulator.TemplateVersion{{Subject: subject, Body: body}},
	})
	if err != nil {
		k.t.Fatal(err)
	}
	return id
}
