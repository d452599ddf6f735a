package simulator_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// receiver keeps what is posted to it. It responds with its statuses, one after the other, and with 200 after those.
type receiver struct {
	mu       sync.Mutex
	statuses []int
	requests []*http.Request
	bodies   []string
}

const callbackToken = "callback-bearer-token"

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests, r.bodies = append(r.requests, req), append(r.bodies, string(body))
	if len(r.statuses) > 0 {
		w.WriteHeader(r.statuses[0])
		r.statuses = r.statuses[1:]
	}
}

func (r *receiver) received() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.bodies...)
}

type recordedCallbacks struct {
	Entries []struct {
		Trigger struct {
			Path     string
			JSON     map[string]any
			Note     string
			Provider map[string]string `json:"provider_request"`
		}
		Callbacks []struct {
			Method, URL, Body string
			Headers           map[string]string
		}
	}
}

// TestCallbackRecordings: the callbacks are those that the real service made, byte for byte.
func TestCallbackRecordings(t *testing.T) {
	t.Parallel()
	var recorded recordedCallbacks
	data, err := os.ReadFile("testdata/callbacks.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &recorded))
	require.Len(t, recorded.Entries, 16)
	world, err := os.ReadFile(filepath.Join(recordings, "world.json"))
	require.NoError(t, err)
	c := &clock{now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	sim := simulator.New(simulator.WithClock(c.Now))
	require.NoError(t, sim.Load(world))
	w := town{sim: sim, svc: sim.Service("ca511ad8-5c73-4849-bbbe-5965dcd1d249")}
	r := &receiver{}
	for kind, path := range map[simulator.CallbackKind]string{
		simulator.CallbackKindDeliveryReceipt: "delivery_status",
		simulator.CallbackKindReceivedText:    "inbound_sms",
		simulator.CallbackKindReturnedLetter:  "returned_letter",
	} {
		require.NoError(t, w.svc.SetCallback(kind, simulator.Callback{
			URL: "https://callbacks.example.gov.uk/" + path, Handler: r, BearerToken: callbackToken,
		}))
	}

	post := func(key simulator.KeyType, path string, body map[string]any) string {
		a := w.do(t, w.svc.Key(key), "POST", path, body)
		require.Equal(t, 201, a.status, a.raw)
		return a.id()
	}
	address := fields{"address_line_1": "A", "address_line_2": "B", "postcode": "SW1A 1AA"}
	returned := func(body map[string]any) string {
		id := post(simulator.KeyTypeLive, "/v2/notifications/letter", body)
		require.NoError(t, w.svc.SetStatus(id, simulator.StatusDelivered))
		require.NoError(t, w.svc.ReturnLetter(id))
		return id
	}
	for i, e := range recorded.Entries {
		c.advance(time.Second)
		*r = receiver{}
		var id string
		switch given := e.Trigger; {
		case given.JSON != nil:
			id = post(simulator.KeyTypeTest, given.Path, given.JSON)
		case given.Provider != nil:
			unquoted := strings.NewReplacer("+", " ", "%0A", "\n", "%3A", ":", "%F0%9F%8E%89", "🎉", "%C3%A9", "é")
			at, err := time.Parse(time.DateTime, unquoted.Replace(given.Provider["DateRecieved"]))
			require.NoError(t, err)
			c.advance(at.Sub(c.Now()))
			id, err = w.svc.ReceiveText(given.Provider["MSISDN"], unquoted.Replace(given.Provider["Message"]))
			require.NoError(t, err)
			c.advance(time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC).Sub(c.Now()))
		case given.Note == "template at version 2":
			id = post(simulator.KeyTypeTest, given.Path, fields{
				"template_id": "4964598d-90f7-4aa2-af3d-72e34bb44dfe", "phone_number": "07900900123",
				"personalisation": fields{"a": "1", "b": "2", "c": "3"},
			})
		case strings.Contains(given.Note, "(letter,"):
			id = returned(fields{
				"template_id": "a9c147a2-8428-4ca5-b736-55340dc395d5", "reference": "returned-1", "personalisation": address,
			})
		default:
			id = returned(fields{
				"reference": "returned-2", "content": base64.StdEncoding.EncodeToString(drawn(t, 1)),
			})
		}
		sim.Advance(0)
		require.Len(t, r.bodies, len(e.Callbacks), "entry %d", i)
		for j, want := range e.Callbacks {
			got := r.requests[j]
			require.Equal(t, want.Method, got.Method)
			require.Equal(t, want.URL, "https://"+got.Host+got.URL.Path)
			for name, value := range want.Headers {
				require.Equal(t, []string{value}, got.Header[name], name)
			}
			pattern := strings.NewReplacer(
				"<timestamp>", `\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z`, "<uuid:1>", id,
			).Replace(regexp.QuoteMeta(want.Body))
			require.Regexp(t, "^"+pattern+"$", r.bodies[j], "entry %d", i)
		}
	}
}
