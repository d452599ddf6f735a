package inbox

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"html/template"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/notifykit/notify/simulator"
)

//go:embed web
var web embed.FS

// view is what every page shows.
type view struct {
	Title  string
	Tab    string // the part of the navigation that the page belongs to
	Done   string // what a form has just done
	Wrong  string // why a form was refused
	Main   any
	Assets string // changes when the style or the script does, so that browsers keep neither too long
	Path   string
}

// pages are the templates, each with the layout around it.
var pages = parsePages()

func parsePages() map[string]*template.Template {
	layout := template.Must(template.New("").Funcs(functions).ParseFS(web, "web/layout.html", "web/parts.html"))
	all := map[string]*template.Template{}
	for _, name := range []string{
		"messages", "message", "file", "requests", "request", "services", "service", "template", "texts", "controls", "error",
	} {
		t := template.Must(layout.Clone())
		all[name] = template.Must(t.ParseFS(web, "web/"+name+".html"))
	}
	return all
}

var functions = template.FuncMap{
	"path":     func() string { return Path },
	"when":     func(t time.Time) string { return t.UTC().Format("2 Jan 2006 15:04:05") },
	"exact":    func(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) },
	"kind":     kindName,
	"status":   statusName,
	"short":    short,
	"shown":    showValue,
	"json":     showJSON,
	"plural":   plural,
	"took":     took,
	"number":   groupDigits,
	"messages": messagePath,
	"service":  func(id string) string { return Path + "/services/" + id },
	"text":     func(from, text string) map[string]string { return map[string]string{"From": from, "Text": text} },
	"callback": func(k simulator.CallbackKind) string { return strings.ReplaceAll(string(k), "_", " ") },
	"indent":   func(body string) string { return showJSON([]byte(body)) },
	"pounds":   func(p float64) string { return "£" + strconv.FormatFloat(p, 'f', -1, 64) },
}

func messagePath(service, id string) string { return Path + "/messages/" + service + "/" + id }

// show writes a page.
func show(w http.ResponseWriter, status int, name string, v view) {
	v.Assets, v.Path = assetVersion, Path
	var b bytes.Buffer
	if err := pages[name].ExecuteTemplate(&b, "layout", v); err != nil {
		http.Error(w, "This page can't be shown: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

func (b *inbox) notFound(w http.ResponseWriter, _ *http.Request) { missing(w, "page") }

// missing says that something is not there, or no longer.
func missing(w http.ResponseWriter, what string) {
	show(w, http.StatusNotFound, "error", view{Title: "There is no such " + what, Main: "It may have been deleted: " +
		"messages are kept for some days, requests until there are newer ones, and a reset deletes both."})
}

// assetVersion is a digest of the style and the script.
var assetVersion = func() string {
	h := sha256.New()
	for _, name := range []string{"web/style.css", "web/script.js"} {
		content, _ := web.ReadFile(name) // it is embedded
		h.Write(content)
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}()

// showAsset answers with the style, the script or the icon.
func showAsset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	content, err := web.ReadFile("web/" + name)
	if err != nil || path.Ext(name) == ".html" {
		missing(w, "file")
		return
	}
	w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	_, _ = w.Write(content) //nolint:gosec // it is embedded
}

func kindName(k simulator.MessageType) string {
	switch k {
	case simulator.MessageTypeSMS:
		return "Text message"
	case simulator.MessageTypeEmail:
		return "Email"
	case simulator.MessageTypeLetter:
		return "Letter"
	}
	return string(k)
}

// statusName is a status as people say it.
func statusName(s simulator.Status) string { return strings.ReplaceAll(string(s), "-", " ") }

// short is the beginning of a text, on one line.
func short(s string) string {
	const most = 90
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return s
}

// showValue is a value of a personalisation: text as it is, and all else as JSON.
func showValue(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return "?"
	}
	return string(b)
}

// showJSON is a body with line breaks, if it is JSON, or as it is.
func showJSON(body []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, body, "", "  ") == nil {
		return strings.ToValidUTF8(b.String(), "�")
	}
	return strings.ToValidUTF8(string(body), "�")
}

// took is a duration in two digits, such as 140 µs, 1.2 ms or 5 s. From a minute on it has all its seconds.
func took(d time.Duration) string {
	if d.Round(time.Second) >= time.Minute {
		return d.Round(time.Second).String()
	}
	step := time.Duration(1)
	for d/step >= 100 {
		step *= 10
	}
	d = d.Round(step)
	in := func(unit time.Duration, name string) string {
		return strconv.FormatFloat(float64(d)/float64(unit), 'f', -1, 64) + " " + name
	}
	switch {
	case d == 0, d >= time.Second:
		return in(time.Second, "s")
	case d >= time.Millisecond:
		return in(time.Millisecond, "ms")
	}
	return in(time.Microsecond, "µs")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return groupDigits(n) + " " + many
}

// groupDigits writes 100000 as 100,000.
func groupDigits(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// paging leads to the other pages of a list.
type paging struct {
	Page, Pages    int
	Before, After  string // links, empty at an end
	First, Last, N int
}

// perPage is how many lines a page of a list has.
const perPage = 50

// pageNumber is the page that a request asks for, from 1.
func pageNumber(r *http.Request) int {
	n, err := strconv.Atoi(r.URL.Query().Get("page"))
	const most = 1 << 30
	if err != nil || n < 1 || n > most/perPage {
		return 1
	}
	return n
}

func newPaging(r *http.Request, page, total int) paging {
	p := paging{
		Page: page, Pages: max(1, (total+perPage-1)/perPage), N: total,
		First: min((page-1)*perPage+1, total), Last: min(page*perPage, total),
	}
	link := func(page int) string {
		q := r.URL.Query()
		q.Set("page", strconv.Itoa(page))
		return "?" + q.Encode()
	}
	if page > 1 {
		p.Before = link(min(page-1, p.Pages))
	}
	if page < p.Pages {
		p.After = link(page + 1)
	}
	return p
}
