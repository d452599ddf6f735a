// Command magicrules writes internal/magic/data/rules.tsv from the compiled database of file(1) 5.44. Debian 12
// installs that database as /usr/lib/file/magic.mgc, and the real service uses it:
//
//	go -C tools run ./magicrules /usr/lib/file/magic.mgc > internal/magic/data/rules.tsv
//
// It keeps only what can change the resulting type. It drops descriptions, but keeps whether there is one, because a
// rule with a description and no type ends the search.
package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
)

const (
	magicNumber = 0xf11e041c
	version     = 18
	entrySize   = 376

	// The types that matter here, from file.h.
	typeDefault  = 3
	typeString   = 5
	typePString  = 13
	typeRegex    = 17
	typeBEString = 18
	typeLEString = 19
	typeSearch   = 20
	typeIndirect = 41
	typeName     = 45
	typeUse      = 46
	typeClear    = 47
	typeDER      = 48
	typeGUID     = 49
	typeOctal    = 59

	flagNegative = 0x80
)

type entry struct {
	level                                                uint16
	flag, relation, valueLen, kind, inType, inOp, maskOp byte
	offset, inOffset                                     int32
	mask                                                 uint64
	value                                                []byte
	described                                            bool
	mime                                                 string
	children                                             []*entry
	keep                                                 bool
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: magicrules magic.mgc")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "magicrules:", err)
		os.Exit(1)
	}
}

func run(name string) error {
	data, err := os.ReadFile(name) //nolint:gosec // the user names the file
	if err != nil {
		return err
	}
	le := binary.LittleEndian
	if len(data) < entrySize || le.Uint32(data) != magicNumber || le.Uint32(data[4:]) != version {
		return fmt.Errorf("%s is not a database of version %d", name, version)
	}
	rules := trees(data[entrySize:])
	p := pruner{
		named: map[string]*entry{}, yields: map[string]bool{}, finds: map[string]bool{}, used: map[string]bool{},
	}
	p.prune(rules)
	out := bufio.NewWriter(os.Stdout)
	for _, r := range rules {
		// No rule about DER leads to a type, and a named rule that no rule uses can be dropped.
		if r.kind != typeDER && (r.kind != typeName || p.used[r.name()]) {
			write(out, r)
		}
	}
	return out.Flush()
}

// trees parses the entries and makes each a child of the one it continues.
func trees(data []byte) []*entry {
	var roots []*entry
	var path []*entry
	for ; len(data) >= entrySize; data = data[entrySize:] {
		e := parse(data[:entrySize])
		path = path[:min(int(e.level), len(path))]
		if len(path) == 0 {
			roots = append(roots, e)
		} else {
			last := path[len(path)-1]
			last.children = append(last.children, e)
		}
		path = append(path, e)
	}
	return roots
}

func parse(b []byte) *entry {
	le := binary.LittleEndian
	text := func(from, to int) string {
		s, _, _ := strings.Cut(string(b[from:to]), "\x00")
		return s
	}
	return &entry{
		level: le.Uint16(b), flag: b[2], relation: b[4], valueLen: b[5], kind: b[6],
		inType: b[7], inOp: b[8], maskOp: b[9], offset: int32(le.Uint32(b[12:])), inOffset: int32(le.Uint32(b[16:])),
		mask: le.Uint64(b[24:]), value: bytes.Clone(b[32:160]),
		described: b[160] != 0, mime: plain.ReplaceAllString(text(224, 304), "$1"),
	}
}

// plain matches a type that depends on whether the file is executable, and captures the type for one that is not: data
// in memory never is.
var plain = regexp.MustCompile(`\$\{x\?[^:}]*:([^}]*)\}`)

func (e *entry) name() string {
	s, _, _ := strings.Cut(string(e.value), "\x00")
	return strings.TrimPrefix(s, "^")
}

// pruner decides what to keep. A name yields if the rules with that name can lead to a type, and finds if they can end
// the search.
type pruner struct {
	named         map[string]*entry
	yields, finds map[string]bool
	used          map[string]bool
}

func (p *pruner) prune(rules []*entry) {
	for _, r := range rules {
		if r.kind == typeName {
			p.named[r.name()] = r
		}
	}
	for changed := true; changed; {
		changed = false
		for name, r := range p.named {
			if !p.yields[name] && p.canYield(r) {
				p.yields[name], changed = true, true
			}
			if !p.finds[name] && p.canFind(r) {
				p.finds[name], changed = true, true
			}
		}
	}
	for _, r := range rules {
		if r.kind != typeName && r.kind != typeDER {
			p.mark(r, false)
		}
	}
}

func (p *pruner) canYield(e *entry) bool {
	if e.mime != "" || e.kind == typeIndirect || e.kind == typeUse && p.yields[e.name()] {
		return true
	}
	for _, c := range e.children {
		if p.canYield(c) {
			return true
		}
	}
	return false
}

func (p *pruner) canFind(e *entry) bool {
	if e.described || e.mime != "" || e.kind == typeIndirect || e.kind == typeUse && p.finds[e.name()] {
		return true
	}
	for _, c := range e.children {
		if p.canFind(c) {
			return true
		}
	}
	return false
}

// mark keeps e and what it needs. Found means that a rule above has already ended the search, so that only types
// matter.
func (p *pruner) mark(e *entry, found bool) {
	p.keep(e)
	if e.mime != "" {
		return // the search ends here
	}
	found = found || e.described
	siblings := false
	for _, c := range e.children {
		needed := p.canYield(c) || !found && p.canFind(c) || c.flag&flagNegative != 0
		if needed {
			p.mark(c, found)
		}
		siblings = siblings || needed && c.kind == typeDefault
	}
	if siblings { // a default applies if none of its siblings matched
		for _, c := range e.children {
			p.keep(c)
		}
	}
}

// keep keeps e and the rules it uses.
func (p *pruner) keep(e *entry) {
	e.keep = true
	if e.kind == typeUse && !p.used[e.name()] {
		p.used[e.name()] = true
		p.mark(p.named[e.name()], false)
	}
}

func write(out *bufio.Writer, e *entry) {
	if !e.keep {
		return
	}
	described := "-"
	if e.described {
		described = "+"
	}
	fmt.Fprintf(out, "%d\t%02x\t%d\t%c\t%d\t", e.level, e.flag, e.kind, e.relation, e.offset)
	if e.flag&1 != 0 {
		fmt.Fprintf(out, "%d,%02x,%d", e.inType, e.inOp, e.inOffset)
	}
	fmt.Fprintf(out, "\t%02x,%x\t", e.maskOp, e.mask)
	switch e.kind {
	case typeString, typePString, typeRegex, typeBEString, typeLEString, typeSearch, typeOctal:
		fmt.Fprint(out, strconv.QuoteToASCII(latin1(e.value[:e.valueLen])))
	case typeName, typeUse:
		s, _, _ := strings.Cut(string(e.value), "\x00")
		fmt.Fprint(out, strconv.QuoteToASCII(s))
	case typeGUID:
		fmt.Fprint(out, strconv.QuoteToASCII(latin1(e.value[:16])))
	case typeDefault, typeClear, typeIndirect, typeDER:
	default:
		fmt.Fprintf(out, "%x", binary.LittleEndian.Uint64(e.value))
	}
	fmt.Fprintf(out, "\t%s\t%s\n", described, e.mime)
	for _, c := range e.children {
		write(out, c)
	}
}

// latin1 turns each byte into one character.
func latin1(b []byte) string {
	r := make([]rune, len(b))
	for i, c := range b {
		r[i] = rune(c)
	}
	return string(r)
}
