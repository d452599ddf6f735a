package simtest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/notifykit/notify/simulator"
)

type event = simulator.Event

// transcript is all that happened, in the order of its time. It holds no key and no token.
func (k *Kit) transcript() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, service %q, at %s\n", k.t.Name(), k.Service.Name(), k.Simulator.Now().Format(time.RFC3339Nano))
	b.WriteString("\nMessages\n")
	for _, m := range k.everything() {
		fmt.Fprintf(&b, "\n%d. %s  %s\n", m.number, m.CreatedAt.Format(time.RFC3339Nano), m.ID)
		describe(&b, &m, func(at time.Time) string { return at.Format(time.RFC3339Nano) })
	}
	b.WriteString("\nStill to happen\n\n")
	for _, e := range k.Simulator.Pending() {
		fmt.Fprintf(&b, "%s  %s\n", e.At.Format(time.RFC3339Nano), e.Label)
	}
	return b.String()
}

// keepTranscript writes the transcript among the artifacts of the test, and says where. They are deleted after the test
// unless it runs with -artifacts.
func (k *Kit) keepTranscript() string {
	if !artifactsAreKept() {
		return "\nWith go test -artifacts, a transcript of everything is kept.\n"
	}
	path := filepath.Join(k.t.ArtifactDir(), "notify-"+k.Service.ID()+".txt")
	if err := os.WriteFile(path, []byte(k.transcript()), 0o600); err != nil {
		return "\nThe transcript could not be kept: " + err.Error() + "\n"
	}
	return "\nA transcript of everything: " + path + "\n"
}

func artifactsAreKept() bool {
	f := flag.Lookup("test.artifacts")
	return f != nil && f.Value.String() == "true"
}
