package notify

// A Status is where a notification is on its way. Values this package does not know are passed through, and are neither
// final nor failures.
type Status string

// The statuses ("GOV.UK Notify API documentation, Get message status"). Letters have names of their own for some.
const (
	StatusCreated           Status = "created"             // queued
	StatusSending           Status = "sending"             // with the provider
	StatusPending           Status = "pending"             // text messages: the provider is trying
	StatusSent              Status = "sent"                // international text messages: no more may become known
	StatusDelivered         Status = "delivered"           // emails and text messages
	StatusTemporaryFailure  Status = "temporary-failure"   // may work later
	StatusPermanentFailure  Status = "permanent-failure"   // the recipient does not exist
	StatusTechnicalFailure  Status = "technical-failure"   // a problem between Notify and the provider or printer
	StatusFailed            Status = "failed"              // any failure; as a filter
	StatusAccepted          Status = "accepted"            // letters: to be printed
	StatusReceived          Status = "received"            // letters: handed to the postal service
	StatusCancelled         Status = "cancelled"           // letters
	StatusPendingVirusCheck Status = "pending-virus-check" // precompiled letters
	StatusVirusScanFailed   Status = "virus-scan-failed"   // precompiled letters
	StatusValidationFailed  Status = "validation-failed"   // letters: too long, or not printable
	StatusReturnedLetter    Status = "returned-letter"     // as a filter; shown as received
)

// IsFinal reports whether the status will not change any more. StatusSent is not final, though some international text
// messages keep it.
func (s Status) IsFinal() bool {
	return s == StatusDelivered || s == StatusReceived || s == StatusReturnedLetter || s.IsFailure()
}

// IsFailure reports whether the message will not reach the recipient.
func (s Status) IsFailure() bool {
	switch s {
	case StatusTemporaryFailure, StatusPermanentFailure, StatusTechnicalFailure, StatusFailed,
		StatusCancelled, StatusVirusScanFailed, StatusValidationFailed:
		return true
	}
	return false
}

// IsSuccess reports whether the message was delivered, or a letter handed to the postal service.
func (s Status) IsSuccess() bool { return s == StatusDelivered || s == StatusReceived }

// A NotificationType is the channel of a notification or template. Unknown values are passed through.
type NotificationType string

// The channels.
const (
	NotificationTypeSMS    NotificationType = "sms"
	NotificationTypeEmail  NotificationType = "email"
	NotificationTypeLetter NotificationType = "letter"
)

// Postage is how a letter travels. Unknown values are passed through.
type Postage string

// The kinds of postage. The last two are for letters abroad and cannot be asked for: the address decides.
const (
	PostageFirst       Postage = "first"
	PostageSecond      Postage = "second"
	PostageEconomy     Postage = "economy"
	PostageEurope      Postage = "europe"
	PostageRestOfWorld Postage = "rest-of-world"
)
