package notify_test

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/notifykit/notify"
)

// saysUnknown is what an error says of its outcome by its kind. It has to agree with SafeToRetry.
func saysUnknown(err error) bool { return errors.Is(err, notify.ErrOutcomeUnknown) }

// A hostileJudge compares what the client said with the server's ledger.
type hostileJudge struct {
	server *hostileServer
	sends  []hostileSend

	mu       sync.Mutex
	seen     map[string]bool // the answers of which an error is kept
	close    []hostileSend
	rendered int
	leaks    map[string]int

	count   map[string]int
	byKind  map[string]map[string]int // of faults
	over    []time.Duration           // what each call took beyond its deadline, if anything
	slowest string                    // the kind of answer of the longest of them
}

func newHostileJudge(server *hostileServer, sends int) *hostileJudge {
	return &hostileJudge{
		server: server, sends: make([]hostileSend, 0, sends), seen: map[string]bool{},
		leaks: map[string]int{}, count: map[string]int{}, byKind: map[string]map[string]int{},
	}
}

// hostileSecrets are what no error may print, besides the reference: recipient, personalisation, key, and the beginning
// of every token.
var hostileSecrets = sync.OnceValue(func() []string {
	all := []string{"eyJ"}
	for _, secret := range []string{hostilePhone, hostileEmail, hostileName, secretID} {
		all = append(all, spellings(secret)...)
	}
	return all
})

