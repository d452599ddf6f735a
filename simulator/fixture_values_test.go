package simulator_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

const (
	firstID  = "d6aa2c68-a2d9-4437-ab19-3ae8eb202553"
	secondID = "4e951ddc-6fd8-4e9c-8ba7-b19a12a1f04c"
)

// TestServicesOfOneID: two services with the same id are an error. Once the first of them was silently lost.
func TestServicesOfOneID(t *testing.T) {
	t.Parallel()
	sim := simulator.New()
	twice := "services:\n- {id: " + firstID + ", name: A}\n- {name: B,\n   id: " + firstID + "}\n"
	require.EqualError(t, sim.Load([]byte(twice)),
		"simulator: line 4: .services[1].id: there is a service with id "+firstID+" already")
	require.Empty(t, sim.Services())
	require.NoError(t, sim.Load([]byte("services: [{id: "+firstID+", name: A}]")))
	another := "services:\n- {id: " + secondID + ", name: B}\n- {id: " + firstID + ", name: A}\n"
	require.EqualError(t, sim.Load([]byte(another)),
		"simulator: line 3: .services[1].id: there is a service with id "+firstID+" already")
	require.Len(t, sim.Services(), 1)
	_, err := sim.AddService(simulator.ServiceConfig{ID: firstID, Name: "A"})
	require.EqualError(t, err, "simulator: there is a service with id "+firstID+" already")
}

// oneService is a fixture with one service, with more fields on the second line.
func oneService(more string) []byte {
	return []byte("services:\n- {id: " + firstID + ", name: A, " + more + "}\n")
}

// TestImpossibleValues: a value that does not fit its field is refused, even if the YAML library would accept it.
func TestImpossibleValues(t *testing.T) {
	t.Parallel()
	const whole, boolean = "want a whole number", "want true or false"
	for _, c := range []struct{ more, want string }{
		{"rate_limit_per_minute: 0.5", ".rate_limit_per_minute: " + whole},
		{"rate_limit_per_minute: 1e300", ".rate_limit_per_minute: " + whole},
		{"rate_limit_per_minute: .nan", ".rate_limit_per_minute: " + whole},
		{"rate_limit_per_minute: '5'", ".rate_limit_per_minute: " + whole},
		{"rate_limit_per_minute: 99999999999999999999", ".rate_limit_per_minute: " + whole},
		{"daily_limits: {sms: 0.9}", ".daily_limits.sms: " + whole},
		{"retention_days: 3.9", ".retention_days: " + whole + ", or one for each of"},
		{"retention_days: {sms: 3.9}", ".retention_days.sms: " + whole},
		{"retention_days: {sms: 2}", ".retention_days.sms: messages are kept for 3 to 90 days"},
		{"templates: [{type: sms, versions: [{version: 1.5}]}]", ".templates[0].versions[0].version: " + whole},
		{`trial_mode: "yes"`, ".trial_mode: " + boolean},
		{`trial_mode: "on"`, ".trial_mode: " + boolean},
		{`trial_mode: 'n'`, ".trial_mode: " + boolean},
		{`trial_mode: "true"`, ".trial_mode: " + boolean},
		{`active: "off"`, ".active: " + boolean},
		{"trial_mode: 1", ".trial_mode: " + boolean},
		{"templates: [{type: [], versions: []}]", ".templates[0].type: want text"},
		{"templates: [{type: sms, versions: [{boby: x}]}]", `.templates[0].versions[0]: unknown field "boby"`},
		{"retention_days: {fax: 3}", `.retention_days: unknown field "fax"`},
		{"api_keys: [{name: a, type: test, revoked_at: yesterday}]", ".api_keys[0].revoked_at: "},
		{"sms_senders: {}", ".sms_senders: want a list"},
		{"sms_senders: [{sender: TwelveLetters}]", ".sms_senders[0].sender: a sender is a name of up to 11"},
		{"sms_senders: [{sender: A, default: true, archived: true}]", ".sms_senders[0].default: what is archived can't"},
		{"email_reply_to_addresses: [{email_address: a@b}]", ".email_reply_to_addresses[0].email_address: this is not"},
		{"guest_list: [null]", ".guest_list[0]: this is neither"},
		{"guest_list: [a@example.com, amala]", ".guest_list[1]: this is neither"},
		{"guest_list: [0123]", ".guest_list[0]: this is neither"},
		{"team_members: [{email_address: amala}]", ".team_members[0].email_address: this is not an email"},
		{"team_members: [{mobile_number: amala}]", ".team_members[0].mobile_number: this is not a phone"},
		{"received_text_number: texts", ".received_text_number: this is not a number"},
		{
			"templates: [{type: sms, versions: [{has_unsubscribe_link: true}]}]",
			".templates[0].versions[0].has_unsubscribe_link",
		},
		{
			"templates: [{type: letter, versions: [{has_unsubscribe_link: true}]}]",
			".templates[0].versions[0].has_unsubscribe_link",
		},
		{"daily_limits: 5", ".daily_limits: want an object"},
	} {
		t.Run(c.more, func(t *testing.T) {
			t.Parallel()
			sim := simulator.New()
			require.ErrorContains(t, sim.Load(oneService(c.more)), "simulator: line 2: .services[0]"+c.want)
			require.Empty(t, sim.Services())
		})
	}
}

