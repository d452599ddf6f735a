package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/notifykit/notify"
)

// Reminders sends text messages for a booking system.
//
//	POST /reminders              {"booking": "B-4711", "phone": "07900 900123", "date": "3 May"}
//	GET  /reminders/{booking}    what became of it
type Reminders struct {
	Client     *notify.Client
	TemplateID string
	Logger     *slog.Logger
	// Timeout limits one request to Notify, including retries. It should be shorter than the time our caller waits.
	Timeout time.Duration
}

// Handler routes requests.
func (s *Reminders) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /reminders", s.send)
	mux.HandleFunc("GET /reminders/{booking}", s.status)
	return mux
}

type reminder struct {
	Booking string `json:"booking"`
	Phone   string `json:"phone"`
	Date    string `json:"date"`
}

func (s *Reminders) send(w http.ResponseWriter, r *http.Request) {
	var in reminder
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 10_000)).Decode(&in); err != nil || in.Booking == "" {
		answer(w, http.StatusBadRequest, "send an object with booking, phone and date")
		return
	}
	// The request's context ends when the visitor closes the tab. A send that is cut off half-way may or may not have gone
	// out, so it gets a time limit of its own instead.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), s.Timeout)
	defer cancel()
	_, err := s.Client.SendSMS(ctx, notify.SMS{
		PhoneNumber: in.Phone, TemplateID: s.TemplateID, Reference: in.Booking,
		Personalisation: notify.Personalisation{"date": in.Date},
	})
	if err != nil && s.accepted(r.Context(), err, in.Booking) {
		err = nil
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	answer(w, http.StatusAccepted, "on its way")
}

// accepted looks up a message when the error leaves open whether Notify accepted it.
func (s *Reminders) accepted(ctx context.Context, err error, reference string) bool {
	if !errors.Is(err, notify.ErrOutcomeUnknown) {
		return false
	}
	// The time for sending may be used up, so the look-up gets its own.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Timeout)
	defer cancel()
	page, err := s.Client.NotificationsPage(ctx, notify.NotificationFilter{Reference: reference})
	return err == nil && len(page.Notifications) > 0
}

// fail tells the caller what to do, and logs what we have to do. The text of an error contains no phone numbers and no
// keys.
func (s *Reminders) fail(w http.ResponseWriter, r *http.Request, err error) {
	s.Logger.ErrorContext(r.Context(), "reminder not sent", "error", err)
	switch {
	case errors.Is(err, notify.ErrOutcomeUnknown): // first: nothing below may lead to a second message
		answer(w, http.StatusGatewayTimeout, "we do not know whether it was sent; ask for its status before trying again")
	case errors.Is(err, notify.ErrMalformedRecipient), errors.Is(err, notify.ErrTestRecipient),
		errors.Is(err, notify.ErrReservedRecipient), errors.Is(err, notify.ErrValidation):
		answer(w, http.StatusUnprocessableEntity, "check the phone number")
	case errors.Is(err, notify.ErrRateLimited):
		w.Header().Set("Retry-After", "60")
		answer(w, http.StatusServiceUnavailable, "too busy; try again in a minute")
	case errors.Is(err, notify.ErrDailyLimit):
		answer(w, http.StatusServiceUnavailable, "no more today; try again tomorrow")
	case errors.As(err, new(*notify.Error)), errors.Is(err, notify.ErrInvalidRequest):
		// Notify refused for another reason, such as a revoked key or a changed template. The caller can't do anything about
		// it.
		answer(w, http.StatusInternalServerError, "we cannot send reminders; we have been told")
	default:
		w.Header().Set("Retry-After", "10")
		answer(w, http.StatusServiceUnavailable, "not sent; try again")
	}
}

func (s *Reminders) status(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), s.Timeout)
	defer cancel()
	page, err := s.Client.NotificationsPage(ctx, notify.NotificationFilter{Reference: r.PathValue("booking")})
	switch {
	case err != nil:
		s.Logger.ErrorContext(ctx, "no status", "error", err)
		answer(w, http.StatusBadGateway, "try again later")
	case len(page.Notifications) == 0:
		answer(w, http.StatusNotFound, "no such reminder")
	default:
		answer(w, http.StatusOK, string(page.Notifications[0].Status)) // the newest
	}
}

func answer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"result": text}) // if this fails, the caller has gone
}
