package simulator

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/notifykit/notify/simulator/internal/postage"
	"github.com/notifykit/notify/simulator/internal/strict"
)

// problem is an impossible value in the description of a service. path says where, as in ".api_keys[1].type".
type problem struct{ path, text string }

// error is the problem as an error that knows its place.
func (p problem) error() error { return &strict.Error{Path: p.path, Text: p.text} }

func (p problem) String() string { return strings.TrimPrefix(p.path+": "+p.text, ": ") }

// builder turns a description into a service and collects what is impossible about it.
type builder struct {
	sim      *Simulator
	now      time.Time
	problems []problem
	ids      map[uuid.UUID]bool
}

func (b *builder) complain(path, format string, args ...any) {
	b.problems = append(b.problems, problem{path, fmt.Sprintf(format, args...)})
}

// id reads a UUID, or makes one if text is empty. No id may occur twice within a service.
func (b *builder) id(path, text string, kind idKind) uuid.UUID {
	if text == "" {
		return b.newID(kind)
	}
	u, err := uuid.Parse(text)
	switch {
	case err != nil:
		b.complain(path, "%q is not a UUID", text)
	case b.ids[u]:
		b.complain(path, "the id %s stands twice", u)
	}
	b.ids[u] = true
	return u
}

// newID makes an id that the service does not have yet.
func (b *builder) newID(kind idKind) uuid.UUID {
	u := b.sim.newID(kind)
	for b.ids[u] {
		u = b.sim.newID(kind)
	}
	b.ids[u] = true
	return u
}

func (b *builder) oneOf(path, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		b.complain(path, "%q is none of %s", value, strings.Join(allowed, ", "))
	}
}

// moment reads a time as Notify writes it, or returns now if text is empty.
func (b *builder) moment(path, text string) (shown string, at time.Time) {
	if text == "" {
		return b.now.Format(wireTime), b.now
	}
	at, err := time.Parse(wireTime, text)
	if err != nil {
		b.complain(path, "%q is not a time like 2026-11-20T09:59:59.000000Z", text)
	}
	return text, at
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = string(t)
	}
	return out
}

func (s *Simulator) newService(c ServiceConfig) (*Service, []problem) {
	now := s.now()
	b := &builder{sim: s, now: now, ids: map[uuid.UUID]bool{}}
	if strings.TrimSpace(c.Name) == "" {
		b.complain(".name", "a service needs a name")
	}
	svc := &Service{sim: s, id: b.id(".id", c.ID, idService)}
	p := &profile{
		name: c.Name, emailFrom: cmp.Or(c.EmailFrom, emailLocalPart(c.Name)),
		prefixSMS:        c.PrefixSMS == nil || *c.PrefixSMS,
		sendFilesContact: c.SendFilesContact, inbound: c.ReceivedTextNumber,
	}
	st := state{messages: newMessages(&s.news)}
	st.terms = b.terms(c)
	st.people = people{team: slices.Clone(c.TeamMembers), guests: slices.Clone(c.GuestList)}
	p.ownNumber = sync.OnceValue(func() string { return e164(c.ReceivedTextNumber) }) // it takes a while
	p.retention = b.retention(c.Retention)
	st.keys = b.keys(svc, c)
	b.people(c)
	st.outcomes = b.outcomes(c)
	p.senders, p.replyTos = b.senders(c)
	st.received.texts = b.received(c)
	st.callbacks.to = b.callbacks(c.Callbacks)
	st.templates.any.on = c.AnyTemplate
	if c.Plan != nil {
		st.plan = new(*c.Plan)
	}
	for i, t := range c.Templates {
		if made := b.template(fmt.Sprintf(".templates[%d]", i), t); made != nil {
			st.templates.add(made)
		}
	}
	made := st.clone()
	p.made = &made
	svc.current.Store(p)
	svc.during(now, func(empty *state) { *empty = st })
	return svc, b.problems
}

func (b *builder) terms(c ServiceConfig) terms {
	t := terms{
		archived: c.Active != nil && !*c.Active, trial: c.TrialMode,
		permissions: slices.Clone(c.Permissions), rateLimit: cmp.Or(c.RateLimit, defaultRateLimit),
	}
	if c.Permissions == nil {
		t.permissions = defaultPermissions
	}
	b.permissions(c.Permissions)
	if c.RateLimit < 0 {
		b.complain(".rate_limit_per_minute", "a limit can't be negative")
	}
	var negative string
	if t.dailyLimits, negative = c.DailyLimits.explicit(); negative != "" {
		b.complain(".daily_limits."+negative, "a limit can't be negative")
	}
	return t
}

// retention returns for how many days messages of each type are kept.
func (b *builder) retention(r Retention) (kept [len(messageTypes)]int) {
	for i, days := range []int{r.SMS, r.Email, r.Letter} {
		kept[i] = cmp.Or(days, 7)
		path := ".retention_days"
		if r != (Retention{days, days, days}) {
			path += "." + string(messageTypes[i])
		} else if i > 0 {
			continue // one number for all types is reported once
		}
		if days != 0 && (days < 3 || days > 90) {
			b.complain(path, "messages are kept for 3 to 90 days, not %d", days)
		}
	}
	return kept
}

func (b *builder) keys(svc *Service, c ServiceConfig) (made keyring) {
	for i, k := range c.Keys {
		path := fmt.Sprintf(".api_keys[%d]", i)
		if wrong := keyNameProblem(k.Name, svc.ID(), k.Secret); wrong != "" {
			b.complain(path+".name", "%s", wrong)
		}
		b.oneOf(path+".type", string(k.Type), texts(keyTypes[:])...)
		if !k.RevokedAt.possible() {
			b.complain(path+".revoked_at", "so many days ago are above 0 and at most %d", maxDaysAgo)
			continue
		}
		key := &apiKey{name: k.Name, kind: k.Type, secret: k.Secret, revokedAt: k.RevokedAt.in(b.now)}
		if k.Secret == "" {
			key.secret = b.newID(idSecret).String()
		} else if u, err := uuid.Parse(k.Secret); err != nil {
			b.complain(path+".secret", "a secret is a UUID")
		} else if b.ids[u] {
			b.complain(path+".secret", "the secret stands twice")
		} else {
			b.ids[u] = true
		}
		made = append(made, key)
	}
	return made
}

