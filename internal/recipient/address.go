package recipient

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/text"
)

// An AddressError says why a postal address is refused, in the words of the v2 API.
type AddressError string

// What the v2 API says, in the order of its checks.
const (
	TooFewLines     AddressError = "Address must be at least 3 lines"
	TooManyLines    AddressError = "Address must be no more than 7 lines"
	NotAlphanumeric AddressError = "The first 2 lines of the address must both " +
		"include at least one alphanumeric character"
	CountryAfterBFPO   AddressError = "The last line of a BFPO address must not be a country."
	NotUKPostcode      AddressError = "Must be a real UK postcode"
	NotPostcodeCountry AddressError = "Last line of address must be a real UK postcode or another country"
	ForbiddenStart     AddressError = "Address lines must not start with any of the following characters: " +
		"@ ( ) = [ ] ” \\ / , < >"
	NotARealAddress AddressError = "Must be a real address"
)

const (
	minLines = 3
	maxLines = 7

	forbiddenStarts = `@()=[]"\/,<>~` // the error does not mention ~
)

func (e AddressError) Error() string { return string(e) }

// ErrOnlyBFPO means that an address consists of nothing but its British Forces Post Office. The real service fails on
// it: HTTP 500 with the text of this error.
var ErrOnlyBFPO = errors.New("IndexError")

// AddressFrom collects the address of a letter from its personalisation: one line for each key from address_line_1 to
// address_line_7. If there is no address_line_7, the last line is postcode. The keys must be spelt exactly so, unlike
// placeholders.
func AddressFrom(personalisation *pyjson.Object) string {
	keys := [...]string{
		"address_line_1", "address_line_2", "address_line_3", "address_line_4", "address_line_5", "address_line_6",
		"postcode",
	}
	if personalisation.Has("address_line_7") {
		keys[6] = "address_line_7"
	}
	var lines [len(keys)]string
	for i, key := range keys {
		if v, _ := personalisation.Get(key); pyjson.Truthy(v) {
			lines[i] = pyjson.Str(v)
		}
	}
	return strings.Join(lines[:], "\n")
}

// Address is where a letter goes.
type Address struct {
	// Lines are as printed: tidied, with the postcode in its usual form and without the UK. The last lines are the British
	// Forces Post Office or the usual name of a foreign country, if there is one.
	Lines []string

	forces   bool   // British Forces Post Office
	postcode bool   // ends with a UK postcode
	postage  string // empty within the UK
}

// ParseAddress reads an address from lines of text. Its only errors are [ErrOnlyBFPO] and [text.ErrDecomposition].
// Whether a letter can go there is up to [Address.Check].
func ParseAddress(raw string) (Address, error) {
	lines, office := cutForces(tidyLines(raw))
	if len(lines) == 0 {
		return Address{}, ErrOnlyBFPO
	}
	lines, country, err := cutCountry(lines)
	if err != nil {
		return Address{}, err
	}
	a := Address{forces: office != "", postage: country.postage}
	if country.postage == "" && len(lines) > 0 {
		var postcode string
		if postcode, a.postcode = formatPostcode(lines[len(lines)-1]); a.postcode {
			lines[len(lines)-1] = postcode
		}
	}
	if office != "" {
		lines = append(lines, "BFPO "+office)
	}
	if country.postage != "" {
		lines = append(lines, country.name)
	}
	a.Lines = lines
	return a, nil
}

// tidyLines returns the lines that are not empty, tidied, or one empty line if there are none.
func tidyLines(raw string) []string {
	var lines []string
	for _, line := range text.Lines(raw) {
		if line = strings.TrimRight(text.NormaliseSpace(line), " ,"); line != "" {
			lines = append(lines, text.TightenPunctuation(line))
		}
	}
	if lines == nil {
		return []string{""}
	}
	return lines
}

// cutCountry removes the country from the end. The UK may be there more than once: "… SW1A 1AA, England, UK". Going
// backwards as far as any foreign country, the real service counts the lines that name the UK, and then removes that
// many lines from the end, whatever they are.
func cutCountry(lines []string) ([]string, place, error) {
	last, ok, err := placeOf(lines[len(lines)-1])
	switch {
	case err != nil || !ok:
		return lines, place{}, err
	case last.postage != "":
		return lines[:len(lines)-1], last, nil
	}
	n := 0
	for _, line := range slices.Backward(lines) {
		p, ok, err := placeOf(line)
		if err != nil {
			return nil, place{}, err
		}
		if ok && p.postage != "" {
			break
		}
		if ok {
			n++
		}
	}
	return lines[:len(lines)-n], last, nil
}

// postcodeAreas are today's areas, and GIR. The pattern below still refuses GIR 0AA, which Notify does not accept.
const postcodeAreas = "AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE " +
	"DG DH DL DN DT DY E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM " +
	"IP IV JE KA KT KW KY L GIR LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW " +
	"OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA " +
	"TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE"

var postcodePattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile("^(?:" + strings.ReplaceAll(postcodeAreas, " ", "|") + ")" +
		"[0-9][0-9A-Z]?[0-9][ABD-HJLNP-UW-Z]{2}$")
})

// formatPostcode returns line in capitals with a space before the last three characters, if it is a postcode.
func formatPostcode(line string) (string, bool) {
	// One letter can become two capitals: ß becomes SS, which is a valid end of a postcode.
	s := cases.Upper(language.Und).String(strings.ReplaceAll(line, " ", ""))
	if !postcodePattern().MatchString(s) {
		return "", false
	}
	return s[:len(s)-3] + " " + s[len(s)-3:], true
}

var noFixedAbode = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^nfa$|no fixed (?:abode|address)`)
})

// Check reports whether a letter can go to a, for a service that may or may not send letters abroad. Its error is nil
// or the first [AddressError].
func (a Address) Check(international bool) error {
	abroad := a.postage != ""
	switch {
	case len(a.Lines) < minLines:
		return TooFewLines
	case len(a.Lines) > maxLines:
		return TooManyLines
	case !strings.ContainsFunc(a.Lines[0], isAlphanumeric), !strings.ContainsFunc(a.Lines[1], isAlphanumeric):
		return NotAlphanumeric
	case a.forces && abroad:
		return CountryAfterBFPO
	case a.forces, a.postcode, abroad && international:
	case international:
		return NotPostcodeCountry
	default:
		return NotUKPostcode
	}
	for _, line := range a.Lines {
		if line != "" && strings.IndexByte(forbiddenStarts, line[0]) >= 0 {
			return ForbiddenStart
		}
	}
	if slices.ContainsFunc(a.Lines, noFixedAbode().MatchString) {
		return NotARealAddress
	}
	return nil
}

// Postage is the postage of a letter abroad: "europe" or "rest-of-world". Within the UK it is "", and the template's
// postage applies.
func (a Address) Postage() string { return a.postage }
