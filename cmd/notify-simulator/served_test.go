package main

import (
	"bytes"
	"context"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// served is a program that is open, but on no port, with its services loaded.
func served(t *testing.T, args ...string) (*program, *bytes.Buffer) {
	t.Helper()
	a, err := parse(args, io.Discard)
	require.NoError(t, err)
	var lines bytes.Buffer
	p := &program{a: a, log: newLogger(a.log, &lines), origin: "http://127.0.0.1:6011", stdout: io.Discard}
	require.NoError(t, p.open(t.Context(), nil))
	require.NoError(t, fill(p.site.sim, &p.a))
	p.site.ready.Store(true)
	return p, &lines
}

// RoundTrip makes a program the transport of a client.
func (p *program) RoundTrip(r *http.Request) (*http.Response, error) { return p.site.sim.RoundTrip(r) }

func (p *program) client(t *testing.T, key string) *notify.Client {
	t.Helper()
	client, err := notify.New(key, notify.WithHTTPClient(&http.Client{Transport: p}))
	require.NoError(t, err)
	return client
}

func confirmation(files ...notify.File) notify.Email {
	personalisation := notify.Personalisation{"name": "Jo", "documents": "none"}
	for _, f := range files {
		personalisation["documents"] = f
	}
	return notify.Email{
		EmailAddress: "jo@example.gov.uk", Reference: "case-4711", TemplateID: demoEmail, Personalisation: personalisation,
	}
}

const demoKey = "live-" + demoService + "-" + demoLive

// TestLines: a line for each message and each refused request; what is personal only if somebody asks for it.
func TestLines(t *testing.T) {
	t.Parallel()
	for _, personal := range []bool{false, true} {
		args := []string{"-log", "json"}
		if personal {
			args = append(args, "-log-personal-data")
		}
		p, lines := served(t, args...)
		client := p.client(t, demoKey)
		sent, err := client.SendEmail(t.Context(), confirmation())
		require.NoError(t, err)
		require.Contains(t, lines.String(), `"msg":"message accepted","operation":"send-email","status":201,`+
			`"service":"Demonstration","key":"live","key_type":"live","id":"`+sent.ID+`"`)
		require.Equal(t, personal, strings.Contains(lines.String(), `"to":"jo@example.gov.uk","reference":"case-4711"`))
		_, err = client.Notification(t.Context(), sent.ID)
		require.NoError(t, err)
		require.Equal(t, 1, strings.Count(lines.String(), "\n"), "reading is no news")

		bad := confirmation()
		bad.TemplateID = demoSMS
		_, err = client.SendEmail(t.Context(), bad)
		require.Error(t, err)
		require.Contains(t, lines.String(), `"level":"WARN","msg":"request refused","operation":"send-email","status":400`)
		require.Contains(t, lines.String(), "BadRequestError sms template is not suitable for email notification")
		require.Equal(t, personal, strings.Contains(lines.String(), "/v2/notifications/email"))

		svc := p.site.sim.Services()[0]
		require.NoError(t, svc.CallBack(http.NotFoundHandler(), "a-token-of-some-length"))
		_, err = client.SendEmail(t.Context(), confirmation())
		require.NoError(t, err)
		p.site.sim.Advance(0)
		require.Contains(t, lines.String(), `"msg":"callback failed","kind":"delivery_receipt","service":"Demonstration"`)
		for _, secret := range []string{demoLive, "a-token-of-some-length"} {
			require.NotContains(t, lines.String(), secret)
		}
	}
	_, lines := served(t, "-log", "off")
	require.Empty(t, lines.String())
}

// TestLinesOfFaults: a fault can be aimed at a recipient, and its description says at whom.
func TestLinesOfFaults(t *testing.T) {
	t.Parallel()
	for _, personal := range []bool{false, true} {
		args := []string{"-log", "json"}
		if personal {
			args = append(args, "-log-personal-data")
		}
		p, lines := served(t, args...)
		aim := simulator.OnSend().To("jo@example.gov.uk").Reference(`"case" 4711`)
		p.site.sim.Inject(aim, simulator.Refuse(http.StatusForbidden, "Class", "No"))
		sent := confirmation()
		sent.Reference = `"case" 4711`
		_, err := p.client(t, demoKey).SendEmail(t.Context(), sent)
		require.Error(t, err)
		require.Contains(t, lines.String(), `"fault":"any send, to `)
		require.Equal(t, personal, strings.Contains(lines.String(), "jo@example.gov.uk"))
		require.Equal(t, personal, strings.Contains(lines.String(), "4711"))
		require.Equal(t, !personal, strings.Contains(lines.String(), "any send, to [value], reference [value]: "))
	}
}

func TestWithoutValue(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]string{
		"reference 4711 is not of type string":                       "reference [value] is not of type string",
		"personalisation jo@example.gov.uk\nx is not of type object": "personalisation [value] is not of type object",
		"Jo Bloggs is not of type object":                            "[value] is not of type object",
		"reference Jo Bloggs, born 1 is too long":                    "reference [value] is too long",
		"Cannot create a usable QR code - the link is too long":      "Cannot create a usable QR code - the link is too long",
		"postage fast is not one of [first]":                         "postage [value] is not one of [first]",
		"Additional properties are not allowed (Jo was unexpected)":  "[value]Additional properties are not allowed",
		"phone_number Not enough digits":                             "phone_number Not enough digits",
		"Missing personalisation: name":                              "Missing personalisation: name",
		"email_address Not a valid email address":                    "email_address Not a valid email address",
	} {
		require.Equal(t, want, withoutValue(message), message)
	}
}

