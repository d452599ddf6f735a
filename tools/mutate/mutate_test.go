package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const sample = `package sample

func far(n int, ok bool) (bool, error) {
	for i := 0; i < 3; i++ {
		if ok && !near(i) {
			break
		}
	}
	defer close(
		done)
	n += 2
	return true, err
}
`

func TestFind(t *testing.T) {
	t.Parallel()
	found, err := find("sample.go", []byte(sample))
	require.NoError(t, err)
	var all []string
	for _, m := range found {
		all = append(all, m.what+": "+m.excerpt([]byte(sample)))
		require.Equal(t, strings.Count(sample, "\n"), strings.Count(string(m.apply([]byte(sample))), "\n"), "lines stay")
	}
	require.Equal(t, []string{
		"0 made 1: for i := ⟦0⟧; i < 3; i++ {",
		"< made <=: for i := 0; i ⟦<⟧ 3; i++ {",
		"< made >=: for i := 0; i ⟦<⟧ 3; i++ {",
		"3 made 4: for i := 0; i < ⟦3⟧; i++ {",
		"3 made 2: for i := 0; i < ⟦3⟧; i++ {",
		"statement removed: for i := 0; i < 3; ⟦i++⟧ {",
		"++ made --: for i := 0; i < 3; i⟦++⟧ {",
		"&& made ||: if ok ⟦&&⟧ !near(i) {",
		"! removed: if ok && ⟦!⟧near(i) {",
		"statement removed: ⟦break⟧",
		"statement removed: ⟦defer close( done)⟧",
		"statement removed: ⟦n += 2⟧",
		"+= made -=: n ⟦+=⟧ 2",
		"2 made 3: n += ⟦2⟧",
		"2 made 1: n += ⟦2⟧",
		"true made false: return ⟦true⟧, err",
		"error not returned: return true, ⟦err⟧",
	}, all)
}

// A module of one package, whose test notices only some of the mutants.
func TestRun(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module sample\n\ngo 1.26\n",
		"a.go":   "package sample\n\nfunc Larger(a, b int) bool { return a > b }\n",
		"a_test.go": "package sample\n\nimport \"testing\"\n\nfunc TestLarger(t *testing.T) {\n" +
			"\tif !Larger(2, 1) || Larger(1, 2) {\n\t\tt.Fatal()\n\t}\n}\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(text), 0o600))
	}
	var out strings.Builder
	require.NoError(t, run(t.Context(), []string{"-root", root, "-v", "a.go", "gone.go"}, &out))
	require.Contains(t, out.String(), "skipped, no such file: gone.go")
	require.Contains(t, out.String(), "killed   a.go:3: > made <=:")
	require.Contains(t, out.String(), "SURVIVED a.go:3: > made >=:")
	require.Contains(t, out.String(), "1 killed, 0 hung, 1 survived, 0 more do not compile; score 50.0 %")
	require.ErrorContains(t, run(t.Context(), []string{"-root", root, "-score", "90", "a.go"}, &out), "below 90.0 %")
}
