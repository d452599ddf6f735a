package gate

import (
	"encoding/json"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// checkBody refuses a body of another type. A page of another site can send some types without asking, and JSON is not
// among them.
func checkBody(r *http.Request, types ...string) *refusal {
	if r.ContentLength == 0 {
		return nil
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err == nil && len(r.Header.Values("Content-Type")) == 1 && slices.Contains(types, kind) {
		return nil
	}
	return &refusal{
		http.StatusUnsupportedMediaType, "the body needs the header Content-Type: " + strings.Join(types, " or "),
	}
}

func refuseInJSON(w http.ResponseWriter, why *refusal) {
	body, _ := json.Marshal(map[string]string{"error": why.why}) // a string can always be encoded
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(why.status)
	_, _ = w.Write(append(body, '\n'))
}
