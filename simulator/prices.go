package simulator

import (
	"fmt"
	"slices"
	"sync"

	"github.com/notifykit/notify/simulator/internal/postage"
)

// Prices are the prices of messages, in pounds.
type Prices struct {
	// SMSRate is the price of one fragment of a text message to the UK. It is 0.0233 until Prices are set; if those leave
	// it out, texts cost nothing.
	SMSRate float64 `yaml:"sms_rate"`
	// Letters are the prices of letters; a letter that matches none costs nothing.
	Letters []LetterPrice `yaml:"letter"`
}

// LetterPrice is the price of a letter with that number of sheets of paper and that postage.
type LetterPrice struct {
	Sheets  int     `yaml:"sheets"`
	Postage string  `yaml:"postage"`
	Rate    float64 `yaml:"rate"`
}

func (p Prices) letter(sheets int, class string) float64 {
	for _, l := range p.Letters {
		if l.Sheets == sheets && l.Postage == class {
			return l.Rate
		}
	}
	return 0
}

// maxPrice is in pounds. A higher one is a mistake, such as a number of pence or a whole budget.
const maxPrice = 1000

// problems returns the prices that are impossible.
func (p Prices) problems() (found []problem) {
	rate := func(path string, pounds float64) {
		if !(pounds >= 0 && pounds <= maxPrice) { // written so that NaN fails
			found = append(found, problem{path, fmt.Sprintf("a price is 0 to %d pounds", maxPrice)})
		}
	}
	rate(".sms_rate", p.SMSRate)
	for i, l := range p.Letters {
		path := fmt.Sprintf(".letter[%d]", i)
		if l.Sheets < 1 {
			found = append(found, problem{path + ".sheets", "a letter has one sheet or more"})
		}
		if !postage.Known(l.Postage) {
			found = append(found, problem{path + ".postage", fmt.Sprintf("%q is no postage", l.Postage)})
		}
		rate(path+".rate", l.Rate)
	}
	return found
}

// SetPrices replaces the prices, even for messages already sent. It is an error, and nothing is replaced, if a price is
// not between 0 and 1000 pounds, a letter has less than one sheet, or a postage does not exist.
func (s *Simulator) SetPrices(p Prices) error {
	if found := p.problems(); len(found) > 0 {
		return fmt.Errorf("simulator: prices: %s", found[0])
	}
	p.Letters = slices.Clone(p.Letters)
	s.registry.setPrices(&p)
	if s.journal.on.Load() {
		s.journal.add(revision{keyPrices, func() any { return p }})
	}
	return s.journal.flush()
}

// defaultPrices are what Notify charged in 2026.
var defaultPrices = sync.OnceValue(func() Prices {
	p := Prices{SMSRate: 0.0233}
	for _, l := range postage.Prices() {
		p.Letters = append(p.Letters, LetterPrice(l))
	}
	return p
})
