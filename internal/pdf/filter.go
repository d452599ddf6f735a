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

// unpack gives the content of a stream: decrypted if there is a key, and with its filters undone. Only Flate is known:
// no program packs objects or tables, of which alone the content matters here, in another way.
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

// list gives an array, or one of the single object that may stand for it.
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
	// Some programs leave the end away.
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("%w: %w", errFilter, err)
	}
	return out, nil
}