// TestPossibleValues has values that look like impossible ones.
func TestPossibleValues(t *testing.T) {
	t.Parallel()
	for _, more := range []string{
		"rate_limit_per_minute: 5", "rate_limit_per_minute: 5.0", "rate_limit_per_minute: 3e3", "retention_days: null",
		"retention_days: 7.0", "trial_mode: true", "trial_mode: yes", "active: null", "guest_list: [07900900777]",
		"guest_list: ['+1 202-555-0104', Guest.Person@Example.com, '+33 6 12 34 56 78', 07700900602]",
		"team_members: [{name: A}, {email_address: A@b.gov.uk, mobile_number: +44 7700 900 503}]",
		"sms_senders: [{sender: ElevenChars, archived: true}, {sender: '+44 7700 900 500'}, {sender: '60006'}]",
		`team_members: [{mobile_number: "07900900123 \U0001D15E"}]`, // the real service fails on it
		"received_text_number: 07700900880", "received_text_number: '60006'",
		"templates: [{type: email, versions: [{has_unsubscribe_link: true}]}]",
	} {
		require.NoError(t, simulator.New().Load(oneService(more)), more)
	}
	quoted := `{"services":[{"id":"` + firstID + `","name":"A","trial_mode":"yes"}]}`
	require.EqualError(t, simulator.New().Load([]byte(quoted)),
		"simulator: line 1: .services[0].trial_mode: want true or false")
}

// TestProblemsOnce: one number for three types of message is one problem.
func TestProblemsOnce(t *testing.T) {
	t.Parallel()
	const want = ".retention_days: messages are kept for 3 to 90 days, not 2"
	require.EqualError(t, simulator.New().Load(oneService("retention_days: 2")), "simulator: line 2: .services[0]"+want)
	_, err := simulator.New().AddService(simulator.ServiceConfig{
		Name: "A", Retention: simulator.Retention{SMS: 91, Letter: 2},
	})
	require.EqualError(t, err, `simulator: service "A": .retention_days.sms: messages are kept for 3 to 90 days, not 91
simulator: service "A": .retention_days.letter: messages are kept for 3 to 90 days, not 2`)
}

