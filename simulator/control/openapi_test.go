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

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

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
	query        map[string]*jsonschema.Schema // of the query, by name
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
				answers: map[string]*jsonschema.Schema{}, query: map[string]*jsonschema.Schema{},
			}
			at := "openapi.json#/paths/" + strings.ReplaceAll(path, "/", "~1") + "/" + method
			parameters, _ := o.fields["parameters"].([]any)
			for i, parameter := range parameters {
				place := at + "/parameters/" + strconv.Itoa(i)
				name, _ := parameter.(object)["name"].(string)
				if shared, ok := parameter.(object)["$ref"].(string); ok {
					place, name = "openapi.json"+shared, shared[strings.LastIndex(shared, "/")+1:]
				}
				if o.query[name], err = compiler.Compile(place + "/schema"); err != nil {
					return nil, err
				}
			}
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
	for name, given := range r.URL.Query() {
		if schema := o.query[name]; schema != nil && status < 400 {
			require.NoError(t, schema.Validate(given[0]), "%s %s: a parameter was accepted that is not described: %s", o.method,
				o.path, name)
		}
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

// TestNothingIsLooserThanItsDescription: what the description rules out, the API refuses, and the other way round.
func TestNothingIsLooserThanItsDescription(t *testing.T) {
	t.Parallel()
	s, err := readSpec()
	require.NoError(t, err)
	w := setup(t).service(t, object{"received_text_number": "07700900880"})
	id := w.text(t, "07900900123", "482913")
	check := func(method, target string, body any, want bool) {
		t.Helper()
		r := newRequest(t, method, target, body)
		o := s.find(r)
		require.NotNil(t, o, target)
		fits := true
		for name, given := range r.URL.Query() {
			require.Contains(t, o.query, name)
			fits = fits && o.query[name].Validate(given[0]) == nil
		}
		if content, _ := body.(string); content != "" {
			value, err := jsonschema.UnmarshalJSON(strings.NewReader(content))
			require.NoError(t, err)
			fits = fits && o.body.Validate(value) == nil
		} else if o.body != nil {
			fits = false // all of them say that it is required
		}
		rec := httptest.NewRecorder()
		w.api.ServeHTTP(rec, r)
		require.Equal(t, want, rec.Code != http.StatusBadRequest, "%s %s %v: %s", method, target, body, rec.Body)
		require.Equal(t, want, fits, "%s %s %v: the description says the contrary", method, target, body)
	}
	for body, want := range map[string]bool{
		"POST /faults":                  false,
		`POST /faults {"faults": []}`:   false,
		`POST /faults {"faults": null}`: false,
		`POST /faults {"faults": [{"kind": "lose_answer"}], "skip": -1}`:            false,
		`POST /faults {"faults": [{"kind": "lose_answer"}], "times": 0}`:            false,
		`POST /faults {"faults": [{"kind": "lose_answer"}], "times": null}`:         false,
		`POST /faults {"faults": [{"kind": "lose_answer", "body": null}]}`:          false,
		`POST /faults {"faults": [{"kind": "delay_answer", "delay": "soon"}]}`:      false,
		`POST /faults {"faults": [{"kind": "delay_answer", "delay": "1m30s"}]}`:     true,
		`POST /faults {"faults": [{"kind": "delay_answer", "delay": "0x1p3"}]}`:     false,
		`POST /faults {"faults": [{"kind": "lose_answer"}], "skip": 0, "times": 1}`: true,
		`POST /received-texts {"from": ""}`:                                         false,
		`POST /received-texts {"from": "07900900123", "content": null}`:             false,
		`POST /received-texts {"from": "07900900123"}`:                              true,
		`POST /callbacks/quirks {"quirk": "twice", "next": -1}`:                     false,
		`POST /callbacks/quirks {"quirk": "twice", "next": null}`:                   false,
		`POST /callbacks/quirks {"quirk": "twice", "next": 0}`:                      true,
		"PATCH ":                                                  false,
		"PATCH  {}":                                               true,
		`PATCH  {"trial_mode": null}`:                             false,
		`PATCH  {"plan": {"outcome": "1s"}}`:                      true,
		`POST /keys {"type": "test", "name": null}`:               false,
		"GET /messages?limit=1000":                                true,
		"GET /messages?limit=1001":                                false,
		"GET /messages?limit=-1":                                  false,
		"GET /messages?limit=%2B1":                                false,
		"GET /messages?limit=":                                    false,
		"GET /messages?wait=1s":                                   true,
		"GET /messages?wait=0.5":                                  true,
		"GET /messages?wait=-1s":                                  false,
		"GET /messages?wait=soon":                                 false,
		"GET /messages?wait=0x1p-3":                               false,
		"GET /messages?to=":                                       false,
		"GET /messages?status=":                                   false,
		"GET /messages?type=fax":                                  false,
		"GET /messages?key_type=other":                            false,
		"GET /messages?no_reference=yes":                          false,
		"GET /messages?no_reference=false":                        true,
		"GET /messages?min=1000001":                               false,
		"GET /messages?count=01":                                  false,
		"GET /messages/" + id + "?status=delivered":               true,
		"GET /messages/" + id + "?status=":                        false,
		"GET /requests?status=1000":                               false,
		"GET /requests?status=201":                                true,
		"GET /requests?status=created":                            false,
		"GET /requests?refused=perhaps":                           false,
		"GET /problems?unseen=1":                                  true,
		`POST /simulator/time/advance {}`:                         false,
		`POST /simulator/time/advance {"by": "1s", "to": "next"}`: false,
		`POST /simulator/time/advance {"by": null, "to": "next"}`: false,
		`POST /simulator/time/advance {"by": 1}`:                  true,
		`POST /simulator/time/advance {"to": "next"}`:             true,
		`POST /simulator/services {"name": ""}`:                   false,
		`POST /simulator/services {"name": "A", "templates": [{"type": "sms", "id": null}]}`: false,
	} {
		method, target, _ := strings.Cut(body, " ")
		target, content, _ := strings.Cut(target, " ")
		if !strings.HasPrefix(target, "/simulator") {
			target = w.url + target
		}
		if method == http.MethodGet {
			check(method, target, nil, want)
		} else {
			check(method, target, content, want)
		}
	}
}
