package notify_test

import (
	"bytes"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

// TestExamplesShowEverything: each function, type, method and error that a user can reach is shown by an example of its
// package.
func TestExamplesShowEverything(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{
		".", "bulk", "bulk/outbox", "recipients", "simulator", "simulator/control", "simulator/inbox", "simulator/simtest",
		"simulator/store",
	} {
		t.Run(dir, func(t *testing.T) {
			t.Parallel()
			shown := shownBy(t, dir)
			var missing []string
			for _, name := range exported(t, dir) {
				_, method, _ := strings.Cut(name, ".")
				if !shown[name] && !shown["."+method] && !slices.Contains(calledByNobody, method) {
					missing = append(missing, name)
				}
			}
			require.Empty(t, missing, "no example shows these")
		})
	}
}

// calledByNobody are the methods that printers and encoders look for. Nobody calls them by name, so that an example
// shows them by printing or encoding a value.
var calledByNobody = []string{
	"Format", "GobEncode", "GoString", "LogValue", "MarshalJSON", "MarshalText", "UnmarshalJSON", "UnmarshalYAML",
}

// exported names what a package exports, methods as T.M. Constants are left out: an enumeration is shown by some of its
// values.
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
	if generic, ok := of.(*ast.IndexExpr); ok {
		of = generic.X
	}
	return of.(*ast.Ident).Name
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
		heading := "\n## [" + strings.TrimPrefix(tag, "v") + "] - "
		require.Contains(t, string(changelog), heading, "a tag without its section")
	}
}

// TestCodeInTexts: the Go code in the texts, and all code in the recipes, is code of the repository, word for word, so
// that it compiles, is tested and stays true. A program in Go is not: CI compiles those of the README. Nor is a recipe
// in a language that CI does not run.
func TestCodeInTexts(t *testing.T) {
	t.Parallel()
	extensions := map[string]string{"go": ".go", "python": ".py", "js": ".js", "java": ".java"}
	code := map[string][]byte{}
	require.NoError(t, filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		extension := filepath.Ext(path)
		switch {
		case err == nil && entry.IsDir() && len(path) > 1 && path[0] == '.':
			return fs.SkipDir // caches and the like
		case err != nil || !slices.Contains(slices.Collect(maps.Values(extensions)), extension):
			return err
		}
		source, err := os.ReadFile(path)
		code[extension] = append(code[extension], bytes.ReplaceAll(source, []byte("\r\n"), []byte("\n"))...)
		return err
	}))
	blocks := map[string]int{}
	for name, text := range texts(t) {
		for _, block := range regexp.MustCompile("(?s)\n```([a-z]+)\n(.*?)\n```\n").FindAllStringSubmatch(text, -1) {
			language, source := block[1], block[2]
			extension, run := extensions[language]
			recipe := strings.HasPrefix(filepath.ToSlash(name), "docs/recipes/")
			if !run || language != "go" && !recipe || strings.HasPrefix(source, "package main\n") {
				continue
			}
			blocks[language]++
			if !bytes.Contains(code[extension], []byte(source)) {
				t.Errorf("%s: no file of the repository holds this:\n%s", name, source)
			}
		}
	}
	require.Greater(t, blocks["go"], 5)
	for language := range extensions {
		require.Greater(t, blocks[language], 2, language)
	}
}

// TestLinksInTexts: what a text links to in the repository is there, headings included.
func TestLinksInTexts(t *testing.T) {
	t.Parallel()
	links := 0
	for name, text := range texts(t) {
		for _, link := range regexp.MustCompile(`\]\(([^)\s]+)\)`).FindAllStringSubmatch(text, -1) {
			if strings.Contains(link[1], "://") {
				continue
			}
			links++
			path, anchor, _ := strings.Cut(link[1], "#")
			target := name
			if path != "" {
				target = filepath.Join(filepath.Dir(name), path)
			}
			content, err := os.ReadFile(target)
			if anchor == "" && err != nil {
				_, err = os.Stat(target) // a directory
			}
			require.NoError(t, err, "%s links to %s", name, link[1])
			if anchor != "" {
				require.Contains(t, anchors(string(content)), anchor, "%s links to %s", name, link[1])
			}
		}
	}
	require.Greater(t, links, 20)
}

// anchors are the names of a text's headings, as they stand in links.
func anchors(text string) []string {
	var names []string
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(text, -1) {
		plain := regexp.MustCompile(`[^a-z0-9 _-]`).ReplaceAllString(strings.ToLower(heading[1]), "")
		names = append(names, strings.ReplaceAll(plain, " ", "-"))
	}
	return names
}

// texts are the pages of the repository, by their paths.
func texts(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob("*.md")
	require.NoError(t, err)
	for _, below := range []string{"docs/*.md", "docs/recipes/*.md", "clients/*.md"} {
		more, err := filepath.Glob(below)
		require.NoError(t, err)
		names = append(names, more...)
	}
	pages := map[string]string{}
	for _, name := range names {
		content, err := os.ReadFile(name)
		require.NoError(t, err)
		pages[name] = strings.ReplaceAll(string(content), "\r\n", "\n")
	}
	return pages
}
