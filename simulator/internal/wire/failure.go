// Package wire holds the errors of GOV.UK Notify: their classes, their messages and their JSON.
package wire

import "github.com/notifykit/notify/internal/pyjson"

// Failure is a response that reports one or more errors.
type Failure struct {
	Status int
	Errors []Error
	Plain  string // instead of Errors: the message of the framework's own error form
}

// Error is one error of a failure.
type Error struct {
	Class   Class
	Message string
	qrCode  *qrCode // only errors about QR codes have more than a class and a message
}

type qrCode struct {
	data     string
	numBytes int
}

// Class is the class of an error: the name of an exception in the real service's Python.
type Class string

// The classes of errors.
const (
	AuthError            Class = "AuthError"
	BadRequestError      Class = "BadRequestError"
	ValidationError      Class = "ValidationError"
	InvalidPhoneError    Class = "InvalidPhoneError"
	RateLimitError       Class = "RateLimitError"
	TooManyRequestsError Class = "TooManyRequestsError"
	NoResultFound        Class = "NoResultFound"
	DataError            Class = "DataError"
	PDFNotReadyError     Class = "PDFNotReadyError"
	TypeError            Class = "TypeError"
	ValueError           Class = "ValueError"
	KeyError             Class = "KeyError"
	IndexError           Class = "IndexError"
	UnicodeEncodeError   Class = "UnicodeEncodeError"
	InvalidTokenError    Class = "InvalidTokenError"
	OverflowError        Class = "OverflowError"
	SoftEventletTimeout  Class = "SoftEventletTimeout"
)

// New makes a failure of one error.
func New(status int, class Class, message string) *Failure {
	return &Failure{Status: status, Errors: []Error{{Class: class, Message: message}}}
}

// BadRequest refuses a request that was read without errors. Most refusals are of this kind.
func BadRequest(message string) *Failure { return New(400, BadRequestError, message) }

// Crash is the real service's response when its code raises an exception: it has only the class.
func Crash(class Class) *Failure { return New(500, class, "Internal server error") }

// Invalid reports messages as validation errors, each once.
func Invalid(messages ...string) *Failure {
	f := &Failure{Status: 400}
	seen := map[string]bool{}
	for _, m := range messages {
		if !seen[m] {
			seen[m] = true
			f.Errors = append(f.Errors, Error{Class: ValidationError, Message: m})
		}
	}
	return f
}

// Body is the failure as JSON, with a line feed at the end.
func (f *Failure) Body() []byte {
	body := make([]byte, 0, 512)
	if f.Errors == nil {
		body = pyjson.Append(body, pyjson.Members{{Key: "message", Value: f.Plain}, {Key: "result", Value: "error"}})
		return append(body, '\n')
	}
	list := make([]pyjson.Members, len(f.Errors))
	for i, e := range f.Errors {
		list[i] = e.members()
	}
	body = pyjson.Append(body, pyjson.Members{{Key: "errors", Value: list}, {Key: "status_code", Value: f.Status}})
	return append(body, '\n')
}

func (e Error) members() pyjson.Members {
	class := pyjson.Member{Key: "error", Value: string(e.Class)}
	message := pyjson.Member{Key: "message", Value: e.Message}
	if e.qrCode == nil {
		return pyjson.Members{class, message}
	}
	return pyjson.Members{
		{Key: "data", Value: e.qrCode.data}, class,
		{Key: "max_bytes", Value: 504}, message,
		{Key: "num_bytes", Value: e.qrCode.numBytes},
	}
}
