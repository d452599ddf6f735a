package notify_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// failures are answers after which the message may have been taken or not.
var failures = func() map[string]func(*exchange) {
	all := map[string]func(*exchange){}
	statuses := []int{300, 301, 302, 303, 304, 307, 308, 408, 499, 500, 501, 502, 503, 504, 520, 599, 600, 999}
	for _, status := range statuses {
		all[fmt.Sprint(status)] = func(x *exchange) { x.whole(status, apiError(fmt.Sprint(status), "KeyError", x.echo())) }
	}
	for name, where := range map[string]func(*exchange) string{
		"itself":    func(x *exchange) string { return "/v2/notifications/sms" },
		"nothing":   func(*exchange) string { return "" },
		"malformed": func(x *exchange) string { return "http://[::1%zz/" + x.echo() },
		"a script":  func(x *exchange) string { return "javascript:alert('" + x.echo() + "')" },
		"elsewhere": func(x *exchange) string { return "http://user:" + x.ref + "@192.0.2.1:1/" + x.ref },
		"controls":  func(x *exchange) string { return "\x7f\t://" + x.ref },
	} {
		for _, status := range []int{302, 307} {
			all[fmt.Sprintf("%d to %s", status, name)] = func(x *exchange) { x.whole(status, "", "Location: "+where(x)) }
		}
	}
	all["502 in HTML"] = func(x *exchange) { x.whole(502, "<html>"+x.echo()+"</html>") }
	all["503 with Retry-After"] = func(x *exchange) { x.whole(503, "", "Retry-After: 0") }
	all["500 that breaks off"] = func(x *exchange) {
		x.raw("HTTP/1.1 500 X\r\nContent-Length: 500\r\n\r\n" + apiError("500", "KeyError", x.echo()))
	}
	all["500 that goes on"] = func(x *exchange) {
		x.raw("HTTP/1.1 500 X\r\n\r\n")
		x.flood(x.echo())
	}
	all["504 that stalls"] = func(x *exchange) { x.raw("HTTP/1.1 504 X\r\nContent-Length: 9\r\n\r\n{"); x.hold() }
	return all
}()

// refusals are answers that mean the message was not taken, with those among them after which trying again helps.
func refusals() map[string]func(*exchange) {
	all := map[string]func(*exchange){}
	for _, status := range []int{400, 401, 403, 404, 405, 409, 410, 413, 415, 417, 418, 421, 422, 426, 431, 451} {
		all[fmt.Sprint(status)] = func(x *exchange) {
			x.whole(status, apiError(fmt.Sprint(status), "BadRequestError", x.echo()))
		}
	}
	all["400 of a hostile class"] = func(x *exchange) { x.whole(400, apiError("400", x.ref, x.echo())) }
	all["400 of 20,000 errors"] = func(x *exchange) {
		x.whole(400, `{"errors":[`+strings.Repeat(`{"error":"ValidationError","message":"`+x.ref+`"},`, 20_000)+`{}]}`)
	}
	all["404 in HTML"] = func(x *exchange) { x.whole(404, "<html>"+x.echo()) }
	all["403 empty"] = func(x *exchange) { x.whole(403, "") }
	for name, body := range map[string]string{
		"429 rate": rateLimited, "429 daily": dailyLimit, "429 in HTML": "<h1>Slow down</h1>", "429 empty": "",
		"429 of a framework":   `{"message":"Too many requests","result":"error"}`,
		"429 of another class": apiError("429", "ThrottledError", "no"),
	} {
		all[name] = func(x *exchange) { x.whole(429, body) }
		all[name+", then taken"] = func(x *exchange) {
			if x.try < 3 {
				x.whole(429, body, "Retry-After: 0")
				return
			}
			x.accept()
			x.whole(201, x.good())
		}
		all[name+", then taken and lost"] = func(x *exchange) {
			if x.try < 2 {
				x.whole(429, body)
				return
			}
			x.accept()
			x.reset()
		}
	}
	absurd := []string{"99999999999999999999", "-1", "0", "1e9", "Fri, 31 Dec 9999 23:59:59 GMT", "never", "", "0,5"}
	for _, after := range absurd {
		all["429, Retry-After "+after] = func(x *exchange) { x.whole(429, rateLimited, "Retry-After: "+after) }
	}
	return all
}

