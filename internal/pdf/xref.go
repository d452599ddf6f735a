package pdf

import (
	"bytes"
	"errors"
)

var (
	errTable = errors.New("no table of objects")

	kept = []name{"Root", "Encrypt", "ID"} // the entries of a trailer that are needed here
)

// readTables reads the cross-reference tables, which say where the objects are. It starts with the newest one, which
// overrides the older ones.
func (r *reader) readTables() error {
	mark := bytes.LastIndex(r.b, []byte("startxref"))
	if err := r.use(&r.reading, len(r.b)-max(mark, 0)); err != nil {
		return err
	}
	if mark < 0 {
		return errTable
	}
	next, ok := r.lexer(r.b, mark+len("startxref")).integer()
	if !ok {
		return errTable
	}
	// If the tables form a circle, stop when all have been read.
	for seen := map[int]bool{}; !seen[next]; {
		seen[next] = true
		d, err := r.section(next)
		if err != nil {
			return err
		}
		if next, ok = r.integer(d["Prev"]); !ok || next == 0 {
			break
		}
	}
	return r.err
}

// section reads one table, in plain text or in a stream, and returns its trailer.
func (r *reader) section(at int) (dict, error) {
	if at < 0 || at >= len(r.b) {
		return nil, errTable
	}
	l := r.lexer(r.b, at)
	if l.space(); !l.accept("xref") {
		return r.streamSection(at)
	}
	free, err := r.subsections(l)
	var trailer object
	if err == nil {
		trailer, err = l.value(0)
	}
	if err := r.read(l, at, err); err != nil {
		return nil, err
	}
	d, ok := trailer.(dict)
	if !ok {
		return nil, errTable
	}
	r.take(d)
	// A hybrid file has objects for newer readers only. This table marks them as free, and a stream says where they are.
	if hybrid, ok := r.integer(d["XRefStm"]); ok {
		if hybrid <= 0 || hybrid >= len(r.b) {
			return nil, errTable
		}
		if _, err := r.streamSection(hybrid); err != nil {
			return nil, err
		}
	}
	for _, n := range free {
		r.add(n, entry{})
	}
	return d, r.err
}

// subsections reads headings such as "0 3", each with its entries, such as "0000000017 00000 n", up to the trailer. It
// ignores the count in the heading, which is sometimes wrong in real files.
func (r *reader) subsections(l *lexer) (free []int, err error) {
	next := 0
	for {
		if l.space(); l.accept("trailer") {
			return free, nil
		}
		a, ok := l.integer()
		_, ok2 := l.integer()
		if !ok || !ok2 {
			return nil, errTable
		}
		switch l.space(); {
		case l.accept("n"):
			if a != 0 {
				r.add(next, entry{offset: a})
			}
		case l.accept("f"):
			free = append(free, next)
		default:
			next = a
			continue
		}
		if next++; r.err != nil {
			return nil, r.err
		}
	}
}

// add records where an object is, unless a newer table has said so.
func (r *reader) add(number int, e entry) {
	if _, ok := r.entries[number]; ok {
		return
	}
	if len(r.entries) == maxObjects {
		r.err = errLimit
		return
	}
	r.entries[number] = e
}

// take keeps those entries of a trailer that no newer one has.
func (r *reader) take(trailer dict) {
	for _, key := range kept {
		if _, ok := r.trailer[key]; !ok && trailer[key] != nil {
			r.trailer[key] = trailer[key]
		}
	}
}

// streamSection reads a table in a stream: records of three numbers, whose widths in bytes W gives.
func (r *reader) streamSection(at int) (dict, error) {
	o, err := r.objectAt(at)
	if err != nil {
		return nil, err
	}
	s, ok := o.(*stream)
	if !ok {
		return nil, errTable
	}
	widths, size, err := r.widths(s.dict)
	if err != nil {
		return nil, err
	}
	data, err := r.unpack(s, nil) // tables are never encrypted
	if err != nil {
		return nil, err
	}
	index := r.array(s.dict["Index"])
	if index == nil {
		index = array{0.0, s.dict["Size"]}
	}
	for ; len(index) >= 2; index = index[2:] {
		first, ok := r.integer(index[0])
		count, ok2 := r.integer(index[1])
		if !ok || !ok2 || first < 0 || count < 0 || count > len(data)/size {
			return nil, errTable
		}
		for n := range count {
			if r.record(first+n, data[n*size:], widths); r.err != nil {
				return nil, r.err
			}
		}
		data = data[count*size:]
	}
	r.take(s.dict)
	return s.dict, nil
}

// widths reads W. A field of more than eight bytes would not fit into an integer.
func (r *reader) widths(d dict) (widths [3]int, size int, err error) {
	w := r.array(d["W"])
	if len(w) < len(widths) {
		return widths, 0, errTable
	}
	for i := range widths {
		n, ok := r.integer(w[i])
		if !ok || n < 0 || n > 8 {
			return widths, 0, errTable
		}
		widths[i] = n
		size += n
	}
	if size == 0 {
		return widths, 0, errTable
	}
	return widths, size, nil
}

func (r *reader) record(number int, b []byte, widths [3]int) {
	var field [3]int
	for i, w := range widths {
		for _, c := range b[:w] {
			field[i] = field[i]<<8 | int(c)
		}
		b = b[w:]
	}
	kind := field[0]
	if widths[0] == 0 {
		kind = 1
	}
	switch kind {
	case 0:
		r.add(number, entry{})
	case 1:
		r.add(number, entry{offset: field[1]})
	case 2:
		r.add(number, entry{within: field[1], index: field[2]})
	}
}
