package worker

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/notifykit/notify"
)

// Templates are those for the three kinds of messages. Each has the placeholder ((name)).
type Templates struct{ SMS, Email, Letter string }

// ReadRows reads a file with the columns kind (sms, email, letter), to, reference and name. The lines of an address are
// separated by semicolons.
func ReadRows(file io.Reader, templates Templates) ([]Row, error) {
	r := csv.NewReader(file)
	r.FieldsPerRecord = 4
	var rows []Row
	seen := map[string]bool{}
	for {
		record, err := r.Read()
		if err == io.EOF { //nolint:errorlint // encoding/csv returns it as it is
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		kind, to, reference, values := record[0], record[1], record[2], notify.Personalisation{"name": record[3]}
		line, _ := r.FieldPos(0)
		if reference == "" || seen[reference] {
			return nil, fmt.Errorf("line %d: each row needs a reference of its own", line)
		}
		seen[reference] = true
		row := Row{Reference: reference}
		switch kind {
		case "sms":
			row.Message = notify.SMS{
				PhoneNumber: to, TemplateID: templates.SMS, Personalisation: values, Reference: reference}
		case "email":
			row.Message = notify.Email{
				EmailAddress: to, TemplateID: templates.Email, Personalisation: values, Reference: reference}
		case "letter":
			row.Message = notify.Letter{Address: strings.Split(to, ";"), TemplateID: templates.Letter,
				Personalisation: values, Reference: reference}
		default:
			return nil, fmt.Errorf("line %d: the kind must be sms, email or letter", line)
		}
		rows = append(rows, row)
	}
}
