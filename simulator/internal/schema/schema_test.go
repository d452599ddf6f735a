package schema_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/text"
	"github.com/notifykit/notify/simulator/internal/schema"
)

const id = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func parsed(t *testing.T, body string) any {
	t.Helper()
	v, err := pyjson.Parse([]byte(body))
	require.NoError(t, err)
	return v
}

// TestOrder: properties with wrong values come first, then missing properties, then unexpected ones.
func TestOrder(t *testing.T) {
	t.Parallel()
	for body, want := range map[string][]string{
		`[1, "it's"]`: {`[1, "its"] is not of type object`},
		`{"phone_number": "07900900123", "template_id": "` + id + `"}`: nil,
		`{"b": 1, "template_id": 1, "reference": 2, "a": 1}`: {
			"reference 2 is not of type string", "template_id is not a valid UUID",
			"phone_number is a required property",
			"Additional properties are not allowed (a, b were unexpected)",
		},
		`{"phone_number": "1", "template_id": "` + id + `", "scheduled_for": null, "it's": 1}`: {
			"phone_number Number is not valid – double check the phone number you entered",
			`Additional properties are not allowed ("its" was unexpected)`,
		},
	} {
		require.Equal(t, want, schema.SMS.CheckAt(noon, parsed(t, body)).Wrong, body)
	}
}

func TestPhone(t *testing.T) {
	t.Parallel()
	found := schema.SMS.CheckAt(noon, parsed(t, `{"phone_number": "07900 900123", "template_id": "`+id+`"}`))
	require.Empty(t, found.Wrong)
	require.NoError(t, found.Err)
	require.Equal(t, "447900900123", found.Phone.E164())

	found = schema.SMS.CheckAt(noon, parsed(t, `{"phone_number": "\ufa6c"}`))
	require.ErrorIs(t, found.Err, text.ErrDecomposition)
}

func TestUnsubscribeURL(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]bool{
		"https://example.com/x?y=1#z": true, "https:x": true, "https://[::1]:443": true, "https://a/%41\n": true,
		"http://example.com": false, "https": false, "https://a b": false, "https://a/%4": false, "HTTPS://a": false,
	} {
		o := &pyjson.Object{}
		o.Set("email_address", "a@example.com")
		o.Set("template_id", id)
		o.Set("one_click_unsubscribe_url", url)
		require.Equal(t, want, schema.Email.Check(o) == nil, "%q", url)
	}
}

func TestQuery(t *testing.T) {
	t.Parallel()
	query := &pyjson.Object{}
	query.Set("template_type", []any{"sms", "fax", "pigeon"})
	query.Set("older_than", "x")
	require.Equal(t, []string{
		"template_type fax is not one of [sms, email, letter]", "template_type pigeon is not one of [sms, email, letter]",
		"older_than is not a valid UUID",
	}, schema.Notifications.Check(query))
	require.Equal(t, []string{"notification_id is not a valid UUID"}, schema.CheckID("notification_id", "x"))
	require.Nil(t, schema.CheckID("notification_id", id))
}

func TestCheckFile(t *testing.T) {
	t.Parallel()
	for body, want := range map[string][]string{
		`{"file": "x", "is_csv": null, "retention_period": " 78 WEEKS ", "filename": null}`: {
			"Do not set a value for `is_csv` if `filename` is set.",
		},
		`{"file": "x", "retention_period": "１ week", "confirm_email_before_download": true}`: nil,
		`{"file": 1, "is_csv": "no", "retention_period": "79 weeks", "filename": "report", "size": 1}`: {
			"Additional properties are not allowed (size was unexpected)",
			"file 1 is not of type string",
			"is_csv Unsupported value for is_csv: no. Use a boolean true or false value.",
			"retention_period Unsupported value for retention_period: 79 weeks. " +
				"Supported periods are from 1 to 78 weeks.",
			"filename `filename` must end with a file extension. For example, filename.csv",
			"Do not set a value for `is_csv` if `filename` is set.",
		},
	} {
		require.Equal(t, want, schema.CheckFile(parsed(t, body).(*pyjson.Object)), body)
	}
}

// FuzzCheck checks any JSON against the schemas: nothing may panic.
func FuzzCheck(f *testing.F) {
	f.Add(`{"phone_number":"07900900123","template_id":"` + id + `","scheduled_for":"2026-W48-2T10:30:00.5+01"}`)
	f.Add(`{"email_address":"a@example.com","one_click_unsubscribe_url":"https://[::1]/%41?#"}`)
	f.Add(`{"file":"","retention_period":"1 week","is_csv":[],"filename":"` + strings.Repeat("x", 1001) + `"}`)
	f.Add(`{"reference":{},"content":null,"postage":"third"}`)
	f.Fuzz(func(t *testing.T, body string) {
		v, err := pyjson.Parse([]byte(body))
		if err != nil {
			return
		}
		for _, s := range []schema.Schema{
			schema.SMS, schema.Email, schema.Letter, schema.PrecompiledLetter, schema.Preview, schema.Notifications,
		} {
			for _, wrong := range s.CheckAt(noon, v).Wrong {
				require.NotEmpty(t, wrong)
			}
		}
		if o, ok := v.(*pyjson.Object); ok {
			schema.CheckFile(o)
		}
	})
}
