package pdf

import (
	"bytes"
	"errors"
	"slices"
)

const (
	maxObjects  = 200_000  // more than a letter's ten pages could use
	maxChain    = 8        // references to references
	maxNested   = 16       // look-ups of objects within each other
	maxDecoded  = 32 << 20 // bytes of one stream
	maxUnpacked = 64 << 20 // bytes of all streams of a file together
	// A sound file needs each byte only a few times: in an object, in a search for the end of a stream, in the repair.
	maxReading = 8
)

var errDamaged = errors.New("an object is not where the cross-reference table says")

// reader finds the objects of a file. It reads only the objects that are asked for, and each of them once.
type reader struct {
	b       []byte // from the header on: all offsets in a file count from there
	trailer dict
	entries map[int]entry
	objects map[int]object // looked up so far
	packed  map[int]*objectStream
	key     *fileKey // nil: not encrypted

	damaged bool // an entry did not point to its object
	nested  int

	// The remaining budgets. A file that needs more is refused, and err stays set.
	reading, values, unpacking int
	err                        error
}

// entry says where an object is.
type entry struct {
	offset int // in the file; 0 if it was deleted
	within int // the number of the object stream that holds it, or 0
	index  int // in that stream
}

// newReader checks the header. Anything may come before it.
func newReader(b []byte) (*reader, error) {
	const mark = "%PDF-"
	start := bytes.Index(b, []byte(mark))
	if start < 0 {
		return nil, errors.New("no header")
	}
	b = b[start:]
	version := string(b[len(mark):min(len(b), len(mark)+3)])
	if !slices.Contains([]string{"1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "2.0"}, version) {
		return nil, errors.New("unknown PDF version")
	}
	return &reader{
		b: b, entries: map[int]entry{}, trailer: dict{},
		reading: maxReading * len(b), values: maxValues, unpacking: maxUnpacked,
	}, nil
}

// pages reads the sizes of the pages. It goes by the file's own cross-reference tables or, if they are broken, searches
// for the objects.
func (r *reader) pages() ([]Size, error) {
	pages, err := r.attempt(r.readTables)
	if r.err == nil && (err != nil || r.damaged) {
		if found, repairErr := r.attempt(r.repair); repairErr == nil && len(found) >= len(pages) {
			return found, nil
		}
	}
	if r.err != nil {
		return nil, r.err
	}
	return pages, err
}

func (r *reader) attempt(load func() error) ([]Size, error) {
	r.damaged, r.key = false, nil
	r.forget()
	if err := load(); err != nil {
		return nil, err
	}
	if err := r.unlock(); err != nil {
		return nil, err
	}
	return r.readPages()
}

func (r *reader) forget() { r.objects, r.packed = map[int]object{}, map[int]*objectStream{} }

// use takes n from a budget.
func (r *reader) use(left *int, n int) error {
	if *left -= n; *left < 0 {
		r.err = errLimit
	}
	return r.err
}

// resolve returns o itself or the object it refers to, or nil if that is missing or malformed.
func (r *reader) resolve(o object) object {
	for range maxChain {
		n, ok := o.(ref)
		if !ok {
			return o
		}
		o = r.lookUp(int(n))
	}
	return nil
}

func (r *reader) dict(o object) dict {
	d, _ := r.resolve(o).(dict)
	return d
}

func (r *reader) array(o object) array {
	a, _ := r.resolve(o).(array)
	return a
}

func (r *reader) number(o object) (float64, bool) {
	n, ok := r.resolve(o).(float64)
	return n, ok
}

// integer returns a number that is small enough to be a count or an offset in a file.
func (r *reader) integer(o object) (int, bool) {
	const most = 1 << 30
	n, ok := r.number(o)
	if !ok || n < -most || n > most {
		return 0, false
	}
	return int(n), true
}

func (r *reader) lookUp(n int) object {
	if o, ok := r.objects[n]; ok {
		return o
	}
	e := r.entries[n]
	if e == (entry{}) || r.err != nil || r.nested == maxNested {
		return nil
	}
	r.objects[n] = nil // an object that needs itself gets nil
	r.nested++
	defer func() { r.nested-- }()
	var o object
	var err error
	if e.within != 0 {
		o, err = r.packedObject(n, e)
	} else {
		o, err = r.objectAt(e.offset)
	}
	if err != nil {
		r.damaged = true
		return nil
	}
	r.objects[n] = o
	return o
}

// objectAt reads "12 0 obj …". The number need not be the one that was looked up: like other readers, this one trusts
// the cross-reference table more than the number at the object.
func (r *reader) objectAt(offset int) (object, error) {
	if offset < 0 || offset >= len(r.b) {
		return nil, errDamaged
	}
	l := r.lexer(r.b, offset)
	o, err := l.indirect()
	return o, r.read(l, offset, err)
}

func (r *reader) lexer(b []byte, pos int) *lexer { return &lexer{b: b, pos: pos, values: &r.values} }

// read charges the budget for what l has read since start.
func (r *reader) read(l *lexer, start int, err error) error {
	if errors.Is(err, errLimit) {
		r.err = err
	}
	if used := r.use(&r.reading, l.pos-start); used != nil {
		return used
	}
	return err
}

// indirect reads an object together with its number.
func (l *lexer) indirect() (object, error) {
	n, ok := l.integer()
	generation, ok2 := l.integer()
	l.space()
	if !ok || !ok2 || !l.accept("obj") {
		return nil, errDamaged
	}
	if l.space(); l.accept("endobj") {
		return nil, nil
	}
	o, err := l.value(0)
	if err != nil {
		return nil, err
	}
	d, ok := o.(dict)
	if !ok {
		return o, nil
	}
	if l.space(); !l.accept("stream") {
		return d, nil
	}
	for l.accept(" ") {
	}
	_ = l.accept("\r\n") || l.accept("\n") || l.accept("\r")
	return &stream{d, l.pos, n, generation}, nil
}
