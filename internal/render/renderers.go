package render

import (
	"strconv"
	"strings"

	"github.com/notifykit/notify/internal/text"
)

// emailHTML writes HTML as mail programs want it, with all styles in place.
type emailHTML struct{}

const (
	paragraphTag = `<p style="Margin: 0 0 20px 0; font-size: 19px; line-height: 25px; color: #0B0C0C;">`
	headingStyle = `"Margin: 0 0 15px 0; padding: 10px 0 0 0; font-size: `
	tableTag     = `<table role="presentation" style="padding: 0 0 20px 0;"><tr><td style="font-family: Helvetica, Arial, sans-serif;">`
	listStyle    = `"Margin: 0 0 0 20px; padding: 0; list-style-type: `
	itemTag      = `<li style="Margin: 5px 0 5px; padding: 0 0 0 5px; font-size: 19px;line-height: 25px; color: #0B0C0C;">`
	insetTags    = `<div style="Margin: 0 0 20px 0;"><blockquote style="Margin: 0; border-left: 10px solid #B1B4B6;padding: 15px 0 0.1px 15px; font-size: 19px; line-height: 25px;">`
)

func (emailHTML) heading(level int, s string) string {
	switch level {
	case 1:
		return `<h2 style=` + headingStyle + `27px; line-height: 35px; font-weight: bold; color: #0B0C0C;">` + s + `</h2>`
	case 2:
		return `<h3 style=` + headingStyle + `19px; line-height: 25px; font-weight: bold; color: #0B0C0C;">` + s + `</h3>`
	}
	return emailHTML{}.paragraph(s)
}

func (emailHTML) paragraph(s string) string {
	if text.Strip(s) == "" {
		return ""
	}
	return paragraphTag + s + "</p>"
}

func (emailHTML) rule() string {
	return `<hr style="border: 0; height: 1px; background: #B1B4B6; Margin: 30px 0 30px 0;">`
}

func (emailHTML) inset(body string) string { return insetTags + body + "</blockquote></div>" }

func (emailHTML) list(ordered bool, items []string) string {
	tag, style := "ul", "disc"
	if ordered {
		tag, style = "ol", "decimal"
	}
	var b strings.Builder
	b.WriteString(tableTag + "<" + tag + " style=" + listStyle + style + `;">`)
	for _, item := range items {
		b.WriteString(itemTag)
		b.WriteString(item)
		b.WriteString("</li>")
	}
	b.WriteString("</" + tag + "></td></tr></table>")
	return b.String()
}

func (emailHTML) lineBreak() string { return "<br>" }

func (emailHTML) link(url, title, s string) string {
	if s == "" {
		s = url
	}
	if title != "" {
		title = `" title="` + title
	}
	return `<a style="word-wrap: break-word; color: #1D70B8;" href="` + href(url) + title + `">` + s + "</a>"
}

func (r emailHTML) autolink(url string, isEmail bool) string {
	if isEmail {
		return url
	}
	return r.link(url, "", url)
}

// href completes and percent-encodes the address of a link.
func href(url string) string {
	if !hasScheme(url) {
		url = "http://" + url
	}
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(url) {
		switch c := url[i]; {
		case c|0x20 >= 'a' && c|0x20 <= 'z', isDecimal(c), strings.IndexByte("_.-~:/?#=&;%", c) >= 0:
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

// plainText writes the text part of an email.
type plainText struct{}

const lineWidth = 65 // of the lines under headings and between sections

func (r plainText) heading(level int, s string) string {
	switch level {
	case 1:
		return "\n\n\n" + s + "\n" + strings.Repeat("=", lineWidth)
	case 2:
		return "\n\n\n" + s + "\n" + strings.Repeat("-", lineWidth)
	}
	return r.paragraph(s)
}

func (plainText) paragraph(s string) string {
	if text.Strip(s) == "" {
		return ""
	}
	return "\n\n" + s
}

func (r plainText) rule() string { return r.paragraph(strings.Repeat("=-", lineWidth/2) + "=") }

func (plainText) inset(body string) string { return body }

func (plainText) list(ordered bool, items []string) string {
	var b strings.Builder
	b.WriteByte('\n')
	for i, item := range items {
		marker := "•"
		if ordered {
			marker = strconv.Itoa(i+1) + "."
		}
		b.WriteString("\n" + marker + " ")
		b.WriteString(item)
	}
	return b.String()
}

func (plainText) lineBreak() string { return "\n" }

func (plainText) link(url, title, s string) string { return titled(s, title) + ": " + url }

func (plainText) autolink(url string, _ bool) string { return url }

func titled(s, title string) string {
	if title == "" {
		return s
	}
	return s + " (" + title + ")"
}

// preheader writes what mail programs show beside the subject.
type preheader struct{ plainText }

func (r preheader) heading(_ int, s string) string { return r.paragraph(s) }
func (preheader) rule() string                     { return "" }
func (preheader) link(_, title, s string) string   { return titled(s, title) }

// letterHTML writes what is printed. It hands the data of QR codes to qr.
type letterHTML struct{ qr func(data string) }

func (r letterHTML) heading(level int, s string) string {
	if level == 1 {
		return "<h2>" + s + "</h2>\n"
	}
	return r.paragraph(s)
}

func (r letterHTML) paragraph(s string) string {
	if text.Strip(s) == "" {
		return ""
	}
	if data, ok := qrData(s); ok {
		if r.qr != nil {
			r.qr(data)
		}
		return `<p class="qr-code">` + data + "</p>"
	}
	return "<p>" + s + "</p>"
}

func (letterHTML) rule() string { return `<div class="page-break">&nbsp;</div>` }

func (letterHTML) inset(body string) string { return body }

func (letterHTML) list(ordered bool, items []string) string {
	tag := "ul"
	if ordered {
		tag = "ol"
	}
	var b strings.Builder
	b.WriteString("<" + tag + ">\n")
	for _, item := range items {
		b.WriteString("<li>" + item + "</li>\n")
	}
	b.WriteString("</" + tag + ">\n")
	return b.String()
}

func (letterHTML) lineBreak() string { return "<br>" }

func (letterHTML) link(url, title, s string) string {
	if title != "" {
		title = ` "` + title + `"`
	}
	return "[" + s + "](" + url + title + ")"
}

func (letterHTML) autolink(url string, _ bool) string {
	protocol, rest := cutProtocol(url)
	return strongOpen + protocol + "'>" + rest + strongClose
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

// letterText writes a letter for reading and drawing: like the text part of an email, but with page breaks and without
// what marks a link.
type letterText struct{ plainText }

func (r letterText) heading(level int, s string) string {
	if level == 1 {
		return "\n\n\n# " + s
	}
	return r.paragraph(s)
}

func (letterText) rule() string { return "\n\n\f" }

func (letterText) link(url, title, s string) string { return letterHTML{}.link(url, title, s) }

func (letterText) autolink(url string, _ bool) string {
	_, rest := cutProtocol(url)
	return rest
}
