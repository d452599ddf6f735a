package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/recipients"
)

//go:embed page.html
var pageHTML string

// A sender is what the form needs of a client. *notify.Client is one, and so is whatever a test makes.
type sender interface {
	SendSMS(ctx context.Context, m notify.SMS, opts ...notify.CallOption) (*notify.SentSMS, error)
	SendEmail(ctx context.Context, m notify.Email, opts ...notify.CallOption) (*notify.SentEmail, error)
}

// Form is a page that asks for a phone number or an email address, and sends a reminder there.
type Form struct {
	notify        sender
	sms, email    string                 // templates
	may           recipients.Permissions // those of the service at Notify
	logger        *slog.Logger
	timeout       time.Duration // for sending, retries included
	page          *template.Template
	crossSitePost *http.CrossOriginProtection
}

// view is what the page shows.
type view struct {
	Phone, Email string // as they were typed, so that nobody has to type them again
	Errors       []fieldError
	Sent         string
}

type fieldError struct{ Field, Says string }

// ErrorOf is what is wrong with a field.
func (v view) ErrorOf(field string) string {
	for _, e := range v.Errors {
		if e.Field == field {
			return e.Says
		}
	}
	return ""
}

func (v *view) problem(field, says string) { v.Errors = append(v.Errors, fieldError{field, says}) }

// Handler serves the page at any path.
func (f *Form) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) { f.show(w, http.StatusOK, view{}) })
	mux.HandleFunc("POST /", f.submit)
	return f.crossSitePost.Handler(mux)
}

// check reads what was typed, and notes everything that is wrong at once: nobody should have to submit a form twice for
// two mistakes. It says how to put a mistake right, which Notify's own words do not.
func (f *Form) check(v *view) (phone recipients.Phone, email recipients.Email) {
	phone, err := recipients.ParsePhone(v.Phone, f.may)
	switch {
	case err == nil, given(v.Email) && !given(v.Phone):
	case !given(v.Phone):
		v.problem("phone", "Enter a UK mobile number or an email address")
	case errors.Is(err, recipients.LettersOrSymbols):
		v.problem("phone", "Enter a phone number using only numbers, like 07900 900123")
	case errors.Is(err, recipients.TooManyDigits), errors.Is(err, recipients.NotEnoughDigits):
		v.problem("phone", "Check how many digits the phone number has: a UK mobile number has 11")
	case errors.Is(err, recipients.International), errors.Is(err, recipients.NotUKMobile):
		v.problem("phone", "Enter a UK mobile number: we cannot send text messages to other numbers")
	default:
		v.problem("phone", "Enter a UK mobile number, like 07900 900123")
	}
	if given(v.Email) {
		if email, err = recipients.ParseEmail(v.Email); err != nil {
			v.problem("email", "Enter an email address in the correct format, like name@example.com")
		}
	}
	return phone, email
}

func given(field string) bool { return strings.TrimSpace(field) != "" }

func (f *Form) submit(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 10_000)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "that is not the form", http.StatusBadRequest)
		return
	}
	v := view{Phone: r.PostForm.Get("phone"), Email: r.PostForm.Get("email")}
	phone, email := f.check(&v)
	if v.Errors != nil {
		f.show(w, http.StatusUnprocessableEntity, v)
		return
	}
	// Not the visitor's context: a send that is cut off because a tab is closed may or may not have gone out.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), f.timeout)
	defer cancel()
	field, to, err := f.send(ctx, phone, email)
	switch {
	case err == nil:
		f.show(w, http.StatusOK, view{Sent: to})
	case errors.Is(err, notify.ErrReservedRecipient), errors.Is(err, notify.ErrTestRecipient):
		v.problem(field, "Enter one that you can receive messages at") // it is kept for drama, examples or tests
		f.show(w, http.StatusUnprocessableEntity, v)
	default:
		f.logger.ErrorContext(ctx, "reminder not sent", "error", err) // which quotes neither number nor address
		v.problem("", "We could not send the reminder. Try again later.")
		f.show(w, http.StatusServiceUnavailable, v)
	}
}

// send sends a text, or an email if there is no number, and says which field that is from. Numbers go out in one form,
// however they were typed.
func (f *Form) send(ctx context.Context, p recipients.Phone, e recipients.Email) (field, to string, err error) {
	if p.E164() != "" {
		_, err = f.notify.SendSMS(ctx, notify.SMS{PhoneNumber: p.E164(), TemplateID: f.sms})
		return "phone", p.Readable(), err
	}
	_, err = f.notify.SendEmail(ctx, notify.Email{EmailAddress: e.String(), TemplateID: f.email})
	return "email", e.String(), err
}

func (f *Form) show(w http.ResponseWriter, status int, v view) {
	var page bytes.Buffer
	if err := f.page.Execute(&page, v); err != nil {
		http.Error(w, "the page cannot be shown", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = page.WriteTo(w) // if this fails, the visitor has gone
}
