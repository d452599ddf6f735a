package simulator

import (
	"fmt"

	"github.com/notifykit/notify/simulator/internal/ids"
)

// ReturnLetter has a letter come back to the sender: it gets the status [StatusReturnedLetter], which the API shows as
// received, and the service is told (see [Service.SetCallback]). It is an error unless the letter was sent. Letters of
// test keys never are; [Service.SetStatus] works for those too.
func (svc *Service) ReturnLetter(id string) (err error) {
	u, _ := ids.Parse(id)
	svc.at(func(st *state) {
		n := st.messages.Get(u)
		switch {
		case n == nil:
			err = fmt.Errorf("simulator: service %q has no message %s", svc.Name(), id)
		case n.kind() != MessageTypeLetter:
			err = fmt.Errorf("simulator: message %s is no letter", id)
		case n.keyType() == KeyTypeTest:
			err = fmt.Errorf("simulator: letter %s can't come back: letters of test keys are never printed", id)
		case n.sentAt == 0 || n.status() != StatusSending && n.status() != StatusDelivered:
			err = fmt.Errorf("simulator: letter %s can't come back: its status is %q", id, n.status())
		default:
			n.setByHand = true
			svc.receive(st, n, StatusReturnedLetter, st.now.UnixMicro())
		}
	})
	return err
}
