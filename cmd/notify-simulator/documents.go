package main

import (
	"cmp"
	"html/template"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"

	"github.com/notifykit/notify/simulator"
)

// documentsPath is where links to files lead, on the real service's host of documents and here.
const documentsPath = "/d/"

// downloadSuffix makes the link to a page into the link to its file.
const downloadSuffix = "/download"

var documentPage = template.Must(template.New("document").Parse(`<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Title}}</title></head>
<body>
<main>
<h1>{{.Title}}</h1>
{{if .Link}}<p>{{.Service}} sent you a file to download: {{.Name}}, {{.Size}} bytes.</p>
<p><a href="{{.Link}}" download>Download this file</a></p>
{{else}}<p>The link is wrong, or the message that it was sent with is deleted.</p>
{{end}}<p><small>This is notify-simulator, and not GOV.UK Notify.</small></p>
</main>
</body>
</html>
`))

type documentView struct{ Title, Service, Name, Size, Link string }

// serveDocument answers what the link to a file asks for: a page, and then the file. The key in the link is what lets
// somebody in, as on the real service.
func serveDocument(sim *simulator.Simulator, w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer") // it has the key in it
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	page, download := strings.CutSuffix(r.URL.Path, downloadSuffix)
	link := *r.URL
	link.Path, link.RawPath = page, ""
	file, found := sim.File(link.RequestURI())
	switch {
	case !found:
		h.Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusNotFound)
		_ = documentPage.Execute(w, documentView{Title: "No longer available"})
	case download:
		name := cmp.Or(file.Filename, path.Base(page))
		h.Set("Content-Type", cmp.Or(mime.TypeByExtension(path.Ext(name)), "application/octet-stream"))
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
		h.Set("Content-Length", strconv.Itoa(len(file.Content)))
		if r.Method == http.MethodGet {
			_, _ = w.Write(file.Content)
		}
	default:
		h.Set("Content-Type", "text/html; charset=utf-8")
		link.Path += downloadSuffix
		_ = documentPage.Execute(w, documentView{
			Title: "You have a file to download", Service: "A service", Name: cmp.Or(file.Filename, "without a name"),
			Size: strconv.Itoa(len(file.Content)), Link: link.RequestURI(),
		})
	}
}
