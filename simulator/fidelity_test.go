package simulator_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// docs/fidelity.md says what the recordings prove. Its figures and its list of known differences are checked here, so
// that they can't go stale. Its lists of what is only documented or not simulated have to be kept true by hand.

const (
	fidelityPage = "../docs/fidelity.md"
	fixturePage  = "../docs/fixture.md"
)

// recordedWork counts what the recordings contain.
type recordedWork struct {
	cases, requests int
	groups          map[string]int         // cases of each group
	operations      map[string]map[int]int // by operation, as in operationOf: requests by response status
	elsewhere       int                    // requests that belong to no operation
	ids             map[string]bool        // of the cases
}

func readRecordedWork(t *testing.T) recordedWork {
	t.Helper()
	work := recordedWork{groups: map[string]int{}, operations: map[string]map[int]int{}, ids: map[string]bool{}}
	var files []string
	for _, dir := range recordedSets {
		files = append(files, recordedFiles(t, dir)...)
	}
	for _, file := range files {
		for _, line := range readLines(t, file) {
			var c struct {
				ID, Group string
				Steps     []struct {
					Request struct {
						Method, Path string
						JSON         json.RawMessage
					}
					Response struct{ Status int }
				}
			}
			require.NoError(t, json.Unmarshal(line, &c))
			require.NotContains(t, work.ids, c.ID)
			work.ids[c.ID] = true
			work.cases++
			work.groups[c.Group]++
			for _, step := range c.Steps {
				work.requests++
				op := operationOf(step.Request.Method, step.Request.Path, step.Request.JSON)
				if op == "" {
					work.elsewhere++
					continue
				}
				if work.operations[op] == nil {
					work.operations[op] = map[int]int{}
				}
				work.operations[op][step.Response.Status]++
			}
		}
	}
	return work
}

var operations = []struct {
	name string
	path *regexp.Regexp
}{
	{"POST /v2/notifications/sms", regexp.MustCompile(`^POST /v2/notifications/sms$`)},
	{"POST /v2/notifications/email", regexp.MustCompile(`^POST /v2/notifications/email$`)},
	{"POST /v2/notifications/letter", regexp.MustCompile(`^POST /v2/notifications/letter$`)},
	{"GET /v2/notifications/{id}/pdf", regexp.MustCompile(`^GET /v2/notifications/[^/]+/pdf$`)},
	{"GET /v2/notifications/{id}", regexp.MustCompile(`^GET /v2/notifications/[^/]+$`)},
	{"GET /v2/notifications", regexp.MustCompile(`^GET /v2/notifications$`)},
	{"GET /v2/template/{id}/version/{n}", regexp.MustCompile(`^GET /v2/template/[^/]+/version/[^/]+$`)},
	{"GET /v2/template/{id}", regexp.MustCompile(`^GET /v2/template/[^/]+$`)},
	{"POST /v2/template/{id}/preview", regexp.MustCompile(`^POST /v2/template/[^/]+/preview$`)},
	{"GET /v2/templates", regexp.MustCompile(`^GET /v2/templates$`)},
	{"GET /v2/received-text-messages", regexp.MustCompile(`^GET /v2/received-text-messages$`)},
	{"POST /unsubscribe/{id}/{token}", regexp.MustCompile(`^POST /unsubscribe/[^/]+/[^/]+$`)},
	{"GET /_status", regexp.MustCompile(`^GET /_status$`)},
}

// operationOf returns the name of a request's operation, or "". A letter with content is a precompiled one.
func operationOf(method, path string, body json.RawMessage) string {
	path, _, _ = strings.Cut(path, "?")
	for _, op := range operations {
		if !op.path.MatchString(method + " " + path) {
			continue
		}
		var fields map[string]json.RawMessage
		_ = json.Unmarshal(body, &fields) // a body that is not an object has no content
		if _, precompiled := fields["content"]; precompiled && strings.HasSuffix(op.name, "/letter") {
			return op.name + " with content"
		}
		return op.name
	}
	return ""
}

func readPage(t *testing.T, name string) string {
	t.Helper()
	page, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(page)
}

// section returns the text below a heading of the page, up to the next heading of the same level.
func section(t *testing.T, page, heading string) string {
	t.Helper()
	_, below, found := strings.Cut(page, "\n## "+heading+"\n")
	require.True(t, found, "no heading %q", heading)
	below, _, _ = strings.Cut(below, "\n## ")
	return below
}

func TestFidelityTotals(t *testing.T) {
	t.Parallel()
	page, work := strings.Join(strings.Fields(readPage(t, fidelityPage)), " "), readRecordedWork(t)
	require.Contains(t, page, fmt.Sprintf("%d cases in %d groups, with %d requests",
		work.cases, len(work.groups), work.requests))
	require.Contains(t, page, fmt.Sprintf("The rest of the recorded requests, %d, are", work.elsewhere))
}

