package bulk

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/bulk/internal/message"
	"github.com/notifykit/notify/bulk/internal/sheet"
	"github.com/notifykit/notify/bulk/internal/store"
	"github.com/notifykit/notify/recipients"
)

// everywhere: what the service may do is Notify's to judge.
var everywhere = recipients.Permissions{InternationalSMS: true, SMSToUKLandlines: true, InternationalLetters: true}

// A composer makes messages of rows.
type composer struct {
	rows    Rows
	reading *reading
	columns *columns
	checked bool                  // all recipients were found right before
	seen    map[fingerprint]int32 // how often, of references that were made; kept for EachRow only
	lines   map[fingerprint]int32 // of references that stand in the table
}

// A fingerprint takes less memory than what it is of.
type fingerprint [16]byte

func fingerprintOf(s string) fingerprint {
	sum := sha256.Sum256([]byte(s))
	return fingerprint(sum[:16])
}

func newComposer(rows Rows, r *reading, c *columns) *composer {
	return &composer{rows: rows, reading: r, columns: c, seen: map[fingerprint]int32{}, lines: map[fingerprint]int32{}}
}

// compose makes the message of a row. An error is what is wrong with the row, without its values.
func (c *composer) compose(fields []string, line int) (store.Message, error) {
	fields, err := c.tidy(fields)
	if err != nil {
		return store.Message{}, err
	}
	m, err := c.message(fields, "")
	if err != nil {
		return store.Message{}, err
	}
	reference := ""
	if c.columns.reference >= 0 {
		reference = fields[c.columns.reference]
	}
	if reference != "" {
		mark := fingerprintOf(reference)
		if before, twice := c.lines[mark]; twice {
			return store.Message{}, fmt.Errorf("the reference stands in line %d already", before)
		}
		c.lines[mark] = int32(line) //nolint:gosec // no table has that many lines
		m = message.WithReference(m, reference)
	}
	row, err := message.Store(m, c.nameOf)
	if err != nil {
		return store.Message{}, withoutPrefix(err)
	}
	if c.reading.dir != "" && row.Files != "" {
		// The reference was made of the names, so that it is the same wherever the files are.
		if m, err = c.message(fields, c.reading.dir); err != nil {
			return store.Message{}, err
		}
		if row, err = message.Store(message.WithReference(m, row.Reference), nil); err != nil {
			return store.Message{}, withoutPrefix(err)
		}
	}
	row.Line = line
	row.Columns, err = c.kept(fields)
	return row, err
}

// nameOf makes a reference of a message.
func (c *composer) nameOf(stored []byte) string {
	name := digest(stored)
	if !c.reading.each {
		return name
	}
	mark := fingerprintOf(name)
	c.seen[mark]++
	if n := c.seen[mark]; n > 1 {
		return fmt.Sprintf("%s-%d", name, n)
	}
	return name
}

// kept is the row as it is kept, for the results: names and values in turn.
func (c *composer) kept(fields []string) (string, error) {
	all := make([]string, 0, 2*len(fields))
	for i, f := range fields {
		all = append(all, c.columns.names[i], f)
	}
	data, err := json.Marshal(all)
	return string(data), err
}

// tidy checks the number of values and their characters, and trims them as Notify does.
func (c *composer) tidy(fields []string) ([]string, error) {
	want := len(c.columns.names)
	for len(fields) > want && strings.TrimSpace(fields[len(fields)-1]) == "" {
		fields = fields[:len(fields)-1]
	}
	if len(fields) != want {
		return nil, fmt.Errorf("has %d values, not %d", len(fields), want)
	}
	for i, f := range fields {
		if wrong := sheet.Unreadable(f); wrong != "" {
			return nil, fmt.Errorf("the value of %q %s", c.columns.names[i], wrong)
		}
		fields[i] = strings.TrimSpace(f)
	}
	return fields, nil
}

