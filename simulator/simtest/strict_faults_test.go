package simtest_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

// TestRefusedDespiteFault: a fault excuses what it does itself, and no mistake of the program.
func TestRefusedDespiteFault(t *testing.T) {
	t.Parallel()
	forget := func(t testing.TB, kit *simtest.Kit) error { // to send the name
		t.Helper()
		_, err := kit.Client(notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1})).SendSMS(t.Context(), notify.SMS{
			PhoneNumber: "07900900123", TemplateID: kit.SMSTemplate("Hello ((name))"),
		})
		return err
	}
	gateway := simulator.ProxyPage(simulator.ProxyNginx, 504)
	synctest.Test(t, func(t *testing.T) {
		for _, fault := range []simulator.Fault{
			simulator.DelayRequest(time.Second), simulator.DelayAnswer(time.Second), simulator.LoseAnswer(),
			simulator.CutAnswer(), simulator.SetHeader("X-Cache", "no"), simulator.SkewClock(time.Second),
		} {
			said := failing(t, func(ft *fakeT) {
				kit := simtest.New(ft)
				kit.Inject(simulator.OnSend(), fault)
				require.Error(t, forget(t, kit))
			})
			require.Contains(t, said, "Missing personalisation: name", fault)
		}
		for _, fault := range []simulator.Fault{
			simulator.RateLimited(), gateway, simulator.Refuse(500, "Exception", "Internal server error"),
			simulator.Respond(404, "text/plain", "?"), simulator.SkewClock(48*time.Hour), simulator.SkewClock(-48*time.Hour),
			simulator.AfterHandling(gateway), simulator.LoseRequest(), simulator.DelayRequest(time.Minute),
		} {
			kit := simtest.New(t)
			kit.Inject(simulator.OnSend(), fault)
			require.Error(t, forget(t, kit), fault)
		}
	})
}
