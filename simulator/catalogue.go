package simulator

import "slices"

// TemplateSummary is a template in its current version, for whoever shows what a service can send.
type TemplateSummary struct {
	ID      string
	Type    MessageType
	Name    string
	Version int
	// Placeholders are the names that the texts use, as the API lists them; a letter needs an address besides.
	Placeholders []string
}

// Templates returns the service's templates in the order of their making, without those that are archived.
func (svc *Service) Templates() []TemplateSummary {
	svc.mu.Lock()
	defer svc.mu.Unlock()
	var all []TemplateSummary
	for _, t := range svc.templates {
		if t.archived || t.hidden {
			continue
		}
		v := t.current()
		all = append(all, TemplateSummary{
			ID: t.id.String(), Type: t.kind, Name: v.Name, Version: v.Version, Placeholders: slices.Clone(v.placeholders),
		})
	}
	return all
}
