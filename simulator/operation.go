package simulator

import (
	"net/http"
	"strings"
)

// Operation is what a request asks for, by its method and path.
type Operation string

// The operations of the API. HEAD counts as GET.
const (
	OperationSendSMS     Operation = "send-sms"    // POST /v2/notifications/sms
	OperationSendEmail   Operation = "send-email"  // POST /v2/notifications/email
	OperationSendLetter  Operation = "send-letter" // POST /v2/notifications/letter, precompiled ones included
	OperationRead        Operation = "read"        // GET /v2/notifications/{id}
	OperationPDF         Operation = "pdf"         // GET /v2/notifications/{id}/pdf
	OperationList        Operation = "list"        // GET /v2/notifications
	OperationTemplate    Operation = "template"    // GET /v2/template/{id}, also in a version
	OperationTemplates   Operation = "templates"   // GET /v2/templates
	OperationPreview     Operation = "preview"     // POST /v2/template/{id}/preview
	OperationReceived    Operation = "received"    // GET /v2/received-text-messages
	OperationUnsubscribe Operation = "unsubscribe" // POST /unsubscribe/{id}/{token}, which mail programs do
	OperationOther       Operation = "other"       // all else, also what does not exist
)

// findOperation finds what a request asks for that has not come to the router.
func findOperation(method, path string) Operation {
	if ep := findEndpoint("/" + strings.TrimLeft(path, "/")); ep != nil {
		return ep.operationOf(method)
	}
	return OperationOther
}

// operationOf is what a method asks of an endpoint. What can be read can mostly not be posted to, but messages.
func (ep *endpoint) operationOf(method string) Operation {
	_, ok := ep.handler(method)
	switch {
	case !ok || ep.operation == "":
		return OperationOther
	case method != http.MethodPost || ep.operation != OperationRead:
		return ep.operation
	case len(ep.args) == 0: // letters have a path of their own
		return OperationSendLetter
	}
	switch MessageType(ep.args[0]) {
	case MessageTypeSMS:
		return OperationSendSMS
	case MessageTypeEmail:
		return OperationSendEmail
	}
	return OperationOther
}
