package simulator

// Status is how far a message has come. Letters show some statuses under other names in the API: accepted for created
// and sending, received for delivered.
type Status string

// The statuses a message can have.
const (
	StatusCreated           Status = "created"
	StatusSending           Status = "sending"
	StatusSent              Status = "sent"
	StatusDelivered         Status = "delivered"
	StatusPending           Status = "pending"
	StatusTechnicalFailure  Status = "technical-failure"
	StatusTemporaryFailure  Status = "temporary-failure"
	StatusPermanentFailure  Status = "permanent-failure"
	StatusPendingVirusCheck Status = "pending-virus-check"
	StatusValidationFailed  Status = "validation-failed"
	StatusVirusScanFailed   Status = "virus-scan-failed"
	StatusCancelled         Status = "cancelled"
	StatusReturnedLetter    Status = "returned-letter"
)

var statuses = [...]Status{
	StatusCreated, StatusSending, StatusSent, StatusDelivered, StatusPending, StatusTechnicalFailure,
	StatusTemporaryFailure, StatusPermanentFailure, StatusPendingVirusCheck, StatusValidationFailed,
	StatusVirusScanFailed, StatusCancelled, StatusReturnedLetter,
}

// slot numbers the statuses.
func (s Status) slot() uint8 { return slotIn(statuses[:], s) }

// expand turns a status in a query into the statuses it stands for, whatever the type of message.
func expand(query string) []Status {
	switch query {
	case "failed":
		return []Status{
			StatusTechnicalFailure, StatusTemporaryFailure, StatusPermanentFailure, StatusValidationFailed,
			StatusVirusScanFailed, StatusReturnedLetter,
		}
	case "accepted":
		return []Status{StatusCreated, StatusSending}
	case "received":
		return []Status{StatusDelivered}
	}
	return []Status{Status(query)}
}

// Shown is the status as the API shows it for a message of that type: of a letter, accepted and received too.
func (s Status) Shown(kind MessageType) string {
	if kind == MessageTypeLetter {
		switch s {
		case StatusCreated, StatusSending:
			return "accepted"
		case StatusDelivered, StatusReturnedLetter:
			return "received"
		}
	}
	return string(s)
}

// completes reports whether a message in this status counts as completed.
func (s Status) completes() bool {
	switch s {
	case StatusCreated, StatusSending, StatusPending, StatusPendingVirusCheck, StatusVirusScanFailed:
		return false
	}
	return true
}

// forLetters reports whether only letters can have this status: it is about their PDFs or their paper.
func (s Status) forLetters() bool {
	switch s {
	case StatusPendingVirusCheck, StatusVirusScanFailed, StatusValidationFailed, StatusCancelled, StatusReturnedLetter:
		return true
	}
	return false
}

// awaitsReceipt reports whether a message in this status takes a receipt. One that comes later is ignored.
func (s Status) awaitsReceipt() bool { return s.inFlight() || s == StatusSent }

// inFlight reports whether a message in this status has its outcome still to come.
func (s Status) inFlight() bool { return s.underWay() || s == StatusPending }

// underWay reports whether a letter in this status is kept beyond its retention.
func (s Status) underWay() bool {
	return s == StatusPendingVirusCheck || s == StatusCreated || s == StatusSending
}
