package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"

	"github.com/google/uuid"

	"github.com/notifykit/notify/internal/pyjson"
)

// unsubscribeURL is the link for the recipient of an email to unsubscribe: the sender's own, or Notify's if the
// template has one.
func (n *notification) unsubscribeURL(base string) any {
	switch {
	case n.unsubscribe != "":
		return n.unsubscribe
	case n.template.HasUnsubscribeLink:
		return unsubscribeLink(base, n.ID)
	}
	return nil
}

// notifyPages is where the link at the end of a delivered email leads: to a page on which people confirm. The link in
// the API leads to the API itself, for mail programs to call.
const notifyPages = "https://www.notifications.service.gov.uk"

func unsubscribeLink(base string, id uuid.UUID) string {
	return base + "/unsubscribe/" + id.String() + "/" + unsubscribeToken(id)
}

// unsubscribeToken proves that a link to unsubscribe was made here. It protects nothing of value, so the key is no
// secret.
func unsubscribeToken(id uuid.UUID) string {
	mac := hmac.New(sha256.New, []byte("simulated unsubscribe link"))
	mac.Write(id[:])
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// postUnsubscribe answers POST /unsubscribe/{notification id}/{token}, which mail programs call without a key.
func (s *Simulator) postUnsubscribe(c *call) *response {
	refuse := func(why string) *response {
		return jsonAnswer(404, pyjson.Members{
			{Key: "message", Value: pyjson.Members{{Key: "unsubscribe request", Value: why}}},
			{Key: "result", Value: "error"},
		})
	}
	id, _ := uuid.Parse(c.args[0]) // the path matches only if this is a UUID
	if !hmac.Equal([]byte(c.args[1]), []byte(unsubscribeToken(id))) {
		return refuse("This is not a valid unsubscribe link.")
	}
	for _, svc := range s.Services() {
		if svc.unsubscribe(id) {
			return jsonAnswer(200, pyjson.Members{
				{Key: "message", Value: "Unsubscribe successful"}, {Key: "result", Value: "success"},
			})
		}
	}
	return refuse("This unsubscribe link is invalid or expired.")
}

func (svc *Service) unsubscribe(id uuid.UUID) (known bool) {
	svc.at(func(st *state) {
		if n := st.messages.Get(id); n != nil {
			n.unsubscribed, known = true, true
			st.messages.touch(n)
		}
	})
	return known
}
