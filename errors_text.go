package notify

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Error leaves out what may be personal; see [Error].
func (e *Error) Error() string {
	if e.says != "" {
		return e.says
	}
	return e.describe(nil)
}

// Format prints what Error returns, under every verb.
func (e Error) Format(s fmt.State, verb rune) { printRedacted(s, verb, e.Error()) }

// MarshalText encodes what Error returns.
func (e Error) MarshalText() ([]byte, error) { return []byte(e.Error()), nil }

// GobEncode encodes what Error returns, which cannot be read back.
func (e Error) GobEncode() ([]byte, error) { return e.MarshalText() }

const mayBeAccepted = "; the message may have been accepted"

// describe says what the Error prints. All of that but fixed words is compared with what is private.
func (e *Error) describe(private privateStrings) string {
	var b strings.Builder
	b.WriteString("notify: ")
	b.WriteString(e.Method + " " + e.Route + ": " + strconv.Itoa(e.StatusCode))
	if class := e.class(); class != "" {
		b.WriteString(" " + class)
	} else if name := http.StatusText(e.StatusCode); name != "" {
		b.WriteString(" " + name)
	}
	if trace := e.printableTrace(); trace != "" {
		b.WriteString(" (trace " + trace + ")")
	}
	if e.Missing != "" {
		b.WriteString(", but the answer lacks " + e.Missing)
		if !e.safeToRetry() {
			b.WriteString(mayBeAccepted)
		}
		return b.String()
	}
	const most = 10 // messages; Notify gives one for each bad field
	withheld := 0
	sep := ": "
	for i, d := range e.Errors {
		if i >= most || !printable(d.Message, private) {
			withheld++
			continue
		}
		b.WriteString(sep + d.Message)
		sep = "; "
	}
	if withheld > 0 {
		b.WriteString(" (" + strconv.Itoa(withheld) +
			" message(s) withheld, as they may hold personal data: see Error.Errors)")
	}
	if resets := e.resets.Format(time.RFC3339); !e.resets.IsZero() && !private.in(resets) {
		b.WriteString(" (resets at " + resets + ")")
	}
	return b.String()
}

// printableTrace is the trace id, if it looks like one and may be shown.
func (e *Error) printableTrace() string {
	if e.noTrace || !traceID().MatchString(e.TraceID) {
		return ""
	}
	return e.TraceID
}

// class is the class of the first detail, if it looks like one and may be shown.
func (e *Error) class() string {
	if e.withheld || len(e.Errors) == 0 || len(e.Errors[0].Type) > 64 {
		return ""
	}
	for _, c := range []byte(e.Errors[0].Type) {
		if c|0x20 < 'a' || c|0x20 > 'z' {
			return ""
		}
	}
	return e.Errors[0].Type
}

// knownClasses are the classes that the real service was seen to give. Their words are fixed.
var knownClasses = map[string]bool{
	"AuthError": true, "BadRequestError": true, "ValidationError": true, "InvalidPhoneError": true,
	"InvalidEmailError": true, "RateLimitError": true, "TooManyRequestsError": true, "NoResultFound": true,
	"DataError": true, "PDFNotReadyError": true, "KeyError": true, "TypeError": true, "ValueError": true,
	"UnicodeEncodeError": true, "InvalidTokenError": true, "SoftEventletTimeout": true,
}

// traceID matches the ids the real service sends: its own, and those of the two proxies it takes them over from.
var traceID = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:[0-9a-f]{16}|[0-9a-f]{32}|` +
		`(?:Root=|Self=)?1-[0-9a-f]{8}-[0-9a-f]{24}|` +
		`[A-Za-z0-9_-]{54}==)$`)
})

// safeMessage lists the shapes of messages that hold only fixed words, names of fields and of placeholders, numbers,
// and ids. Schema messages in particular quote the offending value ("reference … is too long"), so it must be a list
// of what may be printed and not of what may not. The contents of a group are not fixed and are compared with what was
// sent: a peer that is not Notify can put anything there.
var safeMessage = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:` + strings.Join(safeMessages, "|") + `)$`)
})

