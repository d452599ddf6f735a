package control

import (
	"cmp"
	"time"

	"github.com/notifykit/notify/simulator"
)

// plan is a [simulator.Plan]. Outcome is for all types that say nothing else.
type plan struct {
	Outcome    duration `yaml:"outcome"`
	SMS        *timing  `yaml:"sms"`
	Email      *timing  `yaml:"email"`
	Letter     *timing  `yaml:"letter"`
	VirusScan  duration `yaml:"virus_scan"`
	PrintTimes bool     `yaml:"print_times"`
}

type timing struct {
	Sending duration `yaml:"sending"`
	Pending duration `yaml:"pending"`
	Outcome duration `yaml:"outcome"`
}

func (p plan) value() simulator.Plan {
	of := func(t *timing) simulator.Timing {
		t = cmp.Or(t, &timing{Outcome: p.Outcome})
		return simulator.Timing{
			Sending: time.Duration(t.Sending), Pending: time.Duration(t.Pending), Outcome: time.Duration(t.Outcome),
		}
	}
	return simulator.Plan{
		SMS: of(p.SMS), Email: of(p.Email), Letter: of(p.Letter),
		VirusScan: time.Duration(p.VirusScan), PrintTimes: p.PrintTimes,
	}
}

// settings are the fields of a service's description that can be changed. What is missing stays as it is. People are
// added to those that are there.
type settings struct {
	Active      *bool                     `yaml:"active"`
	TrialMode   *bool                     `yaml:"trial_mode"`
	Permissions []simulator.Permission    `yaml:"permissions"`
	RateLimit   *int                      `yaml:"rate_limit_per_minute"`
	DailyLimits *simulator.DailyLimits    `yaml:"daily_limits"`
	TeamMembers []simulator.TeamMember    `yaml:"team_members"`
	GuestList   []string                  `yaml:"guest_list"`
	Outcomes    []simulator.OutcomeConfig `yaml:"outcomes"`
	Callbacks   callbacks                 `yaml:"callbacks"`
	AnyTemplate *bool                     `yaml:"any_template"`
	Plan        *plan                     `yaml:"plan"`
}

type callbacks struct {
	DeliveryReceipts *simulator.Callback `yaml:"delivery_receipts"`
	ReceivedTexts    *simulator.Callback `yaml:"received_texts"`
	ReturnedLetters  *simulator.Callback `yaml:"returned_letters"`
}

// check returns what is impossible about the settings, so that all of them are made or none. A service that is made
// with them in another simulator tells.
func (s settings) check() error {
	config := simulator.ServiceConfig{
		Name: "any", Permissions: s.Permissions, TeamMembers: s.TeamMembers, GuestList: s.GuestList,
		RateLimit: *cmp.Or(s.RateLimit, new(0)), DailyLimits: *cmp.Or(s.DailyLimits, &simulator.DailyLimits{}),
		Callbacks: simulator.Callbacks{
			DeliveryReceipts: *cmp.Or(s.Callbacks.DeliveryReceipts, &simulator.Callback{}),
			ReceivedTexts:    *cmp.Or(s.Callbacks.ReceivedTexts, &simulator.Callback{}),
			ReturnedLetters:  *cmp.Or(s.Callbacks.ReturnedLetters, &simulator.Callback{}),
		},
	}
	for _, o := range s.Outcomes {
		o.Status = cmp.Or(o.Status, simulator.StatusDelivered) // none takes an outcome back
		config.Outcomes = append(config.Outcomes, o)
	}
	_, err := simulator.New().AddService(config)
	return mistake(err)
}

// defaultRateLimit is Notify's own, in sends a minute.
const defaultRateLimit = 3000

func (s settings) change(svc *simulator.Service) error {
	if s.TrialMode != nil {
		svc.SetTrialMode(*s.TrialMode)
	}
	if s.AnyTemplate != nil {
		svc.SetAnyTemplate(*s.AnyTemplate)
	}
	if s.Plan != nil {
		svc.SetPlan(s.Plan.value())
	}
	if s.Active != nil {
		svc.Archive()
	}
	if s.Permissions != nil {
		if err := svc.SetPermissions(s.Permissions...); err != nil {
			return err
		}
	}
	if s.RateLimit != nil {
		if err := svc.SetRateLimit(cmp.Or(*s.RateLimit, defaultRateLimit)); err != nil {
			return err
		}
	}
	if s.DailyLimits != nil {
		if err := svc.SetDailyLimits(*s.DailyLimits); err != nil {
			return err
		}
	}
	for _, m := range s.TeamMembers {
		if err := svc.AddTeamMember(m); err != nil {
			return err
		}
	}
	if err := svc.AddToGuestList(s.GuestList...); err != nil {
		return err
	}
	for _, o := range s.Outcomes {
		if err := svc.SetOutcome(o.Recipient, o.Status); err != nil {
			return err
		}
	}
	return s.Callbacks.change(svc)
}

func (c callbacks) change(svc *simulator.Service) error {
	for kind, to := range map[simulator.CallbackKind]*simulator.Callback{
		simulator.CallbackKindDeliveryReceipt: c.DeliveryReceipts,
		simulator.CallbackKindReceivedText:    c.ReceivedTexts,
		simulator.CallbackKindReturnedLetter:  c.ReturnedLetters,
	} {
		if to == nil {
			continue
		}
		if err := svc.SetCallback(kind, *to); err != nil {
			return err
		}
	}
	return nil
}

func (a *api) changeService(c *call) (any, error) {
	var body settings
	if err := c.read(&body); err != nil {
		return nil, err
	}
	if body.Active != nil && *body.Active {
		return nil, wrong("active", "active: a service can be archived, with false, but not the other way round")
	}
	if err := body.check(); err != nil {
		return nil, err
	}
	if err := body.change(c.svc); err != nil {
		return nil, err
	}
	return c.shown(c.svc), nil
}
