package bulk_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/bulk"
	"github.com/notifykit/notify/simulator"
)

const people = "Phone_Number,NAME,note\n07900 900123,Ann,x\n07900 900124, Bob ,y\n"

// A table is sent once, however often it is added, and whatever is new in it later is sent then.
func TestAddCSV(t *testing.T) {
	t.Parallel()
	service, client := setup(t, 60_000)
	job := open(t, client)
	for _, table := range []io.Reader{strings.NewReader(people), io.MultiReader(strings.NewReader("\uFEFF" + people))} {
		_, err := job.AddCSV(t.Context(), table, bulk.SMS(templateID))
		require.NoError(t, err)
		require.NoError(t, job.Run(t.Context(), bulk.RateLimit(60_000)))
		require.Len(t, service.TestMessages(), 2)
	}
	// Other columns and another order are no other message.
	added, err := job.AddCSV(t.Context(), strings.NewReader("name,phone number\nCid,07900900125\nBob,07900 900124\n"),
		bulk.SMS(templateID))
	require.NoError(t, err)
	require.Equal(t, bulk.Added{New: 1, Known: 1}, added)
	require.NoError(t, job.Run(t.Context(), bulk.RateLimit(60_000)))
	var bodies []string
	for _, m := range service.TestMessages() {
		bodies = append(bodies, m.Body)
	}
	require.ElementsMatch(t, []string{
		"Dear Ann, your licence ends.", "Dear Bob, your licence ends.", "Dear Cid, your licence ends.",
	}, bodies)
}

// What is wrong with rows is told with their lines and without their values, before anything is added.
func TestAddCSVWrongRows(t *testing.T) {
	t.Parallel()
	service, client := setup(t, 60_000)
	job := open(t, client)
	const table = "phone number,name,reference\n" +
		"07900 900123,Ann,a\n" + // 2
		"07900 900124,,b\n" +
		"\n" +
		"12,Cid,c\n" + // 5
		",Dan,d\n" +
		"07900 900125,Eve,e,f\n" +
		"07900 900126,Fay\n" +
		"07900 900127,Zo\xeb,g\n" +
		"07900 900128,\"Gus\nof Bath\",a\n" + // 10
		"07900 900129,Hal,h\n"
	want := []bulk.RowError{
		{Line: 3, Reason: `has no value for "name"`},
		{Line: 5, Reason: "the phone number: Not enough digits"},
		{Line: 6, Reason: "has no phone number"},
		{Line: 7, Reason: "has 4 values, not 3"},
		{Line: 8, Reason: "has 2 values, not 3"},
		{Line: 9, Reason: `the value of "name" is not UTF-8: perhaps the file was saved in another encoding`},
		{Line: 10, Reason: "the reference stands in line 2 already"},
	}
	_, err := job.AddCSV(t.Context(), strings.NewReader(table), bulk.SMS(templateID))
	var wrong *bulk.RowsError
	require.ErrorAs(t, err, &wrong)
	require.Equal(t, want, wrong.Rows)
	require.Equal(t, 9, wrong.Total)
	require.EqualError(t, err, "bulk: 7 of 9 rows are wrong, and nothing was added; the first: line 3: "+
		`has no value for "name"`)
	require.ErrorAs(t, err, &bulk.RowError{})
	counts, err := job.Counts(t.Context())
	require.NoError(t, err)
	require.Zero(t, counts.Total())

	var skipped []bulk.RowError
	added, err := job.AddCSV(t.Context(), io.MultiReader(strings.NewReader(table)), bulk.SMS(templateID),
		bulk.SkipWrong(func(e bulk.RowError) { skipped = append(skipped, e) }))
	require.NoError(t, err)
	require.Equal(t, want, skipped)
	require.Equal(t, bulk.Added{New: 2, Wrong: 7}, added)
	require.NoError(t, job.Run(t.Context()))
	require.Equal(t, map[string]int{"a": 1, "h": 1}, references(service))
}

