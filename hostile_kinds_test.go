package notify_test

import (
	"bytes"
	"compress/gzip"
	"iter"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"time"
)

// A hostileKind is one way to answer a message. What cannot be told from an honest answer by any client is not among
// them: a right answer for a message that was not taken, and a refusal of one that was.
type hostileKind struct {
	name    string
	accepts bool // the message is taken before anything else happens
	early   bool // played before the body is read
	big     bool // needs a request that does not fit into the buffers of a connection
	play    func(*exchange)
	connect func(*net.TCPConn) // instead: what becomes of a connection without a request

	base string // where it is
}

// hostileKinds are all the kinds. Those that may come after the message was taken as well as instead are two each.
func hostileKinds() []hostileKind {
	var all []hostileKind
	for name, play := range inOrder(soundAnswers) {
		all = append(all, hostileKind{name: name, accepts: true, play: play})
	}
	for _, group := range []map[string]func(*exchange){hollowAnswers(), failures, brokenAnswers, slowAnswers} {
		for name, play := range inOrder(group) {
			all = append(all, hostileKind{name: name, play: play},
				hostileKind{name: name + ", accepted", accepts: true, play: play})
		}
	}
	for name, play := range inOrder(refusals()) {
		all = append(all, hostileKind{name: name, play: play})
	}
	for name, play := range inOrder(earlyAnswers) {
		all = append(all, hostileKind{name: name, early: true, big: true, play: play})
	}
	for name, connect := range inOrder(connections) {
		all = append(all, hostileKind{name: name, connect: connect})
	}
	return all
}

// soundAnswers say that the message was taken, and it was. Some of them leave the connection in a state that harms the
// next.
var soundAnswers = map[string]func(*exchange){
	"201":                   func(x *exchange) { x.whole(201, x.good()) },
	"200":                   func(x *exchange) { x.whole(200, x.good()) },
	"202":                   func(x *exchange) { x.whole(202, x.good()) },
	"203":                   func(x *exchange) { x.whole(203, x.good()) },
	"206":                   func(x *exchange) { x.whole(206, x.good(), "Content-Range: bytes 0-99/100") },
	"until the end":         func(x *exchange) { x.raw("HTTP/1.1 201 X\r\n\r\n" + x.good()) },
	"HTTP/1.0":              func(x *exchange) { x.raw("HTTP/1.0 201 X\r\n\r\n" + x.good()) },
	"chunks":                func(x *exchange) { x.raw(chunked(x.good()) + "0\r\n\r\n"); x.keep = true },
	"chunks and trailers":   func(x *exchange) { x.raw(chunked(x.good()) + "0\r\nX-Trailer: a\r\n\r\n"); x.keep = true },
	"gzip":                  func(x *exchange) { x.whole(201, gzipped(x.good()), "Content-Encoding: gzip") },
	"100 before":            func(x *exchange) { x.raw("HTTP/1.1 100 Continue\r\n\r\n"); x.whole(201, x.good()) },
	"103 before":            func(x *exchange) { x.raw("HTTP/1.1 103 X\r\nLink: <a>\r\n\r\n"); x.whole(201, x.good()) },
	"unknown members":       func(x *exchange) { x.whole(201, `{"new":{"a":[1,2]},`+x.good()[1:]) },
	"in single bytes":       func(x *exchange) { x.drip(wholeAnswer(201, x.good()), 20*time.Microsecond); x.keep = true },
	"late":                  func(x *exchange) { x.pause(hostileTimeout + 20*time.Millisecond); x.whole(201, x.good()) },
	"closed without notice": func(x *exchange) { x.whole(201, x.good()); x.keep = false },
	"reset afterwards":      func(x *exchange) { x.raw(wholeAnswer(201, x.good())); x.reset() },
	"answered twice":        func(x *exchange) { x.whole(201, x.good()); x.whole(201, x.good()) },
	"answered twice at once": func(x *exchange) {
		a := wholeAnswer(201, x.good())
		x.raw(a + a)
		x.keep, x.astray = true, true
	},
	"another's answer first": func(x *exchange) {
		x.whole(201, goodAnswer(hostileID("other"), "other"))
		x.whole(201, x.good())
	},
	"answered twice, with a pause": func(x *exchange) {
		x.whole(201, x.good())
		x.pause(200 * time.Microsecond)
		x.whole(201, x.good())
	},
	"half a second answer":  func(x *exchange) { a := wholeAnswer(201, x.good()); x.raw(a + a[:len(a)/2]); x.keep = true },
	"followed by nonsense":  func(x *exchange) { x.raw(wholeAnswer(201, x.good()) + x.echo()); x.keep = true },
	"longer than announced": func(x *exchange) { x.raw(announced(100, x.good())); x.keep = true },
}

