package simulator

import "strconv"

// failure is an answer that reports one or more errors. All texts the real service puts on the wire stand in this file;
// those of recipients, files and schemas stand with their rules.
type failure struct {
	status int
	errors []wireError
	plain  string // instead of errors: the text of the framework's own error shape
}

type wireError struct {
	class, message string
	qr             *qrDetails // only the QR code error has more than a class and a message
}

type qrDetails struct {
	data     string
	numBytes int
}

// The classes of errors, the real service's Python exceptions.
const (
	classAuth          = "AuthError"
	classBadRequest    = "BadRequestError"
	classValidation    = "ValidationError"
	classInvalidPhone  = "InvalidPhoneError"
	classRateLimit     = "RateLimitError"
	classDailyLimit    = "TooManyRequestsError"
	classNoResult      = "NoResultFound"
	classData          = "DataError"
	classPDFNotReady   = "PDFNotReadyError"
	classTypeError     = "TypeError"
	classValueError    = "ValueError"
	classKeyError      = "KeyError"
	classIndexError    = "IndexError"
	classUnicodeEncode = "UnicodeEncodeError"
	classInvalidToken  = "InvalidTokenError"
	classOverflow      = "OverflowError"
	classTimeout       = "SoftEventletTimeout"
)

func fail(status int, class, message string) *failure {
	return &failure{status: status, errors: []wireError{{class: class, message: message}}}
}

func badRequest(message string) *failure { return fail(400, classBadRequest, message) }

// crash is how the real service answers where its code throws: the class of the exception, and no word more.
func crash(class string) *failure { return fail(500, class, "Internal server error") }

// invalid reports texts as validation errors, each once.
func invalid(texts ...string) *failure {
	f := &failure{status: 400}
	seen := map[string]bool{}
	for _, t := range texts {
		if !seen[t] {
			seen[t] = true
			f.errors = append(f.errors, wireError{class: classValidation, message: t})
		}
	}
	return f
}

var (
	notFoundPath = &failure{status: 404, plain: "The requested URL was not found on the server. " +
		"If you entered the URL manually please check your spelling and try again."}
	methodNotAllowed = &failure{status: 405, plain: "The method is not allowed for the requested URL."}
	bodyBroken       = &failure{status: 400, plain: "The browser (or proxy) sent a request " +
		"that this server could not understand."}
	bodyTooLarge  = &failure{status: 413, plain: "The data value transmitted exceeds the capacity limit."}
	bodyTooSlow   = fail(504, classTimeout, "Timeout serving request")
	tooManyBodies = &failure{status: 503, plain: "Too many large requests at a time. Please try again later."}

	callerGone = &failure{status: 499, plain: "The request was given up before it was answered."} // ours: nobody reads it

	noResult  = fail(404, classNoResult, "No result found")
	dataError = fail(404, classData, "No result found")

	noToken  = fail(401, classAuth, "Unauthorized: authentication token must be provided")
	noBearer = fail(401, classAuth, "Unauthorized: authentication bearer scheme must be used")
	badToken = fail(403, classAuth, "Invalid token: make sure your API token matches the example at "+
		"https://docs.notifications.service.gov.uk/rest-api.html#authorisation-header")
	noIssuer     = fail(403, classAuth, "Invalid token: iss field not provided")
	badIssuer    = fail(403, classAuth, "Invalid token: service id is not the right data type")
	noService    = fail(403, classAuth, "Invalid token: service not found")
	noKeys       = fail(403, classAuth, "Invalid token: service has no API keys")
	archived     = fail(403, classAuth, "Invalid token: service is archived")
	badAlgorithm = fail(403, classAuth, "Invalid token: algorithm used is not HS256")
	badClock     = fail(403, classAuth, "Error: Your system clock must be accurate to within 30 seconds")
	keyRevoked   = fail(403, classAuth, "Invalid token: API key revoked")
	keyNotFound  = fail(403, classAuth, "Invalid token: API key not found")

	invalidJSON = badRequest("Invalid JSON supplied in POST data")

	templateNotFound = badRequest("Template not found")
	templateDeleted  = badRequest("Template has been deleted")
	messageEmpty     = badRequest("Your message is empty.")
	fileNotByEmail   = badRequest("Can only send a file by email")

	teamKeyRecipient = badRequest("Can’t send to this recipient using a team-only API key")
	trialRecipient   = badRequest("Can’t send to this recipient when service is in trial mode – see " +
		"https://www.notifications.service.gov.uk/trial-mode")
	teamKeyLetter   = fail(403, classBadRequest, "Cannot send letters with a team api key")
	trialLetter     = fail(403, classBadRequest, "Cannot send letters when service is in trial mode")
	noInternational = badRequest("Cannot send to international mobile numbers")

	letterNotBase64 = badRequest("Cannot decode letter content (invalid base64 encoding)")

	notALetter  = badRequest("Notification is not a letter")
	pdfVirus    = badRequest("File did not pass the virus scan")
	pdfFailed   = badRequest("PDF not available for letters in status technical-failure")
	pdfNotReady = fail(400, classPDFNotReady, "PDF not available yet, try again later")
)

func noPermission(kind MessageType) *failure {
	names := map[MessageType]string{SMS: "text messages", Email: "emails", Letter: "letters"}
	return badRequest("Service is not allowed to send " + names[kind])
}

func wrongTemplateType(template, kind MessageType) *failure {
	return badRequest(string(template) + " template is not suitable for " + string(kind) + " notification")
}

func missingPersonalisation(names string) *failure {
	return badRequest("Missing personalisation: " + names)
}

func senderNotFound(field, id, service string) *failure {
	return badRequest(field + " " + id + " does not exist in database for service id " + service)
}

func smsTooLong(length int) *failure {
	return badRequest("Your message is too long. Text messages cannot be longer than 918 characters. " +
		"Your message is " + strconv.Itoa(length) + " characters long.")
}

func emailTooLong(length int) *failure {
	return badRequest("Your message is too long. Emails cannot be longer than 2000000 bytes. " +
		"Your message is " + strconv.Itoa(length) + " bytes.")
}

func filesNotSetUp(service string) *failure {
	return badRequest("Send files by email has not been set up - add contact details for your service at " +
		"https://www.notifications.service.gov.uk/services/" + service + "/service-settings/send-files-by-email")
}

func qrTooLong(data string, numBytes int) *failure {
	return &failure{status: 400, errors: []wireError{{
		class: classValidation, message: "Cannot create a usable QR code - the link is too long",
		qr: &qrDetails{data, numBytes},
	}}}
}

func rateLimited(t KeyType, limit int) *failure {
	names := map[KeyType]string{KeyTypeLive: "LIVE", KeyTypeTeam: "TEAM", KeyTypeTest: "TEST"}
	return fail(429, classRateLimit, "Exceeded rate limit for key type "+names[t]+
		" of "+strconv.Itoa(limit)+" requests per 60 seconds")
}

func dailyLimited(channel string, limit int) *failure {
	return fail(429, classDailyLimit, "Exceeded send limits ("+channel+": "+strconv.Itoa(limit)+") for today")
}

// unknownOutcome is no answer of the real service: it is for the author of the test.
func unknownOutcome(s Status) *failure {
	given := "The function given to WithOutcomes returned " + strconv.Quote(string(s))
	return fail(500, "Exception", given+", which is no status of a message")
}
