package notify_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"os"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

const (
	receiptBody = `{"id": "` + notificationID + `", "reference": "` + privateReference + `", "to": "` + privatePhone +
		`", "status": "delivered", "created_at": "2026-11-23T08:49:42.142130Z", ` +
		`"completed_at": "2026-11-23T08:49:44.218848Z", "sent_at": "2026-11-23T08:49:43.194865Z", ` +
		`"notification_type": "sms", "template_id": "` + templateID + `", "template_version": 3}`
	textBody = `{"id": "` + notificationID + `", "source_number": "447900900456", ` +
		`"destination_number": "07700900880", "message": "` + privateName + ` \ud83c\udf89 caf\u00e9", ` +
		`"date_received": "2026-11-20T11:56:11.000000Z"}`
	letterBody = `{"notification_id": "` + notificationID + `", "reference": "` + privateReference + `", ` +
		`"date_sent": "2026-11-20T11:56:11.000000Z", "sent_by": "` + privateName + `@example.gov.uk", ` +
		`"template_name": "Letter 3", "template_id": "` + templateID + `", "template_version": 1, ` +
		`"spreadsheet_file_name": "` + privateName + `.csv", "spreadsheet_row_number": 2, ` +
		`"upload_letter_file_name": "` + privateName + `.pdf"}`
	precompiledBody = `{"notification_id": "` + notificationID + `", "reference": null, ` +
		`"date_sent": "2026-11-20T11:56:11.000000Z", "sent_by": "API", "template_name": null, "template_id": "None", ` +
		`"template_version": null, "spreadsheet_file_name": null, "spreadsheet_row_number": null, ` +
		`"upload_letter_file_name": null}`
)

// recordedCallbacks are what the real service posted, by kind, with ids and times in place of the placeholders.
func recordedCallbacks(t testing.TB) map[string][]string {
	t.Helper()
	recorded, err := os.ReadFile("testdata/callbacks/callbacks.json")
	require.NoError(t, err)
	var file struct {
		Entries []struct {
			Callbacks []struct{ URL, Body string }
		}
	}
	require.NoError(t, json.Unmarshal(recorded, &file))
	bodies := map[string][]string{}
	for _, entry := range file.Entries {
		for _, callback := range entry.Callbacks {
			body := strings.ReplaceAll(callback.Body, "<uuid:1>", notificationID)
			for second := 0; strings.Contains(body, "<timestamp>"); second++ {
				at := fmt.Sprintf("2026-11-23T08:49:%02d.142130Z", second)
				body = strings.Replace(body, "<timestamp>", at, 1)
			}
			bodies[path.Base(callback.URL)] = append(bodies[path.Base(callback.URL)], body)
		}
	}
	return bodies
}

// asWritten are the fields of a payload under the names that Notify gives them.
func asWritten(t *testing.T, payload interface{ JSON() ([]byte, error) }) map[string]any {
	t.Helper()
	kept, err := payload.JSON()
	require.NoError(t, err)
	var fields map[string]any
	require.NoError(t, json.Unmarshal(kept, &fields))
	return fields
}

// Every field of every callback that was recorded arrives.
func TestRecordedCallbacks(t *testing.T) {
	t.Parallel()
	recorded := recordedCallbacks(t)
	check := func(body string, payload interface{ JSON() ([]byte, error) }) {
		var posted map[string]any
		require.NoError(t, json.Unmarshal([]byte(body), &posted))
		got := asWritten(t, payload)
		for name, want := range posted {
			switch value := want.(type) {
			case nil:
				require.Zero(t, got[name], "%s of %s", name, body)
			case string:
				if at, err := time.Parse(time.RFC3339, value); err == nil {
					value = at.Format(time.RFC3339Nano)
				} else if name == "template_id" && value == "None" {
					value = ""
				}
				require.Equal(t, value, got[name], "%s of %s", name, body)
			default:
				require.Equal(t, want, got[name], "%s of %s", name, body)
			}
			delete(got, name)
		}
		require.Empty(t, got, "more than was posted")
	}
	for _, body := range recorded["delivery_status"] {
		var r notify.DeliveryReceipt
		require.NoError(t, json.Unmarshal([]byte(body), &r))
		check(body, r)
		require.True(t, r.Status.IsFinal())
	}
	for _, body := range recorded["inbound_sms"] {
		var text notify.InboundText
		require.NoError(t, json.Unmarshal([]byte(body), &text))
		check(body, text)
	}
	for _, body := range recorded["returned_letter"] {
		var l notify.ReturnedLetter
		require.NoError(t, json.Unmarshal([]byte(body), &l))
		check(body, l)
	}
	require.Len(t, recorded["delivery_status"], 9)
	require.Len(t, recorded["inbound_sms"], 2)
	require.Len(t, recorded["returned_letter"], 2)
}

