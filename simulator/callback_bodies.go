package simulator

import (
	"time"

	"github.com/notifykit/notify/internal/pyjson"
)

// dumped is an object as Python's json.dumps writes it: in contrast to the API's own responses, there is a space after
// each comma and colon, and the keys are in no alphabetical order.
type dumped []byte

func (d dumped) with(key string, value any) dumped {
	if d == nil {
		d = append(make(dumped, 0, 512), '{')
	} else {
		d = append(d, ", "...)
	}
	d = append(pyjson.AppendString(d, key), ": "...)
	return pyjson.Append(d, value)
}

func (d dumped) end() string { return string(append(d, '}')) }

func (n *notification) referenceOrNull() any {
	if n.Referenced {
		return n.Reference
	}
	return nil
}

// receipt is the body of a delivery receipt, as the message is now.
func (n *notification) receipt() string {
	return dumped(nil).
		with("id", n.ID.String()).
		with("reference", n.referenceOrNull()).
		with("to", n.to).
		with("status", string(n.status())).
		with("created_at", wireMicros(n.createdAt())).
		with("completed_at", wireMicros(n.changedAt())).
		with("sent_at", wireMicros(n.sentAt)).
		with("notification_type", string(n.kind())).
		with("template_id", n.template.template.id.String()).
		with("template_version", n.template.Version).
		end()
}

// returned is the body of a callback about a returned letter. Letters of the API never come from a spreadsheet.
func (n *notification) returned() string {
	name, id, version := any(n.template.Name), n.template.template.id.String(), any(n.template.Version)
	if n.precompiled() {
		name, id, version = nil, "None", nil // as Python writes the id that it has not
	}
	return dumped(nil).
		with("notification_id", n.ID.String()).
		with("reference", n.referenceOrNull()).
		with("date_sent", wireMicros(n.createdAt())).
		with("sent_by", "API").
		with("template_name", name).
		with("template_id", id).
		with("template_version", version).
		with("spreadsheet_file_name", nil).
		with("spreadsheet_row_number", nil).
		with("upload_letter_file_name", nil).
		end()
}

// posted is the body of a callback about a received text. The time is that of the network, which gives whole seconds.
func (t receivedText) posted(arrived time.Time) string {
	return dumped(nil).
		with("id", t.id.String()).
		with("source_number", t.from).
		with("destination_number", t.receivingNumber).
		with("message", t.content).
		with("date_received", arrived.Truncate(time.Second)).
		end()
}
