package control

import (
	"strings"

	"github.com/notifykit/notify/simulator"
)

// template is the current version of a template as the API shows it.
type template struct {
	ID           string                `json:"id"`
	Type         simulator.MessageType `json:"type"`
	Name         string                `json:"name"`
	Version      int                   `json:"version"`
	Placeholders []string              `json:"placeholders"`
}

func (a *api) listTemplates(c *call) (any, error) {
	all := []template{}
	for _, t := range c.svc.Templates() {
		all = append(all, template{t.ID, t.Type, t.Name, t.Version, list(t.Placeholders)})
	}
	return map[string]any{"templates": all}, nil
}

func findTemplate(svc *simulator.Service, id string) (template, bool) {
	for _, t := range svc.Templates() {
		if strings.EqualFold(t.ID, id) {
			return template{t.ID, t.Type, t.Name, t.Version, list(t.Placeholders)}, true
		}
	}
	return template{}, false
}

func (a *api) makeTemplate(c *call) (any, error) {
	var body simulator.TemplateConfig
	if err := c.read(&body); err != nil {
		return nil, err
	}
	id, err := c.svc.AddTemplate(body)
	if err != nil {
		return nil, mistake(err)
	}
	made, found := findTemplate(c.svc, id)
	if !found {
		made = template{ID: id, Type: body.Type, Name: body.Name, Version: 1, Placeholders: []string{}} // an archived one
	}
	return created{"", made}, nil
}

func (a *api) updateTemplate(c *call) (any, error) {
	var body simulator.TemplateVersion
	if err := c.read(&body); err != nil {
		return nil, err
	}
	id := c.r.PathValue("id")
	if _, found := findTemplate(c.svc, id); !found {
		return nil, notFound("the service has no template %.80q that is not archived", id)
	}
	if err := c.svc.UpdateTemplate(id, body); err != nil {
		return nil, mistake(err)
	}
	updated, _ := findTemplate(c.svc, id)
	return updated, nil
}

func (a *api) archiveTemplate(c *call) (any, error) {
	id := c.r.PathValue("id")
	if _, found := findTemplate(c.svc, id); !found {
		return nil, notFound("the service has no template %.80q that is not archived", id)
	}
	if err := c.svc.ArchiveTemplate(id); err != nil {
		return nil, err
	}
	return nil, nil //nolint:nilnil // there is nothing to say
}
