package simulator

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/notifykit/notify/internal/recipient"
	"github.com/notifykit/notify/simulator/internal/ids"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// Service is a service of the simulated Notify: an organisation's part of it, with its own keys, templates and
// messages.
type Service struct {
	sim  *Simulator
	id   uuid.UUID
	name string

	// These never change.
	emailFrom        string
	prefixSMS        bool
	sendFilesContact string
	senders          []sender
	replyTos         []sender
	inbound          string

	mu            sync.Mutex // guards what follows
	active, trial bool
	rateLimit     int
	daily         map[string]int // limits that are not the default
	permissions   []Permission
	keys          []*apiKey
	team          []TeamMember
	guests        []string
	allowed       map[string]bool // team and guests, as recipient.Normalise writes them; nil when they changed
	received      []receivedText  // oldest first
	templates     []*template
	templateByID  map[uuid.UUID]*template
	precompiled   *template // the hidden template of precompiled letters, made with the first of them
	buckets       [3]bucket
	accepted      tally
	messages      store
	swept         time.Time // the last nightly clean-up
}

// sender is an entry of the senders of texts, or of the reply-to addresses.
type sender struct {
	id                  uuid.UUID
	value               string
	isDefault, archived bool
}

// AddService makes a service.
func (s *Simulator) AddService(c ServiceConfig) (*Service, error) {
	svc, problems := s.newService(c)
	if len(problems) > 0 {
		errs := make([]error, len(problems))
		for i, p := range problems {
			errs[i] = fmt.Errorf("simulator: service %q: %s", c.Name, p)
		}
		return nil, errors.Join(errs...)
	}
	if s.install(svc) >= 0 {
		return nil, errors.New("simulator: " + svc.alreadyThere())
	}
	return svc, nil
}

func (svc *Service) alreadyThere() string {
	return fmt.Sprintf("there is a service with id %s already", svc.id)
}

// install adds all services, and returns -1; or none, and which is the first whose id another one has.
func (s *Simulator) install(services ...*Service) (clash int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	added := make(map[uuid.UUID]bool, len(services))
	for i, svc := range services {
		if s.services[svc.id] != nil || added[svc.id] {
			return i
		}
		added[svc.id] = true
	}
	if s.services == nil {
		s.services = make(map[uuid.UUID]*Service)
	}
	for _, svc := range services {
		s.services[svc.id] = svc
		for _, t := range svc.received {
			s.noteReceived(t)
		}
	}
	return -1
}

// ID is the service's UUID.
func (svc *Service) ID() string { return svc.id.String() }

// Simulator is what the service is part of.
func (svc *Service) Simulator() *Simulator { return svc.sim }

// Name is the service's name.
func (svc *Service) Name() string { return svc.name }

// SetTrialMode puts a service into trial mode, or makes it live. Keys stay as they are.
func (svc *Service) SetTrialMode(trial bool) {
	svc.mu.Lock()
	defer svc.mu.Unlock()
	svc.trial = trial
}

// Archive makes the service refuse all its keys, for good.
func (svc *Service) Archive() {
	svc.mu.Lock()
	defer svc.mu.Unlock()
	svc.active = false
}

// SetPermissions replaces what the service may do. It is an error if one of them does not exist; then none is replaced.
func (svc *Service) SetPermissions(p ...Permission) error {
	var b builder
	if b.permissions(p); len(b.problems) > 0 {
		return b.refusal()
	}
	svc.mu.Lock()
	defer svc.mu.Unlock()
	svc.permissions = slices.Clone(p)
	return nil
}

// SetRateLimit sets how many sends each type of key may make in 60 seconds. The limit is a bucket, as the real
// service's: a third of the limit, rounded up and at most 999, is admitted at once, and then a sixtieth of it each
// second. So with 60 a test can send 20 texts at once, and then one a second. A letter made from a template takes
// two places, and a refused send takes one too. A bucket that is empty stays empty: it fills at the new rate. A
// limit below 1 is an error.
func (svc *Service) SetRateLimit(perMinute int) error {
	if perMinute <= 0 {
		return fmt.Errorf("simulator: a rate limit of %d", perMinute)
	}
	svc.mu.Lock()
	defer svc.mu.Unlock()
	svc.rateLimit = perMinute
	return nil
}

// SetDailyLimits replaces the daily limits. What was sent today counts against the new ones.
func (svc *Service) SetDailyLimits(d DailyLimits) error {
	daily, channel := d.explicit()
	if channel != "" {
		return fmt.Errorf("simulator: the daily limit of %s can't be negative", channel)
	}
	svc.mu.Lock()
	defer svc.mu.Unlock()
	svc.daily = daily
	return nil
}

// AddTeamMember gives somebody a login to the service. It is an error if an email address or a mobile number is given
// that is none.
func (svc *Service) AddTeamMember(m TeamMember) error {
	var b builder
	if b.member("", m); len(b.problems) > 0 {
		return b.refusal()
	}
	svc.mu.Lock()
	defer svc.mu.Unlock()
	svc.team, svc.allowed = append(svc.team, m), nil
	return nil
}

