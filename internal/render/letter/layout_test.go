package letter_test

import (
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/render/letter"
)

var placed = regexp.MustCompile(`BT ([\d.]+) ([\d.]+) Td \(([^)]*)\)`)

type place struct{ x, y float64 }

// places returns where each string of a letter's first page is printed, in points from the bottom left corner.
func places(t *testing.T, blocks ...letter.Block) map[string]place {
	t.Helper()
	content, _, err := letter.Draw(letter.Contents{Body: blocks})
	require.NoError(t, err)
	got := map[string]place{}
	for _, m := range placed.FindAllStringSubmatch(string(content), -1) {
		x, err := strconv.ParseFloat(m[1], 64)
		require.NoError(t, err)
		y, err := strconv.ParseFloat(m[2], 64)
		require.NoError(t, err)
		got[m[3]] = place{x, y}
	}
	return got
}

func TestDrawPlaces(t *testing.T) {
	t.Parallel()
	const leading, indent, tolerance = 16.0, 8 * 72 / 25.4, 0.02 // points; a list is indented by 8 mm
	item := func(marker, s string, depth int) letter.Block {
		return letter.Block{Kind: letter.Item, Marker: marker, Content: s, Depth: depth}
	}
	below := func(got map[string]place, upper, lower string, lines, right float64) {
		t.Helper()
		require.Contains(t, got, upper)
		require.Contains(t, got, lower)
		require.InDelta(t, lines*leading, got[upper].y-got[lower].y, tolerance, "%s is above %s", upper, lower)
		require.InDelta(t, right, got[lower].x-got[upper].x, tolerance, "%s is left of %s", upper, lower)
	}
	text := func(s string) letter.Block { return letter.Block{Content: s} }

	below(places(t, text("a"), text("b")), "a", "b", 2, 0)
	below(places(t, text("a"), letter.Block{Kind: letter.Gap}, text("b")), "a", "b", 3, 0)
	below(places(t, letter.Block{Kind: letter.QRCode, Content: "a"}, text("b")), "a", "b", 2, 0)
	below(places(t, letter.Block{Kind: letter.Heading, Content: "a"}, text("b")), "a", "b", 1.25, 0)

	last := item("3.", "d", 1)
	last.Last = true
	got := places(t, text("a"), item("1.", "b", 1), item("2.", "", 1), item("2.1", "c", 2), last, text("e"))
	below(got, "a", "b", 2, indent)
	below(got, "1.", "b", 0, indent-2*72/25.4)
	below(got, "b", "c", 1, indent)
	below(got, "2.", "2.1", 0, indent)
	below(got, "2.1", "c", 0, indent-2*72/25.4)
	below(got, "c", "d", 1, -indent)
	below(got, "d", "e", 1.5, -indent)

	got = places(t, item("1.", "", 1), item("2.", "b", 1), letter.Block{Content: "c", Depth: 1})
	below(got, "1.", "2.", 1, 0)
	below(got, "b", "c", 1, 0)
}
