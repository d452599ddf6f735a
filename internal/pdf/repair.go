package pdf

import (
	"bytes"
	"errors"
)

var errCutOff = errors.New("ends within a stream")

// found is an object that a scan has found, or a trailer.
type found struct {
	number, offset int
	text           []byte // of an object, up to its stream or to whatever comes next
	trailer        dict
}

// repair finds the objects of a file with broken tables by looking for "12 0 obj", as lenient readers do. Of two
// objects with the same number, the later one in the file is newer. Objects in object streams are lost, as they are in
// pdfcpu, qpdf and poppler.
func (r *reader) repair() error {
	stated := r.entries
	r.trailer, r.entries = dict{}, map[int]entry{}
	var catalog object
	all, err := r.scan()
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.number != 0 {
			delete(r.entries, o.number)
			r.add(o.number, entry{offset: o.offset})
		}
		switch {
		case o.trailer != nil:
			r.replace(o.trailer)
		case bytes.Contains(o.text, []byte("/XRef")):
			at, _ := r.objectAt(o.offset)
			if s, ok := at.(*stream); ok {
				r.replace(s.dict)
			}
		case bytes.Contains(o.text, []byte("/Catalog")):
			catalog = ref(o.number)
		}
	}
	for n, e := range stated { // the tables may list objects under other numbers
		if e.offset > 0 {
			r.add(n, e)
		}
	}
	r.forget() // look-ups made before everything was found
	if r.dict(r.trailer["Root"])["Pages"] == nil && catalog != nil {
		r.trailer["Root"] = catalog
	}
	return r.err
}

// replace keeps the entries of a trailer, and drops those of older ones.
func (r *reader) replace(trailer dict) {
	for _, key := range kept {
		if trailer[key] != nil {
			r.trailer[key] = trailer[key]
		}
	}
}

// scan lists objects and trailers. It skips the data of streams, which may contain anything. A file that ends within a
// stream is incomplete, and other readers refuse it too.
func (r *reader) scan() ([]found, error) {
	var all []found
	obj, stream, trailer := word{"obj", -1}, word{"stream", -1}, word{"trailer", -1}
	ends := []*word{{"endstream", -1}, {"endobj", -1}}
	open := false // whether the last object's text has not ended yet
	finish := func(at int) {
		if open {
			o := &all[len(all)-1]
			o.text = r.b[o.offset:at]
		}
		open = false
	}
	_ = r.use(&r.reading, len(r.b))
	for pos := 0; r.err == nil; {
		if len(all) > maxObjects {
			r.err = errLimit
		}
		o, s, t := obj.after(r.b, pos), stream.after(r.b, pos), trailer.after(r.b, pos)
		switch at := min(o, s, t); at {
		case len(r.b):
			finish(at)
			return all, nil
		case o:
			pos = o + len(obj.text)
			if number, offset, ok := header(r.b, o); ok {
				finish(offset)
				all = append(all, found{number: number, offset: offset})
				open = true
			}
		case s:
			pos = s + len(stream.text)
			if !open || !bytes.HasSuffix(bytes.TrimRight(r.b[max(0, s-maxNumber):s], spaces), []byte(">>")) {
				continue
			}
			finish(s)
			e := ends[0].after(r.b, pos)
			if e == len(r.b) {
				return nil, errCutOff
			}
			pos = min(e, ends[1].after(r.b, pos)) // one of them may be missing
		default:
			finish(t)
			pos = t + len(trailer.text)
			l := r.lexer(r.b, pos)
			o, err := l.value(0)
			if d, ok := o.(dict); r.read(l, pos, err) == nil && ok {
				all = append(all, found{trailer: d})
			}
		}
	}
	return nil, r.err
}

// header reads "12 0" backwards from end, where "obj" begins.
func header(b []byte, end int) (number, offset int, ok bool) {
	start, at := max(0, end-maxNumber), end
	skip := func(f func(byte) bool) bool {
		before := at
		for at > start && f(b[at-1]) {
			at--
		}
		return at < before
	}
	skip(isSpace)
	if !skip(isDigit) || !skip(isSpace) || !skip(isDigit) {
		return 0, 0, false
	}
	l := lexer{b: b, pos: at}
	number, ok = l.integer()
	return number, at, ok && number > 0
}

// word is a string and the next place where it occurs, so that no part of a file is searched twice.
type word struct {
	text string
	next int
}

// after returns the first place from pos on, or the length of b.
func (w *word) after(b []byte, pos int) int {
	if w.next >= pos {
		return w.next
	}
	if w.next = bytes.Index(b[pos:], []byte(w.text)); w.next < 0 {
		w.next = len(b)
	} else {
		w.next += pos
	}
	return w.next
}
