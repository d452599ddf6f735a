package simulator

import (
	"net/url"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/simulator/internal/wire"
)

func (s *Simulator) getStatus(c *call) *response {
	if values, _ := url.ParseQuery(c.rawQuery); values.Get("simple") != "" {
		return jsonAnswer(200, pyjson.Members{{Key: "status", Value: "ok"}})
	}
	return jsonAnswer(200, pyjson.Members{
		{Key: "build_time", Value: nil}, {Key: "db_bulk_version", Value: nil},
		{Key: "db_version", Value: nil}, {Key: "git_commit", Value: nil},
		{Key: "status", Value: "ok"},
	})
}

// getStatic answers GET /static/, where the framework behind Notify would serve files. There are none.
func (s *Simulator) getStatic(*call) *response { return refuse(wire.PathNotFound) }

// getCounts counts the live services. The simulator has no organisations.
func (s *Simulator) getCounts(*call) *response {
	live := 0
	for _, svc := range s.Services() {
		if t := svc.terms(); !t.archived && !t.trial {
			live++
		}
	}
	return jsonAnswer(200, pyjson.Members{{Key: "organisations", Value: 0}, {Key: "services", Value: live}})
}
