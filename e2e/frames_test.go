package e2e_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// picture is what the window shows when an element is at its top. Only what is in the window counts: Chromium does not
// paint a frame of another origin before that.
func (b *tab) picture(id string) image.Image {
	b.t.Helper()
	eval[bool](b, `(document.getElementById("`+id+`").scrollIntoView(), true)`)
	raw, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	require.NoError(b.t, err)
	img, err := png.Decode(bytes.NewReader(raw))
	require.NoError(b.t, err)
	return img
}

// count counts pixels.
func count(img image.Image, is func(c color.RGBA) bool) (n int) {
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y++ {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
			if is(color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)) {
				n++
			}
		}
	}
	return n
}

func white(c color.RGBA) bool { return c.R == 255 && c.G == 255 && c.B == 255 }
func ink(c color.RGBA) bool   { return c.R < 30 && c.G < 30 && c.B < 30 }
func grey(c color.RGBA) bool  { return c.R > 30 && c.R < 90 && c.B-c.R < 8 }

// TestEmailIsShown: the frame has the email, as Notify lays it out, in every scheme: an email is on white paper.
func TestEmailIsShown(t *testing.T) {
	t.Parallel()
	w := town(t)
	b := open(t, w.origin, "")
	for _, scheme := range []string{"light", "dark"} {
		b.scheme(scheme)
		b.visit(w.message(w.email(t, "jo@example.gov.uk", "Jo")))
		b.size(500, 500) // the frame fills the window
		require.Eventually(t, func() bool {
			img := b.picture("email-frame")
			return count(img, white) > 100_000 && count(img, ink) > 1_000
		}, waiting, pause, scheme)
	}
	require.Equal(t, "482913", b.text("code"))
}

// TestLetterIsShown: the browser's own viewer shows the letter in the page. The viewer has a grey bar, and the paper is
// white with text; a frame that the policy stops has neither.
func TestLetterIsShown(t *testing.T) {
	t.Parallel()
	w := town(t)
	b := open(t, w.origin, w.message(w.letter(t, "Jo Bloggs")))
	require.Eventually(t, func() bool {
		img := b.picture("letter-frame")
		return count(img, white) > 100_000 && count(img, ink) > 1_000 && count(img, grey) > 10_000
	}, waiting, pause, "the viewer shows no page")
}

// TestCopies: each button puts what stands beside it on the clipboard, and says so.
func TestCopies(t *testing.T) {
	t.Parallel()
	w := town(t)
	b := open(t, w.origin, w.message(w.email(t, "jo@example.gov.uk", "Jo")))
	b.allowClipboard()
	b.do(chromedp.Click(chromedp.CSS("#code + .copier")))
	b.waitFor(`document.getElementById("announcement").textContent === "Copied"`)
	require.Equal(t, "482913", eval[string](b, `navigator.clipboard.readText()`))
	require.Equal(t, "Copied", eval[string](b, `document.querySelector("#code + .copier").innerText`))

	b.visit("/simulator/inbox/services/" + w.svc.ID())
	b.allowClipboard()
	b.do(chromedp.Click(chromedp.CSS("pre.copy + .copier")))
	b.waitFor(`document.getElementById("announcement").textContent === "Copied"`)
	require.Contains(t, eval[string](b, `navigator.clipboard.readText()`), w.svc.Key("test"))
}