func (c *composer) message(fields []string, dir string) (notify.Message, error) {
	if c.columns.file >= 0 {
		path, err := c.path(c.columns.names[c.columns.file], fields[c.columns.file], dir, notify.MaxLetterBytes)
		if err != nil {
			return nil, err
		}
		m := notify.PrecompiledLetter{Content: path}
		if c.columns.postage >= 0 {
			switch m.Postage = notify.Postage(fields[c.columns.postage]); m.Postage {
			case "", notify.PostageFirst, notify.PostageSecond, notify.PostageEconomy:
			default:
				return nil, errors.New("the postage is none of first, second and economy")
			}
		}
		return m, nil
	}
	values, err := c.values(fields, dir)
	if err != nil {
		return nil, err
	}
	recipient := fields[c.columns.recipient[0]]
	id := c.rows.templateID
	switch c.rows.channel {
	case notify.NotificationTypeSMS:
		if !c.checked {
			_, err = recipients.ParsePhone(recipient, everywhere)
		}
		return notify.SMS{
			PhoneNumber: recipient, TemplateID: id, Personalisation: values, SenderID: c.reading.sender,
		}, wrongRecipient("phone number", recipient, err)
	case notify.NotificationTypeEmail:
		if !c.checked {
			_, err = recipients.ParseEmail(recipient)
		}
		return notify.Email{
			EmailAddress: recipient, TemplateID: id, Personalisation: values, ReplyToID: c.reading.sender,
		}, wrongRecipient("email address", recipient, err)
	default:
		var address []string
		for _, i := range c.columns.recipient {
			if fields[i] != "" {
				address = append(address, fields[i])
			}
		}
		if !c.checked {
			_, err = recipients.ParseAddress(strings.Join(address, "\n"), everywhere)
		}
		return notify.Letter{Address: address, TemplateID: id, Personalisation: values},
			wrongRecipient("address", strings.Join(address, ""), err)
	}
}

func wrongRecipient(what, value string, err error) error {
	switch {
	case err == nil:
		return nil
	case value == "":
		return fmt.Errorf("has no %s", what)
	}
	return fmt.Errorf("the %s: %w", what, err)
}

// values are those of the template's placeholders.
func (c *composer) values(fields []string, dir string) (notify.Personalisation, error) {
	p := notify.Personalisation{}
	for _, h := range c.columns.placeholders {
		var given []string
		for _, i := range h.from {
			if fields[i] != "" {
				given = append(given, fields[i])
			}
		}
		switch {
		case len(given) == 0 && (h.file || !c.reading.allowEmpty):
			return nil, fmt.Errorf("has no value for %q", h.name)
		case h.file:
			path, err := c.path(h.name, given[0], dir, notify.MaxFileBytes)
			if err != nil {
				return nil, err
			}
			p[h.name] = path
		case h.address:
		case len(h.from) > 1:
			p[h.name] = given
		case len(given) == 0:
			p[h.name] = ""
		default:
			p[h.name] = given[0]
		}
	}
	return p, nil
}

// isAddressName: an address has seven lines. What else is called so is a placeholder like any other.
func isAddressName(name string) bool {
	plain := plainName(name)
	if plain == columnPostcode {
		return true
	}
	n, ok := strings.CutPrefix(plain, "addressline")
	return ok && len(n) == 1 && n[0] >= '1' && n[0] <= '7'
}

// path checks a file without reading it. Without dir it returns the name as it stands in the table.
func (c *composer) path(column, name, dir string, most int64) (Path, error) {
	if name == "" {
		return "", fmt.Errorf("has no value for %q", column)
	}
	if !filepath.IsLocal(name) {
		return "", fmt.Errorf("the file of %q is not below the directory of the files", column)
	}
	if dir != "" {
		return Path(filepath.Join(dir, name)), nil
	}
	info, err := os.Stat(filepath.Join(c.reading.dir, name))
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "", fmt.Errorf("the file of %q is not there", column)
	case err != nil:
		return "", fmt.Errorf("the file of %q cannot be read", column)
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("the file of %q is no file", column)
	case info.Size() == 0:
		return "", fmt.Errorf("the file of %q is empty", column)
	case info.Size() > most:
		return "", fmt.Errorf("the file of %q is larger than %d bytes", column, most)
	}
	return Path(name), nil
}

// withoutPrefix: what the client says about a message, in the middle of a sentence.
func withoutPrefix(err error) error {
	return errors.New(strings.TrimPrefix(err.Error(), "notify: "))
}
