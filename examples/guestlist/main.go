// Guestlist shows what a team key does: it reaches the members of the service's team and the people on its guest list,
// and nobody else. Its messages are real: they arrive, and count towards the service's allowance.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

const welcome = "c7a52d6e-1f4b-4c0e-8a3d-7e6b5a4f3c04"

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "guestlist:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, stdout io.Writer) error {
	sim := simulator.New()
	service, err := sim.AddService(simulator.ServiceConfig{
		Name: "Parks", TrialMode: true, // as every service begins; a team key works the same way in a live service
		Keys: []simulator.KeyConfig{{Name: "team", Type: simulator.KeyTypeTeam}},
		TeamMembers: []simulator.TeamMember{{
			Name: "Alice", EmailAddress: "alice@example.gov.uk", MobileNumber: "07900900501",
		}},
		Templates: []simulator.TemplateConfig{{
			ID: welcome, Type: simulator.MessageTypeEmail, Name: "Welcome",
			Versions: []simulator.TemplateVersion{{Subject: "Welcome", Body: "Hello"}},
		}},
	})
	if err != nil {
		return err
	}
	client, err := notify.New(service.Key(simulator.KeyTypeTeam), notify.WithHTTPClient(&http.Client{Transport: sim}))
	if err != nil {
		return err
	}

	invite := func(address string) error {
		outcome, err := inviteTester(ctx, client, address)
		if err == nil {
			fmt.Fprintf(stdout, "%s: %s\n", address, outcome)
		}
		return err
	}
	if err := invite("alice@example.gov.uk"); err != nil { // in the team
		return err
	}
	if err := invite("bob@example.com"); err != nil { // not yet
		return err
	}
	// On Notify's web pages: API integration, Guest list.
	if err := service.AddToGuestList("bob@example.com"); err != nil {
		return err
	}
	if err := invite("bob@example.com"); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "the team sees %d messages on its dashboard\n", len(service.Dashboard()))
	return nil
}

// inviteTester separates what the caller can put right from what is broken.
func inviteTester(ctx context.Context, client *notify.Client, address string) (outcome string, err error) {
	sent, err := client.SendEmail(ctx, notify.Email{EmailAddress: address, TemplateID: welcome})
	switch {
	case errors.Is(err, notify.ErrNotOnGuestList), errors.Is(err, notify.ErrTrialMode):
		return "nothing sent; add them to the guest list first", nil
	case err != nil:
		return "", err
	}
	reached, err := client.WaitForNotification(ctx, sent.ID)
	if err != nil {
		return "", err
	}
	return string(reached.Status), nil
}
