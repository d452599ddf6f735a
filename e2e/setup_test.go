package e2e_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/inbox"
)

// browser is the context of the browser that all tests share; each has a profile and a tab of its own in it. It is nil
// without Chromium.
var browser context.Context

func TestMain(m *testing.M) { os.Exit(run(m)) } //nolint:forbidigo // as TestMain has to

func run(m *testing.M) int {
	path := findChromium()
	switch {
	case path != "":
	case os.Getenv("CI") != "":
		fmt.Fprintln(os.Stderr, "FAIL: there is no Chromium here: apt-get install chromium")
		return 1
	default:
		fmt.Fprintln(os.Stderr, "SKIPPED, NOTHING WAS TESTED: there is no Chromium here: apt-get install chromium")
		return 0
	}
	profile, err := os.MkdirTemp("", "e2e-profile-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(profile) }()
	// Without the switches about networking Chromium asks for things at servers of Google's. The sandbox wants rights
	// that a container lacks, and all that is opened here is our own.
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path),
		chromedp.UserDataDir(profile), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("no-proxy-server", true))
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	defer cancel()
	ctx, cancel := chromedp.NewContext(allocator)
	defer cancel()
	if err := chromedp.Do(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "FAIL: Chromium does not start:", err)
		return 1
	}
	browser = ctx //nolint:fatcontext // made once
	status := m.Run()
	_ = chromedp.Cancel(ctx) // so that the profile is no longer written to
	return status
}

func findChromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// serve serves a simulator with its pages, and returns where.
func serve(t testing.TB, sim *simulator.Simulator, more map[string]http.Handler) string {
	t.Helper()
	pages, err := inbox.New(sim)
	require.NoError(t, err)
	mux := http.NewServeMux()
	mux.Handle(inbox.Path, pages)
	mux.Handle(inbox.Path+"/", pages)
	mux.Handle("/", sim)
	for path, h := range more {
		mux.Handle(path, h)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		server.CloseClientConnections() // the pages' streams never end
		server.Close()
	})
	return server.URL
}

// tab is a tab of the browser.
type tab struct {
	t      testing.TB
	ctx    context.Context
	origin string

	mu     sync.Mutex
	faults []string // what the browser complained of, and dialogs
}

// open opens a tab at a path. The test fails at its end if a page ran something, or the browser complained.
func open(t testing.TB, origin, path string) *tab {
	t.Helper()
	b := &tab{t: t, origin: origin}
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext(), chromedp.WithListener(b.hear))
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Do(ctx)) // a deadline for this first call would be the whole tab's
	ctx, stop := context.WithTimeout(ctx, 90*time.Second)
	t.Cleanup(stop)
	b.ctx = ctx
	// Tabs in the background have the focus, too.
	_, err := chromedp.Call(ctx, emulation.SetFocusEmulationEnabled,
		emulation.SetFocusEmulationEnabledParams{Enabled: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.Empty(t, b.complaints()) })
	b.size(1100, 900)
	if path != "" {
		b.visit(path)
	}
	return b
}

func (b *tab) hear(ev any) {
	var complaint string
	switch ev := ev.(type) {
	case *page.EventJavascriptDialogOpening:
		complaint = "dialog: " + ev.Message
	case *runtime.EventExceptionThrown:
		complaint = "exception: " + ev.ExceptionDetails.Text
	case *runtime.EventConsoleAPICalled:
		complaint = "console: " + string(ev.Type)
	case *log.EventEntryAdded:
		if ev.Entry.Level == log.EntryLevelVerbose {
			return // advice, such as to have a field for the user's name beside one for a password
		}
		complaint = "log: " + string(ev.Entry.Level) + ": " + ev.Entry.Text
	default:
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.faults = append(b.faults, complaint)
}

// complaints returns what the browser complained of since the last call.
func (b *tab) complaints() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := b.faults
	b.faults = nil
	return all
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	require.NoError(b.t, chromedp.Do(b.ctx, steps...))
}

func (b *tab) visit(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.origin + path))
}

func (b *tab) size(width, height int64) { b.do(chromedp.EmulateViewport(width, height)) }

func (b *tab) scheme(scheme string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	require.NoError(b.t, err)
}

// script turns the pages' own scripts on or off. What the tests evaluate runs all the same.
func (b *tab) script(on bool) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled,
		emulation.SetScriptExecutionDisabledParams{Value: !on})
	require.NoError(b.t, err)
}

// eval evaluates an expression in the page.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	require.NoError(b.t, err, expression)
	return v
}

// How long a test waits for what the browser does, and how often it looks.
const (
	waiting = 20 * time.Second
	pause   = 50 * time.Millisecond
)

// allowClipboard lets the page read the clipboard; writing there is allowed to whoever is clicked.
func (b *tab) allowClipboard() {
	b.t.Helper()
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		_, err := chromedp.CallBrowser(b.ctx, cdpbrowser.SetPermission, cdpbrowser.SetPermissionParams{
			Permission: &cdpbrowser.PermissionDescriptor{Name: name}, Setting: cdpbrowser.PermissionSettingGranted,
			Origin: b.origin, BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID,
		})
		require.NoError(b.t, err)
	}
}

// waitFor waits until an expression is true in the page.
func (b *tab) waitFor(expression string) {
	b.t.Helper()
	require.Eventually(b.t, func() bool {
		v, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("!!("+expression+")"))
		return err == nil && v // a page that is being left has no context
	}, waiting, pause, expression)
}

func (b *tab) text(id string) string {
	b.t.Helper()
	return eval[string](b, `document.getElementById("`+id+`").innerText`)
}

func (b *tab) press(keys string, times int) {
	b.t.Helper()
	for range times {
		b.do(chromedp.KeyEvent(keys))
	}
}

func (b *tab) path() string {
	b.t.Helper()
	where, err := chromedp.Run(b.ctx, chromedp.Location())
	require.NoError(b.t, err)
	return strings.TrimPrefix(where, b.origin)
}

// crawl returns the paths of all pages that links lead to, in order, without files.
func crawl(t testing.TB, b *tab) []string {
	t.Helper()
	found := map[string]bool{inbox.Path + "/": true}
	for todo := []string{inbox.Path + "/"}; len(todo) > 0; todo = todo[1:] {
		b.visit(todo[0])
		links := eval[[]string](b, `[...document.querySelectorAll("a[href]")]
			.filter(a => a.origin === location.origin && !a.hasAttribute("download") && !a.target && !a.hash)
			.map(a => a.pathname + a.search).filter(p => !p.split("?")[0].endsWith(".pdf"))`)
		for _, path := range links {
			if !found[path] {
				found[path] = true
				todo = append(todo, path)
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}
