package wire

import (
	"strconv"
	"strings"
)

// This file has the error messages, except those that are written beside their rule: for recipients, files and schemas.
// Each name is the thing and what is wrong with it, as in [KeyRevoked].
var (
	PathNotFound = &Failure{Status: 404, Plain: "The requested URL was not found on the server. " +
		"If you entered the URL manually please check your spelling and try again."}
	MethodNotAllowed = &Failure{Status: 405, Plain: "The method is not allowed for the requested URL."}
	BodyBroken       = &Failure{Status: 400, Plain: "The browser (or proxy) sent a request " +
		"that this server could not understand."}
	BodyTooLarge  = &Failure{Status: 413, Plain: "The data value transmitted exceeds the capacity limit."}
	BodyTooSlow   = New(504, SoftEventletTimeout, "Timeout serving request")
	BodiesTooMany = &Failure{Status: 503, Plain: "Too many large requests at a time. Please try again later."}

	ResultNotFound = New(404, NoResultFound, "No result found")
	// IDUnreadable is about an id that passes the check of its form but that the database can't read.
	IDUnreadable = New(404, DataError, "No result found")

	TokenMissing  = New(401, AuthError, "Unauthorized: authentication token must be provided")
	BearerMissing = New(401, AuthError, "Unauthorized: authentication bearer scheme must be used")
	TokenInvalid  = New(403, AuthError, "Invalid token: make sure your API token matches the example at "+
		"https://docs.notifications.service.gov.uk/rest-api.html#authorisation-header")
	IssuerMissing     = New(403, AuthError, "Invalid token: iss field not provided")
	IssuerInvalid     = New(403, AuthError, "Invalid token: service id is not the right data type")
	ServiceNotFound   = New(403, AuthError, "Invalid token: service not found")
	KeysMissing       = New(403, AuthError, "Invalid token: service has no API keys")
	ServiceArchived   = New(403, AuthError, "Invalid token: service is archived")
	AlgorithmNotHS256 = New(403, AuthError, "Invalid token: algorithm used is not HS256")
	ClockWrong        = New(403, AuthError, "Error: Your system clock must be accurate to within 30 seconds")
	KeyRevoked        = New(403, AuthError, "Invalid token: API key revoked")
	KeyNotFound       = New(403, AuthError, "Invalid token: API key not found")

	JSONInvalid = BadRequest("Invalid JSON supplied in POST data")

	TemplateNotFound = BadRequest("Template not found")
	TemplateDeleted  = BadRequest("Template has been deleted")
	MessageEmpty     = BadRequest("Your message is empty.")
	FileNotByEmail   = BadRequest("Can only send a file by email")

	RecipientByTeamKey = BadRequest("Can’t send to this recipient using a team-only API key")
	RecipientInTrial   = BadRequest("Can’t send to this recipient when service is in trial mode – see " +
		"https://www.notifications.service.gov.uk/trial-mode")
	LetterByTeamKey     = New(403, BadRequestError, "Cannot send letters with a team api key")
	LetterInTrial       = New(403, BadRequestError, "Cannot send letters when service is in trial mode")
	NumberInternational = BadRequest("Cannot send to international mobile numbers")

	LetterNotBase64 = BadRequest("Cannot decode letter content (invalid base64 encoding)")

	NotificationNotLetter = BadRequest("Notification is not a letter")
	PDFInfected           = BadRequest("File did not pass the virus scan")
	PDFFailed             = BadRequest("PDF not available for letters in status technical-failure")
	PDFNotReady           = New(400, PDFNotReadyError, "PDF not available yet, try again later")
)

// PermissionMissing refuses a type of message that the service may not send.
func PermissionMissing(kind string) *Failure {
	names := map[string]string{"sms": "text messages", "email": "emails", "letter": "letters"}
	return BadRequest("Service is not allowed to send " + names[kind])
}

// TemplateTypeWrong refuses a template of one type for a message of another.
func TemplateTypeWrong(template, kind string) *Failure {
	return BadRequest(template + " template is not suitable for " + kind + " notification")
}

// PersonalisationMissing names the placeholders without a value.
func PersonalisationMissing(names string) *Failure {
	return BadRequest("Missing personalisation: " + names)
}

// SenderNotFound is about the id of a sender, given in that field.
func SenderNotFound(field, id, service string) *Failure {
	return BadRequest(field + " " + id + " does not exist in database for service id " + service)
}

// PhoneInvalid is about a number that the service may not text.
func PhoneInvalid(message string) *Failure { return New(400, InvalidPhoneError, message) }

// SMSTooLong reports a length in characters.
func SMSTooLong(length int) *Failure {
	return BadRequest("Your message is too long. Text messages cannot be longer than 918 characters. " +
		"Your message is " + strconv.Itoa(length) + " characters long.")
}

// EmailTooLong reports a length in bytes.
func EmailTooLong(length int) *Failure {
	return BadRequest("Your message is too long. Emails cannot be longer than 2000000 bytes. " +
		"Your message is " + strconv.Itoa(length) + " bytes.")
}

// FilesNotSetUp refuses a file because the service has no contact details for sending files.
func FilesNotSetUp(service string) *Failure {
	return BadRequest("Send files by email has not been set up - add contact details for your service at " +
		"https://www.notifications.service.gov.uk/services/" + service + "/service-settings/send-files-by-email")
}

// QRCodeTooLong reports a link in a letter that is too long for a QR code.
func QRCodeTooLong(data string, numBytes int) *Failure {
	return &Failure{Status: 400, Errors: []Error{{
		Class: ValidationError, Message: "Cannot create a usable QR code - the link is too long",
		qrCode: &qrCode{data, numBytes},
	}}}
}

// RateLimitExceeded names the type of key and its limit of requests a minute.
func RateLimitExceeded(keyType string, limit int) *Failure {
	return New(429, RateLimitError, "Exceeded rate limit for key type "+strings.ToUpper(keyType)+
		" of "+strconv.Itoa(limit)+" requests per 60 seconds")
}

// DailyLimitExceeded names the channel and its limit of messages a day.
func DailyLimitExceeded(channel string, limit int) *Failure {
	return New(429, TooManyRequestsError, "Exceeded send limits ("+channel+": "+strconv.Itoa(limit)+") for today")
}
