package pdf

import "bytes"

// objectStream is a stream of objects, preceded by a list of their numbers and offsets.
type objectStream struct {
	content  []byte
	numbers  []int
	places   []int
	byNumber map[int]int // index into numbers and places
}

// packedObject returns object n from the object stream that its entry names.
func (r *reader) packedObject(n int, e entry) (object, error) {
	s, err := r.objectStream(e.within)
	if err != nil {
		return nil, err
	}
	i := e.index
	if i < 0 || i >= len(s.numbers) || s.numbers[i] != n {
		var ok bool
		if i, ok = s.byNumber[n]; !ok {
			return nil, errDamaged
		}
	}
	if s.places[i] < 0 || s.places[i] >= len(s.content) {
		return nil, errDamaged
	}
	l := r.lexer(s.content, s.places[i])
	o, err := l.value(0)
	return o, r.read(l, s.places[i], err)
}

// objectStream returns the object stream with the given number, unpacked.
func (r *reader) objectStream(number int) (*objectStream, error) {
	if s, ok := r.packed[number]; ok {
		if s == nil {
			return nil, errDamaged
		}
		return s, nil
	}
	r.packed[number] = nil // so that a failure is not tried again
	e := r.entries[number]
	if e.within != 0 || e.offset == 0 { // a stream can't be inside a stream
		return nil, errDamaged
	}
	o, err := r.objectAt(e.offset)
	if err != nil {
		return nil, err
	}
	s, ok := o.(*stream)
	if !ok {
		return nil, errDamaged
	}
	first, ok := r.integer(s.dict["First"])
	if !ok || first < 0 {
		return nil, errDamaged
	}
	content, err := r.unpack(s, r.key)
	if err != nil {
		return nil, err
	}
	if first > len(content) {
		return nil, errDamaged
	}
	packed := &objectStream{content: content, byNumber: map[int]int{}}
	l := r.lexer(content[:first], 0)
	for len(packed.numbers) <= maxObjects {
		n, ok := l.integer()
		place, ok2 := l.integer()
		if !ok || !ok2 {
			break
		}
		if _, ok := packed.byNumber[n]; !ok {
			packed.byNumber[n] = len(packed.numbers)
		}
		packed.numbers, packed.places = append(packed.numbers, n), append(packed.places, first+place)
	}
	if err := r.read(l, 0, nil); err != nil {
		return nil, err
	}
	r.packed[number] = packed
	return packed, nil
}

// data returns the bytes between "stream" and "endstream". It ignores a length that does not lead to "endstream".
func (r *reader) data(s *stream) ([]byte, error) {
	const end = "endstream"
	if n, ok := r.integer(s.dict["Length"]); ok && n >= 0 && n <= len(r.b)-s.start {
		l := lexer{b: r.b[:min(len(r.b), s.start+n+2+len(end))], pos: s.start + n}
		if l.space(); l.accept(end) {
			return r.b[s.start : s.start+n], r.use(&r.reading, n)
		}
	}
	data := r.b[s.start:]
	n := 0
	for !bytes.HasPrefix(data[n:], []byte(end)) && !bytes.HasPrefix(data[n:], []byte("endobj")) {
		i := bytes.Index(data[n+1:], []byte("end"))
		if i < 0 {
			n = len(data)
			break
		}
		n += 1 + i
	}
	if err := r.use(&r.reading, n); err != nil {
		return nil, err
	}
	return bytes.TrimRight(data[:n], "\r\n"), nil
}
