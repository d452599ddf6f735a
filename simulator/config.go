package simulator

// MessageType is how a message travels.
type MessageType string

// The three types of message, and of template.
const (
	MessageTypeSMS    MessageType = "sms"
	MessageTypeEmail  MessageType = "email"
	MessageTypeLetter MessageType = "letter"
)

var messageTypes = [...]MessageType{MessageTypeSMS, MessageTypeEmail, MessageTypeLetter}

// slot numbers the types of message.
func (t MessageType) slot() uint8 { return slotIn(messageTypes[:], t) }

// KeyType is what an API key may do.
type KeyType string

// The three types of API key.
const (
	KeyTypeLive KeyType = "live" // sends to anyone, once the service is live
	KeyTypeTeam KeyType = "team" // sends to team members and the guest list
	KeyTypeTest KeyType = "test" // sends to nobody, but the responses are the same
)

var keyTypes = [...]KeyType{KeyTypeLive, KeyTypeTeam, KeyTypeTest}

// slot numbers the types of key.
func (t KeyType) slot() uint8 { return slotIn(keyTypes[:], t) }

// Permission is something a service may do.
type Permission string

// The permissions of a service.
const (
	PermissionEmail                Permission = "email"
	PermissionSMS                  Permission = "sms"
	PermissionLetter               Permission = "letter"
	PermissionInternationalSMS     Permission = "international_sms"
	PermissionInternationalLetters Permission = "international_letters"
	PermissionSMSToUKLandlines     Permission = "sms_to_uk_landlines"
	PermissionInboundSMS           Permission = "inbound_sms"
)

var (
	allPermissions = []Permission{
		PermissionEmail, PermissionSMS, PermissionLetter, PermissionInternationalSMS, PermissionInternationalLetters,
		PermissionSMSToUKLandlines, PermissionInboundSMS,
	}
	defaultPermissions = allPermissions[:5]
)

// ServiceConfig describes a service, in Go or in a file (see [Simulator.Load]). Every field but Name may be left out.
type ServiceConfig struct {
	// ID is a UUID. Defaults to a random one; in a file it is required.
	ID string `yaml:"id"`
	// Name is required. Every delivered text begins with it (see PrefixSMS).
	Name string `yaml:"name"`
	// Active is false for an archived service, which refuses all its keys. Defaults to true.
	Active *bool `yaml:"active"`
	// TrialMode keeps the service from reaching anyone but its team and guest list.
	TrialMode bool `yaml:"trial_mode"`
	// Permissions default to email, sms, letter, international_sms and international_letters; an empty list means none.
	Permissions []Permission `yaml:"permissions"`
	// EmailFrom is the part of the sender's address before the @. Defaults to the name, lower-cased, with dots for spaces.
	EmailFrom string `yaml:"email_from"`
	// PrefixSMS puts the service's name before each delivered text; it counts towards the fragments. Defaults to true.
	PrefixSMS *bool `yaml:"prefix_sms"`
	// SendFilesContact is whom the recipient of a file can contact. Empty means that sending files is not set up.
	SendFilesContact string `yaml:"send_files_contact"`
	// RateLimit is how many sends a type of key may make in 60 seconds. A third of them can come at once. Defaults to
	// 3,000. See [Service.SetRateLimit].
	RateLimit int `yaml:"rate_limit_per_minute"`
	// DailyLimits are how many messages the service may send on one UTC day.
	DailyLimits DailyLimits `yaml:"daily_limits"`
	// Retention is for how many days messages can be read, 3 to 90. Defaults to 7.
	Retention Retention `yaml:"retention_days"`
	// Keys are the API keys. A service in trial mode may have a live key here: it was live once, and was put back.
	Keys []KeyConfig `yaml:"api_keys"`
	// TeamMembers are the people that a team key may send to, and in trial mode a live key too.
	TeamMembers []TeamMember `yaml:"team_members"`
	// GuestList holds further email addresses and phone numbers that such keys may send to.
	GuestList []string `yaml:"guest_list"`
	// Outcomes are how texts and emails to these recipients end, with any type of key. See [Service.SetOutcome].
	Outcomes []OutcomeConfig `yaml:"outcomes"`
	// SMSSenders defaults to one sender, GOVUK.
	SMSSenders []SMSSender `yaml:"sms_senders"`
	// EmailReplyTo are the addresses that email_reply_to_id can name.
	EmailReplyTo []ReplyTo `yaml:"email_reply_to_addresses"`
	// ReceivedTextNumber is the number that people can text. Empty means that the service receives no texts.
	ReceivedTextNumber string `yaml:"received_text_number"`
	// ReceivedTexts came in before the simulator started, in any order.
	ReceivedTexts []ReceivedTextConfig `yaml:"received_texts"`
	// Callbacks are where the service wants to be told what happens: over the network, or in process. See
	// [Service.SetCallback].
	Callbacks Callbacks `yaml:"callbacks"`
	// Plan is how long the service's messages take on their way. Defaults to the simulator's: see [WithPlan].
	Plan *Plan `yaml:"-"`
	// AnyTemplate makes every template id exist. See [Service.SetAnyTemplate].
	AnyTemplate bool `yaml:"any_template"`
	// Templates are in the order in which they were made.
	Templates []TemplateConfig `yaml:"templates"`
}

