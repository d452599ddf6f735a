package simulator

import (
	"strings"

	"github.com/notifykit/notify/simulator/internal/wire"
)

// Field is what in the request the error is about: the name of a field of the body or of the query, as Notify's message
// has it, or personalisation, Authorization or content. It is empty where the message is about no field.
func (e RequestError) Field() string {
	if r := e.rule(); r != nil && r.field != "" {
		return r.field
	}
	name, rest, _ := strings.Cut(e.Message, " ")
	if e.Class == string(wire.ValidationError) && rest != "" && fieldNames[name] {
		return name
	}
	return ""
}

// Rule says in plain words which rule the request broke, and what to do about it. It is empty for an error that the
// simulator has no rule for, such as one that a fault made up.
func (e RequestError) Rule() string {
	if r := e.rule(); r != nil {
		return r.says
	}
	return ""
}

// rule is what is behind an error. It is known by all of its message, or by part of it.
type rule struct{ whole, part, field, says string }

func (e RequestError) rule() *rule {
	for i := range rules {
		r := &rules[i]
		if r.whole != "" && e.Message == r.whole || r.part != "" && strings.Contains(e.Message, r.part) {
			return r
		}
	}
	return nil
}

// fieldNames are the fields that the message of a ValidationError begins with.
var fieldNames = map[string]bool{
	"reference": true, "phone_number": true, "email_address": true, "template_id": true, "personalisation": true,
	"scheduled_for": true, "sms_sender_id": true, "email_reply_to_id": true, "one_click_unsubscribe_url": true,
	"sanitise_content_for": true, "content": true, "postage": true, "id": true, "status": true, "template_type": true,
	"include_jobs": true, "older_than": true, "type": true,
}

func message(f *wire.Failure) string {
	if len(f.Errors) > 0 {
		return f.Errors[0].Message
	}
	return f.Plain
}

