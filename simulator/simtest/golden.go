package simtest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/notifykit/notify"
)

// describe writes a message in several lines, times as shown says.
func describe(b *strings.Builder, m *Message, shown func(time.Time) string) {
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(b, "   %s: %s\n", name, strings.ReplaceAll(value, "\n", "\n     "))
		}
	}
	line(string(m.Type)+" to", oneLine(m.To))
	line("from", m.Sender)
	line("replies to", m.ReplyTo)
	if m.TemplateName != "" {
		line("template", m.TemplateName+", version "+strconv.Itoa(m.TemplateVersion))
	}
	if m.HasReference {
		line("reference", strconv.Quote(m.Reference))
	}
	line("key", m.KeyName+" ("+string(m.KeyType)+")")
	line("postage", string(m.Postage))
	if m.Fragments > 0 {
		line("fragments", strconv.Itoa(m.Fragments))
	}
	var history []string
	for _, c := range m.History {
		history = append(history, string(c.Status)+" "+shown(c.At))
	}
	line("status", strings.Join(history, ", "))
	line("subject", m.Subject)
	for _, f := range m.Files {
		line("file", fmt.Sprintf("%s %q, %d bytes", f.Placeholder, f.Filename, len(f.Content)))
	}
	text := m.Body
	if m.Type != notify.NotificationTypeLetter {
		text = m.Text()
	}
	fmt.Fprintf(b, "\n     %s\n", strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n     "))
}

// Golden compares the messages of the kit's service with a file, and fails the test where they differ. A name without a
// slash is that of a file in testdata, with .golden at its end. With SIMTEST_UPDATE=1 in the environment, or a flag
// -update of the test's own, it writes the file instead.
//
// Names stand for what differs from run to run: <message 1>, <file 1>, <id 1>. Times are how long after the beginning
// of the test they are, or for statuses, after the message was made. That the program takes a while does not count,
// only the time that [Kit.Advance] moved, and within [testing/synctest] all time.
func (k *Kit) Golden(name string) {
	k.t.Helper()
	path := name
	if !strings.ContainsAny(name, `/\`) {
		path = filepath.Join("testdata", name+".golden")
	}
	got := k.golden()
	if updating() {
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			k.t.Fatal("simtest:", err)
		}
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			k.t.Fatal("simtest:", err)
		}
		return
	}
	kept, err := os.ReadFile(path)
	if err != nil {
		k.t.Fatalf("simtest: %v\nSIMTEST_UPDATE=1 writes it:\n%s", err, got)
		return
	}
	if want := strings.ReplaceAll(string(kept), "\r\n", "\n"); got != want {
		k.t.Errorf("simtest: the messages are not those of %s (SIMTEST_UPDATE=1 replaces it)\n%s", path, unlike(want, got))
	}
}

func updating() bool {
	if on, _ := strconv.ParseBool(os.Getenv("SIMTEST_UPDATE")); on {
		return true
	}
	f := flag.Lookup("update")
	return f != nil && f.Value.String() == "true"
}

// golden is what a golden file holds.
func (k *Kit) golden() string {
	var b strings.Builder
	all := k.everything()
	for i := range all {
		m := &all[i]
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "<message %d> %s\n", m.number, after(k.virtual(k.began, m.CreatedAt)))
		describe(&b, m, func(at time.Time) string { return after(k.virtual(m.CreatedAt, at)) })
	}
	return k.nameAll(k.Simulator.Redact(b.String()), all)
}

// anyID is a UUID.
var anyID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// nameAll puts names in place of what differs from run to run.
func (k *Kit) nameAll(text string, all []Message) string {
	names := []string{k.Service.ID(), "<service>"}
	files := 0
	for i := range all {
		m := &all[i]
		names = append(names, m.ID, fmt.Sprintf("<message %d>", m.number), m.TemplateID, "<template "+m.TemplateName+">")
		for _, f := range m.Files {
			files++
			names = append(names, f.URL, fmt.Sprintf("<file %d>", files))
		}
	}
	text = strings.NewReplacer(names...).Replace(text)
	var others []string
	return anyID.ReplaceAllStringFunc(text, func(id string) string {
		i := slices.Index(others, id)
		if i < 0 {
			i = len(others)
			others = append(others, id)
		}
		return fmt.Sprintf("<id %d>", i+1)
	})
}

func after(d time.Duration) string { return "<+" + d.String() + ">" }

// jump is a move of the simulator's clock.
type jump struct{ from, to time.Time }

// virtual is how much time passed between two times, without that which the test itself took.
func (k *Kit) virtual(from, to time.Time) time.Duration {
	if inBubble() {
		return to.Sub(from).Round(time.Millisecond)
	}
	// Messages of the same moment are dated a microsecond apart, so what a plan says can be a little off.
	exact := to.Sub(from)
	if planned := exact.Round(100 * time.Millisecond); (exact - planned).Abs() < 10*time.Microsecond {
		return planned
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	var passed time.Duration
	for _, j := range k.jumps {
		start, end := later(j.from, from), earlier(j.to, to)
		passed += max(end.Sub(start), 0)
	}
	return passed.Round(time.Second)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// unlike shows the first line in which two texts differ, and the lines around it. Lines after the last difference are
// not shown as if they differed.
func unlike(want, got string) string {
	wanted, is := strings.Split(want, "\n"), strings.Split(got, "\n")
	at := 0
	for at < len(wanted) && at < len(is) && wanted[at] == is[at] {
		at++
	}
	same := 0 // lines at the end
	for same < min(len(wanted), len(is))-at && wanted[len(wanted)-1-same] == is[len(is)-1-same] {
		same++
	}
	var b strings.Builder
	fmt.Fprintf(&b, "line %d:\n", at+1)
	for i := max(at-3, 0); i < at; i++ {
		b.WriteString("  " + is[i] + "\n")
	}
	for _, side := range []struct {
		mark  string
		lines []string
	}{{"- ", wanted}, {"+ ", is}} {
		for i := at; i < min(at+5, len(side.lines)-same); i++ {
			b.WriteString(side.mark + side.lines[i] + "\n")
		}
	}
	return b.String()
}
