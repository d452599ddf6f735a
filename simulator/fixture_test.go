package simulator_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

const smallFixture = `
services:
  - id: d6aa2c68-a2d9-4437-ab19-3ae8eb202553
    name: Licensing
    trial_mode: true
    retention_days: {sms: 30}
    api_keys:
      - {name: test, type: test, secret: 3d844edf-8d35-48ac-975b-e847b4f122b0}
      - {name: old, type: live, secret: 4e951ddc-6fd8-4e9c-8ba7-b19a12a1f04c, revoked_at: {days_ago: 2}}
    daily_limits: {sms: 0}
    templates:
      - id: f33517ff-2a88-4f6e-b855-c550268ce08a
        type: email
        name: Hello
        versions:
          - {subject: "Emoji", body: "\U0001F600 ((name))"}
`

func TestLoadYAML(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "fixture.yaml")
	require.NoError(t, os.WriteFile(name, []byte(smallFixture), 0o600))
	sim := simulator.New()
	require.NoError(t, sim.LoadFile(name))
	svc := sim.Service("d6aa2c68-a2d9-4437-ab19-3ae8eb202553")
	require.Equal(t, "Licensing", svc.Name())
	require.Equal(t, "test-d6aa2c68-a2d9-4437-ab19-3ae8eb202553-3d844edf-8d35-48ac-975b-e847b4f122b0",
		svc.Key(simulator.KeyTypeTest))
	require.Empty(t, svc.Key(simulator.KeyTypeLive), "it is revoked")
	require.ErrorContains(t, sim.LoadFile(name), "already")
	require.ErrorContains(t, sim.LoadFile(name+"x"), "no such file")
}

// TestLoadJSON is about JSON's escapes that YAML does not have.
func TestLoadJSON(t *testing.T) {
	t.Parallel()
	sim := simulator.New()
	require.NoError(t, sim.Load([]byte(`{"services":[{"id":"d6aa2c68-a2d9-4437-ab19-3ae8eb202553",`+
		`"name":"A \ud83d\ude00 B \\ud83d\\ude00 \/ \u00e9 `+"\x7f\u2028\uffff"+`"}]}`)))
	require.Equal(t, `A 😀 B \ud83d\ude00 / é `+"\x7f\u2028\uffff", sim.Services()[0].Name())
}

func TestLoadErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ old, new, want string }{
		"unknown field": {"trial_mode:", "trail_mode:", `line 5: .services[0]: unknown field "trail_mode"`},
		"wrong type": {"trial_mode: true", "trial_mode: perhaps",
			"line 5: .services[0].trial_mode: want true or false"},
		"no id": {"- id: d6aa2c68-a2d9-4437-ab19-3ae8eb202553\n    name", "- name",
			"line 3: .services[0].id: a service in a file needs an id"},
		"bad id": {"d6aa2c68-a2d9-4437-ab19-3ae8eb202553", "licensing",
			`line 3: .services[0].id: "licensing" is not a UUID`},
		"no name": {"name: Licensing", `name: ""`, "line 4: .services[0].name: a service needs a name"},
		"type of key": {"type: test", "type: trial",
			`line 8: .services[0].api_keys[0].type: "trial" is none of live, team, test`},
		"secret": {"3d844edf-8d35-48ac-975b-e847b4f122b0", "secret",
			"line 8: .services[0].api_keys[0].secret: a secret is a UUID"},
		"revoked": {"days_ago: 2", "days_ago: -2",
			"line 9: .services[0].api_keys[1].revoked_at: want null, a time, or {days_ago: n} with n above 0"},
		"revoked for ever": {"days_ago: 2", "days_ago: .inf",
			"line 9: .services[0].api_keys[1].revoked_at: want null, a time, or {days_ago: n}"},
		"revoked long ago": {"days_ago: 2", "days_ago: 1e300",
			"at most 36500"},
		"revoked never": {"days_ago: 2", "days_ago: .nan",
			"line 9: .services[0].api_keys[1].revoked_at: want null, a time, or {days_ago: n}"},
		"price of a text": {"services:", "prices: {sms_rate: .nan}\nservices:",
			"line 2: .prices.sms_rate: a price is 0 to 1000 pounds"},
		"endless price":  {"services:", "prices:\n  sms_rate: .inf\nservices:", "line 3: .prices.sms_rate: a price is"},
		"negative price": {"services:", "prices: {sms_rate: -0.01}\nservices:", "line 2: .prices.sms_rate: a price is"},
		"sheets of a letter": {"services:",
			"prices:\n  letter:\n    - {sheets: 1, postage: first, rate: 1}\n    - {sheets: -1, postage: first}\nservices:",
			"line 5: .prices.letter[1].sheets: a letter has one sheet or more"},
		"price of a letter": {"services:", "prices: {letter: [{sheets: 1, postage: first, rate: .inf}]}\nservices:",
			"line 2: .prices.letter[0].rate: a price is 0 to 1000 pounds"},
		"postage of a price": {"services:", "prices: {letter: [{sheets: 1, postage: 2nd, rate: 1}]}\nservices:",
			`line 2: .prices.letter[0].postage: "2nd" is no postage`},
		"version": {"{subject:", "{version: 2147483648, subject:",
			"line 16: .services[0].templates[0].versions[0].version: a version is at most 2147483647"},
		"version after the last": {"{subject:", "{version: 9223372036854775807, subject: x}\n          - {subject:",
			"line 17: .services[0].templates[0].versions[1].version: no version comes after 9223372036854775807"},
		"permission": {"trial_mode: true", "permissions: [sms, fax]",
			`line 5: .services[0].permissions[1]: "fax" is none of`},
		"retention": {"{sms: 30}", "2", "line 6: .services[0].retention_days: messages are kept for 3 to 90 days, not 2"},
		"limit":     {"{sms: 0}", "{sms: -1}", "line 10: .services[0].daily_limits.sms: a limit can't be negative"},
		"template without versions": {"versions:\n          - {subject: \"Emoji\", body: \"\\U0001F600 ((name))\"}",
			"versions: []", "line 12: .services[0].templates[0]: a template needs a version"},
		"postage of an email": {"{subject:", "{postage: first, subject:",
			"line 16: .services[0].templates[0].versions[0].postage: only letters have postage"},
		"time": {"{subject:", "{created_at: yesterday, subject:",
			`line 16: .services[0].templates[0].versions[0].created_at: "yesterday" is not a time`},
		"the same id twice": {"f33517ff-2a88-4f6e-b855-c550268ce08a", "d6aa2c68-a2d9-4437-ab19-3ae8eb202553",
			"line 12: .services[0].templates[0].id: the id d6aa2c68-a2d9-4437-ab19-3ae8eb202553 stands twice"},
		"not YAML": {"services:", "services: [", "line 3: did not find expected node content"},
		"empty":    {smallFixture, "", "empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if strconv.IntSize == 32 && strings.HasPrefix(name, "version") {
				c.want = "want a whole number" // instead, because the number does not fit
			}
			require.Contains(t, smallFixture, c.old)
			sim := simulator.New()
			require.ErrorContains(t, sim.Load([]byte(strings.Replace(smallFixture, c.old, c.new, 1))), c.want)
			require.Empty(t, sim.Services(), "nothing is added")
		})
	}
}