// rules are in the order in which they are tried. The whole messages are those of package wire; what is only a part
// stands beside its rule in package schema or recipient, or holds a value.
var rules = []rule{
	{whole: message(wire.TokenMissing), field: "Authorization", says: "Every request needs a token in its " +
		"Authorization header: Bearer, a space, and a JSON Web Token signed with the secret of an API key."},
	{whole: message(wire.BearerMissing), field: "Authorization", says: "The Authorization header must begin with " +
		"Bearer and a space."},
	{whole: message(wire.TokenInvalid), field: "Authorization", says: "The token can't be read. It is a JSON Web " +
		"Token with the claims iss, the service's id, and iat, the time in whole seconds; its secret is the last 36 " +
		"characters of the API key, as text."},
	{whole: message(wire.IssuerMissing), field: "Authorization", says: "The token has no claim iss. It is the id of " +
		"the service: the 36 characters before the last hyphen and the secret of the API key."},
	{whole: message(wire.IssuerInvalid), field: "Authorization", says: "The claim iss of the token is no UUID. It is " +
		"the id of the service, which stands in the API key before the secret."},
	{whole: message(wire.ServiceNotFound), field: "Authorization", says: "No service has the id in the claim iss. " +
		"The key may belong to another simulator, or to the real Notify."},
	{whole: message(wire.KeysMissing), field: "Authorization", says: "The service has no API key. Make one first."},
	{whole: message(wire.ServiceArchived), field: "Authorization", says: "An archived service refuses all its keys."},
	{whole: message(wire.AlgorithmNotHS256), field: "Authorization", says: "A token is signed with HS256."},
	{whole: message(wire.ClockWrong), field: "Authorization", says: "The claim iat of the token is more than 30 " +
		"seconds away from the server's time. Make a token for each request, and check the caller's clock."},
	{whole: message(wire.KeyRevoked), field: "Authorization", says: "The key that signed the token was revoked."},
	{whole: message(wire.KeyNotFound), field: "Authorization", says: "The service exists, but none of its keys " +
		"signed this token. The secret is wrong."},
	{whole: message(wire.JSONInvalid), says: "The body must be JSON."},
	{whole: message(wire.TemplateNotFound), field: "template_id", says: "The service has no template with this id. " +
		"It may be a template of another service."},
	{whole: message(wire.TemplateDeleted), field: "template_id", says: "The template was deleted. It can be read, " +
		"but not sent."},
	{part: " template is not suitable for ", field: "template_id", says: "A text, an email and a letter each need a " +
		"template of their own type."},
	{part: "Missing personalisation: ", field: "personalisation", says: "Every placeholder of the template needs a " +
		"value. The case, spaces, hyphens and underscores in its name don't matter; null counts as missing."},
	{whole: message(wire.MessageEmpty), field: "personalisation", says: "A message needs some text: with these " +
		"values nothing is left of the template."},
	{whole: message(wire.FileNotByEmail), field: "personalisation", says: "A file can only be sent by email. A value " +
		"that is an object with the name file is one."},
	{part: "Send files by email has not been set up", field: "personalisation", says: "To send files a service needs " +
		"contact details for those who get one: send_files_contact of the service."},
	{whole: message(wire.RecipientByTeamKey), says: "A team key reaches only members of the team and the guest list."},
	{whole: message(wire.RecipientInTrial), says: "While a service is in trial mode, it reaches only members of the " +
		"team and the guest list."},
	{whole: message(wire.LetterByTeamKey), says: "A team key can't send letters. Use a test key or a live key."},
	{whole: message(wire.LetterInTrial), says: "A service in trial mode sends letters with a test key only."},
	{whole: message(wire.NumberInternational), field: "phone_number", says: "The service may not send texts to " +
		"numbers outside the UK: it lacks the permission international_sms."},
	{part: "Service is not allowed to send ", says: "The service lacks the permission for this type of message."},
	{part: " does not exist in database for service id ", says: "The service has no sender with this id, or it was " +
		"archived."},
	{whole: message(wire.LetterNotBase64), field: "content", says: "The PDF of a precompiled letter is sent in " +
		"base64."},
	{part: "Your message is too long. Text messages", field: "personalisation", says: "A text has at most 918 " +
		"characters, without the service's name."},
	{part: "Your message is too long. Emails", field: "personalisation", says: "An email has at most 2,000,000 bytes."},
	{part: "Cannot create a usable QR code", field: "personalisation", says: "A QR code in a letter holds at most " +
		"504 bytes."},
	{part: "Exceeded rate limit for key type ", says: "The limit of requests a minute is a bucket: a third of it can " +
		"come at once, and then a sixtieth each second. Wait and try again."},
	{part: "Exceeded send limits (", says: "The limit of messages a day begins anew at midnight UTC. To try again " +
		"before that is useless."},
	{whole: message(wire.PDFNotReady), says: "The PDF of a letter takes some seconds. Try again later."},
	{whole: message(wire.NotificationNotLetter), says: "Only letters have a PDF."},
	{whole: message(wire.ResultNotFound), says: "Nothing has this id here. A message sent with a test key is found " +
		"only with a key of the same type, and is deleted after some days."},
	{whole: message(wire.PathNotFound), says: "No operation has this path."},
	{whole: message(wire.MethodNotAllowed), says: "The path exists, but not for this method."},
	{whole: message(wire.BodyTooLarge), says: "The body is too large."},
	{part: "Internal server error", says: "The real service fails on such a request too: a value has a type or a " +
		"character that its code does not expect."},
	{part: "is a required property", says: "The field is missing from the request."},
	{part: "Additional properties are not allowed", says: "The request has a field that does not exist. Check how it " +
		"is spelt."},
	{part: " is not one of [", says: "The value is none of those that the message lists."},
	{part: " is not of type ", says: "The value has the wrong type in JSON."},
	{part: " is not a valid UUID", says: "The value is no UUID, such as 3f1c9a52-6b0e-4a58-9a55-8f2d4f7b1c20."},
	{part: " is too long", says: "A reference has at most 1,000 characters."},
	{part: "email_address Not a valid email address", says: "The address can't be an email address: something before " +
		"the @, a domain with a dot after it, and no character that mail can't carry."},
	{part: "is not a valid https url", says: "The link to unsubscribe must be a whole address that begins with https."},
	{part: "datetime ", field: "scheduled_for", says: "The time to send at is in ISO 8601, and at most 24 hours from " +
		"now."},
	{part: "It must be either first, second or economy", field: "postage", says: "Postage is first, second or " +
		"economy."},
	{part: "phone_number ", field: "phone_number", says: "The number can't be one that receives texts. A UK mobile " +
		"number has 11 digits from 07, or begins with +44; another begins with + and the code of its country."},
	{whole: "Not a UK mobile number", field: "phone_number", says: "The service may text UK mobile numbers only. One " +
		"has 11 digits from 07, or begins with +44."},
	{part: "Last line of address must", field: "personalisation", says: addressRule},
	{part: "Must be a real ", field: "personalisation", says: addressRule},
	{part: "Address must be ", field: "personalisation", says: addressRule},
	{part: "lines of the address must", field: "personalisation", says: addressRule},
	{part: "BFPO address must", field: "personalisation", says: addressRule},
	{part: "Address lines must not start", field: "personalisation", says: addressRule},
}

const addressRule = "A letter needs an address of 3 to 7 lines in address_line_1 to address_line_7. The last is a " +
	"real UK postcode or the name of a country, the first two have letters or digits, and no line begins with a mark."