// AddToGuestList lets team keys send to these email addresses and phone numbers. It is an error if one of them is
// neither; then none is added.
func (svc *Service) AddToGuestList(recipients ...string) error {
	var b builder
	if b.guests(recipients); len(b.problems) > 0 {
		return b.refusal()
	}
	svc.mu.Lock()
	defer svc.mu.Unlock()
	svc.guests, svc.allowed = append(svc.guests, recipients...), nil
	return nil
}

// mayReach reports whether r is a member of the team or on the guest list. The real service fails if r, or anyone it is
// compared with, holds a character that it can't reduce to ASCII.
func (svc *Service) mayReach(r string) (bool, *wire.Failure) {
	normal, err := recipient.Normalise(r)
	if err != nil {
		return false, wire.Crash(wire.ValueError)
	}
	svc.mu.Lock()
	defer svc.mu.Unlock()
	if svc.allowed == nil {
		allowed := make(map[string]bool)
		known := slices.Clone(svc.guests)
		for _, m := range svc.team {
			known = append(known, m.EmailAddress, m.MobileNumber)
		}
		for _, k := range known {
			if k, err = recipient.Normalise(k); err != nil {
				return false, wire.Crash(wire.ValueError)
			}
			allowed[k] = true
		}
		delete(allowed, "")
		svc.allowed = allowed
	}
	return svc.allowed[normal], nil
}

func (svc *Service) live() bool {
	svc.mu.Lock()
	defer svc.mu.Unlock()
	return svc.active && !svc.trial
}

func (svc *Service) inTrial() bool {
	svc.mu.Lock()
	defer svc.mu.Unlock()
	return svc.trial
}

func (svc *Service) may(p Permission) bool {
	svc.mu.Lock()
	defer svc.mu.Unlock()
	return slices.Contains(svc.permissions, p)
}

// Notify's own limits, messages a UTC day.
var (
	liveLimits = map[string]int{
		string(Email): 250_000, string(SMS): 250_000, channelInternational: 100, string(Letter): 20_000,
	}
	trialLimits = map[string]int{string(Email): 50, string(SMS): 50, channelInternational: 100, string(Letter): 50}
)

func (svc *Service) dailyLimit(channel string) int {
	if limit, ok := svc.daily[channel]; ok {
		return limit
	}
	if svc.trial {
		return trialLimits[channel]
	}
	return liveLimits[channel]
}

// smsSender finds the sender of a text: the one named by id, or the default.
func (svc *Service) smsSender(id string) (string, *wire.Failure) {
	s, f := svc.findSender(svc.senders, "sms_sender_id", id)
	if f != nil {
		return "", f
	}
	if phone, err := recipient.ParsePhone(s); err == nil {
		return phone.E164(), nil
	}
	return s, nil
}

// findSender returns the value of the entry with that id, or of the default one if id is empty.
func (svc *Service) findSender(list []sender, field, id string) (string, *wire.Failure) {
	if id == "" {
		for _, s := range list {
			if s.isDefault {
				return s.value, nil
			}
		}
		return "", nil
	}
	u, ok := ids.Stored(id)
	if !ok {
		return "", wire.IDUnreadable
	}
	for _, s := range list {
		if s.id == u && !s.archived {
			return s.value, nil
		}
	}
	return "", wire.SenderNotFound(field, id, svc.ID())
}

// receivedText is a text that came in.
type receivedText struct {
	id              uuid.UUID
	from, content   string
	at              int64 // Unix microseconds
	createdAt       string
	receivingNumber string
	lasting         bool // came from a description of the service, which does not age
}

// ReceiveText makes a text from somebody's phone arrive at the service, and returns its id. It is an error if the
// service has no number to receive texts on.
func (svc *Service) ReceiveText(from, content string) (string, error) {
	now := svc.enter()
	defer svc.mu.Unlock()
	if svc.inbound == "" {
		return "", fmt.Errorf("simulator: service %q has no number to receive texts on", svc.name)
	}
	at := now.UnixMicro()
	if n := len(svc.received); n > 0 {
		at = max(at, svc.received[n-1].at+1) // a page ends at a time, so times must differ
	}
	if phone, err := recipient.ParsePhone(from); err == nil {
		from = phone.E164()
	}
	t := receivedText{
		id: uuid.New(), from: from, content: content, at: at, receivingNumber: svc.inbound,
		createdAt: time.UnixMicro(at).UTC().Format(wireTime),
	}
	svc.received = append(svc.received, t)
	svc.sim.mu.Lock()
	defer svc.sim.mu.Unlock()
	svc.sim.noteReceived(t)
	return t.id.String(), nil
}

func (s *Simulator) noteReceived(t receivedText) {
	if s.received == nil {
		s.received = make(map[uuid.UUID]int64)
	}
	s.received[t.id] = t.at
}

// wireTime is how Notify writes times.
const wireTime = "2006-01-02T15:04:05.000000Z"

// emailLocalPart makes the sender's address from the service's name.
func emailLocalPart(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	return strings.Join(words, ".")
}
