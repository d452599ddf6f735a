package pdf

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
)

const maxFilters = 4

var errFilter = errors.New("a stream that can't be unpacked")

// unpack returns the content of a stream: decrypted if there is a key, and with its filters undone. It knows only
// Flate. Only object streams and cross-reference streams matter here, and no program packs those in another way.
func (r *reader) unpack(s *stream, key *fileKey) ([]byte, error) {
	data, err := r.data(s)
	if err != nil {
		return nil, err
	}
	if data, err = key.decrypt(data, s.number, s.generation); err != nil {
		return nil, err
	}
	filters, parameters := r.list(s.dict["Filter"]), r.list(s.dict["DecodeParms"])
	if len(filters) > maxFilters {
		return nil, fmt.Errorf("%w: %d filters", errFilter, len(filters))
	}
	for i, f := range filters {
		if n, _ := r.resolve(f).(name); n != "FlateDecode" && n != "Fl" {
			return nil, fmt.Errorf("%w: a filter other than Flate", errFilter)
		}
		if data, err = r.inflate(data); err != nil {
			return nil, err
		}
		if i < len(parameters) {
			if data, err = r.undoPrediction(data, r.dict(parameters[i])); err != nil {
				return nil, err
			}
		}
	}
	return data, r.err
}

// list returns an array. A single object in its place becomes an array of one.
func (r *reader) list(o object) array {
	switch o := r.resolve(o).(type) {
	case nil:
		return nil
	case array:
		return o
	default:
		return array{o}
	}
}

func (r *reader) inflate(data []byte) ([]byte, error) {
	z, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errFilter, err)
	}
	out, err := io.ReadAll(io.LimitReader(z, int64(min(maxDecoded, r.unpacking))+1))
	if err := r.use(&r.unpacking, len(out)); err != nil {
		return nil, err
	}
	if len(out) > maxDecoded {
		return nil, fmt.Errorf("%w: more than %d bytes", errFilter, maxDecoded)
	}
	r.reading += 2 * len(out)
	// Some programs leave out the end.
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("%w: %w", errFilter, err)
	}
	return out, nil
}