// Tables that can't be understood add nothing, told to skip or not.
func TestAddCSVWrongTables(t *testing.T) {
	t.Parallel()
	_, client := setup(t, 60_000)
	job := open(t, client)
	for table, want := range map[string]string{
		"":                     "bulk: the table is empty",
		"phone number\n0790\n": `bulk: the table lacks columns: "name"`,
		"who\nAnn\n":           `bulk: the table lacks columns: "name", "phone number"`,
		"phone number,name,Phone\u00a0x,PHONE-NUMBER\n1,2,3,4\n": `bulk: there is more than one column "phone number"`,
		"phone number,name\n07900 900123,\"Ann\n":                "bulk: the table is broken at line 2: a quote",
		people + "0,\"" + strings.Repeat("x", 2<<20) + "\"":      "bulk: the table is broken at line 4: the row is longer",
		"p\x00h\x00,\x00n\x00":                                   "bulk: line 1: a column's name has a NUL character",
	} {
		_, err := job.AddCSV(t.Context(), strings.NewReader(table), bulk.SMS(templateID),
			bulk.SkipWrong(func(bulk.RowError) {}))
		require.ErrorContains(t, err, want)
	}
	for name, rows := range map[string]bulk.Rows{
		"bulk: nothing says what the rows become":           {},
		`bulk: the template is for type "sms", not "email"`: bulk.Email(templateID),
		"bulk: cannot read the template":                    bulk.SMS("6ce466d0-fd6a-11e5-82f5-e0accb9d11a6"),
	} {
		_, err := job.AddCSV(t.Context(), strings.NewReader(people), rows)
		require.ErrorContains(t, err, name)
	}
	_, err := job.AddCSV(t.Context(), strings.NewReader("address line 1,name\na,b"), bulk.Letter(letterID))
	require.ErrorContains(t, err, "an address needs at least 3 of the columns")
	_, err = job.AddCSV(t.Context(), strings.NewReader(people), bulk.SMS(templateID), bulk.FilesIn("", "photo"))
	require.ErrorContains(t, err, `the template has no placeholder for the files of "photo"`)
	_, err = job.AddCSV(t.Context(), strings.NewReader(people), bulk.SMS(templateID), bulk.SkipWrong(nil))
	require.ErrorContains(t, err, "nobody is told")
	_, err = job.AddCSV(t.Context(), strings.NewReader(people), bulk.Letter(letterID), bulk.From("x"))
	require.ErrorContains(t, err, "letters have no sender")
	counts, err := job.Counts(t.Context())
	require.NoError(t, err)
	require.Zero(t, counts.Total())
}

// Identical rows are one message, unless each counts; then the same table is still the same.
func TestAddCSVIdenticalRows(t *testing.T) {
	t.Parallel()
	_, client := setup(t, 60_000)
	job := open(t, client)
	const table = "phone number,name\n07900 900123,Ann\n07900 900123,Ann\n07900 900123,Ann\n"
	for _, want := range []struct {
		bulk.Added
		opts []bulk.CSVOption
	}{
		{bulk.Added{New: 1, Known: 2}, nil},
		{bulk.Added{New: 2, Known: 1}, []bulk.CSVOption{bulk.EachRow()}},
		{bulk.Added{Known: 3}, []bulk.CSVOption{bulk.EachRow()}},
		{bulk.Added{Known: 3}, nil},
	} {
		added, err := job.AddCSV(t.Context(), strings.NewReader(table), bulk.SMS(templateID), want.opts...)
		require.NoError(t, err)
		require.Equal(t, want.Added, added)
	}
}

// Several columns for a placeholder are a list, and an empty value can be allowed.
func TestAddCSVLists(t *testing.T) {
	t.Parallel()
	service, client := setup(t, 60_000)
	job := open(t, client)
	_, err := job.AddCSV(t.Context(), strings.NewReader("phone number,name,Name,NAME\n07900 900123,Ann,,Bob\n"+
		"07900 900124,,,\n07900 900125,Cid,,\n"), bulk.SMS(templateID), bulk.AllowEmpty())
	require.NoError(t, err)
	require.NoError(t, job.Run(t.Context()))
	var bodies []string
	for _, m := range service.TestMessages() {
		bodies = append(bodies, m.Body)
	}
	require.ElementsMatch(t, []string{
		"Dear Ann and Bob, your licence ends.", "Dear, your licence ends.", "Dear Cid, your licence ends.",
	}, bodies)
}

