package simulator

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestOperations has every endpoint of the API.
func TestOperations(t *testing.T) {
	t.Parallel()
	for asked, want := range map[string]Operation{
		"POST /v2/notifications/sms":                                   OperationSendSMS,
		"POST //v2/notifications/email":                                OperationSendEmail,
		"POST /v2/notifications/letter":                                OperationSendLetter,
		"POST /v2/notifications/fax":                                   OperationOther,
		"GET /v2/notifications/letter":                                 OperationRead,
		"HEAD /v2/notifications/sms":                                   OperationRead,
		"GET /v2/notifications":                                        OperationList,
		"POST /v2/notifications":                                       OperationOther,
		"GET /v2/notifications/1/pdf":                                  OperationPDF,
		"GET /v2/template/1":                                           OperationTemplate,
		"GET /v2/template/1/version/2":                                 OperationTemplate,
		"POST /v2/template/1/preview":                                  OperationPreview,
		"GET /v2/templates":                                            OperationTemplates,
		"GET /v2/received-text-messages":                               OperationReceived,
		"POST /unsubscribe/6c2f3c1e-8b1f-4a4e-9c53-2d0f6a1b7e11/token": OperationUnsubscribe,
		"GET /_status":                                                 OperationOther,
		"OPTIONS /v2/templates":                                        OperationOther,
		"GET /v2//templates":                                           OperationOther,
		"GET /v2/nowhere":                                              OperationOther,
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		var path string
		r.Method, path, _ = strings.Cut(asked, " ")
		require.Equal(t, want, findOperation(r.Method, path), asked)
		x := &exchange{incoming: r, method: r.Method, path: path, header: r.Header}
		route(New(), x, nil)
		if x.operation != "" { // a redirect knows of none
			require.Equal(t, want, x.operation, asked)
		}
	}
}
