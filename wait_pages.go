package notify

import (
	"context"
	"errors"
	"slices"
	"strings"
)

// A lookup reads many notifications, in pages where it can.
//
// The list is sorted by when messages were made, newest first, and nothing comes between two of them later. So the page
// that follows a certain message always begins with the same ones. In its first round a lookup finds out where the
// sought ones are, and remembers for each which message comes before it. In each further round it takes the newest that
// has not been read, and reads the page that begins with it: that page shows it at least, and mostly many others.
type lookup struct {
	client *Client
	byID   map[string]*sought // by ids in lower case
	left   []*sought          // without those that were yielded, as they were given
	listed []*sought          // those seen on a page, newest first as far as is known

	unfinished bool // those without a final status are yielded too
	yield      func(*Notification, error) bool
	stopped    bool // yield wants no more
}

// sought is a notification that is looked for.
type sought struct {
	id      string // as it was given
	place   place
	after   string // if it is listed, the id before it, or nothing if it was the newest
	read    bool   // in this round
	yielded bool
}

// place is how a notification is found again.
type place int

const (
	placeUnknown place = iota
	placeListed
	placeAlone // on no page that is worth reading
)

// errStopped ends a round whose reader wants no more.
var errStopped error = &plainError{says: "notify: the reader stopped"}

func (l *lookup) add(id string) {
	key := strings.ToLower(id)
	if l.byID[key] == nil {
		s := &sought{id: id}
		l.byID[key] = s
		l.left = append(l.left, s)
	}
}

func (l *lookup) leftIDs() []string {
	ids := make([]string, len(l.left))
	for i, s := range l.left {
		ids[i] = s.id
	}
	return ids
}

// round reads each one that is left once.
func (l *lookup) round(ctx context.Context) error {
	for _, s := range l.left {
		s.read = false
	}
	err := l.again(ctx)
	if err == nil {
		err = l.discover(ctx)
	}
	for _, s := range l.left {
		if err == nil && !s.read {
			_, err = l.single(ctx, s)
		}
	}
	l.left = slices.DeleteFunc(l.left, func(s *sought) bool { return s.yielded })
	return err
}

// again reads those that were seen on a page. The last one is left for a single read.
func (l *lookup) again(ctx context.Context) error {
	unread := func(s *sought) bool { return !s.read }
	for i, s := range l.listed {
		if s.read || !slices.ContainsFunc(l.listed[i+1:], unread) {
			continue
		}
		if _, _, err := l.page(ctx, s.after); err != nil {
			return err
		}
		if !s.read { // the one before it is no more; or it was the newest, and a page of newer ones has come since
			s.place = placeAlone
		}
	}
	l.listed = slices.DeleteFunc(l.listed, func(s *sought) bool { return s.place == placeAlone })
	return nil
}

// discover looks for those that were never seen: from the newest message on, and where a page shows none, from one of
// them on, in turn the last and the first that was given.
func (l *lookup) discover(ctx context.Context) error {
	const mostBarren = 3 // a page that shows some is never dearer than single reads; these are what can be lost
	older, fromLast := "", true
	for credit := mostBarren; ; {
		unseen := l.unseen()
		if credit <= 0 || len(unseen) < 2 {
			for _, s := range unseen {
				s.place = placeAlone
			}
			return nil
		}
		found, next, err := l.page(ctx, older)
		if err != nil {
			return err
		}
		credit = min(credit+found-1, mostBarren)
		if older = next; found > 0 && next != "" {
			continue
		}
		for unseen = l.unseen(); len(unseen) > 0; unseen = l.unseen() {
			from := unseen[0]
			if fromLast {
				from = unseen[len(unseen)-1]
			}
			fromLast = !fromLast
			from.place, older = placeAlone, from.id
			exists, err := l.single(ctx, from)
			if err != nil {
				return err
			}
			if exists {
				break
			}
		}
	}
}

func (l *lookup) unseen() []*sought {
	var unseen []*sought
	for _, s := range l.left {
		if s.place == placeUnknown {
			unseen = append(unseen, s)
		}
	}
	return unseen
}

// page reads the page after a message, or the newest, and tells how many of it were sought and unread, and the last id.
func (l *lookup) page(ctx context.Context, older string) (found int, last string, err error) {
	page, err := l.client.NotificationsPage(ctx, NotificationFilter{OlderThan: older})
	if err != nil {
		return 0, "", err
	}
	before := older
	for _, n := range page.Notifications {
		if s := l.byID[strings.ToLower(n.ID)]; s != nil && !s.read {
			found++
			if s.place != placeListed {
				l.listed = append(l.listed, s)
			}
			s.place, s.after = placeListed, before
			if err := l.see(ctx, s, n, nil); err != nil {
				return 0, "", err
			}
		}
		before = n.ID
	}
	return found, page.Older(), nil
}

// single reads one by its id.
func (l *lookup) single(ctx context.Context, s *sought) (exists bool, err error) {
	n, err := l.client.Notification(ctx, s.id)
	switch {
	case errors.Is(err, ErrNotFound):
		return false, l.see(ctx, s, &Notification{ID: s.id}, err)
	case err != nil:
		return false, err
	}
	return true, l.see(ctx, s, n, nil)
}

// see yields what was read of a notification, unless there is more to come. The error is that of one not found.
func (l *lookup) see(ctx context.Context, s *sought, n *Notification, notFound error) error {
	s.read = true
	if notFound == nil && !l.unfinished && !n.Status.IsFinal() {
		return nil
	}
	if ctx.Err() != nil { // in the middle of a page, which is there already
		return &waitError{what: waitedFor, cause: endOf(ctx)}
	}
	s.yielded = true
	if !l.yield(n, notFound) {
		l.stopped = true
		return errStopped
	}
	return nil
}
