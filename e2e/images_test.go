package e2e_test

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator/inbox"
)

var images = flag.Bool("e2e.images", false, "make docs/images/ again")

// heaviest is the weight in bytes that an image for the documentation may have.
const heaviest = 150_000

// TestImages makes the images in the documentation, and checks that they are light.
func TestImages(t *testing.T) {
	t.Parallel()
	w := town(t)
	if *images {
		w.draw(t)
	}
	files, err := filepath.Glob("../docs/images/*.png")
	require.NoError(t, err)
	require.Len(t, files, 5)
	for _, file := range files {
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Less(t, len(raw), heaviest, file)
		config, err := png.DecodeConfig(bytes.NewReader(raw))
		require.NoError(t, err, file)
		require.Equal(t, wide, config.Width, file)
		t.Logf("%s: %d kB", filepath.Base(file), len(raw)/1000)
	}
}

// wide is the width of the images in pixels.
const wide = 1000

func (w place) draw(t *testing.T) {
	t.Helper()
	for _, person := range []string{"Amal", "Bronwen", "Callum", "Dev"} {
		w.sms(t, "07900900123", person)
		w.email(t, person+"@example.gov.uk", person)
	}
	email, sms, letter := w.fill(t)
	require.NoError(t, w.svc.SetStatus(sms, "permanent-failure"))
	b := open(t, w.origin, "")
	b.scheme("light")
	for name, at := range map[string]struct {
		path   string
		height int64
		ready  func(image.Image) bool
	}{
		"inbox":   {inbox.Path + "/", 760, func(image.Image) bool { return true }},
		"email":   {w.message(email), 900, func(i image.Image) bool { return count(i, blue) > 300 }},
		"text":    {w.message(sms), 760, func(image.Image) bool { return true }},
		"letter":  {w.message(letter), 1000, isPaper},
		"refused": {inbox.Path + "/requests/12", 760, func(image.Image) bool { return true }},
	} {
		b.size(wide, at.height)
		b.visit(at.path)
		var img image.Image
		require.Eventually(t, func() bool {
			raw, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
			require.NoError(t, err)
			img, err = png.Decode(bytes.NewReader(raw))
			require.NoError(t, err)
			return at.ready(img)
		}, waiting, pause, name)
		save(t, name, img)
	}
}

// isPaper reports whether the right half of the window is paper with text on it.
func isPaper(img image.Image) bool {
	right := img.(interface {
		SubImage(r image.Rectangle) image.Image
	}).SubImage(image.Rect(wide/2, 300, wide, 1000))
	return count(right, white) > 100_000 && count(right, ink) > 500
}

// blue is the colour of links in emails.
func blue(c color.RGBA) bool { return c.R < 60 && c.B > 150 }

// lighter is the picture in its 256 most frequent colours.
func lighter(img image.Image) image.Image {
	often := map[color.Color]int{}
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			often[img.At(x, y)]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(often), func(a, b color.Color) int { return often[b] - often[a] })
	light := image.NewPaletted(img.Bounds(), colours[:min(256, len(colours))])
	draw.Draw(light, light.Bounds(), img, image.Point{}, draw.Src)
	return light
}

func save(t *testing.T, name string, img image.Image) {
	t.Helper()
	require.NoError(t, os.MkdirAll("../docs/images", 0o755))
	var out bytes.Buffer
	require.NoError(t, (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, lighter(img)))
	require.NoError(t, os.WriteFile("../docs/images/"+name+".png", out.Bytes(), 0o644))
}