// TestPatient: lines that nobody reads hold nobody up.
func TestPatient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		p := newPatient(w)
		for range 2 * linesWaiting {
			n, err := p.Write([]byte("line\n"))
			require.NoError(t, err)
			require.Equal(t, 5, n)
		}
		began := time.Now()
		var read strings.Builder
		var reading sync.WaitGroup
		reading.Go(func() { _, _ = io.Copy(&read, r) })
		p.close()
		require.Zero(t, time.Since(began))
		require.NoError(t, w.Close())
		reading.Wait()
		require.Contains(t, read.String(), "lines were dropped here, because nobody read them\n")
		require.GreaterOrEqual(t, strings.Count(read.String(), "line\n"), linesWaiting)

		stuck, in := io.Pipe()
		p = newPatient(in)
		_, _ = p.Write([]byte("line\n"))
		began = time.Now()
		p.close()
		require.Equal(t, time.Second, time.Since(began))
		require.NoError(t, stuck.Close())
	})
}

// TestReloads: a fixture that changes is loaded again, and one that is broken changes nothing.
func TestReloads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		name := write(t, fixture)
		p, lines := served(t, "-fixture", name, "-any-template", "-outcome", "jo@example.gov.uk=permanent-failure")
		asked := make(chan os.Signal)
		p.asked = asked
		svc := p.site.sim.Service("d6aa2c68-a2d9-4437-ab19-3ae8eb202553")
		send := func() string {
			sent, err := p.client(t, svc.Key(simulator.KeyTypeLive)).SendEmail(t.Context(), confirmation())
			require.NoError(t, err)
			n, ok := svc.Notification(sent.ID)
			require.True(t, ok)
			return string(n.Status)
		}
		require.Equal(t, "permanent-failure", send())
		ctx, stop := context.WithCancel(t.Context())
		var watching sync.WaitGroup
		watching.Go(func() { p.watch(ctx, lookAt(p.a.fixtures)) })
		change := func(content string) {
			require.NoError(t, os.WriteFile(name, []byte(content), 0o600))
			require.NoError(t, os.Chtimes(name, time.Now(), time.Now())) // the bubble's time
		}
		wait := func() { time.Sleep(3 * lookEvery); synctest.Wait() }
		wait()
		require.Equal(t, 1, strings.Count(lines.String(), "\n"), "nothing has changed")
		change(strings.Replace(fixture, "Licensing", "Permits", 1))
		wait()
		require.Equal(t, "Permits", svc.Name())
		require.Contains(t, lines.String(), "fixtures loaded again")
		require.Equal(t, "permanent-failure", send(), "the arguments hold for the new file too")
		change("services: [")
		wait()
		require.Contains(t, lines.String(), "level=ERROR")
		require.Equal(t, "Permits", svc.Name())
		before := strings.Count(lines.String(), "\n")
		asked <- os.Interrupt // any signal
		synctest.Wait()
		require.Equal(t, before+1, strings.Count(lines.String(), "\n"))
		require.NoError(t, os.Remove(name))
		change(fixture)
		wait()
		require.Equal(t, "Licensing", svc.Name())
		require.Len(t, svc.Messages(), 2)
		stop()
		watching.Wait()
	})
}

