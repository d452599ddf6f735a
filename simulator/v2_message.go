package simulator

import (
	"strconv"
	"time"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/render"
	"github.com/notifykit/notify/simulator/internal/postage"
)

func wireMicros(at int64) time.Time {
	if at == 0 {
		return time.Time{}
	}
	return time.UnixMicro(at)
}

// wire is the message as the API shows it.
func (n *notification) wire(base string, prices Prices) pyjson.Members {
	t := n.template.template.id.String()
	cost := n.cost(prices)
	var email, phone, completed, subject, pounds any
	switch n.kind() {
	case MessageTypeEmail:
		email = n.to
	case MessageTypeSMS:
		phone = n.to
	}
	if n.kind() != MessageTypeSMS {
		subject = n.subject
	}
	if n.status().completes() {
		completed = wireMicros(n.changedAt())
	}
	if cost.known {
		pounds = cost.pounds
	}
	m := make(pyjson.Members, 0, 27)
	m = append(m,
		pyjson.Member{Key: "body", Value: n.body},
		pyjson.Member{Key: "completed_at", Value: completed},
		pyjson.Member{Key: "cost_details", Value: n.costDetails(cost)},
		pyjson.Member{Key: "cost_in_pounds", Value: pounds},
		pyjson.Member{Key: "created_at", Value: wireMicros(n.createdAt())},
		pyjson.Member{Key: "created_by_name", Value: nil},
		pyjson.Member{Key: "email_address", Value: email})
	if n.kind() == MessageTypeLetter {
		arrives := postage.EstimatedDelivery(wireMicros(n.createdAt()), n.postage)
		m = append(m, pyjson.Member{Key: "estimated_delivery", Value: arrives})
	}
	m = append(m,
		pyjson.Member{Key: "id", Value: n.ID.String()},
		pyjson.Member{Key: "is_cost_data_ready", Value: cost.known})
	lines, postcode := n.addressLines()
	m = append(m, lines...)
	return append(m,
		pyjson.Member{Key: "one_click_unsubscribe_url", Value: n.unsubscribeURL(base)},
		pyjson.Member{Key: "phone_number", Value: phone},
		pyjson.Member{Key: "postage", Value: nullable(n.postage)},
		pyjson.Member{Key: "postcode", Value: postcode},
		pyjson.Member{Key: "reference", Value: n.wireReference()},
		pyjson.Member{Key: "scheduled_for", Value: nil},
		pyjson.Member{Key: "sent_at", Value: wireMicros(n.sentAt)},
		pyjson.Member{Key: "status", Value: n.status().Shown(n.kind())},
		pyjson.Member{Key: "subject", Value: subject},
		pyjson.Member{Key: "template", Value: pyjson.Members{
			{Key: "id", Value: t},
			{Key: "uri", Value: base + "/v2/template/" + t + "/version/" + strconv.Itoa(n.template.Version)},
			{Key: "version", Value: n.template.Version},
		}},
		pyjson.Member{Key: "type", Value: string(n.kind())})
}

func (n *notification) wireReference() any {
	if n.Referenced {
		return n.Reference
	}
	return nil
}

// addressLines are line_1 to line_6 and the postcode, as they were sent; only letters have them. There is no line_7.
func (n *notification) addressLines() (lines pyjson.Members, postcode any) {
	lines = make(pyjson.Members, 6)
	for i := range lines {
		lines[i].Key = "line_" + strconv.Itoa(i+1)
	}
	switch {
	case n.kind() != MessageTypeLetter:
		return lines, nil
	case n.precompiled():
		lines[0].Value = n.to
		return lines, nil
	}
	values := render.NewValues(n.personalisation)
	for i := range lines {
		lines[i].Value, _ = values.Get("address_line_" + strconv.Itoa(i+1))
	}
	postcode, _ = values.Get("postcode")
	return lines, postcode
}

// costDetails are the factors of the price.
func (n *notification) costDetails(c cost) pyjson.Members {
	switch {
	case !c.known || n.kind() == MessageTypeEmail:
		return pyjson.Members{}
	case n.kind() == MessageTypeSMS:
		return pyjson.Members{
			{Key: "billable_sms_fragments", Value: c.fragments},
			{Key: "international_rate_multiplier", Value: c.multiplier},
			{Key: "sms_rate", Value: c.rate},
		}
	}
	return pyjson.Members{{Key: "billable_sheets_of_paper", Value: c.sheets}, {Key: "postage", Value: n.postage}}
}
