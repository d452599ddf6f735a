package notify

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// A DeliveryReceipt says what became of a text or an email; letters have none. Notify posts one when the status becomes
// delivered, permanent-failure, temporary-failure or technical-failure, but not if it failed before a provider had the
// message, nor to the recipients of smoke tests. It may come twice, see [SkipSeen], and before the answer to the send.
//
// To and Reference may be personal. Printed under any verb or logged, a receipt shows its id, status, type and template
// only. Encoding one is an error, as it would be a way into a log, and leaving fields out would be a way to lose them:
// [DeliveryReceipt.JSON] gives all of it, and json.Unmarshal reads that and what Notify posts. fmt asks no method of an
// unexported field, nor under %w and %p, which go vet reports: it prints all of a receipt there.
type DeliveryReceipt struct {
	ID               string           `json:"id"`        // of the notification
	Reference        string           `json:"reference"` // empty for none, as in a Notification
	To               string           `json:"to"`        // as it was sent
	Status           Status           `json:"status"`
	CreatedAt        time.Time        `json:"created_at,omitzero"`
	CompletedAt      time.Time        `json:"completed_at,omitzero"` // of the last change of status
	SentAt           time.Time        `json:"sent_at,omitzero"`      // handed to the provider
	NotificationType NotificationType `json:"notification_type"`
	TemplateID       string           `json:"template_id"`
	TemplateVersion  int              `json:"template_version"`
}

// An InboundText is a text message that someone sent to the service, as Notify posts it. [Client.ReceivedTexts] reads
// the same messages, with the same ids.
//
// Numbers and message are personal: it prints, logs and encodes like a [DeliveryReceipt], and shows its id only.
type InboundText struct {
	ID                string    `json:"id"`
	SourceNumber      string    `json:"source_number"`      // who sent it, such as 447900900123, or a name
	DestinationNumber string    `json:"destination_number"` // the service's number, such as 07900900123
	Message           string    `json:"message"`
	DateReceived      time.Time `json:"date_received,omitzero"` // by the provider
}

// A ReturnedLetter is a letter that came back. Its status stays received, so that nothing but this callback, or
// Notify's web pages, says so.
//
// Most of its fields may be personal: it prints, logs and encodes like a [DeliveryReceipt], and shows its id and
// template only.
type ReturnedLetter struct {
	NotificationID  string    `json:"notification_id"`
	Reference       string    `json:"reference"`          // empty unless it was sent with the API
	DateSent        time.Time `json:"date_sent,omitzero"` // when it was created
	SentBy          string    `json:"sent_by"`            // "API", or the email address of who used the web pages
	TemplateName    string    `json:"template_name"`
	TemplateID      string    `json:"template_id"`      // empty for a precompiled letter, for which Notify writes "None"
	TemplateVersion int       `json:"template_version"` // 0 for a precompiled letter

	// For a letter of a list that was uploaded to the web pages. The first row after the headings is 2; 0 is no row.
	SpreadsheetFileName  string `json:"spreadsheet_file_name"`
	SpreadsheetRowNumber int    `json:"spreadsheet_row_number"`
	UploadLetterFileName string `json:"upload_letter_file_name"` // for a PDF that was uploaded to the web pages
}

// Errors of decoding and encoding. Those of encoding/json quote what they do not like.
var (
	errNoReceipt      = errors.New("notify: not a delivery receipt: JSON of that form with an id and a status")
	errNoInboundText  = errors.New("notify: not a received text: JSON of that form with an id and a source_number")
	errNoLetter       = errors.New("notify: not a returned letter: JSON of that form with a notification_id and a sent_by")
	errPersonalFields = errors.New("notify: not encoded, as it holds personal data: use its method JSON")
)

// UnmarshalJSON reads what Notify posts, and what JSON gives. An id and a status are required; null is empty.
func (r *DeliveryReceipt) UnmarshalJSON(b []byte) error {
	type plain DeliveryReceipt
	var read DeliveryReceipt
	wire := struct {
		*plain
		CreatedAt   timeIfKnown `json:"created_at"`
		CompletedAt timeIfKnown `json:"completed_at"`
		SentAt      timeIfKnown `json:"sent_at"`
	}{(*plain)(&read), timeIfKnown{&read.CreatedAt}, timeIfKnown{&read.CompletedAt}, timeIfKnown{&read.SentAt}}
	if json.Unmarshal(b, &wire) != nil || !isUUID(read.ID) || read.Status == "" {
		return errNoReceipt
	}
	*r = read
	return nil
}

// timeIfKnown reads a time, and leaves the field zero if its form is not known: a callback that is refused over a time
// would be lost.
type timeIfKnown struct{ field *time.Time }

func (t timeIfKnown) UnmarshalJSON(b []byte) error {
	_ = (&timeInto{t.field}).UnmarshalJSON(b)
	return nil
}

// UnmarshalJSON reads what Notify posts, and what JSON gives. An id and a source number are required.
func (t *InboundText) UnmarshalJSON(b []byte) error {
	type plain InboundText
	var read InboundText
	wire := struct {
		*plain
		SourceNumber *string     `json:"source_number"`
		DateReceived timeIfKnown `json:"date_received"`
	}{plain: (*plain)(&read), DateReceived: timeIfKnown{&read.DateReceived}}
	if json.Unmarshal(b, &wire) != nil || !isUUID(read.ID) || wire.SourceNumber == nil {
		return errNoInboundText
	}
	read.SourceNumber = *wire.SourceNumber
	*t = read
	return nil
}

