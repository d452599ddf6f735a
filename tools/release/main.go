// Release builds the archives of notify-simulator for the usual systems, with their checksums.
//
//	go -C tools run ./release [-out DIR] [-root DIR]
//
// It needs Go and nothing else. Built twice from the same commit, with the same Go, the files are the same byte for
// byte: the program is built without paths of the machine, and the archives hold no time and no owner. The version in
// their names is that of CHANGELOG.md.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
)

const program = "notify-simulator"

// targets are the systems that most people have.
var targets = []target{
	{"darwin", "amd64"}, {"darwin", "arm64"},
	{"linux", "amd64"}, {"linux", "arm64"},
	{"windows", "amd64"}, {"windows", "arm64"},
}

type target struct{ system, processor string }

// papers go into each archive beside the program.
var papers = []string{"CHANGELOG.md", "LICENSE", "README.md"}

func main() {
	root := flag.String("root", "..", "`directory` of the project")
	out := flag.String("out", filepath.Join("..", "dist"), "`directory` for the archives")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := release(ctx, *root, *out, targets)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// release builds an archive for each target, and a file with the checksums of all.
func release(ctx context.Context, root, out string, targets []target) error {
	version, err := newest(filepath.Join(root, "CHANGELOG.md"))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	var sums strings.Builder
	for _, t := range targets {
		files, err := contents(ctx, root, t)
		if err != nil {
			return err
		}
		name := strings.Join([]string{program, version, t.system, t.processor}, "_")
		pack := tarball
		if t.system == "windows" {
			pack, name = zipped, name+".zip"
		} else {
			name += ".tar.gz"
		}
		archive, err := pack(files)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(out, name), archive, 0o644); err != nil {
			return err
		}
		sum := sha256.Sum256(archive)
		fmt.Fprintf(&sums, "%s  %s\n", hex.EncodeToString(sum[:]), name)
		fmt.Println(name, len(archive))
	}
	return os.WriteFile(filepath.Join(out, "checksums.txt"), []byte(sums.String()), 0o644)
}

var heading = regexp.MustCompile(`(?m)^## \[(\d+\.\d+\.\d+)\]`)

// newest is the newest version that the file tells of.
func newest(changelog string) (string, error) {
	text, err := os.ReadFile(changelog)
	if err != nil {
		return "", err
	}
	found := heading.FindSubmatch(text)
	if found == nil {
		return "", errors.New("CHANGELOG.md has no version")
	}
	return string(found[1]), nil
}

// contents are the files of an archive, in order.
func contents(ctx context.Context, root string, t target) ([]file, error) {
	dir, err := os.MkdirTemp("", "release")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	name := program
	if t.system == "windows" {
		name += ".exe"
	}
	path := filepath.Join(dir, name)
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", path, "./cmd/"+program)
	build.Dir = root
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+t.system, "GOARCH="+t.processor, "GOFLAGS=", "GOWORK=off")
	if said, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s/%s: %w\n%s", t.system, t.processor, err, said)
	}
	var files []file
	for _, paper := range papers {
		content, err := os.ReadFile(filepath.Join(root, paper))
		if err != nil {
			return nil, err
		}
		files = append(files, file{name: paper, content: content, mode: 0o644})
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return append(files, file{name: name, content: content, mode: 0o755}), nil
}
