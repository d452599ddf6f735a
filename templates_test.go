package notify_test

import (
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

const templateJSON = `{"body":"Dear ((name))","created_at":"2024-05-17T15:58:38.342838Z",` +
	`"created_by":"p@example.gov.uk","id":"` + templateID + `","letter_contact_block":null,
	"name":"Welcome","personalisation":{"name":{"required":true}},"postage":null,"subject":null,"type":"sms",` +
	`"updated_at":null,"version":4}`

func TestTemplates(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	want := &notify.Template{
		ID:              templateID,
		Type:            notify.NotificationTypeSMS,
		Name:            "Welcome",
		Version:         4,
		Body:            "Dear ((name))",
		CreatedBy:       "p@example.gov.uk",
		CreatedAt:       time.Date(2024, 5, 17, 15, 58, 38, 342838000, time.UTC),
		Personalisation: map[string]notify.Placeholder{"name": {Required: true}},
	}
	answer(mock, "GET", "/v2/template/"+templateID, 200, templateJSON)
	answer(mock, "GET", "/v2/template/"+templateID+"/version/4", 200, templateJSON)
	answer(mock, "GET", "/v2/templates?type=sms", 200, `{"templates":[`+templateJSON+`]}`)
	mock.RegisterResponder("GET", notify.DefaultBaseURL+"/v2/templates",
		httpmock.NewStringResponder(200, `{"templates":[]}`))

	got, err := c.Template(t.Context(), templateID)
	require.NoError(t, err)
	require.Equal(t, want, got)
	got, err = c.TemplateVersion(t.Context(), templateID, 4)
	require.NoError(t, err)
	require.Equal(t, want, got)
	list, err := c.Templates(t.Context(), notify.NotificationTypeSMS)
	require.NoError(t, err)
	require.Equal(t, []*notify.Template{want}, list)
	list, err = c.Templates(t.Context(), "")
	require.NoError(t, err)
	require.Empty(t, list)
}

func TestPreviewTemplate(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	bodies := answer(mock, "POST", "/v2/template/"+templateID+"/preview", 200,
		`{"body":"b","html":"<p>b</p>","id":"`+templateID+`","postage":null,"subject":"s","type":"email","version":2}`)
	p, err := c.PreviewTemplate(t.Context(), templateID, notify.Personalisation{"a": 1})
	require.NoError(t, err)
	require.Equal(t, &notify.TemplatePreview{
		ID: templateID, Type: notify.NotificationTypeEmail, Version: 2, Subject: "s", Body: "b", HTML: "<p>b</p>",
	}, p)
	_, err = c.PreviewTemplate(t.Context(), templateID, nil)
	require.NoError(t, err)
	require.Equal(t, []map[string]any{
		{"personalisation": map[string]any{"a": 1.0}},
		{"personalisation": map[string]any{}},
	}, *bodies)
	require.Equal(t, "/v2/template/{id}/preview", func() string {
		answer(mock, "POST", "/v2/template/"+templateID+"/preview", 400, "")
		_, err := c.PreviewTemplate(t.Context(), templateID, nil)
		var e *notify.Error
		require.ErrorAs(t, err, &e)
		return e.Route
	}())
}
