package inbox

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"github.com/notifykit/notify/simulator"
)

type requestList struct {
	Requests []simulator.Request
	Paging   paging
	Service  choices
	Refused  bool
}

func (b *inbox) listRequests(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	page := pageNumber(r)
	list := requestList{Refused: q.Get("refused") != "", Service: choices{Name: "service", Label: "Service", All: "All"}}
	for _, svc := range b.sim.Services() {
		list.Service.add(svc.ID(), svc.Name(), 0, q.Get("service"))
	}
	requests, total := b.sim.FindRequests(simulator.RequestSearch{
		Service: q.Get("service"), Refused: list.Refused, Skip: (page - 1) * perPage, Limit: perPage,
	})
	list.Requests, list.Paging = requests, newPaging(r, page, total)
	show(w, http.StatusOK, "requests", view{Title: "Requests", Tab: "requests", Done: done(r), Main: list})
}

// request is the page of a request.
type request struct {
	simulator.Request
	Authorization string
	Template      *usedTemplate
}

// usedTemplate is the template that a send names.
type usedTemplate struct {
	Service *simulator.Service
	simulator.TemplateDetails
	// Link leads to the template with the values that the request gave.
	Link string
	// Elsewhere says that it belongs to another service than the key.
	Elsewhere bool
}

func (b *inbox) showRequest(w http.ResponseWriter, r *http.Request) {
	number, err := strconv.Atoi(r.PathValue("number"))
	found, ok := b.sim.Request(number)
	if err != nil || !ok {
		missing(w, "request")
		return
	}
	page := request{Request: found, Authorization: found.Header.Get("Authorization"), Template: b.usedTemplate(found)}
	show(w, http.StatusOK, "request", view{
		Title: "Request " + strconv.Itoa(found.Number) + ": " + found.Method + " " + short(found.Path), Tab: "requests",
		Main: page,
	})
}

// usedTemplate returns the template that the body of a send names, in whichever service it is, or nil.
func (b *inbox) usedTemplate(r simulator.Request) *usedTemplate {
	var body struct {
		TemplateID      any            `json:"template_id"`
		Personalisation map[string]any `json:"personalisation"`
	}
	_ = json.Unmarshal(r.Body, &body) // what can be read of it is enough
	id, _ := body.TemplateID.(string)
	for _, svc := range b.sim.Services() {
		t, ok := svc.Template(id)
		if !ok {
			continue
		}
		values := url.Values{}
		for _, name := range t.Placeholders {
			if v, given := body.Personalisation[name]; given && v != nil {
				values.Set(valueField+name, showValue(v))
			}
		}
		link := templatePath(svc, t.ID)
		if query := values.Encode(); query != "" && len(query) < maxForm/8 {
			link += "?" + query
		}
		return &usedTemplate{svc, t, link + "#placeholders", r.ServiceID != "" && r.ServiceID != svc.ID()}
	}
	return nil
}
