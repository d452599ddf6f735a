package bulk_test

import (
	"os"
	"testing"

	"github.com/notifykit/notify/bulk/internal/postgrestest"
)

func TestMain(m *testing.M) {
	if os.Getenv(childOf) != "" {
		os.Exit(child()) //nolint:forbidigo // that process is no test
	}
	m.Run()
	postgrestest.Stop()
}

// postgres gives a test a database of its own, or skips it.
func postgres(t testing.TB) string {
	t.Helper()
	return postgrestest.New(t)
}
