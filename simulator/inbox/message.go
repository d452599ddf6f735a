package inbox

import (
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/notifykit/notify/simulator"
)

// message is the page of a message.
type message struct {
	Service *simulator.Service
	simulator.Notification
	Delivered simulator.Delivered
	// HasTemplate is false for a precompiled letter, and for a template that stands in for one that does not exist.
	HasTemplate bool
	Headers     []string // of an email, in order
	Code        string
	Links       []string
	Names       []string // of the personalisation, in order
	Callbacks   []simulator.CallbackAttempt
	Requests    []simulator.Request
	Statuses    []simulator.Status // that a test may set
}

// find returns the message of a request, or answers that there is none.
func (b *inbox) find(w http.ResponseWriter, r *http.Request) (*simulator.Service, simulator.Notification, bool) {
	if svc := b.sim.Service(r.PathValue("service")); svc != nil {
		if n, ok := svc.Notification(r.PathValue("id")); ok {
			return svc, n, true
		}
	}
	missing(w, "message")
	return nil, simulator.Notification{}, false
}

func (b *inbox) showMessage(w http.ResponseWriter, r *http.Request) {
	if svc, n, ok := b.find(w, r); ok {
		b.messagePage(w, http.StatusOK, svc, n, done(r), "")
	}
}

func (b *inbox) messagePage(
	w http.ResponseWriter, status int, svc *simulator.Service, n simulator.Notification, done, wrong string,
) {
	m := message{Service: svc, Notification: n, Names: slices.Sorted(maps.Keys(n.Personalisation))}
	m.Delivered, _ = svc.Delivered(n.ID)
	_, m.HasTemplate = svc.Template(n.TemplateID)
	for _, name := range []string{"From", "To", "Reply-To", "Subject", "List-Unsubscribe", "List-Unsubscribe-Post"} {
		if m.Delivered.Headers[name] != "" {
			m.Headers = append(m.Headers, name)
		}
	}
	m.Code, _ = m.Delivered.Code()
	m.Links = m.Delivered.Links()
	for _, a := range svc.Callbacks() {
		if a.ID == n.ID {
			m.Callbacks = append(m.Callbacks, a)
		}
	}
	m.Requests, _ = b.sim.FindRequests(simulator.RequestSearch{Notification: n.ID, Limit: perPage})
	for _, s := range allStatuses {
		if n.Type == simulator.MessageTypeLetter || !onlyLetters(s) {
			m.Statuses = append(m.Statuses, s)
		}
	}
	title := kindName(n.Type) + " to " + short(n.To)
	show(w, status, "message", view{Title: title, Tab: "messages", Done: done, Wrong: wrong, Main: m})
}

func onlyLetters(s simulator.Status) bool {
	switch s {
	case simulator.StatusPendingVirusCheck, simulator.StatusVirusScanFailed, simulator.StatusValidationFailed,
		simulator.StatusCancelled, simulator.StatusReturnedLetter:
		return true
	}
	return false
}

// sandbox is the policy of what a message holds. Nothing in it runs, loads or sends forms, and its origin is no other
// page's. Links open in a tab of their own, which is free of the sandbox and knows nothing of the page.
const sandbox = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; " +
	"img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

// writeEmail writes the HTML of an email for a frame. Its head gets a base, so that links open in a tab of their own; a
// browser gives that tab no way back.
func writeEmail(w http.ResponseWriter, document string) {
	h := w.Header()
	h.Set("Content-Security-Policy", sandbox)
	h.Del("Cross-Origin-Opener-Policy") // a browser refuses to show a page in a sandbox that has one in a tab
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Referrer-Policy", "no-referrer")
	_, _ = w.Write([]byte(strings.Replace(document, "<head>", `<head><base target="_blank">`, 1)))
}

