package notify

import (
	"iter"
	"strconv"
	"strings"
)

// Links are the links of a page. Next is there even on the last page: to go on, ask for what is older than the last
// item of the page, until a page is empty.
type Links struct {
	Current string `json:"current"`
	Next    string `json:"next"`
}

// errSamePage is what is wrong with an answer that is well-formed in itself.
var errSamePage error = samePageError{}

type samePageError struct{}

func (samePageError) Error() string      { return "notify: the service answered with the same page again" }
func (samePageError) Is(kind error) bool { return kind == ErrUnexpectedAnswer }
func (samePageError) safeToRetry() bool  { return true } // only reading has pages

// pages gives the items of one page after the other, up to an empty one. It goes by ids and not by links, which are
// there on the last page too.
func pages[T any](older string, next func(older string) ([]*T, string, error)) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for cursor := older; ; {
			items, last, err := next(cursor)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, item := range items {
				if item != nil && !yield(item, nil) {
					return
				}
			}
			if last == "" {
				return
			}
			if strings.EqualFold(last, cursor) {
				yield(nil, errSamePage) // would go on for ever
				return
			}
			cursor = last
		}
	}
}

// lastID is the id of a list's last item, or nothing. The page after it is asked for by that.
func lastID[T any](items []*T, id func(*T) string) string {
	if len(items) == 0 || items[len(items)-1] == nil {
		return ""
	}
	return id(items[len(items)-1])
}

// A listOf reads a list of things with an id, by which the next page is asked for. It stops at the first without one,
// and at more of them than there can be.
type listOf[T any] struct {
	items   []*T
	most    int
	id      func(*T) string
	missing string
}

func (l *listOf[T]) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	l.items = []*T{}
	return readList(b, func(item *T) (more bool) {
		switch {
		case !isUUID(l.id(item)):
			l.missing = "an id for each of the "
		case len(l.items) == l.most:
			l.missing = "an end within " + strconv.Itoa(l.most) + " "
		default:
			l.items = append(l.items, item)
		}
		return l.missing == ""
	})
}

// lacks wants a list, which may be empty.
func (l *listOf[T]) lacks(of string) string {
	switch {
	case l.missing != "":
		return l.missing + of
	case l.items == nil:
		return "a list of " + of
	}
	return ""
}

const (
	mostOfPage      = 1000    // Notify's pages have 250
	mostOfTemplates = 100_000 // there are no pages
	mostOfDetails   = 100     // of an error; there is one for each bad field
)