// DailyLimits are numbers of messages a UTC day; nil means Notify's default, 0 means none. A live service may send
// 250,000 emails, 250,000 texts, 100 of them abroad, and 20,000 letters; one in trial mode 50, 50, 100 and 50.
type DailyLimits struct {
	Email            *int `yaml:"email"`
	SMS              *int `yaml:"sms"`
	InternationalSMS *int `yaml:"international_sms"`
	Letter           *int `yaml:"letter"`
}

// Retention is for how many days each type of message is kept; 0 means 7. A file may give one number for all.
type Retention struct {
	SMS    int `yaml:"sms"`
	Email  int `yaml:"email"`
	Letter int `yaml:"letter"`
}

// KeyConfig describes an API key.
type KeyConfig struct {
	// Name is what the key begins with.
	Name string  `yaml:"name"`
	Type KeyType `yaml:"type"`
	// Secret is a UUID. Defaults to a random one.
	Secret string `yaml:"secret"`
	// RevokedAt is when the key was revoked; the zero Moment means that it was not.
	RevokedAt Moment `yaml:"revoked_at"`
}

// TeamMember is a person with a login to the service.
type TeamMember struct {
	Name         string `yaml:"name"`
	EmailAddress string `yaml:"email_address"`
	MobileNumber string `yaml:"mobile_number"`
}

// SMSSender is a sender of texts: a name of up to 11 characters, a short code or a phone number.
type SMSSender struct {
	// ID is a UUID. Defaults to a random one.
	ID     string `yaml:"id"`
	Sender string `yaml:"sender"`
	// Default marks the sender of texts that name none. Defaults to the first, if none is marked.
	Default  bool `yaml:"default"`
	Archived bool `yaml:"archived"`
}

// ReplyTo is an address that replies to emails go to.
type ReplyTo struct {
	// ID is a UUID. Defaults to a random one.
	ID           string `yaml:"id"`
	EmailAddress string `yaml:"email_address"`
	Default      bool   `yaml:"default"`
	Archived     bool   `yaml:"archived"`
}

// ReceivedTextConfig is a text that somebody sent to the service.
type ReceivedTextConfig struct {
	// ID is a UUID. Defaults to a random one.
	ID         string `yaml:"id"`
	UserNumber string `yaml:"user_number"`
	Content    string `yaml:"content"`
	// CreatedAt is in the form 2026-11-20T09:59:59.000000Z. Defaults to now.
	CreatedAt string `yaml:"created_at"`
}

// TemplateConfig describes a template with its versions, the newest last.
type TemplateConfig struct {
	// ID is a UUID. Defaults to a random one.
	ID   string      `yaml:"id"`
	Type MessageType `yaml:"type"`
	// Name is the name of every version that has none of its own.
	Name     string `yaml:"name"`
	Archived bool   `yaml:"archived"`
	// Versions must hold at least one.
	Versions []TemplateVersion `yaml:"versions"`
}

// TemplateVersion is one version of a template.
type TemplateVersion struct {
	// Version defaults to one more than the version before; the first is 1.
	Version int `yaml:"version"`
	// Name is the template's name in this version: Notify keeps it with each. Defaults to the template's; in
	// [Service.UpdateTemplate], to the current one.
	Name string `yaml:"name"`
	// Subject is for emails and letters.
	Subject string `yaml:"subject"`
	Body    string `yaml:"body"`
	// Postage is first, second or economy; for letters. Defaults to second.
	Postage string `yaml:"postage"`
	// LetterContactBlock is printed in the top right corner of a letter.
	LetterContactBlock string `yaml:"letter_contact_block"`
	// WelshSubject and WelshBody are the first half of a bilingual letter.
	WelshSubject string `yaml:"welsh_subject"`
	WelshBody    string `yaml:"welsh_body"`
	// HasUnsubscribeLink puts a link to unsubscribe at the end of every email.
	HasUnsubscribeLink bool `yaml:"has_unsubscribe_link"`
	// CreatedBy is an email address.
	CreatedBy string `yaml:"created_by"`
	// CreatedAt and UpdatedAt are shown as they are given, in the form 2026-11-20T09:59:59.000000Z. CreatedAt defaults to
	// now; UpdatedAt to null in a first version and now in later ones.
	CreatedAt string `yaml:"created_at"`
	UpdatedAt string `yaml:"updated_at"`
}
