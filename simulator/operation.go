package simulator

import (
	"net/http"
	"strings"
)

// Operation is what a request asks for, as its method and path say.
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
	OperationOther       Operation = "other"       // everything else, including what does not exist
)

// findOperation returns the operation of a request that has not reached the router.
func findOperation(method, path string) Operation {
	if ep := findEndpoint("/" + strings.TrimLeft(path, "/")); ep != nil {
		return ep.operationOf(method)
	}
	return OperationOther
}

// operationOf returns the operation of a method of the endpoint. Only the paths of messages have two.
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
