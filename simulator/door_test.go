package simulator

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestOneDoor: only door.go uses the lock and the state of a service, and only registry.go uses the lock of the
// registry.
func TestOneDoor(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	owners := map[string][]string{
		"door":  {"door.go"},
		"mu":    {"door.go", "registry.go"},
		"state": {"door.go"},
	}
	seen := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if allowed, guarded := owners[s.Sel.Name]; guarded {
					require.True(t, slices.Contains(allowed, name), "%s reaches for %s", name, s.Sel.Name)
					seen[s.Sel.Name] = true
				}
			}
			return true
		})
	}
	require.Len(t, seen, len(owners), "the fields have these names")
}

// TestHistory: a message keeps all the statuses it has had, with their times.
func TestHistory(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ delay, receipt time.Duration }{"at once": {0, 0}, "later": {1e9, 1e9}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
			now := start
			svc, n := oneMessage(t, MessageTypeEmail, WithOutcomeDelay(c.delay), WithClock(func() time.Time { return now }))
			now = start.Add(time.Minute)
			require.NoError(t, svc.SetStatus(n.ID.String(), StatusTechnicalFailure))
			seen, _ := svc.Notification(n.ID.String())
			require.Equal(t, []StatusChange{
				{StatusCreated, start}, {StatusSending, start}, {StatusDelivered, start.Add(c.receipt)},
				{StatusTechnicalFailure, start.Add(time.Minute)},
			}, seen.History)
		})
	}
}

// TestWhatIsToHappen: everything that happens by itself is a scheduled event, and in the end no event is left.
func TestWhatIsToHappen(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	svc, n := oneMessage(t, MessageTypeLetter, WithClock(func() time.Time { return now }),
		WithOutcomeDelay(time.Hour), WithPDFDelay(time.Minute))
	pending := func() (labels []string) {
		for _, e := range svc.sim.schedule.Pending() {
			labels = append(labels, e.At.Format("2 15:04 ")+strings.ReplaceAll(e.Label, n.ID.String(), "N"))
		}
		return labels
	}
	require.Equal(t, []string{
		"25 12:01 PDF ready: message N", "25 13:00 delivered: message N",
		"26 00:00 midnight: daily limits of Council", "26 03:00 clean-up of Council",
	}, pending())
	now = now.Add(time.Hour)
	require.Equal(t, StatusDelivered, svc.find(n.ID.String()).status())
	require.Equal(t, []string{"26 00:00 midnight: daily limits of Council", "26 03:00 clean-up of Council"}, pending())
	now = now.AddDate(0, 0, 1)
	require.NotNil(t, svc.find(n.ID.String()))
	require.Equal(t, []string{"27 03:00 clean-up of Council"}, pending(), "as long as something is kept")
	now = now.AddDate(0, 0, 8)
	require.Nil(t, svc.find(n.ID.String()))
	require.Empty(t, pending())
}

// oneMessage returns a service and the one message that it has accepted, sent with a live key.
func oneMessage(t *testing.T, kind MessageType, opts ...Option) (*Service, *notification) {
	t.Helper()
	svc, err := New(opts...).AddService(ServiceConfig{Name: "Council"})
	require.NoError(t, err)
	id, err := svc.AddTemplate(TemplateConfig{Type: kind, Versions: []TemplateVersion{{Subject: "S", Body: "B"}}})
	require.NoError(t, err)
	found, _ := svc.findTemplate(id)
	n := &notification{template: found.current(), letter: &letterFile{}}
	n.ID[0] = 1
	n.Book, n.Kind = KeyTypeLive.slot(), kind.slot()
	_, f := svc.accept(n)
	require.Nil(t, f)
	return svc, n
}