// A letter's placeholder that is called much like a line of an address, but isn't one, gets its value.
func TestAddCSVNotAnAddressLine(t *testing.T) {
	t.Parallel()
	sim := simulator.New()
	service, err := sim.AddService(simulator.ServiceConfig{
		Name: "Licensing", Keys: []simulator.KeyConfig{{Name: "bulk-test", Type: simulator.KeyTypeTest}},
		Templates: []simulator.TemplateConfig{
			{ID: letterID, Type: simulator.MessageTypeLetter, Name: "Decision", Versions: []simulator.TemplateVersion{
				{Subject: "Our decision", Body: "We wrote to ((address line 8)) before", Postage: "second"},
			}},
		},
	})
	require.NoError(t, err)
	client, err := notify.New(service.Key(simulator.KeyTypeTest), notify.WithHTTPClient(&http.Client{Transport: sim}))
	require.NoError(t, err)
	job := open(t, client)
	_, err = job.AddCSV(t.Context(), strings.NewReader("address line 1,address line 2,postcode,address line 8\n"+
		"Ann Example,1 High Street,BA1 1AA,Bath\n"), bulk.Letter(letterID))
	require.NoError(t, err)
	require.NoError(t, job.Run(t.Context()))
	counts, err := job.Counts(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, counts.Sent, counts.Reasons)
}

// Letters have their address in columns, and emails their files by their names.
func TestAddCSVLettersAndFiles(t *testing.T) {
	t.Parallel()
	service, client := setup(t, 60_000)
	job := open(t, client)
	added, err := job.AddCSV(t.Context(), strings.NewReader("address_line_1,Address Line 2,addressline3,postcode,name\n"+
		"Ann Example,1 High Street,,BA1 1AA,Ann\n"), bulk.Letter(letterID))
	require.NoError(t, err)
	require.Equal(t, 1, added.New)
	_, err = job.AddCSV(t.Context(), strings.NewReader("address_line_1,Address Line 2,postcode,name\n"+
		"Ann Example,1 High Street,Bath,Ann\n"), bulk.Letter(letterID))
	require.ErrorContains(t, err, "line 2: the address: Last line of address must be a real UK postcode or")

	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "receipt.txt"), []byte("£10"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "empty.txt"), nil, 0o600))
	const emails = "email address,document\nann@example.gov.uk,%s\n"
	for file, want := range map[string]string{
		"../receipt.txt": "not below the directory", "/etc/passwd": "not below the directory", "none.txt": "is not there",
		"empty.txt": "is empty", ".": "is no file", "": `has no value for "document"`,
	} {
		_, err = job.AddCSV(t.Context(), strings.NewReader(fmt.Sprintf(emails, file)), bulk.Email(emailID),
			bulk.FilesIn(dir, "Document"))
		require.ErrorContains(t, err, want)
	}
	added, err = job.AddCSV(t.Context(), strings.NewReader(fmt.Sprintf(emails, "receipt.txt")), bulk.Email(emailID),
		bulk.FilesIn(dir, "Document"))
	require.NoError(t, err)
	require.Equal(t, 1, added.New)
	moved := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(moved, "receipt.txt"), []byte("£10"), 0o600))
	added, err = job.AddCSV(t.Context(), strings.NewReader(fmt.Sprintf(emails, "receipt.txt")), bulk.Email(emailID),
		bulk.FilesIn(moved, "Document"))
	require.NoError(t, err)
	require.Equal(t, 1, added.Known, "the same file in another place is the same message")

	require.NoError(t, os.WriteFile(filepath.Join(dir, "letter.pdf"), []byte("%PDF-1.4\n"), 0o600))
	_, err = job.AddCSV(t.Context(), strings.NewReader("file,postage\nletter.pdf,third\n"), bulk.PrecompiledLetters(),
		bulk.FilesIn(dir))
	require.ErrorContains(t, err, "line 2: the postage is none of first, second and economy")
	added, err = job.AddCSV(t.Context(), strings.NewReader("file,postage\nletter.pdf,first\n"), bulk.PrecompiledLetters(),
		bulk.FilesIn(dir))
	require.NoError(t, err)
	require.Equal(t, 1, added.New)
	require.NoError(t, job.Run(t.Context()))
	counts, err := job.Counts(t.Context())
	require.NoError(t, err)
	require.Equal(t, 3, counts.Sent, counts.Reasons)
	var types []simulator.MessageType
	for _, m := range service.TestMessages() {
		types = append(types, m.Type)
	}
	require.ElementsMatch(t, []simulator.MessageType{"letter", "letter", "email"}, types)
}
