package inbox

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/notifykit/notify/simulator"
)

func (b *inbox) listServices(w http.ResponseWriter, r *http.Request) {
	show(w, http.StatusOK, "services", view{Title: "Services", Tab: "services", Done: done(r), Main: b.sim.Services()})
}

// service is the page of a service.
type service struct {
	*simulator.Service
	Number    string // that people can text
	Templates []simulator.TemplateSummary
	Keys      []key
	Base      string // the address of the simulator
	Clients   []snippet
	Total     int
}

// key is an API key, to copy.
type key struct {
	simulator.KeyConfig
	Environment string
}

// snippet is code for a client, to copy.
type snippet struct{ Name, Code string }

func (b *inbox) findService(w http.ResponseWriter, r *http.Request) *simulator.Service {
	svc := b.sim.Service(r.PathValue("service"))
	if svc == nil {
		missing(w, "service")
	}
	return svc
}

func (b *inbox) showService(w http.ResponseWriter, r *http.Request) {
	svc := b.findService(w, r)
	if svc == nil {
		return
	}
	page := service{
		Service: svc, Number: svc.ReceivedTextNumber(), Templates: svc.Templates(), Base: base(r),
		Clients: clients, Total: b.sim.Search(simulator.Search{Service: svc.ID()}).Total,
	}
	for _, k := range svc.Keys() {
		page.Keys = append(page.Keys, key{k, environment(base(r), fullKey(svc, k))})
	}
	show(w, http.StatusOK, "service", view{Title: svc.Name(), Tab: "services", Done: done(r), Main: page})
}

func fullKey(svc *simulator.Service, k simulator.KeyConfig) string {
	return k.Name + "-" + svc.ID() + "-" + k.Secret
}

// base is the address of the simulator, as the browser reached it.
func base(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// environment is what a shell takes to set the variables that the code of clients reads.
func environment(base, key string) string {
	return "export NOTIFY_BASE_URL=" + quoteShell(base) + "\nexport NOTIFY_API_KEY=" + quoteShell(key) + "\n"
}

// quoteShell quotes a word for a shell.
func quoteShell(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// clients are how the official clients, and ours, are made from the two variables. Their documentation names the
// variables differently or not at all, so they are read here.
var clients = []snippet{
	{"Go (this project)", `client, err := notify.New(os.Getenv("NOTIFY_API_KEY"),
	notify.WithBaseURL(os.Getenv("NOTIFY_BASE_URL")), notify.WithInsecureHTTP())`},
	{"Python", `client = NotificationsAPIClient(os.environ["NOTIFY_API_KEY"], base_url=os.environ["NOTIFY_BASE_URL"])`},
	{"Node.js", `const client = new NotifyClient(process.env.NOTIFY_BASE_URL, process.env.NOTIFY_API_KEY)`},
	{"Java", `NotificationClient client = new NotificationClient(
    System.getenv("NOTIFY_API_KEY"), System.getenv("NOTIFY_BASE_URL"));`},
	{"Ruby", `client = Notifications::Client.new(ENV["NOTIFY_API_KEY"], ENV["NOTIFY_BASE_URL"])`},
	{"PHP", `$client = new \Alphagov\Notifications\Client([
    'apiKey' => getenv('NOTIFY_API_KEY'), 'baseUrl' => getenv('NOTIFY_BASE_URL'),
    'httpClient' => new \Http\Adapter\Guzzle7\Client,
]);`},
	{".NET", `var client = new NotificationClient(
    Environment.GetEnvironmentVariable("NOTIFY_BASE_URL"), Environment.GetEnvironmentVariable("NOTIFY_API_KEY"));`},
}

// start says how to send the first message.
type start struct {
	Service, Template string
	Snippets          []snippet
}

// start picks a template that is quickly sent: an email or a text of a service with a test key. Without one it returns
// nil.
func (b *inbox) start(r *http.Request) *start {
	for _, svc := range b.sim.Services() {
		key := svc.Key(simulator.KeyTypeTest)
		if key == "" {
			continue
		}
		for _, t := range svc.Templates() {
			if t.Type != simulator.MessageTypeLetter {
				return &start{svc.Name(), t.Name, firstMessage(base(r), key, t)}
			}
		}
	}
	return nil
}

// firstMessage is a program that sends a message. Strings are written in a form that is the same in Go and in Python.
func firstMessage(base, key string, t simulator.TemplateSummary) []snippet {
	quote := strconv.QuoteToASCII
	python, golang := make([]string, len(t.Placeholders)), make([]string, len(t.Placeholders))
	for i, name := range t.Placeholders {
		python[i] = quote(name) + `: "something"`
		golang[i] = quote(name) + `: "something"`
	}
	send, field, to := "send_email_notification", "email_address", "jo@example.gov.uk"
	goSend, goField := "client.SendEmail(ctx, notify.Email{", "EmailAddress"
	if t.Type == simulator.MessageTypeSMS {
		send, field, to = "send_sms_notification", "phone_number", "07900900123"
		goSend, goField = "client.SendSMS(ctx, notify.SMS{", "PhoneNumber"
	}
	return []snippet{
		{"Python", `# pip install notifications-python-client
from notifications_python_client import NotificationsAPIClient

client = NotificationsAPIClient(` + quote(key) + `, base_url=` + quote(base) + `)
client.` + send + `(` + field + `="` + to + `", template_id="` + t.ID + `",
    personalisation={` + strings.Join(python, ", ") + `})
`},
		{"Go", `client, err := notify.New(` + quote(key) + `,
	notify.WithBaseURL(` + quote(base) + `), notify.WithInsecureHTTP())
if err != nil {
	return err
}
_, err = ` + goSend + goField + `: "` + to + `", TemplateID: "` + t.ID + `",
	Personalisation: notify.Personalisation{` + strings.Join(golang, ", ") + `}})
`},
	}
}
