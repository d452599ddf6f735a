package pdf

import (
	"fmt"
	"slices"
)

// Kinds of prediction. In table 8 of ISO 32000, 2 is TIFF's, and 10 and above are PNG's.
const (
	noPrediction = 1
	tiff         = 2
	png          = 10
)

// undoPrediction turns differences back into the original bytes, in place. Prediction was made for images, so its
// parameters describe rows of pixels with a number of colours.
func (r *reader) undoPrediction(data []byte, d dict) ([]byte, error) {
	setting := func(key name, or int) int {
		if n, ok := r.integer(d[key]); ok {
			return n
		}
		return or
	}
	kind := setting("Predictor", noPrediction)
	if kind == noPrediction || len(data) == 0 {
		return data, nil
	}
	const most = 1 << 20 // of each factor, so that their product does not overflow
	colours, bits, columns := setting("Colors", 1), setting("BitsPerComponent", 8), setting("Columns", 1)
	if min(colours, columns) < 1 || max(colours, columns) > most || !slices.Contains([]int{1, 2, 4, 8, 16}, bits) {
		return nil, fmt.Errorf("%w: impossible row size", errFilter)
	}
	pixel := (colours*bits + 7) / 8
	row := (int64(colours)*int64(bits)*int64(columns) + 7) / 8
	switch {
	case row > int64(len(data)):
		return nil, fmt.Errorf("%w: less than one row", errFilter)
	case kind == tiff && bits == 8:
		return undoTIFF(data, int(row), colours), nil
	case kind >= png:
		return undoPNG(data, int(row), pixel)
	default:
		return nil, fmt.Errorf("%w: unknown prediction", errFilter)
	}
}

// undoTIFF adds to each pixel the one to its left.
func undoTIFF(data []byte, row, pixel int) []byte {
	for start := 0; start < len(data); start += row {
		line := data[start:min(start+row, len(data))]
		for i := pixel; i < len(line); i++ {
			line[i] += line[i-pixel]
		}
	}
	return data
}

// undoPNG undoes the filter that the byte in front of each row names (PNG specification, chapter 9).
func undoPNG(data []byte, row, pixel int) ([]byte, error) {
	above := make([]byte, row)
	out := data[:0]
	for len(data) > 1 {
		filter, line := data[0], data[1:min(1+row, len(data))]
		data = data[1+len(line):]
		switch filter {
		case 0:
		case 1:
			for i := pixel; i < len(line); i++ {
				line[i] += line[i-pixel]
			}
		case 2:
			for i := range line {
				line[i] += above[i]
			}
		case 3:
			for i := range line {
				line[i] += byte((left(line, i, pixel) + int(above[i])) / 2)
			}
		case 4:
			for i := range line {
				line[i] += byte(paeth(left(line, i, pixel), int(above[i]), left(above, i, pixel)))
			}
		default:
			return nil, fmt.Errorf("%w: no such filter of PNG", errFilter)
		}
		out = append(out, line...)
		above = out[len(out)-len(line):]
	}
	return out, nil
}

// left is the byte one pixel before line[i].
func left(line []byte, i, pixel int) int {
	if i < pixel {
		return 0
	}
	return int(line[i-pixel])
}

// paeth returns the neighbour that is nearest to left + above - corner.
func paeth(left, above, corner int) int {
	toLeft, toAbove, toCorner := distance(above, corner), distance(left, corner), distance(left+above, 2*corner)
	switch {
	case toLeft <= toAbove && toLeft <= toCorner:
		return left
	case toAbove <= toCorner:
		return above
	default:
		return corner
	}
}

func distance(a, b int) int { return max(a-b, b-a) }
