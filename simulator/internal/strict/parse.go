// Package strict reads YAML and JSON into structs, and says in which line and field something is not what they want.
package strict

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Bounds of a document. The largest known fixture, with 30 services and 720 templates, has 440 kB and 23,000 values,
// and is nested 8 deep.
const (
	MaxSize   = 4 << 20 // bytes
	maxDepth  = 32
	maxValues = 200_000 // including those that aliases stand for
	maxFields = 100     // of one object
)

// Document is what was read. Its values are not decoded yet.
type Document struct{ root *yaml.Node }

// Parse reads the one document in data and checks the bounds. The library itself stops at a nesting of 10,000, and
// needs time and memory linear in the size.
func Parse(data []byte) (_ Document, err error) {
	// The YAML library is a large body of code, and the bytes may come from anywhere: a panic in it becomes an error.
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the file can't be read: %v", r)
		}
	}()
	root, err := parse(data)
	return Document{root}, err
}

func parse(data []byte) (*yaml.Node, error) {
	if len(data) > MaxSize {
		return nil, fmt.Errorf("the file is larger than %d MiB", MaxSize>>20)
	}
	var root, second yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(escapeAsYAML(data)))
	switch err := d.Decode(&root); {
	case errors.Is(err, io.EOF):
		return nil, errors.New("the file is empty")
	case err != nil:
		return nil, ofLibrary(err, bytes.Count(data, []byte("\n"))+1)
	}
	if err := d.Decode(&second); !errors.Is(err, io.EOF) {
		return nil, errors.New("the file holds more than one document")
	}
	body := root.Content[0]
	if body.Tag == "!!null" {
		return nil, errors.New("the file is empty")
	}
	m := measurer{aliased: map[*yaml.Node]extent{}}
	_, err := m.measure(body, maxDepth)
	return body, err
}

// ofLibrary turns an error of the YAML library into the form of all other errors. The library's parser, unlike its
// scanner, counts lines from 0. lines is how many the file has.
func ofLibrary(err error, lines int) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if m := ofParser.FindStringSubmatch(text); m != nil {
		if line, err := strconv.Atoi(m[1]); err == nil {
			return &Error{Line: min(line+1, lines), Text: m[2]}
		}
	}
	return errors.New(text)
}

var ofParser = regexp.MustCompile(
	`^line (\d+): (did not find expected (?:<document start>|node content|'-' indicator|key|',' or '[]}]'))$`)

// extent is the size of a node, including what its aliases stand for.
type extent struct{ values, depth int }

// measurer adds up the extents of nodes. A node with an anchor is measured once, however often it is used, so that the
// work grows with the file and not with what its aliases stand for.
type measurer struct{ aliased map[*yaml.Node]extent }

func (m measurer) measure(n *yaml.Node, room int) (extent, error) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if e, ok := m.aliased[n]; ok {
		switch {
		case e.values == 0:
			return e, atNode(n, "what is named here stands within itself")
		case e.depth > room:
			return e, atNode(n, "nested more than %d deep", maxDepth)
		}
		return e, nil
	}
	switch {
	case room == 0:
		return extent{}, atNode(n, "nested more than %d deep", maxDepth)
	case n.Kind == yaml.MappingNode && len(n.Content) > 2*maxFields:
		return extent{}, atNode(n, "more than %d fields", maxFields)
	}
	if n.Anchor != "" {
		m.aliased[n] = extent{} // being measured
	}
	e := extent{values: 1}
	for _, inner := range n.Content {
		i, err := m.measure(inner, room-1)
		if err != nil {
			return e, err
		}
		if e.values += i.values; e.values > maxValues {
			return e, atNode(inner, "more than %d values, with those that aliases stand for", maxValues)
		}
		e.depth = max(e.depth, i.depth)
	}
	e.depth++
	if n.Anchor != "" {
		m.aliased[n] = e
	}
	return e, nil
}

// Error is a problem with its line in the file. Each level adds its step to the path as it returns the error.
type Error struct {
	Line int // 0 if it is not known
	// Path says where, as in .api_keys[1].type. It is empty for the whole.
	Path string
	Text string
}

func (e *Error) Error() string {
	text := strings.TrimPrefix(e.Path+": "+e.Text, ": ")
	if e.Line == 0 {
		return text
	}
	return fmt.Sprintf("line %d: %s", e.Line, text)
}

// atNode returns an error with the line of n.
func atNode(n *yaml.Node, format string, args ...any) error {
	return &Error{Line: n.Line, Text: fmt.Sprintf(format, args...)}
}

// within adds a step, such as .name or [1], to the front of an error's path.
func within(step string, err error) error {
	if m, ok := errors.AsType[*Error](err); ok {
		m.Path = step + m.Path
	}
	return err
}

// escapeAsYAML rewrites what JSON allows in a string but the YAML library does not: a pair of escaped surrogates for a
// character beyond the basic plane, an escaped slash, and characters that are not printable or end a line.
func escapeAsYAML(data []byte) []byte {
	if !bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		return data // in YAML a backslash has other meanings
	}
	return unlikeYAML.ReplaceAllFunc(data, func(found []byte) []byte {
		var high, low rune
		switch n, _ := fmt.Sscanf(string(found), `\u%04x\u%04x`, &high, &low); {
		case n == 2:
			return fmt.Appendf(nil, `\U%08x`, (high-0xd800)<<10+(low-0xdc00)+0x10000)
		case found[0] != '\\':
			r, _ := utf8.DecodeRune(found)
			return fmt.Appendf(nil, `\u%04x`, r)
		case found[1] == '/':
			return found[1:]
		}
		return found
	})
}

// unlikeYAML matches what escapeAsYAML rewrites, and escaped backslashes, so that they are stepped over.
var unlikeYAML = regexp.MustCompile(
	`\\\\|\\/|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}` +
		`|[\x7f-\x{9f}\x{2028}\x{2029}\x{feff}\x{fffe}\x{ffff}]`)