// TestErrorsOfTheLibrary: the library's errors have the same form as all others, with the line if the library knows it.
func TestErrorsOfTheLibrary(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"services: [":                                    "simulator: line 1: did not find expected node content",
		"a: 1\nservices: [\nb: ]]":                       "simulator: line 3: ",
		"services:\n- {a: b\n  c\n":                      "simulator: line 2: did not find expected ',' or '}'",
		"services:\n- {a: b}\n- [\n\n]\n- c: d\n  - e\n": "simulator: line 6: did not find expected key",
		"services:\n\t- a":                               "simulator: line 2: found character that cannot start",
		"services:\n- a: b: c\n":                         "simulator: line 2: mapping values are not allowed",
		"services: *nothing":                             "simulator: unknown anchor",
		"services:\n- a\x1b":                             "simulator: control characters are not allowed",
		"services: \xff":                                 "simulator: ",
		`{"services":[{"a":"\q"}]}`:                      "simulator: found unknown escape character",
	} {
		err := simulator.New().Load([]byte(file))
		require.ErrorContains(t, err, want, file)
		require.NotContains(t, err.Error(), "yaml:")
		require.NotContains(t, err.Error(), "line 0")
	}
}

// TestLongNamesInErrors: a very long field name does not fill the terminal.
func TestLongNamesInErrors(t *testing.T) {
	t.Parallel()
	err := simulator.New().Load([]byte("services:\n- ? " + strings.Repeat("x", 100_000) + "\n  : 1\n"))
	require.ErrorContains(t, err, "unknown field")
	require.Less(t, len(err.Error()), 200)
}

// TestLoadFileBounded: no more is read of an endless file than a fixture may have.
func TestLoadFileBounded(t *testing.T) {
	t.Parallel()
	large := filepath.Join(t.TempDir(), "large")
	require.NoError(t, os.WriteFile(large, bytes.Repeat([]byte(" "), 4<<20+1), 0o600))
	for _, name := range []string{large, "/dev/zero"} {
		if _, err := os.Stat(name); err != nil {
			continue // Windows has no /dev/zero
		}
		require.EqualError(t, simulator.New().LoadFile(name), name+": simulator: the file is larger than 4 MiB")
	}
}

// TestDefaultIsInUse: an archived sender does not become the default, even if it is the first.
func TestDefaultIsInUse(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{SMSSenders: []simulator.SMSSender{
		{Sender: "Old", Archived: true}, {Sender: "New"}, {Sender: "Newer"},
	}})
	sent := w.sendSMS(t, w.svc.Key(simulator.KeyTypeTest), "07900900123")
	require.Equal(t, "New", sent.body["content"].(fields)["from_number"])
}

// TestRateOfTexts: as docs/fixture.md says, prices replace all earlier ones, and a rate that is left out is 0.
func TestRateOfTexts(t *testing.T) {
	t.Parallel()
	for more, want := range map[string]float64{
		"services: []": 0.0233, "prices: null": 0.0233, "prices: {}": 0, "prices: {letter: []}": 0,
		"prices: {sms_rate: 0.5}": 0.5,
	} {
		w := setup(t, simulator.ServiceConfig{})
		require.NoError(t, w.sim.Load([]byte(more)))
		w.sendSMS(t, w.svc.Key(simulator.KeyTypeLive), "07900900123")
		require.InDelta(t, want, w.svc.Usage().CostInPounds, 1e-9, more)
	}
}

// TestImpossibleChanges: values that a description can't have can't be added later either. The errors don't contain the
// recipient.
func TestImpossibleChanges(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	require.ErrorContains(t, w.svc.SetPermissions(simulator.PermissionSMS, "bogus"),
		`simulator: .permissions[1]: "bogus" is none of email, sms,`)
	require.Equal(t, 201, w.sendEmail(t, w.svc.Key(simulator.KeyTypeTest), "a@example.com").status, "nothing changed")
	require.EqualError(t, w.svc.AddToGuestList("07900900555", "amala"),
		"simulator: .guest_list[1]: this is neither a phone number nor an email address")
	require.Equal(t, 400, w.sendSMS(t, w.svc.Key(simulator.KeyTypeTeam), "07900900555").status, "nothing was added")
	require.EqualError(t, w.svc.AddTeamMember(simulator.TeamMember{EmailAddress: "amala", MobileNumber: "0"}),
		"simulator: .email_address: this is not an email address\nsimulator: .mobile_number: this is not a phone number")
	require.NoError(t, w.svc.SetPermissions())
	require.NoError(t, w.svc.AddToGuestList())
}
