package simulator

import (
	"crypto/rand"
	"slices"

	"github.com/google/uuid"

	"github.com/notifykit/notify/internal/document"
	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/render"
	"github.com/notifykit/notify/simulator/internal/schema"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// File is a file that was sent by email, as the recipient would download it.
type File struct {
	// Placeholder is the key of the personalisation that held the file.
	Placeholder string
	// Filename is empty if none was given.
	Filename string
	// URL is what stands in the email.
	URL     string
	Content []byte
}

// checkFile returns what is wrong with one file object. Objects inside it crash the real service, but for two keys.
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

// withFiles checks and stores the files of an email, and puts their links into the personalisation.
func withFiles(d *draft) *wire.Failure {
	keys := d.fileKeys()
	if len(keys) == 0 {
		return nil
	}
	for _, key := range keys {
		if f := checkFile(d.fileAt(key)); f != nil {
			return f
		}
	}
	if d.service.sendFilesContact == "" {
		return wire.FilesNotSetUp(d.service.ID())
	}
	linked := d.personalisation.Clone()
	for _, key := range keys {
		if d.simulated {
			linked.Set(key, "https://download.notifications.service.gov.uk/services/"+d.service.ID()+"/documents/test-document")
			continue
		}
		file, f := d.storeFile(key)
		if f != nil {
			return f
		}
		d.files = append(d.files, file)
		linked.Set(key, file.URL)
	}
	d.personalisation = linked
	d.values = render.NewValues(linked)
	var f *wire.Failure
	d.text, f = rendering(d.template, d.values)
	return f
}

func (d *draft) fileAt(key string) *pyjson.Object {
	v, _ := d.personalisation.Get(key)
	return v.(*pyjson.Object)
}

func (d *draft) storeFile(key string) (File, *wire.Failure) {
	o := d.fileAt(key)
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
	var secret [32]byte
	_, _ = rand.Read(secret[:]) // never fails
	file.Content = doc.Content
	file.URL = document.Link(d.sim.options.documentHost, d.service.id, uuid.New(), secret)
	return file, nil
}