// brokenAnswers are no HTTP, or HTTP that breaks off.
var brokenAnswers = map[string]func(*exchange){
	"cut anywhere":        func(x *exchange) { a := wholeAnswer(201, x.good()); x.raw(a[:x.rng.IntN(len(a))]) },
	"cut and reset":       func(x *exchange) { a := wholeAnswer(201, x.good()); x.raw(a[:x.rng.IntN(len(a))]); x.reset() },
	"cut in the chunks":   func(x *exchange) { a := chunked(x.good()); x.raw(a[:x.rng.IntN(len(a))]) },
	"cut before the last": func(x *exchange) { x.raw(chunked(x.good())) },
	"closed":              func(*exchange) {},
	"reset":               func(x *exchange) { x.reset() },
	"half closed":         func(x *exchange) { _ = x.conn.CloseWrite(); x.hold() },
	"cut and half closed": func(x *exchange) { x.raw(announced(500, x.good())); _ = x.conn.CloseWrite(); x.hold() },
	"length too long":     func(x *exchange) { x.raw(announced(len(x.good())+1, x.good())) },
	"length too short":    func(x *exchange) { x.raw(announced(len(x.good())-2, x.good())); x.keep = true },
	"length 0":            func(x *exchange) { x.raw(announced(0, x.good())); x.keep = true },
	"length negative":     func(x *exchange) { x.raw(announced(-1, x.good())) },
	"length huge":         func(x *exchange) { x.raw(announced(int64(1<<62), x.good())) },
	"length no number":    func(x *exchange) { x.created("Content-Length: " + x.echo() + "\r\n\r\n" + x.good()) },
	"two lengths": func(x *exchange) {
		x.created("Content-Length: 3\r\nContent-Length: 4\r\n\r\n" + x.good())
	},
	"length and chunks": func(x *exchange) {
		x.raw(strings.Replace(chunked(x.good()), "\r\n", "\r\nContent-Length: 2\r\n", 1))
	},
	"chunk of no size":     func(x *exchange) { x.created("Transfer-Encoding: chunked\r\n\r\n" + x.echo() + "\r\n") },
	"chunk of a huge size": func(x *exchange) { x.created("Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{") },
	"chunk too long": func(x *exchange) {
		x.created("Transfer-Encoding: chunked\r\n\r\n1\r\n" + x.good() + "\r\n0\r\n\r\n")
	},
	"chunks with extensions": func(x *exchange) {
		x.created("Transfer-Encoding: chunked\r\n\r\n")
		x.flood("1;a=" + x.ref + "\r\n \r\n")
	},
	"unknown transfer":       func(x *exchange) { x.created("Transfer-Encoding: " + x.ref + "\r\n\r\n" + x.good()) },
	"malformed trailers":     func(x *exchange) { x.raw(chunked("{}") + "0\r\n" + x.echo() + "\r\n\r\n") },
	"status line of secrets": func(x *exchange) { x.raw(x.echo() + "\r\n\r\n") },
	"version of secrets":     func(x *exchange) { x.raw("HTTP/" + x.ref + " 201 X\r\n\r\n") },
	"status of secrets":      func(x *exchange) { x.raw("HTTP/1.1 " + x.ref + " " + x.token + "\r\n\r\n") },
	"status of letters":      func(x *exchange) { x.raw("HTTP/1.1 2O1 Created\r\n\r\n" + x.good()) },
	"status 000":             func(x *exchange) { x.raw("HTTP/1.1 000 X\r\n\r\n" + x.good()) },
	"status 20100":           func(x *exchange) { x.raw("HTTP/1.1 20100 X\r\n\r\n" + x.good()) },
	"status -201":            func(x *exchange) { x.raw("HTTP/1.1 -201 X\r\n\r\n" + x.good()) },
	"header without a colon": func(x *exchange) { x.created(x.echo() + "\r\n\r\n") },
	"header name of secrets": func(x *exchange) { x.created(x.echo() + ": a\r\n\r\n") },
	"header with NUL":        func(x *exchange) { x.created("A: " + x.ref + "\x00\r\n\r\n{}") },
	"header folded":          func(x *exchange) { x.created(" " + x.echo() + "\r\n\r\n") },
	"headers of 2 MB": func(x *exchange) {
		x.created("A: " + strings.Repeat(x.ref, 100_000) + "\r\n\r\n{}")
	},
	"headers without end":     func(x *exchange) { x.created(""); x.flood("A: " + x.ref + "\r\n") },
	"status line without end": func(x *exchange) { x.raw("HTTP/1.1 201 "); x.flood(x.ref) },
	"body without end":        func(x *exchange) { x.created("\r\n"); x.flood(" ") },
	"chunks without end": func(x *exchange) {
		x.created("Transfer-Encoding: chunked\r\n\r\n")
		x.flood(chunk(x.good()))
	},
	"100 without end":   func(x *exchange) { x.flood("HTTP/1.1 100 Continue\r\n\r\n") },
	"103 without end":   func(x *exchange) { x.flood("HTTP/1.1 103 X\r\nA: " + x.ref + "\r\n\r\n") },
	"only 100":          func(x *exchange) { x.raw("HTTP/1.1 100 Continue\r\n\r\n") },
	"199":               func(x *exchange) { x.raw("HTTP/1.1 199 X\r\n\r\n") },
	"101 and a body":    func(x *exchange) { x.raw(switching + x.good()) },
	"an HTTP/2 preface": func(x *exchange) { x.raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") },
	"HTTP/2 frames": func(x *exchange) {
		x.raw("\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x08\x07\x00\x00\x00\x00" + x.ref)
	},
	"a TLS alert":   func(x *exchange) { x.raw("\x15\x03\x01\x00\x02\x02\x46") },
	"an SSH banner": func(x *exchange) { x.raw("SSH-2.0-" + x.ref + "\r\n") },
	"empty lines":   func(x *exchange) { x.raw("\r\n\r\n\r\n\r\n") },
	"random bytes":  func(x *exchange) { x.raw(randomBytes(x)) },
	"a request":     func(x *exchange) { x.raw("POST /" + x.ref + " HTTP/1.1\r\nHost: a\r\n\r\n") },
	"HTTP/0.9":      func(x *exchange) { x.raw(x.good()) },
}

const switching = "HTTP/1.1 101 X\r\nUpgrade: a\r\nConnection: Upgrade\r\n\r\n"

func randomBytes(x *exchange) string {
	b := make([]byte, 1+x.rng.IntN(300))
	for i := range b {
		b[i] = byte(x.rng.UintN(256))
	}
	return string(b)
}

func chunk(text string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(text), text) }

