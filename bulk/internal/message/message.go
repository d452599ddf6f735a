// Package message writes messages down so that they can be sent later.
package message

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/bulk/internal/store"
)

// Path names a file that is read when the message is sent.
type Path string

var errPath = errors.New("the file of a Path is read when its message is sent, by package bulk")

// Read fails. It is there so that a Path can be the content of a precompiled letter.
func (Path) Read([]byte) (int, error) { return 0, errPath }

// theLetter is where the path of a precompiled letter is kept. No placeholder is called that.
const theLetter = ""

// Store makes the row of a message. If it has no reference, name makes one from what is stored.
func Store(m notify.Message, name func(stored []byte) string) (store.Message, error) {
	files := map[string]string{}
	m = withoutPaths(plain(m), files)
	row := about(m)
	var err error
	if m != nil && reference(m) == "" {
		// Some reference, for a PDF needs one. Readers can't be read again, so that the message goes on as it was stored.
		data, err := notify.MarshalMessage(WithReference(m, "-"))
		if err != nil {
			return row, err
		}
		if m, err = notify.UnmarshalMessage(data); err != nil {
			return row, err
		}
		m = WithReference(m, name(fmt.Appendf(data, "%q", files))) // fmt sorts maps
	}
	if row.Message, err = notify.MarshalMessage(m); err != nil {
		return row, err
	}
	row.Reference = reference(m)
	// Postgres stores no such text, and nobody finds a message again whose reference has a NUL: Notify's list breaks.
	for what, text := range map[string]string{
		"reference": row.Reference, "recipient": row.Recipient, "template's id": row.TemplateID,
	} {
		if strings.ContainsRune(text, 0) || !utf8.ValidString(text) {
			return row, fmt.Errorf("%w: the %s has a NUL character, or is not UTF-8", notify.ErrInvalidRequest, what)
		}
	}
	if len(files) > 0 {
		data, err := json.Marshal(files)
		if err != nil {
			return row, err
		}
		row.Files = string(data)
	}
	return row, nil
}

// about fills in what the tables have columns for.
func about(m notify.Message) store.Message {
	row := store.Message{Tokens: 1}
	switch m := m.(type) {
	case notify.SMS:
		row.TemplateID, row.Recipient = m.TemplateID, m.PhoneNumber
	case notify.Email:
		row.TemplateID, row.Recipient = m.TemplateID, m.EmailAddress
	case notify.Letter:
		row.TemplateID, row.Recipient = m.TemplateID, strings.Join(m.Address, "\n")
		row.Tokens = 2 // as the client's own limiter counts, and the real service
	}
	if m != nil {
		row.Channel = string(m.Type())
	}
	return row
}

// Restore reads a message from its row, and the files that it names.
func Restore(s store.Stored) (notify.Message, error) {
	m, err := notify.UnmarshalMessage(s.Message)
	if err != nil || s.Files == "" {
		return m, err
	}
	var files map[string]string
	if err := json.Unmarshal([]byte(s.Files), &files); err != nil {
		return nil, err
	}
	for name, path := range files {
		content, err := readFile(path)
		if err != nil {
			return nil, err
		}
		switch v := m.(type) {
		case notify.Email:
			if v.Personalisation == nil {
				v.Personalisation = notify.Personalisation{}
			}
			v.Personalisation[name] = notify.FileFromBytes(filepath.Base(path), content)
			m = v
		case notify.PrecompiledLetter:
			v.Content = strings.NewReader(string(content))
			m = v
		}
	}
	return m, nil
}

// readFile reads no more than is needed to see that a file is too large.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, withoutPath(err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, notify.MaxLetterBytes+1))
	return data, withoutPath(err)
}

// withoutPath: a file's name may be personal data, and the error is kept for longer than that.
func withoutPath(err error) error {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("a file cannot be read: %w", at.Err)
	}
	return err
}

// plain follows a pointer to a message.
func plain(m notify.Message) notify.Message {
	switch p := m.(type) {
	case *notify.SMS:
		if p != nil {
			return *p
		}
	case *notify.Email:
		if p != nil {
			return *p
		}
	case *notify.Letter:
		if p != nil {
			return *p
		}
	case *notify.PrecompiledLetter:
		if p != nil {
			return *p
		}
	default:
		return m
	}
	return nil
}

func reference(m notify.Message) string {
	switch m := m.(type) {
	case notify.SMS:
		return m.Reference
	case notify.Email:
		return m.Reference
	case notify.Letter:
		return m.Reference
	case notify.PrecompiledLetter:
		return m.Reference
	}
	return ""
}

// WithReference is the message with another reference.
func WithReference(m notify.Message, reference string) notify.Message {
	switch m := m.(type) {
	case notify.SMS:
		m.Reference = reference
		return m
	case notify.Email:
		m.Reference = reference
		return m
	case notify.Letter:
		m.Reference = reference
		return m
	case notify.PrecompiledLetter:
		m.Reference = reference
		return m
	}
	return m
}

// withoutPaths moves the paths out of a copy of the message.
func withoutPaths(m notify.Message, files map[string]string) notify.Message {
	switch v := m.(type) {
	case notify.Email:
		values := notify.Personalisation{}
		for name, value := range v.Personalisation {
			if path, is := value.(Path); is {
				files[name] = string(path)
			} else {
				values[name] = value
			}
		}
		if len(files) > 0 {
			v.Personalisation = values
			return v
		}
	case notify.PrecompiledLetter:
		if path, is := v.Content.(Path); is {
			files[theLetter] = string(path)
			v.Content = strings.NewReader("%PDF") // stands in until the file is read
			return v
		}
	}
	return m
}
