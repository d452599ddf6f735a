package bulk

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/notifykit/notify"
)

// The names of columns that are more than placeholders, plain.
const (
	columnPhone     = "phonenumber"
	columnEmail     = "emailaddress"
	columnPostcode  = "postcode"
	columnReference = "reference"
	columnFile      = "file"
	columnPostage   = "postage"
)

// leastAddress is how few columns an address can have, as it has three lines at least.
const leastAddress = 3

// columns says which columns of a table hold what.
type columns struct {
	names        []string
	recipient    []int // one, or the lines of an address in their order
	reference    int   // -1 for none
	file         int   // of precompiled letters
	postage      int   // -1 for none
	placeholders []placeholder
}

// A placeholder of the template, in its spelling, and the columns with its value: several make a list.
type placeholder struct {
	name    string
	from    []int
	file    bool
	address bool // of a letter, whose address is given otherwise
}

var ignored = strings.NewReplacer(" ", "", "_", "", "-", "")

// plainName is a name as Notify compares names of placeholders: without spaces, underscores and hyphens, in lower case.
func plainName(name string) string {
	return strings.ToLower(ignored.Replace(name))
}

// arrange finds out what the columns hold. The template is nil for precompiled letters.
func arrange(header []string, rows Rows, template *notify.Template, r *reading) (*columns, error) {
	c := &columns{names: header, file: -1}
	at := map[string][]int{}
	for i, name := range header {
		if plain := plainName(strings.TrimSpace(name)); plain != "" {
			at[plain] = append(at[plain], i)
		}
	}
	var err error
	one := func(name string) int {
		switch all := at[plainName(name)]; len(all) {
		case 0:
			return -1
		case 1:
			return all[0]
		default:
			err = errors.Join(err, fmt.Errorf("bulk: there is more than one column %q", name))
			return all[0]
		}
	}
	var missing []string
	need := func(name string) int {
		i := one(name)
		if i < 0 {
			missing = append(missing, strconv.Quote(name))
		}
		return i
	}
	c.reference, c.postage = one("reference"), -1
	switch {
	case template == nil:
		c.file, c.postage = need("file"), one("postage")
	case rows.channel == notify.NotificationTypeSMS:
		c.recipient = []int{need("phone number")}
	case rows.channel == notify.NotificationTypeEmail:
		c.recipient = []int{need("email address")}
	default:
		for _, line := range []string{"1", "2", "3", "4", "5", "6", "7"} {
			c.recipient = append(c.recipient, one("address line "+line))
		}
		c.recipient = append(c.recipient, one(columnPostcode))
		c.recipient = slices.DeleteFunc(c.recipient, func(i int) bool { return i < 0 })
		if len(c.recipient) < leastAddress {
			err = errors.Join(err, fmt.Errorf("bulk: an address needs at least %d of the columns %q to %q and %q",
				leastAddress, "address line 1", "address line 7", columnPostcode))
		}
	}
	if template != nil {
		for name := range template.Personalisation {
			plain := plainName(name)
			from := at[plain]
			if len(from) == 0 {
				missing = append(missing, strconv.Quote(name))
			}
			c.placeholders = append(c.placeholders, placeholder{
				name: name, from: from, file: r.files[plain],
				address: rows.channel == notify.NotificationTypeLetter && isAddressName(name),
			})
		}
		for plain := range r.files {
			if !slices.ContainsFunc(c.placeholders, func(p placeholder) bool { return plainName(p.name) == plain }) {
				err = errors.Join(err, fmt.Errorf("bulk: the template has no placeholder for the files of %q", plain))
			}
		}
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		err = errors.Join(err, fmt.Errorf("bulk: the table lacks columns: %s", strings.Join(missing, ", ")))
	}
	slices.SortFunc(c.placeholders, func(a, b placeholder) int { return strings.Compare(a.name, b.name) })
	if err == nil && len(header) == 0 {
		err = errors.New("bulk: the table has no columns")
	}
	return c, err
}
