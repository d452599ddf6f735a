package schema

import "time"

// The bodies of sends, and the body of a preview together with the id of its template.
var (
	SMS = Schema{
		properties: []property{
			{"reference", isReference}, {"phone_number", isPhoneNumber}, {"template_id", isUUID},
			{"personalisation", isObject}, {"scheduled_for", isSchedule}, {"sms_sender_id", isUUID},
		},
		required: []string{"phone_number", "template_id"},
		closed:   true,
	}
	Email = Schema{
		properties: []property{
			{"reference", isReference}, {"email_address", isEmailAddress}, {"template_id", isUUID},
			{"personalisation", isObject}, {"scheduled_for", isSchedule}, {"email_reply_to_id", isUUID},
			{"one_click_unsubscribe_url", isHTTPS}, {"sanitise_content_for", isListOrNull},
		},
		required: []string{"email_address", "template_id"},
		closed:   true,
	}
	Letter = Schema{
		properties: []property{{"reference", isReference}, {"template_id", isUUID}, {"personalisation", isObject}},
		required:   []string{"template_id", "personalisation"},
		closed:     true,
	}
	PrecompiledLetter = Schema{
		properties: []property{{"reference", isString}, {"content", isString}, {"postage", isPostage}},
		required:   []string{"reference", "content"},
		closed:     true,
	}
	Preview = Schema{
		properties: []property{{"id", isUUID}, {"personalisation", isObject}},
		required:   []string{"id"},
	}
)

// The queries of lists.
var (
	Notifications = Schema{
		properties: []property{
			{"reference", isString}, {"status", isOneOf(statuses...)}, {"template_type", isOneOf(types...)},
			{"include_jobs", isOneOf("true", "True")}, {"older_than", isUUID},
		},
		closed: true,
	}
	Templates     = Schema{properties: []property{{"type", isOneOf(types...)}}, closed: true}
	ReceivedTexts = Schema{properties: []property{{"older_than", isUUID}}, closed: true}
)

// The types and statuses that a query can have, in the order in which an error message lists them.
var (
	types    = []string{"sms", "email", "letter"}
	statuses = []string{
		"cancelled", "created", "sending", "sent", "delivered", "pending", "failed", "technical-failure",
		"temporary-failure", "permanent-failure", "pending-virus-check", "validation-failed",
		"virus-scan-failed", "returned-letter", "accepted", "received",
	}
)

// CheckID returns what is wrong with an id in a path. name is the real service's name for it.
func CheckID(name, id string) []string { return isUUID(name, id, time.Time{}).Wrong }
