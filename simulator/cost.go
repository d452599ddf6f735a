package simulator

import "github.com/notifykit/notify/simulator/internal/postage"

// cost is the price of a message, and how it comes about.
type cost struct {
	known      bool // some messages have no price until they are handed over
	pounds     float64
	fragments  int // of a text
	multiplier float64
	rate       float64 // pounds a fragment
	sheets     int     // of a letter
}

// cost is worked out anew each time, because prices can be replaced.
func (n *notification) cost(prices Prices) (c cost) {
	switch n.kind() {
	case MessageTypeEmail:
		c.known = true
	case MessageTypeSMS:
		if n.billed {
			c.fragments = int(n.fragments)
		}
		c.known = n.status() != StatusCreated || c.fragments != 0
		c.multiplier, c.rate = float64(n.phone.RateMultiplier()), prices.SMSRate
		c.pounds = float64(c.fragments) * c.multiplier * c.rate
	case MessageTypeLetter:
		c.sheets = n.billedSheets()
		c.known = n.status() != StatusPendingVirusCheck && (n.status() != StatusCreated || c.sheets != 0)
		c.pounds = prices.letter(c.sheets, n.postage)
	}
	return c
}

// billedSheets is how many sheets of paper are paid for: none if the letter was never printed.
func (n *notification) billedSheets() int {
	switch n.status() {
	case StatusCancelled, StatusTechnicalFailure, StatusValidationFailed, StatusVirusScanFailed:
		return 0
	}
	return n.sheets()
}

// sheets is how many sheets of paper a letter takes. A templated letter sent with a test key is never printed, and
// takes none.
func (n *notification) sheets() int {
	if n.keyType() == KeyTypeTest && !n.precompiled() {
		return 0
	}
	return postage.Sheets(n.pages())
}
