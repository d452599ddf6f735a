package magic

import (
	_ "embed" // the rules
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"sync"
)

// data holds the rules in the order in which they are tried. A row is one rule. Its columns are the level (a rule of
// level 1 continues the last one of level 0), flags, kind, relation, offset, how to read an indirect offset, operator
// and mask (for a string: its range and flags), value, whether there is a description, and the type. tools/magicrules
// writes it.
//
//go:embed data/rules.tsv
var data string

// Kinds of rules, numbered as in the database of file(1).
const (
	kindByte      = 1
	kindShort     = 2
	kindDefault   = 3
	kindLong      = 4
	kindString    = 5
	kindDate      = 6
	kindBEShort   = 7
	kindBELong    = 8
	kindBEDate    = 9
	kindLEShort   = 10
	kindLELong    = 11
	kindLEDate    = 12
	kindPString   = 13
	kindLDate     = 14
	kindLELDate   = 16
	kindRegexp    = 17
	kindBEString  = 18
	kindLEString  = 19
	kindSearch    = 20
	kindMELong    = 23
	kindQuad      = 24
	kindLEQuad    = 25
	kindBEQuad    = 26
	kindLEQDate   = 28
	kindBEQDate   = 29
	kindBEFloat   = 34
	kindLEFloat   = 35
	kindBEDouble  = 37
	kindLEDouble  = 38
	kindBEID3     = 39
	kindLEID3     = 40
	kindIndirect  = 41
	kindQWDate    = 42
	kindLEQWDate  = 43
	kindName      = 45
	kindUse       = 46
	kindClear     = 47
	kindGUID      = 49
	kindOffset    = 50
	kindLEDOSDate = 54
	kindLEDOSTime = 57
	kindOctal     = 59
)

// Flags of a rule.
const (
	indirectOffset   = 0x01 // the offset is read from the file
	relativeOffset   = 0x02 // it counts from the end of what the rule above matched
	relativeIndirect = 0x04 // so does an offset read from the file
	unsigned         = 0x08
	binaryRule       = 0x20 // tried on any file
	textRule         = 0x40 // tried on text files, converted to UTF-8
	fromEnd          = 0x80
)

// Flags of a string.
const (
	compactBlanks    = 1 << 0
	optionalBlanks   = 1 << 1
	ignoreLower      = 1 << 2
	ignoreUpper      = 1 << 3
	offsetOfStart    = 1 << 4
	onlyText         = 1 << 5
	onlyBinary       = 1 << 6
	length1          = 1 << 7
	length2BE        = 1 << 8
	length2LE        = 1 << 9
	length4BE        = 1 << 10
	length4LE        = 1 << 11
	countLines       = 1 << 11
	lengthOfItself   = 1 << 12
	wholeWord        = 1 << 14
	relativeToParent = 1 << 0 // of kindIndirect
)

type rule struct {
	level        int
	flags        byte
	kind         byte
	relation     byte
	offset       int32
	inKind, inOp byte
	inOffset     int64
	maskOp       byte
	mask         uint64 // for a string: its range, and its flags in the upper half
	number       uint64
	text         []byte
	pattern      func() *regexp.Regexp // compiled when first needed
	described    bool
	mime         string
}

func (r *rule) textRange() int    { return int(uint32(r.mask)) }
func (r *rule) textFlags() uint32 { return uint32(r.mask >> 32) }

// ofText reports whether r is of a kind that can be restricted to text files or to other files.
func (r *rule) ofText() bool {
	switch r.kind {
	case kindString, kindPString, kindBEString, kindLEString, kindRegexp, kindSearch, kindIndirect, kindName, kindUse,
		kindOctal:
		return true
	}
	return false
}

// ruleSet is the parsed data: trees of rules, each a slice that begins with its only level 0 rule.
type ruleSet struct {
	trees [][]rule
	named map[string][]rule
}

var rules = sync.OnceValue(func() ruleSet {
	set := ruleSet{named: map[string][]rule{}}
	all := make([]rule, 0, strings.Count(data, "\n"))
	for row := range strings.Lines(data) {
		all = append(all, parseRule(strings.Split(strings.TrimSuffix(row, "\n"), "\t")))
	}
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].level > 0 {
			n++
		}
		tree := all[:n:n]
		all = all[n:]
		if tree[0].kind == kindName {
			set.named[string(tree[0].text)] = tree
		} else {
			set.trees = append(set.trees, tree)
		}
	}
	return set
})

// parseRule reads a row. It can ignore errors, because TestRules checks all rows.
func parseRule(f []string) rule {
	number := func(s string) int64 {
		n, _ := strconv.ParseInt(s, 10, 64)
		return n
	}
	hexadecimal := func(s string) uint64 {
		n, _ := strconv.ParseUint(s, 16, 64)
		return n
	}
	r := rule{
		level: int(number(f[0])), flags: byte(hexadecimal(f[1])), kind: byte(number(f[2])), relation: f[3][0],
		offset: int32(number(f[4])), described: f[8] == "+", mime: f[9],
	}
	if in := strings.Split(f[5], ","); len(in) == 3 {
		r.inKind, r.inOp, r.inOffset = byte(number(in[0])), byte(hexadecimal(in[1])), number(in[2])
	}
	op, mask, _ := strings.Cut(f[6], ",")
	r.maskOp, r.mask = byte(hexadecimal(op)), hexadecimal(mask)
	if strings.HasPrefix(f[7], `"`) {
		s, _ := strconv.Unquote(f[7])
		for _, c := range s {
			r.text = append(r.text, byte(c))
		}
		if r.kind == kindRegexp {
			r.pattern = sync.OnceValue(func() *regexp.Regexp {
				re, _ := compile(s, r.textFlags())
				return re
			})
		}
	} else {
		r.number = hexadecimal(f[7])
	}
	return r
}

// compile compiles a POSIX extended regular expression, in which neither a dot nor a negated class matches a line feed.
// Each character stands for a byte.
func compile(s string, flags uint32) (*regexp.Regexp, error) {
	mode := syntax.POSIX
	if flags&(ignoreLower|ignoreUpper) != 0 {
		mode |= syntax.FoldCase
	}
	s, _, _ = strings.Cut(s, "\x00")
	parsed, err := syntax.Parse(s, mode)
	if err != nil {
		return nil, err
	}
	re, err := regexp.Compile(parsed.String())
	if err == nil {
		re.Longest()
	}
	return re, err
}
