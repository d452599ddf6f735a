package control_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/control"
)

var update = flag.Bool("update", false, "write the answers that came into openapi.yaml")

const specification = "openapi.yaml"

// spec is the description, read once: the operations with their schemas.
type spec struct {
	operations map[[2]string]*operation // by method and path
}

type operation struct {
	method, path string
	pattern      *regexp.Regexp
	fields       object
	body         *jsonschema.Schema            // of the request, or nil
	answers      map[string]*jsonschema.Schema // of JSON, by status, or "default"
}

var readSpec = sync.OnceValues(func() (*spec, error) {
	data, err := os.ReadFile(specification)
	if err != nil {
		return nil, err
	}
	var document any
	if err := yaml.Unmarshal(data, &document); err != nil {
		return nil, err
	}
	encoded, err := json.Marshal(document)
	if err != nil {
		return nil, err
	}
	if document, err = jsonschema.UnmarshalJSON(bytes.NewReader(encoded)); err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("openapi.json", document); err != nil {
		return nil, err
	}
	s := &spec{map[[2]string]*operation{}}
	paths, _ := document.(object)["paths"].(object)
	for path, item := range paths {
		for method, fields := range item.(object) {
			if method == "parameters" {
				continue
			}
			o := &operation{
				method: strings.ToUpper(method), path: path, pattern: patternOf(path), fields: fields.(object),
				answers: map[string]*jsonschema.Schema{},
			}
			at := "openapi.json#/paths/" + strings.ReplaceAll(path, "/", "~1") + "/" + method
			const content = "/content/application~1json/schema"
			if o.fields["requestBody"] != nil {
				if o.body, err = compiler.Compile(at + "/requestBody" + content); err != nil {
					return nil, err
				}
			}
			for status, r := range o.fields["responses"].(object) {
				place := at + "/responses/" + status + content
				if status == "default" {
					place = "openapi.json#/components/responses/Error" + content
				} else if kinds, _ := r.(object)["content"].(object); kinds["application/json"] == nil {
					continue
				}
				if o.answers[status], err = compiler.Compile(place); err != nil {
					return nil, err
				}
			}
			s.operations[[2]string{o.method, path}] = o
		}
	}
	return s, nil
})

// patternOf matches the paths of requests.
func patternOf(path string) *regexp.Regexp {
	parameter := regexp.MustCompile(`\\\{\w+\\\}`)
	return regexp.MustCompile("^" + parameter.ReplaceAllString(regexp.QuoteMeta(path), "[^/]+") + "$")
}

// find is the operation of a request, or nil. A path with fewer parameters wins, as it does in the router.
func (s *spec) find(r *http.Request) (found *operation) {
	for _, o := range s.operations {
		if o.method == r.Method && o.pattern.MatchString(r.URL.EscapedPath()) &&
			(found == nil || strings.Count(o.path, "{") < strings.Count(found.path, "{")) {
			found = o
		}
	}
	return found
}

// described fails unless the answer is what the description says, and the body too, if it was accepted.
func described(t testing.TB, r *http.Request, rec *httptest.ResponseRecorder) {
	t.Helper()
	s, err := readSpec()
	require.NoError(t, err)
	o := s.find(r)
	if o == nil {
		require.GreaterOrEqual(t, rec.Code, 400)
		return
	}
	schema, status := o.answers[strconv.Itoa(rec.Code)], rec.Code
	if status >= 400 {
		schema = o.answers["default"]
	}
	_, isDescribed := o.fields["responses"].(object)[strconv.Itoa(status)]
	require.True(t, isDescribed || status >= 400, "%s %s: the answer %d is not described", o.method, o.path, status)
	if schema != nil {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(rec.Body.Bytes()))
		require.NoError(t, err)
		require.NoError(t, schema.Validate(value), "%s %s: %s", o.method, o.path, rec.Body)
	}
	if status < 400 && o.body != nil && r.GetBody != nil {
		body, err := r.GetBody()
		require.NoError(t, err)
		value, err := jsonschema.UnmarshalJSON(body)
		require.NoError(t, err)
		require.NoError(t, o.body.Validate(value), "%s %s: a body was accepted that is not described", o.method, o.path)
	}
}

func TestDescriptionHasEveryRouteAndNothingElse(t *testing.T) {
	t.Parallel()
	s, err := readSpec()
	require.NoError(t, err)
	var routes, operations []string
	for _, r := range control.Routes() {
		routes = append(routes, r[0]+" "+r[1])
	}
	for o := range s.operations {
		operations = append(operations, o[0]+" "+o[1])
	}
	slices.Sort(routes)
	slices.Sort(operations)
	require.Equal(t, routes, operations)

	rec := httptest.NewRecorder()
	setup(t).api.ServeHTTP(rec, newRequest(t, "GET", "/simulator/openapi.yaml", nil))
	onDisk, err := os.ReadFile(specification)
	require.NoError(t, err)
	require.Equal(t, string(onDisk), rec.Body.String())
}

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