// claim notes what the client said, and looks at what its error prints. The first for each answer is kept for a closer
// look.
func (j *hostileJudge) claim(s hostileSend) {
	text := ""
	if s.err != nil {
		text, s.failed, s.safe, s.unknown = s.err.Error(), true, notify.SafeToRetry(s.err), saysUnknown(s.err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	kept := s
	kept.err, kept.told = nil, nil
	j.sends = append(j.sends, kept)
	j.watched(s)
	if s.err == nil {
		return
	}
	j.look(map[string]string{"Error()": text}, s)
	if answer := strings.TrimSuffix(j.server.kinds[s.kind].name, ", accepted"); !j.seen[answer] {
		j.seen[answer] = true
		j.close = append(j.close, s)
	}
}

// watched compares what an observer was told with what the caller was: of one call, at its end, the same outcome.
func (j *hostileJudge) watched(s hostileSend) {
	if errors.Is(s.err, errNeverBack) {
		return // and what it is told is still to come
	}
	j.look(map[string]string{"events": fmt.Sprintf("%+v", s.told)}, s)
	for i, e := range s.told {
		last := i == len(s.told)-1
		if last != (e.Attempt == 0) || last && e.Outcome != notify.OutcomeOf(s.err) {
			j.fault("watched wrong", s)
		}
	}
	if len(s.told) == 0 {
		j.fault("watched wrong", s)
	}
}

func (j *hostileJudge) look(forms map[string]string, s hostileSend) {
	secrets := slices.Concat(hostileSecrets(), spellings(s.ref))
	j.rendered += len(forms)
	for form, text := range forms {
		if leaked(text, secrets) {
			j.leaks[form]++
			j.fault("leak", s)
		}
	}
}

// The faults that must not be, in the order in which they are reported.
var hostileFaults = []string{
	"lost", "doubled", "misdirected", "safe wrong", "unknown wrong", "false unknown, never begun", "hung", "leak",
	"watched wrong",
}

func (j *hostileJudge) fault(what string, s hostileSend) {
	j.count[what]++
	if j.byKind[what] == nil {
		j.byKind[what] = map[string]int{}
	}
	j.byKind[what][j.server.kinds[s.kind].name]++
}

// decide goes through all sends. The server has ended, so that the ledger does not change any more.
func (j *hostileJudge) decide() {
	for _, s := range j.close {
		j.look(renderings(s.err), s)
	}
	longest := time.Duration(0)
	for _, s := range j.sends {
		accepted := j.server.ledger[s.ref].accepted
		j.count["accepted"] += min(accepted, 1)
		if accepted > 1 {
			j.fault("doubled", s)
		}
		over := max(0, s.took-s.allowed)
		if j.over = append(j.over, over); over > longest {
			longest, j.slowest = over, j.server.kinds[s.kind].name
		}
		if over > hostileHung {
			j.fault("hung", s)
		}
		if !s.failed {
			j.success(s, accepted)
		} else {
			j.failure(s, accepted)
		}
	}
	slices.Sort(j.over)
}

func (j *hostileJudge) success(s hostileSend, accepted int) {
	j.count["succeeded"]++
	if accepted == 0 {
		j.fault("lost", s)
	}
	if s.id != hostileID(s.ref) || s.echoed != s.ref {
		j.fault("misdirected", s)
	}
}

func (j *hostileJudge) failure(s hostileSend, accepted int) {
	switch {
	case s.safe && accepted > 0:
		j.fault("safe wrong", s)
	case s.safe:
		j.count["safe"]++
	case accepted > 0:
		j.count["unknown, accepted"]++
	default:
		j.count["unknown, not accepted"]++
		if s.ends == endedBefore {
			j.fault("false unknown, never begun", s)
		}
	}
	if s.unknown == s.safe {
		j.fault("unknown wrong", s)
	}
}

func (j *hostileJudge) summary() string {
	var b strings.Builder
	for _, what := range []string{"accepted", "succeeded", "safe", "unknown, accepted", "unknown, not accepted"} {
		fmt.Fprintf(&b, "%s %d; ", what, j.count[what])
	}
	for _, what := range hostileFaults {
		fmt.Fprintf(&b, "%s %d; ", strings.ToUpper(what), j.count[what])
	}
	overrun := func(perMille int) time.Duration {
		return j.over[(len(j.over)-1)*perMille/1000].Round(time.Millisecond)
	}
	fmt.Fprintf(&b, "%d texts of errors; overrun of deadlines: 99 %% within %v, 99.9 %% within %v, all within %v (%s)",
		j.rendered, overrun(990), overrun(999), overrun(1000), j.slowest)
	return b.String()
}

// problems are what must not be, with the kinds of answer that led there, and the forms of errors that held secrets.
func (j *hostileJudge) problems() []string {
	var all []string
	for _, what := range hostileFaults {
		if j.count[what] > 0 {
			all = append(all, fmt.Sprintf("%s: %d: %s", what, j.count[what], tally(j.byKind[what])))
		}
	}
	if len(j.leaks) > 0 {
		all = append(all, "leaks by form: "+tally(j.leaks))
	}
	return all
}

// tally lists the largest counts.
func tally(count map[string]int) string {
	names := slices.Sorted(maps.Keys(count))
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(count[b], count[a]) })
	var b strings.Builder
	for i, name := range names {
		if i == 25 {
			fmt.Fprintf(&b, "and %d more", len(names)-i)
			break
		}
		fmt.Fprintf(&b, "%d by %q, ", count[name], name)
	}
	return strings.TrimSuffix(b.String(), ", ")
}

// leaked reports whether a string holds one of the spellings. Its beginning will do: what prints a body prints it from
// the start.
func leaked(text string, spellings []string) bool {
	text = text[:min(len(text), 32<<10)]
	lower := strings.ToLower(text)
	for _, spelling := range spellings {
		if strings.Contains(text, spelling) || strings.Contains(lower, spelling) {
			return true
		}
	}
	return false
}

// spellings are the ways in which printers and encoders write a string: as it is, in hexadecimal or decimal digits, in
// base64.
func spellings(secret string) []string {
	b := []byte(secret)
	digits := hex.EncodeToString(b)
	decimal := strings.Trim(fmt.Sprintf("%d", b), "[]")
	all := []string{secret, digits, decimal, strings.ReplaceAll(decimal, " ", ","), strings.ReplaceAll(decimal, " ", ", "),
		strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%#v", b), "[]byte{"), "}")), fmt.Sprintf("% x", b)}
	// In base64 a string looks different at each of three places. Its edges depend on what stands round it, and are left
	// out.
	for shift := range 3 {
		encoded := base64.StdEncoding.EncodeToString(append(make([]byte, shift), b...))
		all = append(all, encoded[4:len(encoded)-4])
	}
	return all
}