func (b *inbox) showEmail(w http.ResponseWriter, r *http.Request) {
	svc, n, ok := b.find(w, r)
	if !ok {
		return
	}
	d, _ := svc.Delivered(n.ID)
	if d.Document == "" {
		missing(w, "email")
		return
	}
	writeEmail(w, d.Document)
}

// writePDF writes a letter. A browser's own viewer shows it, which runs no script of the document with this policy's
// origin; a sandbox would keep the viewer from working.
func writePDF(w http.ResponseWriter, pdf []byte) {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; "+
		"frame-ancestors 'self'")
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", `inline; filename="letter.pdf"`)
	_, _ = w.Write(pdf)
}

func (b *inbox) showLetter(w http.ResponseWriter, r *http.Request) {
	svc, n, ok := b.find(w, r)
	if !ok {
		return
	}
	d, _ := svc.Delivered(n.ID)
	if d.PDF == nil {
		missing(w, "letter")
		return
	}
	writePDF(w, d.PDF)
}

// file is the page of a file that was sent by email.
type file struct {
	Service *simulator.Service
	ID      string // of the message
	simulator.File
	Index int
	Name  string
}

func (b *inbox) findFile(w http.ResponseWriter, r *http.Request) (file, bool) {
	svc, n, ok := b.find(w, r)
	if !ok {
		return file{}, false
	}
	i, err := strconv.Atoi(r.PathValue("file"))
	if err != nil || i < 0 || i >= len(n.Files) {
		missing(w, "file")
		return file{}, false
	}
	f := file{Service: svc, ID: n.ID, File: n.Files[i], Index: i, Name: n.Files[i].Filename}
	if f.Name == "" {
		f.Name = "file " + strconv.Itoa(i+1)
	}
	return f, true
}

func (b *inbox) showFile(w http.ResponseWriter, r *http.Request) {
	if f, ok := b.findFile(w, r); ok {
		show(w, http.StatusOK, "file", view{Title: "You have a file to download", Tab: "messages", Main: f})
	}
}

// downloadFile has the browser save the file. It never shows one: a file can be HTML.
func (b *inbox) downloadFile(w http.ResponseWriter, r *http.Request) {
	f, ok := b.findFile(w, r)
	if !ok {
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Del("Cross-Origin-Opener-Policy")
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	_, _ = w.Write(f.Content)
}

func (b *inbox) setStatus(w http.ResponseWriter, r *http.Request) {
	svc, n, ok := b.find(w, r)
	if !ok {
		return
	}
	if err := svc.SetStatus(n.ID, simulator.Status(r.PostFormValue("status"))); err != nil {
		b.messagePage(w, http.StatusUnprocessableEntity, svc, n, "", reason(err))
		return
	}
	back(w, r, messagePath(svc.ID(), n.ID), "status")
}

func (b *inbox) returnLetter(w http.ResponseWriter, r *http.Request) {
	svc, n, ok := b.find(w, r)
	if !ok {
		return
	}
	if err := svc.ReturnLetter(n.ID); err != nil {
		b.messagePage(w, http.StatusUnprocessableEntity, svc, n, "", reason(err))
		return
	}
	back(w, r, messagePath(svc.ID(), n.ID), "returned")
}

// back leads to a page after a form was carried out.
func back(w http.ResponseWriter, r *http.Request, to, what string) {
	http.Redirect(w, r, to+"?done="+what, http.StatusSeeOther) //nolint:gosec // it begins with Path
}

// done says what the form did that led here.
func done(r *http.Request) string {
	return map[string]string{
		"status": "The status was set.", "returned": "The letter came back.", "text": "The text was received.",
		"time": "The time was moved.", "fault": "The fault is armed.", "faults": "The faults were removed.",
		"reset": "Everything was reset.", "service": "The service was reset.",
	}[r.URL.Query().Get("done")]
}

// reason is an error as a sentence, for people.
func reason(err error) string {
	s := strings.ReplaceAll(err.Error(), "simulator: ", "")
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:] + "."
}
