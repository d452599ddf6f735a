package render

import (
	"strings"

	"github.com/notifykit/notify/internal/render/mistune"
)

// letterHTML writes the HTML that is printed.
func letterHTML() form {
	return form{
		paragraph: tags{"<p>", "</p>"},
		headings:  []tags{{"<h2>", "</h2>\n"}},
		bullets:   tags{"<ul>\n", "</ul>\n"},
		numbers:   tags{"<ol>\n", "</ol>\n"},
		item:      func(b []byte, _ bool, _ int) []byte { return append(b, "<li>"...) },
		itemEnd:   "</li>\n",
		rule:      `<div class="page-break">&nbsp;</div>`,
		lineBreak: "<br>",
		link:      printedLink,
		bareLink: func(b []byte, l *mistune.Link) []byte {
			protocol, rest := cutProtocol(l.URL)
			return append(b, strongOpen+protocol+"'>"+rest+strongClose...)
		},
		qrCodes: true,
	}
}

// letterProse writes the prose of a letter without tags.
func letterProse() form {
	return form{
		lineBreak: "\n",
		link:      printedLink,
		bareLink: func(b []byte, l *mistune.Link) []byte {
			_, rest := cutProtocol(l.URL)
			return append(b, rest...)
		},
	}
}

func printedLink(url, title string) tags {
	if title != "" {
		title = ` "` + title + `"`
	}
	return tags{"[", "](" + url + title + ")"}
}

const (
	strongOpen  = "<strong data-original-protocol='"
	strongClose = "</strong>"
)

func cutProtocol(url string) (protocol, rest string) {
	for _, p := range [...]string{"https://", "http://"} {
		if rest, ok := strings.CutPrefix(url, p); ok {
			return p, rest
		}
	}
	return "", url
}
