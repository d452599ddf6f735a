package notify

import (
	"encoding/json"
	"net/http"
	"time"
)

// An Error is any answer that is not the one asked for, whether its body is Notify's, that of its framework
// ({"message", "result"}), a proxy's HTML or nothing. Redirects are not followed and are Errors too, and so is a
// success by status whose body is something else ([ErrUnexpectedAnswer]).
//
// What it prints is the route, the status, the class, the trace id, and those messages that are known to hold nothing
// of a request. Others may quote recipients or personalisation and are left out; they are in Errors and Body for those
// who ask. Nothing else shows under any verb of fmt or in any encoding, for an Error and a pointer to one alike. Keep
// pointers: if an Error stands by value in an unexported field, fmt prints its fields and asks no method first. So it
// does where a verb is a mistake that go vet reports: %w anywhere but in fmt.Errorf, and %p for what is no pointer.
type Error struct {
	StatusCode int
	Errors     []ErrorDetail
	Method     string
	Route      string // a template such as /v2/notifications/{id}
	// TraceID is Notify's id of the request, from the header X-B3-TraceId: what its support asks for. Empty if there was
	// none.
	TraceID string
	// Missing is what a 2xx answer lacks to be the operation's: "an id", "a list of templates". Empty for other answers.
	Missing string
	Body    []byte // as received, at most 1 MiB; empty below 200, where nothing is read

	leftNothing bool          // no message: the operation makes none, or it was looked for
	withheld    bool          // the class repeats something of the request
	noTrace     bool          // the trace id does
	resets      time.Time     // of a daily limit, else zero
	resetsIn    time.Duration // from the answer on
	says        string        // made while it is known what the request held; empty for an Error that somebody else made
}

// An ErrorDetail is one of the things Notify found wrong.
type ErrorDetail struct {
	Type    string `json:"error"` // Notify's class, such as ValidationError; empty if another server answered
	Message string `json:"message"`

	// For the QR code of a letter that is too long: its content, its size and the largest size, in bytes.
	Data     string `json:"data,omitzero"`
	NumBytes int    `json:"num_bytes,omitzero"`
	MaxBytes int    `json:"max_bytes,omitzero"`
}

// errorDetails reads the first of an answer's: 1 MiB of {} would take 130 MiB of memory.
type errorDetails []ErrorDetail

func (e *errorDetails) UnmarshalJSON(b []byte) error {
	return readList(b, func(detail *ErrorDetail) (more bool) {
		*e = append(*e, *detail)
		return len(*e) < mostOfDetails
	})
}

// newError takes what it can from any body. What does not decode stays zero.
func (x *call) newError(resp *http.Response, body []byte) *Error {
	e := &Error{
		StatusCode: resp.StatusCode, Method: x.method, Route: x.route, TraceID: resp.Header.Get("X-B3-TraceId"),
		Body: body, leftNothing: !x.sends,
	}
	var wire struct {
		Errors  errorDetails    `json:"errors"`
		Message json.RawMessage `json:"message"`
	}
	if json.Unmarshal(body, &wire) == nil || wire.Errors != nil {
		e.Errors = wire.Errors
		if e.Errors == nil && wire.Message != nil {
			var message string
			if json.Unmarshal(wire.Message, &message) != nil {
				message = string(wire.Message) // an object: the framework's form for several fields
			}
			if message != "" && message != "null" {
				e.Errors = []ErrorDetail{{Message: message}}
			}
		}
	}
	e.noteReset(resp.Header)
	return e
}