// TestArgumentsLast: what the arguments say of services outlives a reset and a reload, wins over the fixture, and is
// not for services that the control API made.
func TestArgumentsLast(t *testing.T) {
	t.Parallel()
	name := write(t, strings.Replace(fixture, "name: Licensing",
		"name: Licensing\n  outcomes: [{recipient: JO@example.gov.uk, status: temporary-failure}]", 1))
	for _, args := range [][]string{nil, {"-fixture", name}} {
		p, _ := served(t, append(args, "-any-template", "-outcome", "jo@example.gov.uk=permanent-failure")...)
		own, err := p.site.sim.AddService(simulator.ServiceConfig{
			Name: "A test's own", Keys: []simulator.KeyConfig{{Name: "live", Type: simulator.KeyTypeLive}},
		})
		require.NoError(t, err)
		if len(args) > 0 {
			p.reload()
		}
		for _, svc := range p.site.sim.Services() {
			for range 2 {
				svc.Reset()
				if svc.Key(simulator.KeyTypeLive) == "" {
					continue
				}
				email := confirmation()
				email.TemplateID = "00000000-0000-4000-8000-000000004711"
				sent, err := p.client(t, svc.Key(simulator.KeyTypeLive)).SendEmail(t.Context(), email)
				if svc == own {
					require.ErrorContains(t, err, "Template not found")
					continue
				}
				require.NoError(t, err)
				n, _ := svc.Notification(sent.ID)
				require.Equal(t, simulator.StatusPermanentFailure, n.Status)
			}
		}
	}
}

// TestDocuments: the link in an email leads to a page, and the page to the file.
func TestDocuments(t *testing.T) {
	t.Parallel()
	base, rest := start(t, "-listen", "127.0.0.1:0", "-document-links", "here", "-log", "off")
	until(t, rest, "a team key reaches")
	client, err := notify.New(demoKey, notify.WithBaseURL(base))
	require.NoError(t, err)
	_, err = client.SendEmail(t.Context(), confirmation(notify.FileFromBytes("<b>.txt", []byte("£82"))))
	require.NoError(t, err)
	defer client.CloseIdleConnections()
	sent, err := client.NotificationsPage(t.Context(), notify.NotificationFilter{})
	require.NoError(t, err)
	link := regexp.MustCompile(`http://[^\s]+`).FindString(sent.Notifications[0].Body)
	require.True(t, strings.HasPrefix(link, base+"/d/"), link)
	status, page := get(t, link)
	require.Equal(t, 200, status)
	require.Contains(t, page, "&lt;b&gt;.txt")
	require.NotContains(t, page, "<b>")
	onward := regexp.MustCompile(`href="([^"]+)"`).FindStringSubmatch(page)[1]
	status, content := get(t, base+strings.ReplaceAll(onward, "&amp;", "&"))
	require.Equal(t, 200, status)
	require.Equal(t, "£82", content)
	for _, wrong := range []string{strings.Split(link, "?")[0], link + "x", base + "/d/", base + "/d/a/b/download?key=c"} {
		status, page = get(t, wrong)
		require.Equal(t, 404, status, wrong)
		require.Contains(t, page, "the message that it was sent with is deleted")
	}
}

// TestFlagsOfTheDocumentation: the table in docs/served.md has each flag, in the order of the help, and no other.
func TestFlagsOfTheDocumentation(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "served.md"))
	require.NoError(t, err)
	var documented, defined []string
	row := regexp.MustCompile("(?m)^\\| `-([a-z-]+)(?: [^`]*)?` \\|")
	for _, found := range row.FindAllStringSubmatch(string(text), -1) {
		documented = append(documented, found[1])
	}
	for _, g := range new(arguments).define() {
		require.Contains(t, string(text), "| "+g.title+" | |")
		g.VisitAll(func(f *flag.Flag) { defined = append(defined, f.Name) })
	}
	require.Equal(t, defined, documented)
	require.False(t, slices.Contains(defined, ""))
}
