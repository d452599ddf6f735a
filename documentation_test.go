package notify_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

// TestExamplesShowEverything: each function, type, method and error that a user can reach is shown by an example of
// its package.
func TestExamplesShowEverything(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{".", "simulator", "simulator/simtest"} {
		t.Run(dir, func(t *testing.T) {
			t.Parallel()
			shown := shownBy(t, dir)
			var missing []string
			for _, name := range exported(t, dir) {
				if _, method, ok := strings.Cut(name, "."); !shown[name] && (!ok || !shown["."+method]) {
					missing = append(missing, name)
				}
			}
			require.Empty(t, missing, "no example shows these")
		})
	}
}

// exported names what a package exports, methods as T.M. Constants are left out: an enumeration is shown by some of
// its values.
func exported(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	for _, file := range parse(t, dir, func(name string) bool { return !strings.HasSuffix(name, "_test.go") }) {
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				receiver := receiverOf(decl)
				switch {
				case !decl.Name.IsExported():
				case decl.Recv == nil:
					names = append(names, decl.Name.Name)
				case ast.IsExported(receiver):
					names = append(names, receiver+"."+decl.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						names = appendExported(names, spec.Name)
					case *ast.ValueSpec:
						if decl.Tok == token.VAR {
							names = appendExported(names, spec.Names...)
						}
					}
				}
			}
		}
	}
	require.NotEmpty(t, names)
	return names
}

func appendExported(names []string, idents ...*ast.Ident) []string {
	for _, id := range idents {
		if id.IsExported() {
			names = append(names, id.Name)
		}
	}
	return names
}

func receiverOf(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	of := f.Recv.List[0].Type
	if star, ok := of.(*ast.StarExpr); ok {
		of = star.X
	}
	id, _ := of.(*ast.Ident)
	return id.Name
}

// shownBy is what the files of examples name: T and T.M by an ExampleT_M, N by a selection pkg.N, and .M by any
// selection of M.
func shownBy(t *testing.T, dir string) map[string]bool {
	t.Helper()
	shown := map[string]bool{}
	for _, file := range parse(t, dir, func(name string) bool { return strings.HasPrefix(name, "example") }) {
		pkg := strings.TrimSuffix(file.Name.Name, "_test")
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if of, ok := strings.CutPrefix(n.Name.Name, "Example"); ok && n.Recv == nil {
					parts := strings.Split(of, "_")
					shown[parts[0]] = true
					if len(parts) > 1 {
						shown[parts[0]+"."+parts[1]] = true
					}
				}
			case *ast.SelectorExpr:
				shown["."+n.Sel.Name] = true
				if x, ok := n.X.(*ast.Ident); ok && x.Name == pkg {
					shown[n.Sel.Name] = true
				}
			}
			return true
		})
	}
	return shown
}

func parse(t *testing.T, dir string, wanted func(name string) bool) []*ast.File {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	var files []*ast.File
	for _, path := range paths {
		if !wanted(filepath.Base(path)) {
			continue
		}
		source, err := os.ReadFile(path)
		require.NoError(t, err)
		file, err := parser.ParseFile(token.NewFileSet(), path, source, parser.SkipObjectResolution)
		require.NoError(t, err)
		files = append(files, file)
	}
	require.NotEmpty(t, files)
	return files
}

// TestOneVersion: what the client tells the service, what the changelog calls the newest version, and tags must agree.
func TestOneVersion(t *testing.T) {
	t.Parallel()
	var agent string
	see := roundTripper(func(req *http.Request) (*http.Response, error) {
		agent = req.UserAgent()
		return nil, errors.New("seen")
	})
	once := notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1})
	client, err := notify.New(testKey, notify.WithHTTPClient(&http.Client{Transport: see}), once)
	require.NoError(t, err)
	_, err = client.Templates(t.Context(), "")
	require.Error(t, err)
	product, _, _ := strings.Cut(agent, " ")

	changelog, err := os.ReadFile("CHANGELOG.md")
	require.NoError(t, err)
	released := regexp.MustCompile(`(?m)^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}$`).FindAllSubmatch(changelog, -1)
	require.NotEmpty(t, released, "no version in CHANGELOG.md")
	require.Equal(t, "notifykit-go/"+string(released[0][1]), product)
	require.Contains(t, string(changelog), "\n## [Unreleased]\n")

	tags, err := exec.CommandContext(t.Context(), "git", "tag", "--list", "v*").Output()
	if err != nil {
		t.Log("no tags are known here:", err) // the module without its repository
	}
	for tag := range strings.FieldsSeq(string(tags)) {
		require.Contains(t, string(changelog), "\n## ["+strings.TrimPrefix(tag, "v")+"] - ", "a tag without its section")
	}
}
