package simulator

import (
	"crypto/rand"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/notifykit/notify/internal/document"
	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/render"
	"github.com/notifykit/notify/internal/text"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// File is a file that was sent by email, as the recipient would download it.
type File struct {
	// Placeholder is the key of the personalisation that held the file.
	Placeholder string
	// Filename is empty if none was given.
	Filename string
	// URL is what stands in the email.
	URL     string
	Content []byte
}

// fileSchema is what an object with a key "file" must look like. What does not belong there is reported first.
var fileSchema = schema{
	properties: []property{
		{"file", isString},
		{"is_csv", isBoolOrNull},
		{"confirm_email_before_download", isBoolOrNull},
		{"retention_period", isRetention},
		{"filename", isFilename},
	},
	closed: true,
}

func isBoolOrNull(name string, v any, _ *checking) []string {
	if _, ok := v.(bool); ok || v == nil {
		return nil
	}
	return []string{name + " Unsupported value for " + name + ": " + plain(v) + ". Use a boolean true or false value."}
}

// plain is how a value stands in a message about a file: Python's str without apostrophes.
func plain(v any) string { return strings.ReplaceAll(pyjson.Str(v), "'", "") }

const maxRetentionWeeks = 78

func isRetention(name string, v any, _ *checking) []string {
	s, _ := v.(string)
	if v == nil || weeks(s) >= 1 && weeks(s) <= maxRetentionWeeks {
		return nil
	}
	return []string{name + " Unsupported value for retention_period: " + plain(v) +
		". Supported periods are from 1 to 78 weeks."}
}

// weeks reads "26 weeks" or "1 week"; 0 if it is neither.
func weeks(s string) int {
	number, unit, _ := strings.Cut(text.Lower(text.Strip(s)), " ")
	if unit != "week" && unit != "weeks" {
		return 0
	}
	n, err := strconv.ParseUint(text.Digits(number), 10, 16)
	if err != nil {
		return 0
	}
	return int(n)
}

func isFilename(name string, v any, _ *checking) []string {
	if s, ok := v.(string); v == nil || ok && strings.Contains(s, ".") {
		return nil
	}
	return []string{name + " `filename` must end with a file extension. For example, filename.csv"}
}

// checkFile returns what is wrong with one file object. Objects inside it crash the real service, but for two keys.
func checkFile(o *pyjson.Object) *wire.Failure {
	for i, key := range o.Keys {
		_, ok := o.At(i).(*pyjson.Object)
		if ok && slices.Contains([]string{"file", "confirm_email_before_download", "retention_period"}, key) {
			return wire.Crash(wire.TypeError)
		}
	}
	errs := fileSchema.check(o, nil)
	if extra := fileSchema.extra(o); len(extra) > 0 {
		last := len(errs) - 1
		errs = append([]string{errs[last]}, errs[:last]...)
	}
	if o.Has("is_csv") && o.Has("filename") {
		errs = append(errs, "Do not set a value for `is_csv` if `filename` is set.")
	}
	if errs != nil {
		return wire.Invalid(errs...)
	}
	return nil
}

// withFiles checks and stores the files of an email, and puts their links into the personalisation.
func withFiles(d *draft) *wire.Failure {
	keys := d.fileKeys()
	if len(keys) == 0 {
		return nil
	}
	for _, key := range keys {
		if f := checkFile(d.fileAt(key)); f != nil {
			return f
		}
	}
	if d.service.sendFilesContact == "" {
		return wire.FilesNotSetUp(d.service.ID())
	}
	linked := d.personalisation.Clone()
	for _, key := range keys {
		if d.simulated {
			linked.Set(key, "https://download.notifications.service.gov.uk/services/"+d.service.ID()+"/documents/test-document")
			continue
		}
		file, f := d.storeFile(key)
		if f != nil {
			return f
		}
		d.files = append(d.files, file)
		linked.Set(key, file.URL)
	}
	d.personalisation = linked
	d.values = render.NewValues(linked)
	var f *wire.Failure
	d.text, f = rendering(d.template, d.values)
	return f
}

func (d *draft) fileAt(key string) *pyjson.Object {
	v, _ := d.personalisation.Get(key)
	return v.(*pyjson.Object)
}

func (d *draft) storeFile(key string) (File, *wire.Failure) {
	o := d.fileAt(key)
	content, _ := o.Get("file")
	filename, _ := o.Get("filename")
	isCSV, _ := o.Get("is_csv")
	file := File{Placeholder: key, Filename: pyText(filename)}
	doc, err := document.Check(document.Upload{
		Base64: pyText(content), Filename: file.Filename, IsCSV: isCSV == any(true),
	})
	if err != nil {
		return File{}, wire.BadRequest(err.Error())
	}
	var secret [32]byte
	_, _ = rand.Read(secret[:]) // never fails
	file.Content = doc.Content
	file.URL = document.Link(d.sim.options.documentHost, d.service.id, uuid.New(), secret)
	return file, nil
}
