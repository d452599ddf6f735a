package notify_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

func TestIDsAreCheckedBeforeTheyBecomePaths(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	for _, id := range []string{
		"", "x", "../templates", notificationID + "/pdf", notificationID + "?x=1", strings.Repeat(".", 36),
		"740e5834-3a29-46b4-9a6f-16142fde53/a", notificationID + "\n", "%2e%2e",
	} {
		for name, call := range map[string]func() error{
			"notification": func() error { _, err := c.Notification(t.Context(), id); return err },
			"pdf":          func() error { _, err := c.LetterPDF(t.Context(), id); return err },
			"wait":         func() error { _, err := c.WaitForNotification(t.Context(), id); return err },
			"template":     func() error { _, err := c.Template(t.Context(), id); return err },
			"version":      func() error { _, err := c.TemplateVersion(t.Context(), id, 1); return err },
			"preview":      func() error { _, err := c.PreviewTemplate(t.Context(), id, nil); return err },
		} {
			require.ErrorIs(t, call(), notify.ErrInvalidRequest, "%s %q", name, id)
		}
	}
	_, err := c.TemplateVersion(t.Context(), templateID, 0)
	require.ErrorIs(t, err, notify.ErrInvalidRequest)
	require.Zero(t, mock.GetTotalCallCount())
}