// senders returns the senders of texts and the reply-to addresses of emails.
func (b *builder) senders(c ServiceConfig) (sms, replyTos senders) {
	for i, s := range c.SMSSenders {
		path := fmt.Sprintf(".sms_senders[%d]", i)
		switch {
		case s.Sender == "":
			b.complain(path+".sender", "a sender needs a name or number")
		case utf8.RuneCountInString(s.Sender) > maxSender && !isPhone(s.Sender):
			b.complain(path+".sender", "a sender is a name of up to %d characters, or a number", maxSender)
		}
		sms = append(sms, sender{b.id(path+".id", s.ID, idSender), s.Sender, s.Default, s.Archived})
	}
	if len(sms) == 0 {
		sms = senders{{id: b.newID(idSender), value: "GOVUK", isDefault: true}}
	}
	for i, r := range c.EmailReplyTo {
		path := fmt.Sprintf(".email_reply_to_addresses[%d]", i)
		b.email(path+".email_address", r.EmailAddress)
		replyTos = append(replyTos, sender{b.id(path+".id", r.ID, idSender), r.EmailAddress, r.Default, r.Archived})
	}
	b.oneDefault(".sms_senders", sms)
	b.oneDefault(".email_reply_to_addresses", replyTos)
	return sms, replyTos
}

// oneDefault makes sure that one entry of a list is the default: the first one in use, if none is marked.
func (b *builder) oneDefault(path string, list senders) {
	defaults := 0
	for i, s := range list {
		if s.isDefault {
			defaults++
		}
		if s.isDefault && s.archived {
			b.complain(fmt.Sprintf("%s[%d].default", path, i), "what is archived can't be the default")
		}
	}
	if defaults > 1 {
		b.complain(path, "only one can be the default")
	}
	inUse := slices.IndexFunc(list, func(s sender) bool { return !s.archived })
	if defaults == 0 && inUse >= 0 {
		list[inUse].isDefault = true
	}
}

func (b *builder) received(c ServiceConfig) (texts []receivedText) {
	for i, t := range c.ReceivedTexts {
		path := fmt.Sprintf(".received_texts[%d]", i)
		shown, at := b.moment(path+".created_at", t.CreatedAt)
		texts = append(texts, receivedText{
			id: b.id(path+".id", t.ID, idReceivedText), from: t.UserNumber, content: t.Content,
			at: at.UnixMicro(), createdAt: shown, receivingNumber: c.ReceivedTextNumber, lasting: true,
		})
	}
	slices.SortStableFunc(texts, func(a, b receivedText) int { return cmp.Compare(a.at, b.at) })
	return texts
}

func (b *builder) template(path string, c TemplateConfig) *template {
	b.oneOf(path+".type", string(c.Type), texts(messageTypes[:])...)
	t := &template{id: b.id(path+".id", c.ID, idTemplate), kind: c.Type, archived: c.Archived}
	if len(c.Versions) == 0 {
		b.complain(path, "a template needs a version")
		return nil
	}
	for i, v := range c.Versions {
		v.Name = cmp.Or(v.Name, c.Name)
		b.version(fmt.Sprintf("%s.versions[%d]", path, i), t, v)
	}
	return t
}

// maxVersion is the largest integer in the real service's database.
const maxVersion = math.MaxInt32

// version adds a version to t.
func (b *builder) version(path string, t *template, v TemplateVersion) {
	last := 0
	if n := len(t.versions); n > 0 {
		last = t.versions[n-1].Version
	}
	switch {
	case v.Version > maxVersion:
		b.complain(path+".version", "a version is at most %d", maxVersion)
	case v.Version == 0 && last >= maxVersion:
		b.complain(path+".version", "no version comes after %d", last)
	default:
		if v.Version = cmp.Or(v.Version, last+1); v.Version <= last {
			b.complain(path+".version", "version %d does not come after %d", v.Version, last)
		}
	}
	switch {
	case t.kind == MessageTypeLetter:
		v.Postage = cmp.Or(v.Postage, postage.Second)
		b.oneOf(path+".postage", v.Postage, postage.First, postage.Second, postage.Economy)
	case v.Postage != "":
		b.complain(path+".postage", "only letters have postage")
	case v.LetterContactBlock != "" || v.WelshSubject != "" || v.WelshBody != "":
		b.complain(path, "only letters have a contact block and a Welsh half")
	}
	if v.HasUnsubscribeLink && t.kind != MessageTypeEmail {
		b.complain(path+".has_unsubscribe_link", "only emails have a link to unsubscribe")
	}
	if t.kind == MessageTypeSMS && v.Subject != "" {
		b.complain(path+".subject", "a text message has no subject")
	}
	if last > 0 && v.UpdatedAt == "" {
		v.UpdatedAt = b.now.Format(wireTime)
	}
	if v.UpdatedAt != "" {
		b.moment(path+".updated_at", v.UpdatedAt)
	}
	if v.CreatedAt == "" && last > 0 {
		v.CreatedAt = t.versions[0].CreatedAt // a template is as old as its first version
	}
	v.CreatedAt, _ = b.moment(path+".created_at", v.CreatedAt)
	if v.CreatedBy == "" {
		v.CreatedBy = "template.author@example.gov.uk"
	}
	t.add(v)
}
