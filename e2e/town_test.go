package e2e_test

import (
	"net/http"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/inbox"
)

// place is a served simulator with one service, and a client of it that sends over the network.
type place struct {
	sim                   *simulator.Simulator
	svc                   *simulator.Service
	client                *notify.Client
	origin                string
	emailT, smsT, letterT string
}

// town is a place with names that people would give.
func town(t testing.TB) place {
	t.Helper()
	return newPlace(t, "", nil)
}

// newPlace is a place whose names all end in the suffix.
func newPlace(t testing.TB, suffix string, more map[string]http.Handler) place {
	t.Helper()
	sim := simulator.New()
	template := func(id string, kind simulator.MessageType, name, subject, body string) simulator.TemplateConfig {
		return simulator.TemplateConfig{
			ID: id, Type: kind, Name: name + suffix,
			Versions: []simulator.TemplateVersion{{Subject: subject, Body: body}},
		}
	}
	w := place{sim: sim, emailT: uuid.NewString(), smsT: uuid.NewString(), letterT: uuid.NewString()}
	var err error
	w.svc, err = sim.AddService(simulator.ServiceConfig{
		Name: "Parking permits" + suffix, SendFilesContact: "https://www.example.gov.uk/contact",
		ReceivedTextNumber: "07700900880",
		Keys: []simulator.KeyConfig{
			{Name: "test" + suffix, Type: simulator.KeyTypeTest}, {Name: "live", Type: simulator.KeyTypeLive},
		},
		Templates: []simulator.TemplateConfig{
			template(w.emailT, simulator.MessageTypeEmail, "Confirmation", "Your parking permit, ((name))",
				"# Thank you, ((name))\n\nYour permit is ready. Enter the code 482913 to see it:\n\n"+
					"https://www.example.gov.uk/permits\n\n* bring your driving licence\n* park in zone B\n\n((file))"),
			template(w.smsT, simulator.MessageTypeSMS, "Reminder", "",
				"Hello ((name)) – your permit ends on Friday. Renew it at https://www.example.gov.uk/permits ☺"),
			template(w.letterT, simulator.MessageTypeLetter, "Decision", "Your permit was refused",
				"Dear ((name))\n\nWe have decided not to give you a permit for zone B.\n\n"+
					"* You can ask us to look again.\n* You have 28 days for that."),
		},
	})
	require.NoError(t, err)
	w.origin = serve(t, sim, more)
	w.client, err = notify.New(w.svc.Key(simulator.KeyTypeTest), notify.WithBaseURL(w.origin))
	require.NoError(t, err)
	return w
}

func (w place) email(t testing.TB, to, name string) string {
	t.Helper()
	sent, err := w.client.SendEmail(t.Context(), notify.Email{
		EmailAddress: to, TemplateID: w.emailT, Reference: "permit " + name,
		Personalisation: notify.Personalisation{
			"name": name, "file": notify.FileFromBytes("map.csv", []byte("zone,street\nB,High Street\n")),
		},
	})
	require.NoError(t, err)
	return sent.ID
}

func (w place) sms(t testing.TB, to, name string) string {
	t.Helper()
	sent, err := w.client.SendSMS(t.Context(), notify.SMS{
		PhoneNumber: to, TemplateID: w.smsT, Reference: name, Personalisation: notify.Personalisation{"name": name},
	})
	require.NoError(t, err)
	return sent.ID
}

// letter sends one with the live key, because only those are printed, and can come back.
func (w place) letter(t testing.TB, name string) string {
	t.Helper()
	client, err := notify.New(w.svc.Key(simulator.KeyTypeLive), notify.WithBaseURL(w.origin))
	require.NoError(t, err)
	sent, err := client.SendLetter(t.Context(), notify.Letter{
		TemplateID: w.letterT, Reference: name, Personalisation: notify.Personalisation{
			"name": name, "address_line_1": "Jo Bloggs", "address_line_2": "1 High Street", "address_line_3": "SW1A 1AA",
		},
	})
	require.NoError(t, err)
	return sent.ID
}

// refused sends a text that is refused, for a value that it lacks.
func (w place) refused(t testing.TB, name string) {
	t.Helper()
	_, err := w.client.SendSMS(t.Context(), notify.SMS{
		PhoneNumber: "07900900123", TemplateID: w.smsT, Reference: name,
		Personalisation: notify.Personalisation{"first name": name},
	})
	require.Error(t, err)
}

// fill sends one message of each kind and one that is refused, has a text received and arms a fault.
func (w place) fill(t testing.TB) (email, sms, letter string) {
	t.Helper()
	email, sms = w.email(t, "jo@example.gov.uk", "Jo"), w.sms(t, "07900900123", "Jo")
	letter = w.letter(t, "Jo Bloggs")
	w.refused(t, "Jo")
	_, err := w.svc.ReceiveText("07900900123", "Is it ready?")
	require.NoError(t, err)
	w.sim.Inject(simulator.OnSend().To("07900900999"), simulator.Refuse(500, "Exception", "Internal server error"))
	return email, sms, letter
}

func (w place) message(id string) string { return inbox.Path + "/messages/" + w.svc.ID() + "/" + id }

func (w place) template(id string) string {
	return inbox.Path + "/services/" + w.svc.ID() + "/templates/" + id
}