// UnmarshalJSON reads what Notify posts, and what JSON gives. An id and who sent it are required; null is empty.
func (l *ReturnedLetter) UnmarshalJSON(b []byte) error {
	type plain ReturnedLetter
	var read ReturnedLetter
	wire := struct {
		*plain
		SentBy   *string     `json:"sent_by"`
		DateSent timeIfKnown `json:"date_sent"`
	}{plain: (*plain)(&read), DateSent: timeIfKnown{&read.DateSent}}
	if json.Unmarshal(b, &wire) != nil || !isUUID(read.NotificationID) || wire.SentBy == nil {
		return errNoLetter
	}
	read.SentBy = *wire.SentBy
	if read.TemplateID == "None" { // Python's null, printed
		read.TemplateID = ""
	}
	*l = read
	return nil
}

// JSON gives all of the receipt, personal data included, to be kept or queued.
func (r DeliveryReceipt) JSON() ([]byte, error) {
	type plain DeliveryReceipt
	return json.Marshal(plain(r))
}

// JSON gives all of the text message, personal data included, to be kept or queued.
func (t InboundText) JSON() ([]byte, error) {
	type plain InboundText
	return json.Marshal(plain(t))
}

// JSON gives all about the letter, personal data included, to be kept or queued.
func (l ReturnedLetter) JSON() ([]byte, error) {
	type plain ReturnedLetter
	return json.Marshal(plain(l))
}

// Key is the id of the notification and the status: the same for a receipt that comes again, and no other.
func (r DeliveryReceipt) Key() string { return r.ID + "/" + string(r.Status) }

// Key is the id.
func (t InboundText) Key() string { return t.ID }

// Key is the id of the notification and the words returned-letter: the same for a letter that is posted again, and no
// receipt's.
func (l ReturnedLetter) Key() string { return l.NotificationID + "/" + string(StatusReturnedLetter) }

// LogValue gives what is not personal.
func (r DeliveryReceipt) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("id", shown(r.ID)), slog.String("status", shown(string(r.Status))),
		slog.String("type", shown(string(r.NotificationType))),
		slog.String("template", shown(r.TemplateID)), slog.Int("version", r.TemplateVersion))
}

// LogValue gives the id.
func (t InboundText) LogValue() slog.Value { return slog.GroupValue(slog.String("id", shown(t.ID))) }

// LogValue gives what is not personal.
func (l ReturnedLetter) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("id", shown(l.NotificationID)),
		slog.String("template", shown(l.TemplateID)), slog.Int("version", l.TemplateVersion))
}

// String gives what is not personal.
func (r DeliveryReceipt) String() string {
	return fmt.Sprintf("notify.DeliveryReceipt%s", r.LogValue())
}

// String gives the id.
func (t InboundText) String() string { return fmt.Sprintf("notify.InboundText%s", t.LogValue()) }

// String gives what is not personal.
func (l ReturnedLetter) String() string { return fmt.Sprintf("notify.ReturnedLetter%s", l.LogValue()) }

// Format prints [DeliveryReceipt.String] under every verb.
func (r DeliveryReceipt) Format(s fmt.State, verb rune) { printRedacted(s, verb, r.String()) }

// Format prints [InboundText.String] under every verb.
func (t InboundText) Format(s fmt.State, verb rune) { printRedacted(s, verb, t.String()) }

// Format prints [ReturnedLetter.String] under every verb.
func (l ReturnedLetter) Format(s fmt.State, verb rune) { printRedacted(s, verb, l.String()) }

// MarshalText is an error, and so encoding/json and the like refuse a receipt: see [DeliveryReceipt.JSON].
func (DeliveryReceipt) MarshalText() ([]byte, error) { return nil, errPersonalFields }

// MarshalText is an error, and so encoding/json and the like refuse a text message: see [InboundText.JSON].
func (InboundText) MarshalText() ([]byte, error) { return nil, errPersonalFields }

// MarshalText is an error, and so encoding/json and the like refuse a letter: see [ReturnedLetter.JSON].
func (ReturnedLetter) MarshalText() ([]byte, error) { return nil, errPersonalFields }

// GobEncode is an error, as MarshalText is.
func (DeliveryReceipt) GobEncode() ([]byte, error) { return nil, errPersonalFields }

// GobEncode is an error, as MarshalText is.
func (InboundText) GobEncode() ([]byte, error) { return nil, errPersonalFields }

// GobEncode is an error, as MarshalText is.
func (ReturnedLetter) GobEncode() ([]byte, error) { return nil, errPersonalFields }

// shown is an id, or a word such as permanent-failure, and nothing of anything else that stands where one should.
func shown(word string) string {
	const longest = 40 // of the words Notify uses, the longest has 19
	if isUUID(word) {
		return word
	}
	if len(word) > longest || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz-") != "" {
		return "…"
	}
	return word
}
