package notify

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// Error leaves out what may be personal; see [Error].
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("notify: ")
	b.WriteString(e.Method + " " + e.Route + ": " + strconv.Itoa(e.StatusCode))
	if class := e.class(); class != "" {
		b.WriteString(" " + class)
	} else if text := http.StatusText(e.StatusCode); text != "" {
		b.WriteString(" " + text)
	}
	const most = 10 // messages; Notify gives one for each bad field
	withheld := 0
	sep := ": "
	for i, d := range e.Errors {
		if i >= most || !printable(d.Message) {
			withheld++
			continue
		}
		b.WriteString(sep + d.Message)
		sep = "; "
	}
	if withheld > 0 {
		b.WriteString(" (" + strconv.Itoa(withheld) + " message(s) withheld, as they may hold personal data: see Error.Errors)")
	}
	return b.String()
}

// GoString keeps %#v from printing the body.
func (e *Error) GoString() string { return e.Error() }

// class is the class of the first detail, if it looks like one.
func (e *Error) class() string {
	if len(e.Errors) == 0 || len(e.Errors[0].Type) > 64 {
		return ""
	}
	for _, c := range []byte(e.Errors[0].Type) {
		if c|0x20 < 'a' || c|0x20 > 'z' {
			return ""
		}
	}
	return e.Errors[0].Type
}

// safeMessage lists the shapes of messages that hold only fixed words, names of fields and of placeholders,
// numbers, and ids. Schema messages in particular quote the offending value ("reference … is too long"), so it must be
// a list of what may be printed and not of what may not.
var safeMessage = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:` + strings.Join(safeMessages, "|") + `)$`) })

var safeMessages = []string{
	`[a-z_]{1,40} is a required property`,
	`[a-z_]{1,40} is not a valid (?:UUID|https url)`,
	`(?:phone_number )?(?:Not enough digits|Too many digits|Must not contain letters or symbols|Not a valid country prefix|Not a UK mobile number)`,
	`(?:phone_number )?Number is not valid [–-] double check the phone number you entered`,
	`(?:email_address )?Not a valid email address`,
	`Missing personalisation: .{0,500}`,
	`(?:Unauthorized|Invalid token|Error): [A-Za-z0-9 :/.#-]{1,200}`,
	`Exceeded rate limit for key type [A-Z]{1,10} of [0-9]{1,10} requests per [0-9]{1,10} seconds`,
	`Exceeded send limits \([a-z_]{1,20}: [0-9]{1,10}\) for today`,
	`Can(?:’|'|no)t send to this recipient (?:using a team-only API key|when service is in trial mode)(?: [–-] see https://[a-z./-]{1,100})?\.?`,
	`Cannot send letters (?:with a team api key|when service is in trial mode)(?: [–-] see https://[a-z./-]{1,100})?`,
	`Cannot send to international mobile numbers`,
	`Service is not allowed to send [a-z ]{1,40}`,
	`(?:email|sms|letter) template is not suitable for (?:email|sms|letter) notification`,
	`(?:sms_sender_id|email_reply_to_id) [0-9a-f-]{36} does not exist in database for service id [0-9a-f-]{36}`,
	`Template (?:not found|has been deleted)`,
	`Your message is (?:empty\.|too long\. [A-Za-z0-9 .]{1,200})`,
	`Can only send a file by email`,
	`Send files by email has not been set up - add contact details for your service at https://[A-Za-z0-9./-]{1,200}`,
	`Invalid JSON supplied in POST data`,
	`Address must be (?:at least|no more than) [0-9] lines`,
	`Must be a real (?:UK postcode|address)`,
	`Last line of address must be a real UK postcode(?: or another country)?`,
	`The (?:first 2 lines|last line) of [A-Za-z0-9 ]{1,100}\.?`,
	`Address lines must not start with any of the following characters: .{1,40}`,
	`Cannot create a usable QR code - the link is too long`,
	`Cannot decode letter content \(invalid base64 encoding\)`,
	`postage invalid\. It must be either [a-z, ]{1,60}\.`,
	`Uploaded file exceeds file size limit`,
	`Document (?:is not base64 encoded|must not be empty)`,
	`File did not pass the virus scan`,
	"(?:filename )?`filename` (?:must end with a file extension\\. For example, filename\\.csv|cannot be longer than 100 characters)",
	`Unsupported file type '(?:\.[a-z0-9]{0,5}|[a-z]{1,20}/[a-z0-9.+-]{1,80})'\. Supported types are: [a-z,.' ]{1,200}`,
	`Notification is not a letter`,
	`PDF not available [a-z, -]{1,80}`,
	`(?i:No result found)`,
	`Internal server error`,
	`Timeout serving request`,
	`The requested URL was not found on the server\. [A-Za-z ]{1,100}\.`,
	`The method is not allowed for the requested URL\.`,
}

func printable(message string) bool {
	return len(message) <= 1000 && safeMessage().MatchString(message)
}
