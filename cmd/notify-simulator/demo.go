package main

import (
	"github.com/notifykit/notify/simulator"
)

// The ids and secrets of the demonstration never change, so that scripts can contain them.
const (
	demoService = "d1b2c3a4-0000-4000-8000-000000000001"
	demoSMS     = "d1b2c3a4-0000-4000-8000-000000000011"
	demoEmail   = "d1b2c3a4-0000-4000-8000-000000000012"
	demoLetter  = "d1b2c3a4-0000-4000-8000-000000000013"

	// The secrets open nothing but this demonstration.
	demoTest = "d1b2c3a4-0000-4000-8000-0000000000a1"
	demoTeam = "d1b2c3a4-0000-4000-8000-0000000000a2"
	demoLive = "d1b2c3a4-0000-4000-8000-0000000000a3"
)

// demoNote adds what the list of keys and templates does not show.
const demoNote = "  a team key reaches alice.adams@example.gov.uk, 07900900501, " +
	"guest.person@example.gov.uk, 07900900777\n"

// demonstration is a service to try things out with.
func demonstration() simulator.ServiceConfig {
	return simulator.ServiceConfig{
		ID: demoService, Name: "Demonstration", SendFilesContact: "https://www.example.gov.uk/contact",
		Keys: []simulator.KeyConfig{
			{Name: "test", Type: simulator.KeyTypeTest, Secret: demoTest},
			{Name: "team", Type: simulator.KeyTypeTeam, Secret: demoTeam},
			{Name: "live", Type: simulator.KeyTypeLive, Secret: demoLive},
		},
		TeamMembers: []simulator.TeamMember{{
			Name: "Alice Adams", EmailAddress: "alice.adams@example.gov.uk", MobileNumber: "07900900501",
		}},
		GuestList:          []string{"07900900777", "guest.person@example.gov.uk"},
		ReceivedTextNumber: "07700900880",
		Templates: []simulator.TemplateConfig{
			{ID: demoSMS, Type: simulator.MessageTypeSMS, Name: "Reminder", Versions: []simulator.TemplateVersion{
				{Body: "Hello ((name)), your appointment is on ((date))."},
			}},
			{ID: demoEmail, Type: simulator.MessageTypeEmail, Name: "Confirmation", Versions: []simulator.TemplateVersion{
				{Subject: "Your application, ((name))", Body: "# Thank you\n\nDear ((name))\n\nWe have received:\n\n((documents))"},
			}},
			{ID: demoLetter, Type: simulator.MessageTypeLetter, Name: "Decision", Versions: []simulator.TemplateVersion{
				{
					Subject: "Our decision", Body: "Dear ((name))\n\nWe have decided.",
					LetterContactBlock: "Demonstration\n1 High Street\nLondon\nSW1A 1AA",
				},
			}},
		},
	}
}
