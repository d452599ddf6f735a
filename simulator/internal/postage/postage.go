// Package postage knows how letters travel: when they are expected to arrive, and what they cost.
package postage

// The postages. Within the UK the template decides; abroad the country does.
const (
	First       = "first"
	Second      = "second"
	Economy     = "economy"
	Europe      = "europe"
	RestOfWorld = "rest-of-world"
)

// Known reports whether the postage exists.
func Known(postage string) bool {
	_, ok := transitDays[postage]
	return ok
}

// Sheets is how many sheets of paper a letter of that many pages takes. Notify prints on both sides.
func Sheets(pages int) int { return (pages + 1) / 2 }

// Price is the price, in pounds, of a letter with that number of sheets of paper and that postage.
type Price struct {
	Sheets  int
	Postage string
	Rate    float64
}

// Prices returns the prices that Notify charged in 2026 for letters of up to five sheets; the current ones are on its
// pricing page. Each further sheet cost 7 pence.
func Prices() []Price {
	const maxSheets, furtherSheet = 5, 7
	var all []Price
	for _, one := range []struct {
		postage string
		pence   int
	}{{First, 149}, {Second, 68}, {Economy, 59}, {Europe, 156}, {RestOfWorld, 156}} {
		for further := range maxSheets {
			pence := one.pence + further*furtherSheet
			all = append(all, Price{Sheets: 1 + further, Postage: one.postage, Rate: float64(pence) / 100})
		}
	}
	return all
}