// TestLoadHostile is about files that once took gigabytes, or minutes. The errors show that the work is bounded: each
// file is refused before any service is made from it.
func TestLoadHostile(t *testing.T) {
	t.Parallel()
	chain := "a0: &a0 {x: 1}\n"
	for i := range 20 {
		aliases := strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 10), ", ")
		chain += fmt.Sprintf("a%d: &a%d {<<: [%s]}\n", i+1, i+1, aliases)
	}
	const service = "{id: d6aa2c68-a2d9-4437-ab19-3ae8eb202553, name: x"
	for name, c := range map[string]struct{ fixture, want string }{
		"brackets":          {strings.Repeat("[", 97_000), "exceeded max depth"},
		"merge chain":       {chain, "more than 200000 values, with those that aliases stand for"},
		"merges of nothing": {"a: &a {}\nservices:\n- {<<: [" + strings.Repeat("*a, ", 100_000) + "]}", "unknown field"},
		"empty documents":   {strings.Repeat("---\n", 220_000), "the file holds more than one document"},
		"documents":         {strings.Repeat("--- {services: []}\n", 46_000), "the file holds more than one document"},
		"size":              {"services: [] #" + strings.Repeat(" ", 4<<20), "the file is larger than 4 MiB"},
		"nesting": {strings.Repeat("{a: ", 32) + "1" + strings.Repeat("}", 32),
			"line 1: nested more than 32 deep"},
		"nesting in a block": {strings.Repeat("- ", 9_000), "line 1: nested more than 32 deep"},
		"nesting by aliases": {"a: &a " + nested(20, "1") + "\nb: " + nested(12, "*a"), "nested more than 32 deep"},
		"cycle":              {"services: &a [*a]", "line 1: what is named here stands within itself"},
		"cycle of a merge":   {"services:\n- &a {<<: *a}", "line 2: what is named here stands within itself"},
		"fields":             {"services: [{" + strings.Repeat("a: 1, ", 101) + "}]", "line 1: more than 100 fields"},
		"problems":           {"services: [" + strings.Repeat("{}, ", 150_000) + "]", "there may be more"},
		"merged fields": {"services: [" + service + ", <<: [" + strings.Repeat("{name: y}, ", 101) + "]}]",
			"line 1: .services[0]: more than 100 fields, with those that are merged"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := simulator.New()
			require.ErrorContains(t, sim.Load([]byte(c.fixture)), c.want)
			require.Empty(t, sim.Services())
		})
	}
}

// nested returns what inside depth lists.
func nested(depth int, what string) string {
	return strings.Repeat("[", depth) + what + strings.Repeat("]", depth)
}

// TestLoadAliases is about the ordinary use of anchors and merges.
func TestLoadAliases(t *testing.T) {
	t.Parallel()
	sim := simulator.New()
	require.NoError(t, sim.Load([]byte(`
services:
  - &first
    id: d6aa2c68-a2d9-4437-ab19-3ae8eb202553
    name: &name Licensing
    email_from: a
    guest_list: &people [a@example.com, 07900900777]
  - {<<: *first, id: 4e951ddc-6fd8-4e9c-8ba7-b19a12a1f04c, name: Other}
  - {name: *name, guest_list: *people, id: f33517ff-2a88-4f6e-b855-c550268ce08a, <<: [{trial_mode: true}, *first]}
`)))
	require.Len(t, sim.Services(), 3)
	require.Equal(t, "Other", sim.Service("4e951ddc-6fd8-4e9c-8ba7-b19a12a1f04c").Name())
	require.Equal(t, "Licensing", sim.Service("f33517ff-2a88-4f6e-b855-c550268ce08a").Name())
	require.ErrorContains(t, sim.Load([]byte("services:\n- &a {id: x, name: y, name: z}")),
		`line 2: .services[0]: the field "name" stands twice`)
}

func TestAddServiceErrors(t *testing.T) {
	t.Parallel()
	sim := simulator.New()
	_, err := sim.AddService(simulator.ServiceConfig{
		RateLimit: -1, DailyLimits: simulator.DailyLimits{SMS: new(-1)},
		SMSSenders:   []simulator.SMSSender{{Sender: "A", Default: true}, {Sender: "", Default: true}},
		EmailReplyTo: []simulator.ReplyTo{{EmailAddress: "nobody"}},
		Keys:         []simulator.KeyConfig{{Type: "x"}},
		Templates: []simulator.TemplateConfig{
			{Type: simulator.MessageTypeSMS, Versions: []simulator.TemplateVersion{
				{Subject: "s", LetterContactBlock: "b"}, {Version: 1},
			}},
		},
	})
	for _, want := range []string{
		".name:", ".rate_limit_per_minute:", ".daily_limits.sms:", ".sms_senders:",
		".sms_senders[1].sender:", ".email_reply_to_addresses[0].email_address:",
		".api_keys[0].name:", ".api_keys[0].type:", ".templates[0].versions[0].subject:",
		".templates[0].versions[0]:", ".templates[0].versions[1].version:",
	} {
		require.ErrorContains(t, err, want)
	}
}