var safeMessages = []string{
	`([a-z_]{1,40}) is a required property`,
	`([a-z_]{1,40}) is not a valid (?:UUID|https url)`,
	`(?:phone_number )?(?:Not enough digits|Too many digits|Must not contain letters or symbols|` +
		`Not a valid country prefix|Not a UK mobile number)`,
	`(?:phone_number )?Number is not valid [–-] double check the phone number you entered`,
	`(?:email_address )?Not a valid email address`,
	`Missing personalisation: (\P{C}{0,500})`,
	`Unauthorized: authentication (?:token must be provided|bearer scheme must be used)`,
	`Invalid token: (?:API key (?:revoked|not found)|iss field not provided|algorithm used is not HS256)`,
	`Invalid token: service (?:not found|has no API keys|is archived|id is not the right data type)`,
	`Invalid token: make sure your API token matches the example at ` +
		`https://docs\.notifications\.service\.gov\.uk/([a-z./#-]{1,60})`,
	`Error: Your system clock must be accurate to within 30 seconds`,
	`Exceeded rate limit for key type ([A-Z]{1,10}) of ([0-9]{1,10}) requests per ([0-9]{1,10}) seconds`,
	`Exceeded send limits \(([a-z_]{1,20}: [0-9]{1,10})\) for today`,
	`Can(?:’|'|no)t send to this recipient (?:using a team-only API key|when service is in trial mode)` +
		`(?: [–-] see https://([a-z./-]{1,100}))?\.?`,
	`Cannot send letters (?:with a team api key|when service is in trial mode)(?: [–-] see https://([a-z./-]{1,100}))?`,
	`Cannot send to international mobile numbers`,
	`Service is not allowed to send ([a-z ]{1,40})`,
	`(?:email|sms|letter) template is not suitable for (?:email|sms|letter) notification`,
	`(?:sms_sender_id|email_reply_to_id) ([0-9a-f-]{36}) does not exist in database for service id ([0-9a-f-]{36})`,
	`Template (?:not found|has been deleted)`,
	`Your message is (?:empty\.|` +
		`too long\. ([A-Z][a-z ]{1,20}) cannot be longer than ([0-9]{1,10} [a-z]{1,10})\. ` +
		`Your message is ([0-9]{1,10} [a-z ]{1,20})\.)`,
	`Can only send a file by email`,
	`Send files by email has not been set up - add contact details for your service at ` +
		`https://www\.notifications\.service\.gov\.uk/services/([0-9a-f-]{36})/service-settings/send-files-by-email`,
	`Invalid JSON supplied in POST data`,
	`Address must be (?:at least|no more than) [0-9] lines`,
	`Must be a real (?:UK postcode|address)`,
	`Last line of address must be a real UK postcode(?: or another country)?`,
	`The (?:first 2 lines|last line) of ([A-Za-z0-9 ]{1,100})\.?`,
	`Address lines must not start with any of the following characters: (\P{C}{1,40})`,
	`Cannot create a usable QR code - the link is too long`,
	`Cannot decode letter content \(invalid base64 encoding\)`,
	`postage invalid\. It must be either ([a-z, ]{1,60})\.`,
	`Uploaded file exceeds file size limit`,
	`Document (?:is not base64 encoded|must not be empty)`,
	`File did not pass the virus scan`,
	"(?:filename )?`filename` (?:must end with a file extension\\. For example, filename\\.csv|" +
		"cannot be longer than 100 characters)",
	`Unsupported file type '(\.[a-z0-9]{0,5}|[a-z]{1,20}/[a-z0-9.+-]{1,80})'\. ` +
		`Supported types are: ([a-z,.' ]{1,200})`,
	`Notification is not a letter`,
	`PDF not available ([a-z, -]{1,80})`,
	`(?i:No result found)`,
	`Internal server error`,
	`Timeout serving request`,
	`The requested URL was not found on the server\. ([A-Za-z ]{1,100})\.`,
	`The method is not allowed for the requested URL\.`,
}

// printable reports whether a message may be shown.
func printable(message string, private privateStrings) bool {
	if len(message) > 1000 {
		return false
	}
	groups := safeMessage().FindStringSubmatch(message)
	return groups != nil && !slices.ContainsFunc(groups[1:], private.in)
}
