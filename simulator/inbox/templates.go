package inbox

import (
	"net/http"
	"net/url"

	"github.com/notifykit/notify/simulator"
)

// valueField begins the names of the fields with values for placeholders.
const valueField = "value-"

func templatePath(svc *simulator.Service, id string) string {
	return Path + "/services/" + svc.ID() + "/templates/" + id
}

// templatePage is the page of a template with its preview.
type templatePage struct {
	Service *simulator.Service
	simulator.TemplateDetails
	Current simulator.TemplateVersion
	Fields  []field
	Preview simulator.Preview
	Failure string
	// Self is the template's address, and Query the values that were typed in, for frames.
	Self, Query string
}

// field is where a value is typed in.
type field struct{ Name, Label, Value string }

// addressLines are what a letter needs besides its placeholders.
var addressLines = []string{
	"address_line_1", "address_line_2", "address_line_3", "address_line_4", "address_line_5", "address_line_6",
	"address_line_7",
}

// typed reads the values that were typed in. An empty one counts as missing, so that the preview shows where it would
// stand.
func typed(t simulator.TemplateDetails, q url.Values) (fields []field, values map[string]any, query url.Values) {
	names := t.Placeholders
	if t.Type == simulator.MessageTypeLetter {
		names = append(names[:len(names):len(names)], addressLines...)
	}
	values, query = map[string]any{}, url.Values{}
	for _, name := range names {
		f := field{valueField + name, name, q.Get(valueField + name)}
		fields = append(fields, f)
		if f.Value != "" {
			values[name] = f.Value
			query.Set(f.Name, f.Value)
		}
	}
	return fields, values, query
}

// findTemplate returns what a request for a template, or a part of its preview, is about.
func (b *inbox) findTemplate(w http.ResponseWriter, r *http.Request) (p templatePage, ok bool) {
	if p.Service = b.findService(w, r); p.Service == nil {
		return p, false
	}
	if p.TemplateDetails, ok = p.Service.Template(r.PathValue("template")); !ok {
		missing(w, "template")
		return p, false
	}
	p.Current = p.Versions[len(p.Versions)-1]
	p.Self = templatePath(p.Service, p.ID)
	fields, values, query := typed(p.TemplateDetails, r.URL.Query())
	p.Fields, p.Query = fields, query.Encode()
	var err error
	if p.Preview, err = p.Service.Preview(p.ID, values); err != nil {
		p.Failure = reason(err)
	}
	return p, true
}

func (b *inbox) showTemplate(w http.ResponseWriter, r *http.Request) {
	if p, ok := b.findTemplate(w, r); ok {
		show(w, http.StatusOK, "template", view{Title: "Template: " + short(p.Name), Tab: "services", Main: p})
	}
}

func (b *inbox) previewEmail(w http.ResponseWriter, r *http.Request) {
	p, ok := b.findTemplate(w, r)
	switch {
	case !ok:
	case p.Preview.Document == "":
		missing(w, "email")
	default:
		writeEmail(w, p.Preview.Document)
	}
}

func (b *inbox) previewLetter(w http.ResponseWriter, r *http.Request) {
	p, ok := b.findTemplate(w, r)
	switch {
	case !ok:
	case p.Preview.PDF == nil:
		missing(w, "letter")
	default:
		writePDF(w, p.Preview.PDF)
	}
}
