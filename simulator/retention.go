package simulator

import (
	"slices"
	"time"

	"github.com/notifykit/notify/simulator/internal/allowance"
	"github.com/notifykit/notify/simulator/internal/london"
)

// nightly is when Notify cleans up, after midnight UTC.
const nightly = 3 * time.Hour

// expectCleanUp schedules the next night's clean-up, unless one is scheduled. A service with nothing to delete needs
// none.
func (svc *Service) expectCleanUp(st *state) {
	if st.cleaning {
		return
	}
	st.cleaning = true
	last := allowance.Midnight(st.now.Add(-nightly)).Add(nightly) // of the last night
	svc.sim.schedule.At(last.Add(24*time.Hour), "clean-up of "+svc.Name(), svc.cleanUp)
}

// cleanUp deletes messages that are older than their retention, as Notify does every night at three o'clock UTC: those
// made before the midnight in London that many days ago. Letters in transit stay. So do received texts from the
// service's description.
func (svc *Service) cleanUp(night time.Time) {
	var cutoff [len(messageTypes)]int64
	y, m, d := night.In(london.Zone()).Date()
	for i, days := range svc.profile().retention {
		cutoff[i] = time.Date(y, m, d-days, 0, 0, 0, 0, london.Zone()).UnixMicro()
	}
	svc.during(night, func(st *state) {
		st.messages.Sweep(slices.Max(cutoff[:]), func(n *notification) bool {
			return n.createdAt() < cutoff[n.Kind] && (n.kind() != MessageTypeLetter || !n.status().underWay())
		})
		svc.sim.registry.forgetReceived(st.received.sweep(cutoff[MessageTypeSMS.slot()]))
		st.callbacks.sweep(time.UnixMicro(slices.Min(cutoff[:])))
		st.cleaning = false
		if st.messages.Len() > 0 || st.received.ages() {
			svc.expectCleanUp(st)
		}
	})
}
