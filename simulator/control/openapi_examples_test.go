package control_test

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// exampleWorld is the one that the examples are about. Nothing in it is random.
func exampleWorld(t *testing.T) town {
	t.Helper()
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	w := setup(t, simulator.WithReadableIDs(), simulator.WithClock(func() time.Time { return now }))
	made := w.service(t, object{
		"name": "Licensing", "received_text_number": "07700900880", "send_files_contact": "https://www.gov.uk/contact",
		"templates": append(slices.Clone(templates), object{
			"type": "email", "name": "File", "subject": "A file", "body": "((file))",
		}),
	})
	made.text(t, "07900900123", "482913")
	live := made
	live.client = made.with(t, "live")
	live.letter(t)
	_, err := made.client.SendEmail(t.Context(), notify.Email{
		EmailAddress: "amala@example.com", TemplateID: made.template(t, "File"),
		Personalisation: notify.Personalisation{"file": notify.FileFromBytes("a.csv", []byte("a,b\n"))},
	})
	require.NoError(t, err)
	_, err = made.client.SendSMS(t.Context(), notify.SMS{PhoneNumber: "07900900123", TemplateID: made.template(t, "Code")})
	require.Error(t, err)
	w.must(t, "POST", made.url+"/faults", object{
		"reference": "never", "times": 1, "faults": []object{{"kind": "lose_answer"}},
	})
	w.must(t, "POST", "/simulator/snapshots", nil)
	return w
}

// steady takes out of an answer what differs from run to run.
func steady(v any) any {
	switch v := v.(type) {
	case object:
		for name := range v {
			switch name {
			case "milliseconds":
				v[name] = 0.5
			case "headers":
				if _, of := v["milliseconds"]; of {
					v[name] = object{}
				}
			}
			v[name] = steady(v[name])
		}
	case []any:
		for i := range v {
			v[i] = steady(v[i])
		}
	}
	return v
}

// TestExamplesRun makes the request of every example, in a world of its own, and compares the answer.
func TestExamplesRun(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(specification)
	require.NoError(t, err)
	var document yaml.Node
	require.NoError(t, yaml.Unmarshal(data, &document))
	s, err := readSpec()
	require.NoError(t, err)
	for key, o := range s.operations {
		target, _ := o.fields["x-example"].(string)
		require.NotEmpty(t, target, key)
		w := exampleWorld(t)
		var body any
		if request, ok := o.fields["requestBody"].(object); ok {
			body = request["content"].(object)["application/json"].(object)["example"]
			require.NotNil(t, body, key)
		}
		r := newRequest(t, o.method, target, body)
		require.Same(t, o, s.find(r))
		rec := httptest.NewRecorder()
		w.api.ServeHTTP(rec, r)
		described(t, r, rec)
		require.Less(t, rec.Code, 300, "%s: %s", key, rec.Body)
		if rec.Header().Get("Content-Type") != "application/json" {
			continue
		}
		var got any
		require.NoError(t, json.Unmarshal(rec.Body.Bytes(), &got))
		place := child(t, &document, "paths", o.path, strings.ToLower(o.method), "responses", strconv.Itoa(rec.Code),
			"content", "application/json")
		if *update {
			setExample(t, place, steady(got))
			continue
		}
		var want any
		answer := o.fields["responses"].(object)[strconv.Itoa(rec.Code)].(object)
		encoded, err := json.Marshal(answer["content"].(object)["application/json"].(object)["example"])
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(encoded, &want))
		require.Equal(t, want, steady(got), "%s: run the test with -update", key)
	}
	if *update {
		var out bytes.Buffer
		encoder := yaml.NewEncoder(&out)
		encoder.SetIndent(2)
		require.NoError(t, encoder.Encode(&document))
		require.NoError(t, os.WriteFile(specification, out.Bytes(), 0o600))
	}
}

func child(t *testing.T, n *yaml.Node, path ...string) *yaml.Node {
	t.Helper()
	if n.Kind == yaml.DocumentNode {
		n = n.Content[0]
	}
	for _, step := range path {
		i := slices.IndexFunc(n.Content, func(key *yaml.Node) bool { return key.Value == step })
		require.GreaterOrEqual(t, i, 0, step)
		n = n.Content[i+1]
	}
	return n
}

func setExample(t *testing.T, place *yaml.Node, answer any) {
	t.Helper()
	var value yaml.Node
	require.NoError(t, value.Encode(answer))
	for i := 0; i < len(place.Content); i += 2 {
		if place.Content[i].Value == "example" {
			place.Content[i+1] = &value
			return
		}
	}
	place.Content = append(place.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: "example"}, &value)
}
