package notify_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/notifykit/notify"

// room is a package of the module: what its comment says it is for, and which others it imports.
type room struct {
	purpose string
	imports []string
}

// TestDesign: docs/design.md says of every package what it is for and what it imports, as the code does.
func TestDesign(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("docs/design.md")
	require.NoError(t, err)
	_, table, ok := strings.Cut(string(page), "| package |")
	require.True(t, ok)
	described := map[string]room{}
	for line := range strings.Lines(table) {
		cells := strings.Split(line, "|")
		if len(cells) != 5 || !strings.Contains(cells[1], "`") {
			continue
		}
		var imports []string
		for name := range strings.SplitSeq(cells[3], ",") {
			if name = strings.Trim(name, " `"); name != "" {
				imports = append(imports, name)
			}
		}
		described[strings.Trim(cells[1], " `")] = room{strings.TrimSpace(cells[2]), imports}
	}
	built := rooms(t)
	require.Equal(t, slices.Sorted(maps.Keys(built)), slices.Sorted(maps.Keys(described)))
	for name, r := range built {
		require.Equal(t, r, described[name], name)
	}
}

// rooms are the packages that are built: all but examples, tests and modules of their own.
func rooms(t *testing.T) map[string]room {
	t.Helper()
	built := map[string]room{}
	err := filepath.WalkDir(".", func(dir string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || !d.IsDir():
			return err
		case strings.HasPrefix(d.Name(), ".") && dir != ".", d.Name() == "testdata",
			slices.Contains([]string{"docs", "examples"}, dir):
			return filepath.SkipDir
		}
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil && dir != "." {
			return filepath.SkipDir
		}
		files := heads(t, dir)
		if len(files) == 0 {
			return nil
		}
		name := path.Join(".", filepath.ToSlash(dir))
		if name == "." {
			name = "notify"
		}
		built[name] = room{purposeOf(files), importsOf(files)}
		return nil
	})
	require.NoError(t, err)
	return built
}

// heads are the package clauses and imports of a directory's Go files, without its tests.
func heads(t *testing.T, dir string) (files []*ast.File) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	for _, path := range paths {
		if !strings.HasSuffix(path, "_test.go") {
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly|parser.ParseComments)
			require.NoError(t, err)
			files = append(files, file)
		}
	}
	return files
}

// purposeOf is the first sentence of the package comment, without the name before it and the full stop behind it.
func purposeOf(files []*ast.File) string {
	for _, f := range files {
		if f.Doc == nil {
			continue
		}
		words := strings.Fields(new(doc.Package).Synopsis(f.Doc.Text()))
		if words[0] == "Package" {
			words = words[1:]
		}
		return strings.TrimSuffix(strings.Join(words[1:], " "), ".")
	}
	return ""
}

func importsOf(files []*ast.File) []string {
	found := map[string]bool{}
	for _, f := range files {
		for _, spec := range f.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			if rest, ours := strings.CutPrefix(name, module); ours {
				found[strings.TrimPrefix(rest, "/")] = true
			}
		}
	}
	if found[""] {
		delete(found, "")
		found["notify"] = true
	}
	return slices.Sorted(maps.Keys(found))
}