// hollowAnswers have a status of success and are no answers.
func hollowAnswers() map[string]func(*exchange) {
	all := map[string]func(*exchange){
		"a gzip bomb":         func(x *exchange) { x.whole(201, bomb(), "Content-Encoding: gzip") },
		"gzip that is none":   func(x *exchange) { x.whole(201, x.good()[1:], "Content-Encoding: gzip") },
		"gzip that breaks":    func(x *exchange) { x.whole(201, gzipped(x.good())[:200], "Content-Encoding: gzip") },
		"unknown encoding":    func(x *exchange) { x.whole(201, "\x0b\x02\x80", "Content-Encoding: br") },
		"204":                 func(x *exchange) { x.raw("HTTP/1.1 204 X\r\n\r\n"); x.keep = true },
		"204 with a body":     func(x *exchange) { x.whole(204, x.good()) },
		"205":                 func(x *exchange) { x.whole(205, "") },
		"206 of the middle":   func(x *exchange) { x.whole(206, x.good()[20:], "Content-Range: bytes 20-99/100") },
		"299 without a body":  func(x *exchange) { x.whole(299, "") },
		"of another message":  func(x *exchange) { x.whole(201, goodAnswer(hostileID("other"), "other")) },
		"another's, by a 200": func(x *exchange) { x.whole(200, goodAnswer(hostileID(x.ref+"1"), x.ref+"1")) },
	}
	for name, body := range map[string]func(good string) string{
		"{}":                  text(`{}`),
		"null":                text(`null`),
		"[]":                  text(`[]`),
		"true":                text(`true`),
		"a number":            text(`1e999`),
		"a text":              text(`"ok"`),
		"status ok":           text(`{"status":"ok"}`),
		"maintenance":         text(`{"message":"maintenance"}`),
		"errors":              text(`{"errors":[{"error":"ValidationError","message":"no"}],"status_code":400}`),
		"a page of HTML":      text("<!doctype html><title>Sign in</title><form action=/login>"),
		"nothing":             text(""),
		"white space":         text(" \r\n\t"),
		"only a BOM":          text("\ufeff"),
		"NUL bytes":           text("\x00\x00\x00\x00"),
		"not UTF-8":           text("{\"id\":\"\xff\xfe\"}"),
		"deep nesting":        text(strings.Repeat(`[`, 100_000)),
		"a list round it":     func(good string) string { return "[" + good + "]" },
		"data round it":       func(good string) string { return `{"data":` + good + "}" },
		"cut, the length too": func(good string) string { return good[:len(good)/2] },
		"two in one":          func(good string) string { return good + good },
		"text after it":       func(good string) string { return good + "<!-- cached -->" },
		"id a number":         replacing(`"id":"`, `"id":12345678,"was":"`),
		"id null":             replacing(`"id":"`, `"id":null,"was":"`),
		"id an object":        replacing(`"id":"`, `"id":{},"was":"`),
		"id empty":            replacing(`"id":"`, `"id":"","was":"`),
		"id not a UUID":       replacing(`"id":"`, `"id":"message-`),
		"id missing":          replacing(`"id":"`, `"identity":"`),
		"reference null":      replacing(`"reference":"`, `"reference":null,"was":"`),
		"reference missing":   replacing(`"reference":"`, `"preference":"`),
		"reference a list":    replacing(`"reference":"`, `"reference":[],"was":"`),
		"reference longer":    replacing(`"reference":"`, `"reference":"x`),
	} {
		all["2xx "+name] = func(x *exchange) { x.whole(200+int(hashOf(name)&1), body(x.good())) }
	}
	return all
}

func text(s string) func(string) string { return func(string) string { return s } }

func replacing(before, after string) func(string) string {
	return func(good string) string { return strings.Replace(good, before, after, 1) }
}

func chunked(body string) string {
	half := len(body) / 2
	return "HTTP/1.1 201 X\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(body[:half]) + chunk(body[half:])
}

func gzipped(body string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(body))
	_ = w.Close()
	return b.String()
}

// bomb is an answer with a string of 32 MiB, packed.
var bomb = sync.OnceValue(func() string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(`{"id":"`))
	for range 32 {
		_, _ = w.Write(bytes.Repeat([]byte("a"), 1<<20))
	}
	_ = w.Close()
	return b.String()
})

// inOrder goes through a map in the order of its keys.
func inOrder[V any](m map[string]V) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for _, name := range slices.Sorted(maps.Keys(m)) {
			if !yield(name, m[name]) {
				return
			}
		}
	}
}
