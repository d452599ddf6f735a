package mistune

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/notifykit/notify/internal/text"
)

// matchFences: [ ]*(`{3,}|~{3,}) *([^`\s]+)? *\n([\s\S]+?)\s*\1 *(?:\n+|$)
func (p *blockParser) matchFences(i int) (code string, end int, ok bool) {
	s := p.s
	i = skipSpaces(s, i)
	if i == len(s) || s[i] != '`' && s[i] != '~' {
		return "", 0, false
	}
	mark := s[i]
	n := skipByte(s, i, mark) - i
	if n < 3 {
		return "", 0, false
	}
	lineStop := lineEnd(s, i)
	language := strings.Trim(s[i+n:lineStop], " ")
	if lineStop == len(s) || strings.ContainsFunc(language, func(r rune) bool { return r == '`' || text.IsSpace(r) }) {
		return "", 0, false
	}
	start := lineStop + 1
	if start == len(s) {
		return "", 0, false
	}
	_, size := utf8.DecodeRuneInString(s[start:])
	// A long row of tildes may count as a shorter one and the beginning of the language's name.
	exact := mark == '`' || language != "" && s[i+n] == ' '
	stop, n := p.fences.find(s, mark, n, start+size, exact)
	if stop < 0 {
		return "", 0, false
	}
	code = s[start:start+size] + strings.TrimRightFunc(s[start+size:stop], text.IsSpace)
	return code, skipNewlines(s, skipSpaces(s, stop+n)), true
}

// fenceScanner finds the ends of fenced code: rows of ` or ~ at the end of a line.
type fenceScanner struct {
	scanned bool
	rows    map[byte][]fenceRow
	found   map[fenceQuery]fenceAnswer
}

type fenceRow struct {
	end, n  int
	longest int // of this row and all that follow
}

type fenceQuery struct {
	mark byte
	n    int
}

// fenceAnswer is the row that was found, and the row from which the search began.
type fenceAnswer struct{ from, row int }

// find returns where the first row of n marks at or after from begins, and its length. If no row is that long, the
// longest will do, of at least three marks, unless exact is true.
func (f *fenceScanner) find(s string, mark byte, n, from int, exact bool) (at, length int) {
	if !f.scanned {
		f.scan(s)
	}
	rows := f.rows[mark]
	first, _ := slices.BinarySearchFunc(rows, from+3, func(r fenceRow, i int) int { return r.end - i })
	if first == len(rows) {
		return -1, 0
	}
	if rows[first].end-n < from && rows[first].end-rows[first].n < from { // it begins too early
		if fits := rows[first].end - from; fits >= n || !exact && (first+1 == len(rows) || rows[first+1].longest <= fits) {
			n = min(n, fits)
			return rows[first].end - n, n
		}
		if first++; first == len(rows) {
			return -1, 0
		}
	}
	if longest := rows[first].longest; !exact && longest < n {
		n = longest
	}
	q := fenceQuery{mark, n}
	a, asked := f.found[q]
	if !asked || first < a.from || first > a.row {
		a = fenceAnswer{first, first}
		for a.row < len(rows) && rows[a.row].n < n {
			a.row++
		}
		f.found[q] = a
	}
	if a.row == len(rows) {
		return -1, 0
	}
	return rows[a.row].end - n, n
}

func (f *fenceScanner) scan(s string) {
	f.scanned = true
	f.rows, f.found = make(map[byte][]fenceRow), make(map[fenceQuery]fenceAnswer)
	for i := 0; ; {
		k := strings.IndexAny(s[i:], "`~")
		if k < 0 {
			break
		}
		i += k
		mark := s[i]
		end := skipByte(s, i, mark)
		if end-i >= 3 && atLineEnd(s, skipSpaces(s, end)) {
			f.rows[mark] = append(f.rows[mark], fenceRow{end: end, n: end - i})
		}
		i = end
	}
	for _, rows := range f.rows {
		longest := 0
		for i := len(rows) - 1; i >= 0; i-- {
			longest = max(longest, rows[i].n)
			rows[i].longest = longest
		}
	}
}

func skipByte(s string, i int, c byte) int {
	for i < len(s) && s[i] == c {
		i++
	}
	return i
}
