// Package pdf reads and judges letters that are uploaded as PDFs.
package pdf

import (
	"errors"
	"fmt"
	"math"
)

const (
	// MaxPages is the largest number of pages in a letter ("How to upload a letter", GOV.UK Notify).
	MaxPages = 10

	maxBytes   = 15 << 20
	maxCounted = 1000   // Info.Pages stops here
	maxNodes   = 20_000 // visited in a page tree: one that refers to itself has no end

	a4Width, a4Height = 210.0, 297.0
	pointsToMM        = 25.4 / 72
	// Programs round page sizes differently. US Letter, the nearest common size, is 6 mm off.
	tolerance = 2.0
)

// Reasons for refusing a precompiled letter.
var (
	ErrUnreadable   = errors.New("not a readable PDF")
	ErrTooManyPages = fmt.Errorf("letters have at most %d pages", MaxPages)
	ErrPageSize     = errors.New("not A4 portrait")
)

// Info is what Inspect found out about a PDF.
type Info struct {
	// Pages is the number of pages, at least 1. It stops at 1000.
	Pages int
	// Sizes holds the size of each page as displayed: cropped, rotated and scaled.
	Sizes []Size
}

// Size is the size of a page in millimetres. A page that does not state its size has the zero Size.
type Size struct{ Width, Height float64 }

// A4Portrait reports whether s is A4 portrait, give or take 2 mm.
func (s Size) A4Portrait() bool {
	return math.Abs(s.Width-a4Width) <= tolerance && math.Abs(s.Height-a4Height) <= tolerance
}

// Validate checks whether the PDF can be sent as a letter. The error is ErrTooManyPages or ErrPageSize, with details.
func (i Info) Validate() error {
	if i.Pages > MaxPages {
		return fmt.Errorf("%w, this one %d", ErrTooManyPages, i.Pages)
	}
	for n, s := range i.Sizes {
		if s == (Size{}) {
			return fmt.Errorf("page %d does not state its size: %w", n+1, ErrPageSize)
		}
		if !s.A4Portrait() {
			return fmt.Errorf("page %d is %.0f by %.0f mm: %w", n+1, s.Width, s.Height, ErrPageSize)
		}
	}
	return nil
}

// Inspect reads the pages of a PDF. It is as lenient as the real service, and accepts what any forgiving reader can
// open. The error wraps ErrUnreadable. It is returned for anything else, for more than 15 MiB, and for a PDF that has
// no pages, needs a password, or would take more memory or time than a letter does.
func Inspect(b []byte) (Info, error) {
	if len(b) > maxBytes {
		return Info{}, fmt.Errorf("%w: larger than %d bytes", ErrUnreadable, maxBytes)
	}
	r, err := newReader(b)
	if err != nil {
		return Info{}, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	pages, err := r.pages()
	if err != nil {
		return Info{}, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	return Info{Pages: len(pages), Sizes: pages}, nil
}
