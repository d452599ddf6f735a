package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/inbox"
)

// axeVersion is of axe-core on npm, which checks a page for contrast, names, labels and more.
const axeVersion = "4.14.1"

// axe returns the source of axe-core. npm fetches it once, into .cache/, since only these tests need it.
func axe(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../.cache/axe-core-" + axeVersion)
	require.NoError(t, err)
	file := filepath.Join(dir, "package", "axe.min.js")
	if source, err := os.ReadFile(file); err == nil {
		return string(source)
	}
	if _, err := exec.LookPath("npm"); err != nil && os.Getenv("CI") == "" {
		t.Skip("SKIPPED, contrast and labels were not checked: npm is missing, which fetches axe-core")
	}
	require.NoError(t, os.MkdirAll(dir, 0o755))
	for _, command := range [][]string{
		{"npm", "pack", "--silent", "axe-core@" + axeVersion}, {"tar", "-xzf", "axe-core-" + axeVersion + ".tgz"},
	} {
		run := exec.CommandContext(t.Context(), command[0], command[1:]...)
		run.Dir = dir
		out, err := run.CombinedOutput()
		require.NoError(t, err, string(out))
	}
	source, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(source)
}

// violation is a rule that a page breaks, and where.
type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

// check runs axe-core in the page, without the frames in it: how an email looks is Notify's affair.
func (b *tab) check(source string) (broken []violation, passed int) {
	b.t.Helper()
	eval[bool](b, source+"\n;true")
	found := eval[string](b, `axe.run(document, {
		iframes: false, resultTypes: ["violations", "passes"],
		runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
	}).then(r => JSON.stringify({violations: r.violations, passed: r.passes.length}))`)
	var result struct {
		Violations []violation `json:"violations"`
		Passed     int         `json:"passed"`
	}
	require.NoError(b.t, json.Unmarshal([]byte(found), &result))
	return result.Violations, result.Passed
}

// TestContrastAndLabels: no page breaks a rule of axe-core's for WCAG 2.2 AA, light or dark, on a desk or a phone.
func TestContrastAndLabels(t *testing.T) {
	t.Parallel()
	source := axe(t)
	w := town(t)
	empty := open(t, w.origin, inbox.Path+"/")
	w.fill(t)
	b := open(t, w.origin, "")
	paths := append(crawl(t, b), inbox.Path+"/?words=nothing+like+it", inbox.Path+"/?done=time",
		w.template(w.emailT)+"?value-name=Jo", w.template(w.letterT)+"?value-name=Jo&value-address_line_1=Jo")
	require.Greater(t, len(paths), 15)
	for _, scheme := range []string{"light", "dark"} {
		b.scheme(scheme)
		checks := 0
		for _, path := range paths {
			b.visit(path)
			for _, width := range []int64{1100, 375} {
				b.size(width, 900)
				broken, passed := b.check(source)
				require.Empty(t, broken, "%s, %s, %d wide:\n%s", path, scheme, width, describe(broken))
				checks += passed
			}
		}
		t.Logf("%s: %d pages in 2 widths, %d rules passed, 0 broken", scheme, len(paths), checks)
		empty.scheme(scheme)
		broken, _ := empty.check(source)
		require.Empty(t, broken, "%s, empty:\n%s", scheme, describe(broken))
	}
}

// TestContrastOfRefusals: so are pages that only a mistake leads to, and the one that asks for the token.
func TestContrastOfRefusals(t *testing.T) {
	t.Parallel()
	source := axe(t)
	w := town(t)
	locked, err := inbox.New(simulator.New(), inbox.WithToken("a-token-of-many-characters"))
	require.NoError(t, err)
	server := httptest.NewServer(locked)
	t.Cleanup(server.Close)
	for _, scheme := range []string{"light", "dark"} {
		b := open(t, w.origin, inbox.Path+"/controls")
		b.scheme(scheme)
		eval[bool](b, `document.getElementById("amount").value = "no number";
			document.getElementById("advance").submit(); true`)
		b.waitFor(`document.getElementById("error")`)
		broken, _ := b.check(source)
		require.Empty(t, broken, describe(broken))
		require.Contains(t, strings.Join(b.complaints(), "\n"), "422", "a browser notes every such answer")
		for _, at := range []string{w.origin + inbox.Path + "/nothing", server.URL + inbox.Path + "/"} {
			b.origin = ""
			b.visit(at)
			broken, _ := b.check(source)
			require.Empty(t, broken, "%s, %s:\n%s", at, scheme, describe(broken))
			require.Len(t, b.complaints(), 1)
		}
	}
}

func describe(broken []violation) string {
	var b strings.Builder
	for _, v := range broken {
		fmt.Fprintf(&b, "%s: %s\n", v.ID, v.Help)
		for _, n := range v.Nodes {
			fmt.Fprintf(&b, "  %s\n  %s\n", n.HTML, n.Summary)
		}
	}
	return b.String()
}
