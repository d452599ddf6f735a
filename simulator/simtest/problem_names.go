package simtest

import (
	"errors"
	"fmt"

	"github.com/notifykit/notify"
)

// kinds are the errors of package notify that tell refusals apart, the narrower ones first.
func kinds() []kind {
	return []kind{
		{notify.ErrDailyLimit, "notify.ErrDailyLimit"},
		{notify.ErrRateLimited, "notify.ErrRateLimited"},
		{notify.ErrKeyRevoked, "notify.ErrKeyRevoked"},
		{notify.ErrClockSkew, "notify.ErrClockSkew"},
		{notify.ErrUnauthorised, "notify.ErrUnauthorised"},
		{notify.ErrNotOnGuestList, "notify.ErrNotOnGuestList"},
		{notify.ErrTrialMode, "notify.ErrTrialMode"},
		{notify.ErrMissingPersonalisation, "notify.ErrMissingPersonalisation"},
		{notify.ErrValidation, "notify.ErrValidation"},
		{notify.ErrNotFound, "notify.ErrNotFound"},
		{notify.ErrPDFNotReady, "notify.ErrPDFNotReady"},
	}
}

type kind struct {
	err  error
	name string
}

// leave is what to give to Allow.
func leave(refusal *notify.Error, unknownPath bool) string {
	if unknownPath {
		return "simtest.UnknownPaths"
	}
	for _, k := range kinds() {
		if errors.Is(refusal, k.err) {
			return k.name
		}
	}
	return nameOf(Refused(refusal.StatusCode))
}

// nameOf is a problem as one writes it in a test.
func nameOf(problem error) string {
	switch p := problem.(type) {
	case Refused:
		return fmt.Sprintf("simtest.Refused(%d)", int(p))
	case Problem:
		return "simtest." + string(p)
	}
	for _, k := range kinds() {
		if errors.Is(problem, k.err) {
			return k.name
		}
	}
	return problem.Error()
}

// allows says how a test lets a problem pass.
func allows(p Problem) string { return "kit.Allow(" + nameOf(p) + ") allows it" }