// slowAnswers take longer than an attempt may.
var slowAnswers = map[string]func(*exchange){
	"silence":                   (*exchange).hold,
	"silence after the status":  func(x *exchange) { x.created(""); x.hold() },
	"silence after the headers": func(x *exchange) { x.created("Content-Length: 400\r\n\r\n"); x.hold() },
	"silence in the body":       func(x *exchange) { x.raw(announced(2000, x.good())); x.hold() },
	"silence in the chunks":     func(x *exchange) { x.raw(chunked(x.good())); x.hold() },
	"silence after 101":         func(x *exchange) { x.raw(switching); x.hold() },
	"silence after a bare 101":  func(x *exchange) { x.raw("HTTP/1.1 101 Switching Protocols\r\n\r\n"); x.hold() },
	"silence after 100":         func(x *exchange) { x.raw("HTTP/1.1 100 Continue\r\n\r\n"); x.hold() },
	"a drip":                    func(x *exchange) { x.drip(announced(2000, x.good()), 4*time.Millisecond); x.hold() },
	"a drip of 102": func(x *exchange) {
		x.drip(strings.Repeat("HTTP/1.1 102 X\r\n\r\n", 40), 4*time.Millisecond)
	},
}

// earlyAnswers come before the request was read, and so the message was not taken.
var earlyAnswers = map[string]func(*exchange){
	"reset before the body is read": func(x *exchange) { x.reset() },
	"reset in the body":             func(x *exchange) { _, _ = io.CopyN(io.Discard, x.in, 10_000); x.reset() },
	"closed in the body":            func(x *exchange) { _, _ = io.CopyN(io.Discard, x.in, 10_000) },
	"413 before the body is read":   func(x *exchange) { x.whole(413, "") },
	"429 before the body is read":   func(x *exchange) { x.whole(429, rateLimited) },
	"503 before the body is read":   func(x *exchange) { x.whole(503, "") },
	"the body is never read":        func(x *exchange) { x.pause(hostileTimeout * 2) },
}

// connections are what becomes of a connection before a request is read. 192.0.2.0/24 is for documentation only.
var connections = map[string]func(*net.TCPConn){
	"reset at once":  resetConn,
	"closed at once": func(*net.TCPConn) {},
	"never read":     func(*net.TCPConn) { <-time.After(hostileTimeout * 2) },
	"answered unasked": func(conn *net.TCPConn) {
		_, _ = io.WriteString(conn, wholeAnswer(http.StatusCreated, goodAnswer(hostileID("unasked"), "unasked")))
		_, _ = io.Copy(io.Discard, conn)
	},
	"a greeting": func(conn *net.TCPConn) {
		_, _ = io.WriteString(conn, "220 mail.example ESMTP\r\n")
		_, _ = io.Copy(io.Discard, conn)
	},
}
