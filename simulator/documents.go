package simulator

import (
	"bytes"
	"encoding/base64"
	"net/url"
	"strings"

	"github.com/google/uuid"
)

// File returns the file that a link in an email leads to, and reports whether there is one. The host of the link does
// not matter, so that a server can ask with the URL of a request; the key in its query has to be right. A file is gone
// when its message is.
func (s *Simulator) File(link string) (File, bool) {
	wanted, ok := documentPath(link)
	if !ok {
		return File{}, false
	}
	encoded, _, _ := strings.Cut(strings.TrimPrefix(wanted, "/d/"), "/")
	id, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil || len(id) != len(uuid.UUID{}) {
		return File{}, false
	}
	svc := s.registry.service(uuid.UUID(id))
	if svc == nil {
		return File{}, false
	}
	var found *File
	svc.at(func(st *state) { found = st.messages.file(wanted) })
	if found == nil {
		return File{}, false
	}
	f := *found
	f.Content = bytes.Clone(f.Content)
	return f, true
}

// documentPath is the part of a link that tells files apart: the path and the key.
func documentPath(link string) (path string, ok bool) {
	u, err := url.Parse(link)
	if err != nil || !strings.HasPrefix(u.Path, "/d/") {
		return "", false
	}
	key := u.Query().Get("key")
	return u.Path + "?key=" + key, key != ""
}

// file finds a file by what documentPath says of its link. Files never change, so that it can be read after the door is
// closed.
func (m *messages) file(path string) *File {
	for _, t := range keyTypes {
		for n := range m.All(t.slot()) {
			for i := range n.files {
				if strings.HasSuffix(n.files[i].URL, path) {
					return &n.files[i]
				}
			}
		}
	}
	return nil
}
