package render

import (
	"strconv"
	"strings"

	"github.com/notifykit/notify/internal/render/mistune"
)

// emailHTML writes HTML for mail programs, with every style inline.
func emailHTML() form {
	const (
		headingStyle = `"Margin: 0 0 15px 0; padding: 10px 0 0 0; font-size: `
		tableTag     = `<table role="presentation" style="padding: 0 0 20px 0;"><tr>` +
			`<td style="font-family: Helvetica, Arial, sans-serif;">`
		tableEnd  = "</td></tr></table>"
		listStyle = `"Margin: 0 0 0 20px; padding: 0; list-style-type: `
		itemTag   = `<li style="Margin: 5px 0 5px; padding: 0 0 0 5px; font-size: 19px;line-height: 25px; ` +
			`color: #0B0C0C;">`
		insetTags = `<div style="Margin: 0 0 20px 0;">` +
			`<blockquote style="Margin: 0; border-left: 10px solid #B1B4B6;` +
			`padding: 15px 0 0.1px 15px; font-size: 19px; line-height: 25px;">`
	)
	return form{
		paragraph: tags{`<p style="Margin: 0 0 20px 0; font-size: 19px; line-height: 25px; color: #0B0C0C;">`, "</p>"},
		headings: []tags{
			{`<h2 style=` + headingStyle + `27px; line-height: 35px; font-weight: bold; color: #0B0C0C;">`, "</h2>"},
			{`<h3 style=` + headingStyle + `19px; line-height: 25px; font-weight: bold; color: #0B0C0C;">`, "</h3>"},
		},
		inset:     tags{insetTags, "</blockquote></div>"},
		bullets:   tags{tableTag + "<ul style=" + listStyle + `disc;">`, "</ul>" + tableEnd},
		numbers:   tags{tableTag + "<ol style=" + listStyle + `decimal;">`, "</ol>" + tableEnd},
		item:      func(b []byte, _ bool, _ int) []byte { return append(b, itemTag...) },
		itemEnd:   "</li>",
		rule:      `<hr style="border: 0; height: 1px; background: #B1B4B6; Margin: 30px 0 30px 0;">`,
		lineBreak: "<br>",
		link:      anchor,
		labelled:  true,
		bareLink: func(b []byte, l *mistune.Link) []byte {
			if l.Mail {
				return append(b, l.URL...)
			}
			a := anchor(l.URL, "")
			return append(append(append(b, a.before...), l.URL...), a.after...)
		},
	}
}

func anchor(url, title string) tags {
	if title != "" {
		title = `" title="` + title
	}
	return tags{`<a style="word-wrap: break-word; color: #1D70B8;" href="` + href(url) + title + `">`, "</a>"}
}

// href percent-encodes the address of a link, and puts http:// before one without a scheme.
func href(url string) string {
	if !hasScheme(url) {
		url = "http://" + url
	}
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	b.Grow(len(url) + 8)
	for i := range len(url) {
		switch c := url[i]; {
		case c|0x20 >= 'a' && c|0x20 <= 'z', c >= '0' && c <= '9', strings.IndexByte("_.-~:/?#=&;%", c) >= 0:
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}

func hasScheme(url string) bool {
	for _, scheme := range [...]string{"ftp:", "file:", "http:", "https:", "mailto:", "tel:"} {
		if len(url) >= len(scheme) && strings.EqualFold(url[:len(scheme)], scheme) {
			return true
		}
	}
	return false
}

// plainText writes the plain text part of an email.
func plainText() form {
	const lineWidth = 65 // of the lines under headings and between sections
	return form{
		paragraph: tags{"\n\n", ""},
		headings: []tags{
			{"\n\n\n", "\n" + strings.Repeat("=", lineWidth)},
			{"\n\n\n", "\n" + strings.Repeat("-", lineWidth)},
		},
		bullets: tags{"\n", ""},
		numbers: tags{"\n", ""},
		item: func(b []byte, ordered bool, number int) []byte {
			b = append(b, '\n')
			return append(append(b, itemMarker(ordered, number)...), ' ')
		},
		rule:      "\n\n" + strings.Repeat("=-", lineWidth/2) + "=",
		lineBreak: "\n",
		link:      func(url, title string) tags { return tags{"", titleAfter(title) + ": " + url} },
		bareLink:  bareAddress,
	}
}

func bareAddress(b []byte, l *mistune.Link) []byte { return append(b, l.URL...) }

func titleAfter(title string) string {
	if title == "" {
		return ""
	}
	return " (" + title + ")"
}

const bullet = "•"

func itemMarker(ordered bool, number int) string {
	if ordered {
		return strconv.Itoa(number) + "."
	}
	return bullet
}

// preheader writes what mail programs show beside the subject.
func preheader() form {
	f := plainText()
	f.headings, f.rule = nil, ""
	f.link = func(_, title string) tags { return tags{"", titleAfter(title)} }
	return f
}