func TestCallbackPayloads(t *testing.T) {
	t.Parallel()
	var r notify.DeliveryReceipt
	require.NoError(t, json.Unmarshal([]byte(receiptBody), &r))
	require.Equal(t, notify.DeliveryReceipt{
		ID: notificationID, Reference: privateReference, To: privatePhone, Status: notify.StatusDelivered,
		CreatedAt:        time.Date(2026, 11, 23, 8, 49, 42, 142130000, time.UTC),
		SentAt:           time.Date(2026, 11, 23, 8, 49, 43, 194865000, time.UTC),
		CompletedAt:      time.Date(2026, 11, 23, 8, 49, 44, 218848000, time.UTC),
		NotificationType: notify.NotificationTypeSMS, TemplateID: templateID, TemplateVersion: 3,
	}, r)
	require.Equal(t, notificationID+"/delivered", r.Key())

	var text notify.InboundText
	require.NoError(t, json.Unmarshal([]byte(textBody), &text))
	require.Equal(t, notify.InboundText{
		ID: notificationID, SourceNumber: "447900900456", DestinationNumber: "07700900880",
		Message: privateName + " 🎉 café", DateReceived: time.Date(2026, 11, 20, 11, 56, 11, 0, time.UTC),
	}, text)
	require.Equal(t, notificationID, text.Key())

	var l notify.ReturnedLetter
	require.NoError(t, json.Unmarshal([]byte(letterBody), &l))
	require.Equal(t, notify.ReturnedLetter{
		NotificationID: notificationID, Reference: privateReference, SentBy: privateName + "@example.gov.uk",
		DateSent:     time.Date(2026, 11, 20, 11, 56, 11, 0, time.UTC),
		TemplateName: "Letter 3", TemplateID: templateID, TemplateVersion: 1,
		SpreadsheetFileName: privateName + ".csv", SpreadsheetRowNumber: 2, UploadLetterFileName: privateName + ".pdf",
	}, l)
	require.Equal(t, notificationID+"/returned-letter", l.Key())

	require.NoError(t, json.Unmarshal([]byte(precompiledBody), &l), "and nothing of the letter before stays")
	require.Equal(t, notify.ReturnedLetter{
		NotificationID: notificationID, SentBy: "API", DateSent: time.Date(2026, 11, 20, 11, 56, 11, 0, time.UTC),
	}, l)
}

// What Notify may add one day, and what GC Notify sends, is no reason to lose a receipt.
func TestUnknownFieldsAndStatuses(t *testing.T) {
	t.Parallel()
	var r notify.DeliveryReceipt
	require.NoError(t, json.Unmarshal([]byte(`{"id":"`+notificationID+`","status":"in-flight","sent_at":null,
		"created_at":"2026-11-23 08:49:42.142130","completed_at":"","notification_type":"pigeon","reference":null,
		"status_description":"On its way","provider_response":{"feathers":[1,2]}}`), &r))
	require.Equal(t, notify.DeliveryReceipt{
		ID: notificationID, Status: "in-flight", NotificationType: "pigeon",
		CreatedAt: time.Date(2026, 11, 23, 8, 49, 42, 142130000, time.UTC),
	}, r)
	require.False(t, r.Status.IsFinal())
}

// A time in a form that nobody knows is zero: the callback would be lost over it.
func TestTimesOfUnknownForm(t *testing.T) {
	t.Parallel()
	var r notify.DeliveryReceipt
	require.NoError(t, r.UnmarshalJSON([]byte(`{"id":"`+notificationID+`","status":"delivered",
		"created_at":"Xanthippe","completed_at":8675309,"sent_at":{}}`)))
	require.True(t, r.CreatedAt.IsZero() && r.CompletedAt.IsZero() && r.SentAt.IsZero())
}

// What is no payload changes nothing, and the error quotes nothing of it.
func TestNoPayload(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`null`, `[]`, `"` + privateName + `"`, `8675309`, `{}`, `{"id":"` + privateName + `"}`,
		`{"id":"` + notificationID + `"}`, `{"notification_id":"` + notificationID + `"}`,
		`{"id":"` + privateName + `","status":"delivered","source_number":"1"}`,
		`{"id":"` + notificationID + `","status":"delivered","source_number":"1","to":8675309,"message":8675309}`,
		`{"id":"` + notificationID + `","status":8675309,"source_number":8675309}`,
		`{"notification_id":"` + notificationID + `","sent_by":"API","template_version":"Xanthippe"}`,
		`{"notification_id":"` + notificationID + `","complaint_id":"` + notificationID + `","to":"x"}`,
	} {
		r, text := notify.DeliveryReceipt{To: "a"}, notify.InboundText{Message: "b"}
		letter := notify.ReturnedLetter{SentBy: "c"}
		for want, payload := range map[string]any{
			"notify: not a delivery receipt: JSON of that form with an id and a status":             &r,
			"notify: not a received text: JSON of that form with an id and a source_number":         &text,
			"notify: not a returned letter: JSON of that form with a notification_id and a sent_by": &letter,
		} {
			require.EqualError(t, payload.(json.Unmarshaler).UnmarshalJSON([]byte(body)), want, body)
		}
		require.Equal(t, notify.DeliveryReceipt{To: "a"}, r)
		require.Equal(t, notify.InboundText{Message: "b"}, text)
		require.Equal(t, notify.ReturnedLetter{SentBy: "c"}, letter)
	}
}

