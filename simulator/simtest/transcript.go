package simtest

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/notifykit/notify/simulator"
)

type event = simulator.Event

// senders are the requests that sent each message, by the messages' ids.
func (k *Kit) senders() map[string]simulator.Request {
	from := map[string]simulator.Request{}
	for _, r := range k.requests() {
		if r.NotificationID != "" {
			from[r.NotificationID] = r
		}
	}
	return from
}

// listRefused has the requests that the service refused.
func (k *Kit) listRefused(b *strings.Builder) {
	var refused []simulator.Request
	for _, r := range k.requests() {
		if r.Status >= http.StatusBadRequest || r.Ending != simulator.EndingDelivered {
			refused = append(refused, r)
		}
	}
	if len(refused) == 0 {
		return
	}
	b.WriteString("\nRequests that went wrong:\n")
	skipped := max(len(refused)-mostShown, 0)
	if skipped > 0 {
		fmt.Fprintf(b, "  (%s before these)\n", count(skipped, "request"))
	}
	for _, r := range refused[skipped:] {
		fmt.Fprintf(b, "  %s\n", r)
		b.WriteString(sentBy(r))
	}
}

// transcript is all that happened, in the order of its time. It holds no key and no token.
func (k *Kit) transcript() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, service %q, at %s\n", k.t.Name(), k.Service.Name(), k.Simulator.Now().Format(time.RFC3339Nano))
	b.WriteString("\nRequests\n")
	for i, r := range k.requests() {
		fmt.Fprintf(&b, "\n%d. %s  %s  (%s)\n", i+1, r.At.Format(time.RFC3339Nano), r, r.Duration)
		b.WriteString(sentBy(r))
		for _, body := range [][]byte{r.Body, r.Answer} {
			if len(body) > 0 {
				text := strings.TrimSpace(strings.ToValidUTF8(string(body), "�"))
				fmt.Fprintf(&b, "   %s\n", strings.ReplaceAll(text, "\n", "\n   "))
			}
		}
	}
	b.WriteString("\nMessages\n")
	for _, m := range k.everything() {
		fmt.Fprintf(&b, "\n%d. %s  %s\n", m.number, m.CreatedAt.Format(time.RFC3339Nano), m.ID)
		describe(&b, &m, func(at time.Time) string { return at.Format(time.RFC3339Nano) })
		for _, a := range m.Callbacks {
			fmt.Fprintf(&b, "\n   %s  %s\n   %s\n", a.At.Format(time.RFC3339Nano), attempted(a), a.Body)
		}
	}
	b.WriteString("\nStill to happen\n\n")
	for _, e := range k.Simulator.Pending() {
		fmt.Fprintf(&b, "%s  %s\n", e.At.Format(time.RFC3339Nano), e.Label)
	}
	for _, i := range k.injections() {
		fmt.Fprintf(&b, "\nFault: %s\n", i)
	}
	return b.String()
}

// keepTranscript writes the transcript among the artifacts of the test, and says where. They are deleted after the test
// unless it runs with -artifacts.
func (k *Kit) keepTranscript() string {
	k.mu.Lock()
	k.told = true
	k.mu.Unlock()
	if !k.keepsArtifacts() {
		return "\nWith go test -artifacts, a transcript of everything is kept.\n"
	}
	path := filepath.Join(k.t.ArtifactDir(), "notify-"+k.Service.ID()+".txt")
	if err := os.WriteFile(path, []byte(k.Simulator.Redact(k.transcript())), 0o600); err != nil {
		return "\nThe transcript could not be kept: " + err.Error() + "\n"
	}
	return "\nA transcript of everything: " + path + "\n"
}

// keepsArtifacts reports whether the flag -artifacts is set. The package's own tests say so themselves.
func (k *Kit) keepsArtifacts() bool {
	if own, ok := k.t.(interface{ KeepsArtifacts() bool }); ok {
		return own.KeepsArtifacts()
	}
	f := flag.Lookup("test.artifacts")
	return f != nil && f.Value.String() == "true"
}
