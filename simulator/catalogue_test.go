package simulator_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

func TestTemplates(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	require.NoError(t, w.svc.UpdateTemplate(w.sms, simulator.TemplateVersion{Body: "((a)) ((b??yes))"}))
	require.NoError(t, w.svc.ArchiveTemplate(w.letter))
	require.Equal(t, []simulator.TemplateSummary{
		{ID: w.sms, Type: simulator.MessageTypeSMS, Name: "T", Version: 2, Placeholders: []string{"a", "b"}},
		{ID: w.email, Type: simulator.MessageTypeEmail, Name: "T", Version: 1, Placeholders: []string{"name"}},
	}, w.svc.Templates())
	w.svc.Templates()[0].Placeholders[0] = "changed"
	require.Equal(t, "a", w.svc.Templates()[0].Placeholders[0])
}