// callbackPayloads are one of each, decoded from the bodies above.
func callbackPayloads(t *testing.T) (notify.DeliveryReceipt, notify.InboundText, notify.ReturnedLetter) {
	t.Helper()
	var r notify.DeliveryReceipt
	var text notify.InboundText
	var l notify.ReturnedLetter
	require.NoError(t, json.Unmarshal([]byte(receiptBody), &r))
	require.NoError(t, json.Unmarshal([]byte(textBody), &text))
	require.NoError(t, json.Unmarshal([]byte(letterBody), &l))
	return r, text, l
}

// Nobody's number, name or words are shown by anything that prints, logs or encodes.
func TestPayloadsShowNothing(t *testing.T) {
	t.Parallel()
	r, text, letter := callbackPayloads(t)
	swapped := notify.DeliveryReceipt{ // by someone who fills it with what should stand elsewhere
		ID: privateName, Status: privatePhone, NotificationType: privateName, TemplateID: privateName,
	}
	count := 0
	check := func(rendered string) {
		count++
		for _, secret := range []string{privatePhone, privatePhone[2:], privateReference, privateName, "example.gov.uk"} {
			require.NotContains(t, rendered, secret)
			require.NotContains(t, rendered, fmt.Sprintf("%x", secret))
		}
	}
	for _, subject := range []any{
		r, &r, text, &text, letter, &letter, swapped, []notify.DeliveryReceipt{r}, map[string]any{"text": text},
		struct{ Letter any }{letter}, struct{ Letter *notify.ReturnedLetter }{&letter}, fmt.Errorf("failed: %v", text),
	} {
		for _, verb := range "vsqxXdtcbeEfFgGoOTU" {
			for _, flags := range []string{"", "+", "#", "-5", "08"} {
				check(fmt.Sprintf("%"+flags+string(verb), subject))
			}
		}
		check(fmt.Sprint(subject))
		encoded, err := json.Marshal(subject)
		check(string(encoded) + fmt.Sprint(err))
		encoded, err = xml.Marshal(subject)
		check(string(encoded) + fmt.Sprint(err))
		var buf bytes.Buffer
		check(fmt.Sprint(gob.NewEncoder(&buf).Encode(subject)) + buf.String())
		buf.Reset()
		for _, handler := range []slog.Handler{slog.NewTextHandler(&buf, timeless), slog.NewJSONHandler(&buf, timeless)} {
			slog.New(handler).With("with", subject).Error("failed", "it", subject, slog.Group("in", "it", subject))
			check(buf.String())
		}
	}
	require.Greater(t, count, 1000)
}

// What is shown is enough to find the message by.
func TestPayloadsShowWhatTheyAreAbout(t *testing.T) {
	t.Parallel()
	r, text, letter := callbackPayloads(t)
	want := "notify.DeliveryReceipt[id=" + notificationID + " status=delivered type=sms template=" + templateID +
		" version=3]"
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d"} {
		require.Equal(t, want, fmt.Sprintf(verb, r))
	}
	require.Equal(t, `"`+want+`"`, fmt.Sprintf("%q", &r))
	require.Equal(t, "notify.InboundText[id="+notificationID+"]", text.String())
	require.Equal(t, "notify.ReturnedLetter[id="+notificationID+" template="+templateID+" version=1]", letter.String())
	require.Equal(t, "notify.DeliveryReceipt[id=… status= type= template= version=0]",
		notify.DeliveryReceipt{ID: "Amala"}.String())
	word := notify.Status(strings.Repeat("a", 40))
	require.Equal(t, "notify.DeliveryReceipt[id= status="+string(word)+" type= template= version=0]",
		notify.DeliveryReceipt{Status: word}.String())
	require.Equal(t, "notify.DeliveryReceipt[id= status=… type= template= version=0]",
		notify.DeliveryReceipt{Status: word + "a"}.String())
}

// A payload that is encoded without being asked is an error, at once and not when it is read back.
func TestPayloadsAreEncodedOnRequestOnly(t *testing.T) {
	t.Parallel()
	r, text, letter := callbackPayloads(t)
	for _, payload := range []interface{ JSON() ([]byte, error) }{r, text, letter} {
		const want = "notify: not encoded, as it holds personal data: use its method JSON"
		_, err := json.Marshal(payload)
		require.ErrorContains(t, err, want)
		_, err = xml.Marshal(payload)
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, gob.NewEncoder(new(bytes.Buffer)).Encode(payload), want)

		kept, err := payload.JSON()
		require.NoError(t, err)
		switch payload := payload.(type) {
		case notify.DeliveryReceipt:
			var back notify.DeliveryReceipt
			require.NoError(t, json.Unmarshal(kept, &back))
			require.Equal(t, payload, back)
		case notify.InboundText:
			var back notify.InboundText
			require.NoError(t, json.Unmarshal(kept, &back))
			require.Equal(t, payload, back)
		case notify.ReturnedLetter:
			var back notify.ReturnedLetter
			require.NoError(t, json.Unmarshal(kept, &back))
			require.Equal(t, payload, back)
		}
	}
}