func TestFidelityOperations(t *testing.T) {
	t.Parallel()
	work := readRecordedWork(t)
	row := regexp.MustCompile("(?m)^\\| `([A-Z]+ [^ `]+)`( with `content`)? \\| (.*?) \\| (.*?) ?\\|")
	documented := map[string]string{}
	for _, m := range row.FindAllStringSubmatch(section(t, readPage(t, fidelityPage), "By operation"), -1) {
		documented[m[1]+strings.ReplaceAll(m[2], "`", "")] = m[3] + ": " + m[4]
	}
	recorded := map[string]string{}
	for _, op := range operations {
		recorded[op.name] = "0: " // unless it occurs
	}
	for op, byStatus := range work.operations {
		total, statuses := 0, []string{}
		for _, status := range slices.Sorted(maps.Keys(byStatus)) {
			total += byStatus[status]
			statuses = append(statuses, strconv.Itoa(status))
		}
		recorded[op] = fmt.Sprintf("%d: %s", total, strings.Join(statuses, ", "))
	}
	require.Equal(t, recorded, documented)
}

// TestFidelityOperationsExist: the simulator has every operation that the page names.
func TestFidelityOperationsExist(t *testing.T) {
	t.Parallel()
	sim := simulator.New()
	for _, op := range operations {
		method, path, _ := strings.Cut(op.name, " ")
		if !strings.HasPrefix(path, "/v2/") {
			continue // needs no token
		}
		path = strings.NewReplacer("{id}", "7d3c6f1e-2b52-4e27-9a3f-0b6f6a3a3c10", "{n}", "1").Replace(path)
		req, err := http.NewRequestWithContext(t.Context(), method, "http://notify.test"+path, http.NoBody)
		require.NoError(t, err)
		resp, err := sim.RoundTrip(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, http.StatusUnauthorized, resp.StatusCode, op.name)
	}
}

func TestFidelityGroups(t *testing.T) {
	t.Parallel()
	documented := map[string]int{}
	for line := range strings.Lines(section(t, readPage(t, fidelityPage), "By subject")) {
		cells := strings.Split(line, "|")
		if len(cells) < 3 {
			continue
		}
		for _, m := range regexp.MustCompile("`([^`]+)` \\(([0-9]+)\\)").FindAllStringSubmatch(cells[2], -1) {
			require.NotContains(t, documented, m[1], "the group stands twice")
			n, err := strconv.Atoi(m[2])
			require.NoError(t, err)
			documented[m[1]] = n
		}
	}
	require.Equal(t, readRecordedWork(t).groups, documented)
}

func TestFidelityKnownDifferences(t *testing.T) {
	t.Parallel()
	work, documented := readRecordedWork(t), map[string]string{}
	row := regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (.*) \\|$")
	for _, m := range row.FindAllStringSubmatch(section(t, readPage(t, fidelityPage), "Known differences"), -1) {
		require.Contains(t, work.ids, m[1])
		documented[m[1]] = m[2]
	}
	require.Equal(t, knownDifferences, documented)
}

// TestFixtureExamples: the examples of docs/fixture.md load.
func TestFixtureExamples(t *testing.T) {
	t.Parallel()
	page := readPage(t, fixturePage)
	examples := fixtureExamples(page)
	require.Len(t, examples, 3)
	for _, example := range examples {
		sim := simulator.New()
		require.NoError(t, sim.Load([]byte(example)), example)
		require.Len(t, sim.Services(), 1)
		svc := sim.Services()[0]
		require.NotEmpty(t, svc.Name())
	}
	smallest := simulator.New()
	require.NoError(t, smallest.Load([]byte(examples[0])))
	require.Contains(t, page, "`"+smallest.Services()[0].Key(simulator.KeyTypeTest)+"`",
		"the key that the page spells out")
}

func fixtureExamples(page string) []string {
	var examples []string
	for _, m := range regexp.MustCompile("(?s)```(?:yaml|json)\n(.*?)```").FindAllStringSubmatch(page, -1) {
		examples = append(examples, m[1])
	}
	return examples
}

// TestFixtureFields: every field of a fixture is described, and is in the full example.
func TestFixtureFields(t *testing.T) {
	t.Parallel()
	page := readPage(t, fixturePage)
	full := fixtureExamples(page)[1]
	described := map[string]bool{}
	for line := range strings.Lines(page) {
		cells := strings.Split(line, "|")
		if len(cells) < 5 {
			continue
		}
		for _, m := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(cells[1]+cells[2]+cells[4], -1) {
			described[m[1]] = true
		}
	}
	fields := map[string]bool{}
	collectFields(reflect.TypeFor[simulator.ServiceConfig](), fields)
	collectFields(reflect.TypeFor[simulator.Prices](), fields)
	require.Greater(t, len(fields), 50)
	delete(fields, "-") // what only Go can set
	for field := range fields {
		require.True(t, described[field], "%s is not described", field)
		require.Contains(t, full, field+":", "the full example lacks it")
	}
}

// collectFields collects the names that the fields of a type, and of the types in it, have in a fixture.
func collectFields(typ reflect.Type, names map[string]bool) {
	switch typ.Kind() {
	case reflect.Slice, reflect.Pointer:
		collectFields(typ.Elem(), names)
	case reflect.Struct:
		for f := range typ.Fields() {
			if name := f.Tag.Get("yaml"); name != "" {
				names[name] = true
				collectFields(f.Type, names)
			}
		}
	}
}
