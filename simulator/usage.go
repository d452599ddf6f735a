package simulator

// Usage is what a service has used up. Messages of test keys and to simulated recipients never count.
type Usage struct {
	// Today is how many messages of each type were accepted on this UTC day. They count towards the daily limits.
	Today map[MessageType]int
	// InternationalToday is how many of today's texts went to numbers outside +44.
	InternationalToday int
	// Sent is how many messages of each type are still kept.
	Sent map[MessageType]int
	// SMSFragments are the fragments of all texts kept, each multiplied by its country's rate, as they count towards the
	// free allowance.
	SMSFragments int
	// Sheets are the sheets of paper of all letters kept.
	Sheets int
	// CostInPounds is the price of all messages kept, ignoring the free allowance.
	CostInPounds float64
}

// Usage counts the messages sent with live and team keys.
func (svc *Service) Usage() Usage {
	prices := svc.sim.registry.currentPrices()
	u := Usage{Today: map[MessageType]int{}, Sent: map[MessageType]int{}}
	var sent []notification
	svc.at(func(st *state) {
		sent = st.messages.copies(KeyTypeLive, KeyTypeTeam)
		for channel, count := range st.limits.today.On(st.now) {
			if channel == channelInternational {
				u.InternationalToday = count
				continue
			}
			u.Today[MessageType(channel)] = count
		}
	})
	for i := range sent {
		u.add(&sent[i], prices) // this draws letters, which takes too long for the door to stay closed
	}
	return u
}

func (u *Usage) add(n *notification, prices Prices) {
	u.Sent[n.kind()]++
	switch n.kind() {
	case MessageTypeSMS:
		u.SMSFragments += int(n.fragments) * n.phone.RateMultiplier()
	case MessageTypeLetter:
		u.Sheets += n.sheets()
	}
	if c := n.cost(prices); c.known {
		u.CostInPounds += c.pounds
	}
}
