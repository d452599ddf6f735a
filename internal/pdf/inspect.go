package pdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
)

const (
	// MaxPages is how many pages a letter may have ("How to upload a letter", GOV.UK Notify).
	MaxPages = 10

	maxBytes    = 15 << 20
	maxDecoded  = 32 << 20 // what the streams of one file may unpack to, each
	maxObjects  = 200_000
	maxCounted  = 1000   // Info.Pages counts no further
	maxNodes    = 20_000 // of a page tree, visited: a tree that refers to itself has no end
	maxDuration = 3 * time.Second

	a4Width, a4Height = 210.0, 297.0
	// Programs round the size of a page in different ways; US Letter, the nearest common size, is 6 mm off.
	tolerance = 2.0
)

// Reasons for refusing a precompiled letter.
var (
	ErrUnreadable   = errors.New("not a readable PDF")
	ErrTooManyPages = fmt.Errorf("letters have at most %d pages", MaxPages)
	ErrPageSize     = errors.New("not A4 portrait")
)

// Info is what Inspect learned of a PDF.
type Info struct {
	// Pages is the number of pages, at least 1, counted up to 1000.
	Pages int
	// Sizes holds the size of each page as it is shown: cropped, turned and scaled.
	Sizes []Size
}

// Size is the size of a page in millimetres. The zero Size is that of a page that states none.
type Size struct{ Width, Height float64 }

// A4Portrait reports whether s is A4 upright, give or take 2 mm.
func (s Size) A4Portrait() bool {
	return math.Abs(s.Width-a4Width) <= tolerance && math.Abs(s.Height-a4Height) <= tolerance
}

// Validate tells whether the PDF can be sent as a letter. The error is ErrTooManyPages or ErrPageSize, with details.
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

// Inspect reads the pages of a PDF. It is lenient, as the real service is: whatever a forgiving reader can open counts.
// Any other input, one of more than 15 MiB, without pages, that asks for a password, or that takes seconds to read, gives
// an error that wraps ErrUnreadable.
func Inspect(b []byte) (info Info, err error) {
	// The reader is a large body of code that meets bytes from anywhere.
	defer func() {
		if r := recover(); r != nil {
			info, err = Info{}, fmt.Errorf("%w: %v", ErrUnreadable, r)
		}
	}()
	if len(b) > maxBytes {
		return Info{}, fmt.Errorf("%w: larger than %d bytes", ErrUnreadable, maxBytes)
	}
	ctx, cancel := context.WithTimeout(context.Background(), maxDuration)
	defer cancel()
	doc, err := pdfcpu.ReadWithContext(ctx, &boundedReader{bytes.NewReader(b), ctx}, configuration())
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return Info{}, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	pages, err := readPages(doc)
	if err != nil {
		return Info{}, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	return Info{Pages: len(pages), Sizes: pages}, nil
}

// boundedReader stops the library where its context does not: the repair of a broken file takes time in the square of its
// objects, looks at nothing but its input, and so ends when that does.
type boundedReader struct {
	r   *bytes.Reader
	ctx context.Context // of the one call that made it
}

func (r *boundedReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

func (r *boundedReader) Seek(offset int64, whence int) (int64, error) {
	return r.r.Seek(offset, whence)
}

// configuration is made by hand: pdfcpu's own default looks for a directory in the user's home and writes to it, and
// switching that off would do so for the whole program.
func configuration() *model.Configuration {
	limits := model.DefaultResourceLimits()
	limits.MaxStreamBytes = maxBytes
	limits.MaxDecodeBytes = maxDecoded
	limits.MaxObjectCount = maxObjects
	limits.MaxXRefEntries = maxObjects
	limits.MaxObjectStreamCount = maxObjects
	return &model.Configuration{
		Reader15:       true,
		ValidationMode: model.ValidationRelaxed,
		Offline:        true,
		Limits:         limits,
	}
}
