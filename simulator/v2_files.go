package simulator

import (
	"slices"

	"github.com/notifykit/notify/internal/document"
	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/render"
	"github.com/notifykit/notify/simulator/internal/schema"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// checkFile returns what is wrong with one file object. An object as the value of one of these three keys crashes the
// real service.
func checkFile(o *pyjson.Object) *wire.Failure {
	for i, key := range o.Keys {
		_, ok := o.At(i).(*pyjson.Object)
		if ok && slices.Contains([]string{"file", "confirm_email_before_download", "retention_period"}, key) {
			return wire.Crash(wire.TypeError)
		}
	}
	if wrong := schema.CheckFile(o); wrong != nil {
		return wire.Invalid(wrong...)
	}
	return nil
}

// fileKeys are the names of the values that are files: objects with a key "file".
func (m *composed) fileKeys() []string {
	var keys []string
	for i := range m.personalisation.Len() {
		if o, ok := m.personalisation.At(i).(*pyjson.Object); ok && o.Has("file") {
			keys = append(keys, m.personalisation.Keys[i])
		}
	}
	return keys
}

// attachFiles checks and stores the files of an email, and puts their links into its body. For a simulated recipient
// they are not stored.
func (c *call) attachFiles(m *composed, simulated bool) (f *wire.Failure) {
	keys := m.fileKeys()
	if len(keys) == 0 {
		return nil
	}
	for _, key := range keys {
		if f := checkFile(m.fileAt(key)); f != nil {
			return f
		}
	}
	svc := c.service
	if svc.profile().sendFilesContact == "" {
		return wire.FilesNotSetUp(svc.ID())
	}
	linked := m.personalisation.Clone()
	for _, key := range keys {
		if simulated {
			linked.Set(key, "https://download.notifications.service.gov.uk/services/"+svc.ID()+"/documents/test-document")
			continue
		}
		file, f := svc.storeFile(key, m.fileAt(key))
		if f != nil {
			return f
		}
		m.files = append(m.files, file)
		linked.Set(key, file.URL)
	}
	m.personalisation, m.values = linked, render.NewValues(linked)
	m.text, f = rendering(m.template, m.values)
	return f
}

func (m *composed) fileAt(key string) *pyjson.Object {
	v, _ := m.personalisation.Get(key)
	return v.(*pyjson.Object)
}

func (svc *Service) storeFile(key string, o *pyjson.Object) (File, *wire.Failure) {
	content, _ := o.Get("file")
	filename, _ := o.Get("filename")
	isCSV, _ := o.Get("is_csv")
	file := File{Placeholder: key, Filename: pyText(filename)}
	doc, err := document.Check(document.Upload{
		Base64: pyText(content), Filename: file.Filename, IsCSV: isCSV == any(true),
	})
	if err != nil {
		return File{}, wire.BadRequest(err.Error())
	}
	id, secret := svc.sim.newFile()
	file.Content = doc.Content
	file.URL = document.Link(svc.sim.options.documentHost, svc.id, id, secret)
	return file, nil
}
