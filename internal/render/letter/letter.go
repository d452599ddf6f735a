package letter

import (
	"bytes"
	"fmt"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// Contents is what a templated letter shows. All strings are plain: placeholders are filled in, and nothing is escaped.
type Contents struct {
	// Address holds the lines of the recipient's address. At most seven lines fit the window.
	Address []string
	// ContactBlock holds the lines of the sender's address at the top right.
	ContactBlock []string
	// Date is printed above the subject, as it is in its own location. The zero time leaves the date out.
	Date    time.Time
	Subject string
	Body    []Block
	// WelshSubject and WelshBody make the letter bilingual: the Welsh letter comes first, the English one begins on a
	// page of its own, and each counts its own pages. Defaults to an English letter.
	WelshSubject string
	WelshBody    []Block
}

// maxDrawn is the number of pages after which a letter is cut. It is far more than a letter may have, and limits the
// cost of a letter of megabytes.
const maxDrawn = 100

// Draw sets the letter on A4 and returns the PDF and its number of pages. There may be more pages than the service
// prints, but the text beyond a hundred or so is left out. The built-in fonts of PDF hold only Windows-1252. Other
// characters are replaced by their base letter or a question mark.
func Draw(c Contents) (content []byte, pages int, err error) {
	f := fpdf.New("P", "mm", "A4", "")
	f.SetCatalogSort(true)
	// The zero time would mean "now" here, and the same letter would differ from one call to the next.
	stamp := c.Date
	if stamp.IsZero() {
		stamp = time.Unix(0, 0).UTC()
	}
	f.SetCreationDate(stamp)
	f.SetModificationDate(stamp)
	// A page is only a few kilobytes, and setting up the compressor costs three times as much as the rest.
	f.SetCompression(false)
	f.SetAutoPageBreak(false, 0)

	t := typesetter{f: f}
	for i, half := range halves(c) {
		t.begin(half.language)
		if i == 0 {
			t.block(c.Address, addressBlock)
			t.block(c.ContactBlock, contactBlock)
			t.y = dateTop
		}
		if !c.Date.IsZero() {
			t.text(half.language.date(c.Date), bodyStyle)
		}
		if i == 0 {
			t.y = bodyTop
		} else {
			t.space(bodyStyle.leading)
		}
		if half.subject != "" {
			t.text(half.subject, subjectStyle)
			t.space(bodyStyle.leading / 2)
		}
		t.body(half.body)
	}
	t.draw()

	var out bytes.Buffer
	if err := f.Output(&out); err != nil {
		return nil, 0, fmt.Errorf("drawing the letter: %w", err)
	}
	return out.Bytes(), len(t.pages), nil
}

// half is the letter in one of its languages.
type half struct {
	language language
	subject  string
	body     []Block
}

func halves(c Contents) []half {
	english := half{english, c.Subject, c.Body}
	if c.WelshSubject == "" && len(c.WelshBody) == 0 {
		return []half{english}
	}
	return []half{{welsh, c.WelshSubject, c.WelshBody}, english}
}

// language holds the words that are printed on every letter in one language.
type language struct {
	footer string
	months [12]string
}

var (
	english = language{"Page %d of %d", [12]string{
		"January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November", "December",
	}}
	welsh = language{"Tudalen %d o %d", [12]string{
		"Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin",
		"Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr",
	}}
)

func (l language) date(t time.Time) string {
	return fmt.Sprintf("%d %s %d", t.Day(), l.months[t.Month()-1], t.Year())
}
