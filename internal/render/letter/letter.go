package letter

import (
	"bytes"
	"fmt"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// Contents are what a templated letter shows. All texts are plain: placeholders are filled in, nothing is escaped.
type Contents struct {
	// Address is the recipient's address, a line each. At most seven lines fit the window.
	Address []string
	// ContactBlock is the sender's address at the top right, a line each.
	ContactBlock []string
	// Date stands above the subject, as it is in its own location. The zero time leaves the date out.
	Date    time.Time
	Subject string
	Body    []Block
	// WelshSubject and WelshBody make the letter bilingual: the Welsh letter comes first, the English one begins on a
	// page of its own, and each counts its own pages. Defaults to an English letter.
	WelshSubject string
	WelshBody    []Block
}

// maxDrawn is where a letter is cut: far beyond the pages it may have, so that one of megabytes costs little.
const maxDrawn = 100

// Draw sets the letter on A4 and gives the PDF and its number of pages. There may be more than the service prints, but
// the text beyond some hundred pages is left out. Characters outside Windows-1252, which is all that the built-in fonts
// of PDF hold, are replaced by their base letter or a question mark.
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
	// A page is a few kilobytes as it is, and setting up the compressor costs three times what the rest does.
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

// language holds the words that a letter has of its own.
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
