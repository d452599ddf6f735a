package simulator

import "time"

// ReceivedText is a text that somebody sent to a service.
type ReceivedText struct {
	ID string
	// From is the number that it came from, as E.164 without the plus if it is a phone number. To is the service's number.
	From, To string
	Content  string
	At       time.Time
}

// ReceivedTexts returns the texts that the service received, newest last. Those that came with its description are
// there too.
func (svc *Service) ReceivedTexts() []ReceivedText {
	var texts []receivedText
	svc.at(func(st *state) { texts = st.received.texts[:len(st.received.texts):len(st.received.texts)] })
	all := make([]ReceivedText, len(texts))
	for i, t := range texts {
		all[i] = ReceivedText{t.id.String(), t.from, t.receivingNumber, t.content, wireMicros(t.at).UTC()}
	}
	return all
}

// ReceivedTextNumber is the number that people can text. Empty means that the service receives no texts.
func (svc *Service) ReceivedTextNumber() string { return svc.profile().inbound }
