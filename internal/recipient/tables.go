package recipient

import (
	_ "embed"
	"iter"
	"strconv"
	"strings"
	"sync"
)

//go:embed data/billing.tsv
var billingTSV string

//go:embed data/countries.tsv
var countriesTSV string

// rows yields the columns of each row of a table; lines that begin with # are comments.
func rows(tsv string) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for line := range strings.Lines(tsv) {
			if line[0] != '#' && !yield(strings.Split(strings.TrimSuffix(line, "\n"), "\t")) {
				return
			}
		}
	}
}

type rate struct {
	multiplier      int
	reportsDelivery bool
}

// billing holds the rates by calling code; for some places behind +1, by 1 and the area code.
var billing = sync.OnceValue(func() map[string]rate {
	m := make(map[string]rate, 256)
	for row := range rows(billingTSV) {
		multiplier, _ := strconv.Atoi(row[1]) // a test checks that it is a number
		m[row[0]] = rate{multiplier: multiplier, reportsDelivery: strings.EqualFold(row[2], "yes")}
	}
	return m
})

// place is a country or territory that letters go to.
type place struct {
	name    string // as printed on the letter
	postage string // europe or rest-of-world; empty in the UK
}

// places maps every spelling of a place, reduced by placeKey, to the place.
var places = sync.OnceValue(func() map[string]place {
	m := make(map[string]place, 2048)
	for row := range rows(countriesTSV) {
		for key := range strings.SplitSeq(row[2], "|") {
			m[key] = place{name: row[0], postage: row[1]}
		}
	}
	return m
})