// TestImpossibleNumbers is about numbers that are possible in Go but not in a file.
func TestImpossibleNumbers(t *testing.T) {
	t.Parallel()
	sim := simulator.New()
	for _, days := range []float64{-1, math.NaN(), math.Inf(1), math.Inf(-1), 1e300, 36_501} {
		_, err := sim.AddService(simulator.ServiceConfig{Name: "A", Keys: []simulator.KeyConfig{
			{Name: "old", Type: simulator.KeyTypeTest, RevokedAt: simulator.Moment{DaysAgo: days}},
		}})
		require.ErrorContains(t, err, ".api_keys[0].revoked_at: ", days)
	}
	for want, p := range map[string]simulator.Prices{
		".sms_rate":         {SMSRate: math.NaN()},
		".letter[0].sheets": {Letters: []simulator.LetterPrice{{Postage: "first", Rate: 1}}},
		".letter[1].rate": {Letters: []simulator.LetterPrice{
			{Sheets: 1, Postage: "first"}, {Sheets: 1, Postage: "first", Rate: math.Inf(1)},
		}},
	} {
		require.ErrorContains(t, sim.SetPrices(p), "simulator: prices: "+want+": ")
	}
	require.NoError(t, sim.SetPrices(simulator.Prices{
		SMSRate: 1000, Letters: []simulator.LetterPrice{{Sheets: 1, Postage: "economy"}},
	}))

	w := setup(t, simulator.ServiceConfig{})
	require.NoError(t, w.svc.UpdateTemplate(w.sms, simulator.TemplateVersion{Version: math.MaxInt32}))
	require.ErrorContains(t, w.svc.UpdateTemplate(w.sms, simulator.TemplateVersion{}), "no version comes after 2147483647")
}

// TestAddServiceErrorsInOrder: problems are always reported in the order of the fields.
func TestAddServiceErrorsInOrder(t *testing.T) {
	t.Parallel()
	sim := simulator.New()
	for range 50 {
		_, err := sim.AddService(simulator.ServiceConfig{
			Name: "Twice", RateLimit: -1,
			SMSSenders: []simulator.SMSSender{{Sender: "A", Default: true}, {Sender: "B", Default: true}},
			EmailReplyTo: []simulator.ReplyTo{
				{EmailAddress: "a@example.gov.uk", Default: true}, {EmailAddress: "b@example.gov.uk", Default: true},
			},
			Templates: []simulator.TemplateConfig{{Type: simulator.MessageTypeSMS}},
		})
		require.EqualError(t, err, `simulator: service "Twice": .rate_limit_per_minute: a limit can't be negative
simulator: service "Twice": .sms_senders: only one can be the default
simulator: service "Twice": .email_reply_to_addresses: only one can be the default
simulator: service "Twice": .templates[0]: a template needs a version`)
	}
}

func TestTemplateVersions(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeTest)
	before := w.sendSMS(t, key, "07900900123").id()
	require.NoError(t, w.svc.UpdateTemplate(w.sms, simulator.TemplateVersion{Body: "Goodbye ((name))"}))
	require.Equal(t, "Goodbye Jo", w.sendSMS(t, key, "07900900123").body["content"].(fields)["body"])
	require.Equal(t, "Hello Jo", w.do(t, key, "GET", "/v2/notifications/"+before, nil).body["body"])

	require.NoError(t, w.svc.ArchiveTemplate(w.sms))
	require.Equal(t, "Template has been deleted", w.sendSMS(t, key, "07900900123").message())
	archived := w.do(t, key, "GET", "/v2/template/"+w.sms, nil)
	require.EqualValues(t, 3, archived.body["version"])
	require.NotNil(t, archived.body["updated_at"])
	require.Len(t, w.do(t, key, "GET", "/v2/templates", nil).body["templates"], 2)
	require.Error(t, w.svc.UpdateTemplate("x", simulator.TemplateVersion{}))
	require.Error(t, w.svc.UpdateTemplate(w.letter, simulator.TemplateVersion{Postage: "pigeon"}))
}
