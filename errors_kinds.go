package notify

import (
	"errors"
	"net/http"
	"strings"
)

// Kinds of error, for errors.Is. An [*Error] matches by its status and the class Notify gave. Where several things
// share those, only the wording of the message can tell, and the comment says so: such a match is as stable as that
// wording.
var (
	// ErrRateLimited: too many requests a minute; waiting helps, and the client has already waited. Any 429 but that of
	// the daily limit: RateLimitError, and whatever else stands in front of Notify.
	ErrRateLimited = errors.New("notify: rate limited")
	// ErrDailyLimit: today's allowance is used up; nothing helps before midnight UTC. 429 TooManyRequestsError, or one of
	// those that GC Notify has in its place: for SMS or Email, with LiveService or TrialService before it or not.
	ErrDailyLimit = errors.New("notify: daily limit reached")
	// ErrNotFound: no such notification, template or path; also a notification past its retention. 404.
	ErrNotFound = errors.New("notify: not found")
	// ErrUnauthorised: the key was not accepted. 401, or 403 AuthError. The documentation gives the messages of 403 the
	// class BadRequestError; those match by their wording.
	ErrUnauthorised = errors.New("notify: unauthorised")
	// ErrKeyRevoked: an ErrUnauthorised whose wording says that the key was revoked.
	ErrKeyRevoked = errors.New("notify: API key revoked")
	// ErrClockSkew: an ErrUnauthorised whose wording says that this machine's clock is more than 30 seconds wrong.
	ErrClockSkew = errors.New("notify: the system clock is wrong")
	// ErrNotOnGuestList: a team key and a recipient who is neither in the team nor on the guest list. By wording.
	ErrNotOnGuestList = errors.New("notify: recipient not in the team or on the guest list")
	// ErrTrialMode: refused because the service is in trial mode. By wording.
	ErrTrialMode = errors.New("notify: service in trial mode")
	// ErrValidation: a value of the request is malformed. 400 ValidationError, InvalidPhoneError or InvalidEmailError.
	ErrValidation = errors.New("notify: validation failed")
	// ErrMissingPersonalisation: the template has placeholders without a value. By wording.
	ErrMissingPersonalisation = errors.New("notify: missing personalisation")
	// ErrPDFNotReady: the letter's PDF is still being made or scanned. Class PDFNotReadyError.
	ErrPDFNotReady = errors.New("notify: PDF not ready")

	// ErrUnexpectedAnswer: a success by its status whose body is not the operation's answer, such as the page of a proxy
	// or the answer to somebody else. [Error].Missing says what it lacks.
	ErrUnexpectedAnswer = errors.New("notify: unexpected answer")
	// ErrOutcomeUnknown: a send that failed although its message may have been accepted: the answer was lost, came too
	// late, was not one, or was a 5xx. It matches exactly the failed sends for which [SafeToRetry] is false.
	ErrOutcomeUnknown = errors.New("notify: the message may have been accepted")

	// ErrHeldBack: a send for which the client's own rate limit has no turn before the context's deadline. The client says
	// so at once, and nothing was sent. It is no context.DeadlineExceeded: the context has not ended.
	ErrHeldBack = errors.New("notify: held back beyond the deadline by the client's own rate limit")

	// ErrInvalidRequest: the client refused the request before sending anything. All errors below match it too.
	ErrInvalidRequest = errors.New("notify: invalid request")
	// ErrKeyMismatch: a [KeySource] gave a key of another type or another service in place of one that Notify refused.
	ErrKeyMismatch = errors.New("notify: the key source gave a key of another type or service")

	// ErrTooLarge: a file or PDF is larger than Notify takes.
	ErrTooLarge = errors.New("notify: too large")
	// ErrTestRecipient: a recipient made for test keys was given to a live or unknown key. See [WithoutGuard].
	ErrTestRecipient = errors.New("notify: recipient for test keys only")
	// ErrReservedRecipient: a recipient nobody can have, a phone number that Ofcom reserves for drama or an address at
	// example.com and the like, was given to a live or unknown key. See [WithoutGuard].
	ErrReservedRecipient = errors.New("notify: recipient reserved for drama, examples or tests")
	// ErrMalformedRecipient: a recipient Notify is sure to refuse was given to a live or unknown key. See [WithoutGuard].
	ErrMalformedRecipient = errors.New("notify: malformed recipient")
)

// Is matches the kinds of error, such as [ErrNotFound], for errors.Is.
func (e *Error) Is(kind error) bool {
	if e == nil {
		return false
	}
	switch kind {
	case ErrRateLimited:
		return e.rateLimited()
	case ErrDailyLimit:
		return e.dailyLimited()
	case ErrNotFound:
		return e.StatusCode == http.StatusNotFound
	case ErrUnauthorised:
		return e.unauthorised()
	case ErrKeyRevoked:
		return e.unauthorised() && e.mentions("API key revoked")
	case ErrClockSkew:
		return e.unauthorised() && e.mentions("system clock must be accurate")
	case ErrNotOnGuestList:
		return e.refused() && e.mentions("using a team-only API key")
	case ErrTrialMode:
		return e.refused() && e.mentions("when service is in trial mode")
	case ErrValidation:
		return e.StatusCode == http.StatusBadRequest && e.is("ValidationError", "InvalidPhoneError", "InvalidEmailError")
	case ErrMissingPersonalisation:
		return e.refused() && e.mentions("Missing personalisation:")
	case ErrPDFNotReady:
		return e.is("PDFNotReadyError")
	case ErrUnexpectedAnswer:
		return e.Missing != ""
	case ErrOutcomeUnknown:
		return !e.safeToRetry()
	}
	return false
}

// rateLimited tells the token bucket from the daily limit: both are 429, and only one of them is worth waiting for. A
// 429 is a refusal whoever says it, so one that is not Notify's is waited for too.
func (e *Error) rateLimited() bool {
	return e.StatusCode == http.StatusTooManyRequests && !e.dailyLimited()
}

func (e *Error) dailyLimited() bool {
	if e.StatusCode != http.StatusTooManyRequests || len(e.Errors) == 0 {
		return false
	}
	class := strings.TrimPrefix(strings.TrimPrefix(e.Errors[0].Type, "LiveService"), "TrialService")
	return class == "TooManyRequestsError" || class == "TooManySMSRequestsError" || class == "TooManyEmailRequestsError"
}

func (e *Error) unauthorised() bool {
	switch e.StatusCode {
	case http.StatusUnauthorized:
		return true
	case http.StatusForbidden:
		return e.is("AuthError") ||
			e.is("BadRequestError") && (e.mentions("Invalid token") || e.mentions("system clock must be accurate"))
	}
	return false
}

func (e *Error) refused() bool {
	return (e.StatusCode == http.StatusBadRequest || e.StatusCode == http.StatusForbidden) && e.is("BadRequestError")
}

func (e *Error) is(classes ...string) bool {
	for _, d := range e.Errors {
		for _, class := range classes {
			if d.Type == class {
				return true
			}
		}
	}
	return false
}

func (e *Error) mentions(words string) bool {
	for _, d := range e.Errors {
		if strings.Contains(d.Message, words) {
			return true
		}
	}
	return false
}
