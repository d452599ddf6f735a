package simulator

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

const (
	// loggedRequests is how many requests are kept unless WithRequestLog says otherwise.
	loggedRequests = 1000
	// shownBody is how much of a body is shown, in bytes. Some more is kept, so that a secret is found even if the end of
	// what is shown cuts through it.
	shownBody = 64 << 10
	keptBody  = shownBody + 1<<10
	// shortAnswer is how long an answer may be, in bytes, that says why something was refused.
	shortAnswer = 1 << 10
	// maxLogged is the memory that bodies and headers may take in the log, in bytes.
	maxLogged = 8 << 20
	// keptText is how long a header, a path or a query may be. Notify's server takes 8 KiB.
	keptText = 8 << 10
)

// WithRequestLog sets how many requests [Simulator.Requests] shows. Defaults to 1,000; with 0 or less, none is kept.
func WithRequestLog(n int) Option {
	return func(o *options) { o.requestLog = max(n, 0) }
}

// requestLog keeps requests and their answers as they are. Parsing and redacting wait until somebody looks.
type requestLog struct {
	writing sync.Mutex
	entries []entry // in the order of their arrival
	first   int     // the number of the first of them
	heavy   int     // the number of the first that may hold bodies or headers
	held    int     // of maxLogged
	counts  map[counted]int
}

type counted struct {
	operation Operation
	status    int
}

// entry is a record with its share of maxLogged. The share is not in the record, because that has left the processor's
// cache by the time it is dropped.
type entry struct {
	*record
	weight int
}

// record is a request with its answer.
type record struct {
	// These are known from the beginning, and do not change.
	number              int
	at                  time.Time // by the simulator's clock
	began               time.Time
	method, path, query string
	header              []string // names and values in turn
	callers             []uintptr

	// These are known once the answer stands.
	answered      bool
	took          time.Duration
	operation     Operation
	service       *Service
	keyName       string
	keyType       KeyType
	accepted      uuid.UUID // nil if nothing was
	fault         *Injection
	forced        bool
	ending        ending
	request, sent logged
	status        int // 0 without an answer
	contentType   string
	extra         []http.Header // of the answer
}

// logged is a body, or as much as is kept of it.
type logged struct {
	body []byte
	size int // of the whole body
}

func keep(body []byte) logged {
	kept := logged{body, len(body)}
	if len(body) > keptBody {
		kept.body = append(make([]byte, 0, keptBody), body[:keptBody]...)
	}
	return kept
}

// logRequest is the outermost link: it logs a request and its answer.
func logRequest(s *Simulator, x *exchange, rest chain) {
	if s.options.requestLog > 0 {
		r, weight := newRecord(x)
		r.at, x.record = s.now(), r
		if s.options.callers && x.receive == nil {
			r.callers = callers()
		}
		s.log.begin(r, weight, s.options.requestLog)
	}
	observed := s.options.observer.Answered != nil
	var at, began time.Time
	if observed {
		at, began = s.now(), time.Now()
	}
	rest.proceed(s, x)
	s.log.finish(x)
	if observed {
		s.observed(x, at, began)
	}
	s.news.spread()
}

func newRecord(x *exchange) (r *record, weight int) {
	r = &record{
		began: time.Now(), method: keepText(x.method), path: keepText(x.path), query: keepText(x.rawQuery),
	}
	r.header = make([]string, 0, 2*len(x.header))
	for name, values := range x.header {
		for _, value := range values {
			if secretHeader(name) {
				value = withoutCredentials(value)
			}
			r.header = append(r.header, keepText(name), keepText(value))
			weight += len(name) + len(value)
		}
	}
	return r, weight
}

// keepText returns s, or a note of its length if it is too long to be kept.
func keepText(s string) string {
	if len(s) > keptText {
		return "[" + strconv.Itoa(len(s)) + " bytes]"
	}
	return s
}

func (l *requestLog) begin(r *record, weight, size int) {
	l.writing.Lock()
	defer l.writing.Unlock()
	if len(l.entries) == size {
		l.held -= l.entries[0].weight
		l.entries[0] = entry{}
		l.entries = l.entries[1:]
		l.first++
	}
	r.number = l.first + len(l.entries)
	l.entries = append(l.entries, entry{r, weight})
	l.held += weight
	l.lighten()
}

func (l *requestLog) finish(x *exchange) {
	if x.operation == "" {
		x.operation = findOperation(x.method, x.path)
	}
	status := 0
	if x.answer != nil {
		status = x.answer.status
	}
	r := x.record
	var request, sent logged
	if r != nil {
		request = keep(x.body)
		if x.answer != nil {
			sent = keep(x.answer.body)
		}
	}
	l.writing.Lock()
	defer l.writing.Unlock()
	if l.counts == nil {
		l.counts = map[counted]int{}
	}
	l.counts[counted{x.operation, status}]++
	if r == nil || r.number < l.first {
		return
	}
	r.answered, r.took = true, time.Since(r.began)+x.fate.delay
	r.operation, r.service, r.accepted = x.operation, x.service, x.accepted
	if x.key != nil {
		r.keyName, r.keyType = x.key.name, x.key.kind
	}
	r.fault, r.forced, r.ending, r.status = x.fault, x.forced, x.fate.ending, status
	r.request, r.sent = request, sent
	if x.answer != nil {
		r.contentType = x.answer.contentType
		for _, more := range []http.Header{x.answer.header, x.answer.override} {
			if more != nil {
				r.extra = append(r.extra, more)
			}
		}
	}
	bodies := cap(r.request.body) + cap(r.sent.body)
	l.entries[r.number-l.first].weight += bodies
	l.held += bodies
	l.heavy = min(l.heavy, r.number)
	l.lighten()
}

// lighten drops bodies and headers, those of the oldest requests first, until the others have room. What a refusal says
// is short, and stays.
func (l *requestLog) lighten() {
	l.heavy = max(l.heavy, l.first)
	for ; l.held > maxLogged && l.heavy-l.first < len(l.entries); l.heavy++ {
		e := &l.entries[l.heavy-l.first]
		l.held -= e.weight
		e.weight, e.header, e.request.body = 0, nil, nil
		if e.status < http.StatusBadRequest || len(e.sent.body) > shortAnswer {
			e.sent.body = nil
		}
	}
}

// giveUp notes that the caller no longer waits for an answer.
func (l *requestLog) giveUp(x *exchange) {
	l.writing.Lock()
	defer l.writing.Unlock()
	r := x.record
	if r == nil {
		return
	}
	r.took = time.Since(r.began)
	if r.ending != endStalled {
		r.ending = endGivenUp
	}
}

// view returns a copy of the records.
func (l *requestLog) view() []record {
	l.writing.Lock()
	defer l.writing.Unlock()
	records := make([]record, len(l.entries))
	for i, e := range l.entries {
		records[i] = *e.record
	}
	return records
}

// secretHeader reports whether the value of a header is always a secret.
func secretHeader(name string) bool {
	switch http.CanonicalHeaderKey(name) {
	case "Authorization", "Proxy-Authorization", "Cookie":
		return true
	}
	return false
}

func withoutCredentials(value string) string {
	if scheme, _, ok := strings.Cut(value, " "); ok && strings.EqualFold(scheme, "Bearer") {
		return "Bearer " + redacted
	}
	return redacted
}
