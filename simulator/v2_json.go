package simulator

import (
	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// parseJSON reads a body. Any value that is false in Python, such as null or 0, counts as {}.
func parseJSON(b []byte) (any, *wire.Failure) {
	v, err := pyjson.Parse(b)
	if err != nil {
		return nil, wire.JSONInvalid
	}
	if !pyjson.Truthy(v) {
		return &pyjson.Object{}, nil
	}
	return v, nil
}

func jsonAnswer(status int, v any) *response {
	return &response{status: status, contentType: typeJSON, body: append(pyjson.Append(make([]byte, 0, 512), v), '\n')}
}

// nullable is s, or null if it is empty.
func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// pyText is v if it is a string, otherwise empty.
func pyText(v any) string {
	s, _ := v.(string)
	return s
}
