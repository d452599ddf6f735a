package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator/simtest"
)

func TestRun(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "decision.pdf")
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{name}, &out))
	require.Equal(t, `planning-4711: "Your application 4711" to Amala Bird, first class, received
saved the PDF as `+name+`
planning-4711-copy: Provided as PDF, second class, received
`, out.String())
	pdf, err := os.ReadFile(name)
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(pdf, []byte("%PDF-")))
}

func TestRunWithoutFile(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), nil, &out))
	require.Contains(t, out.String(), "letter.pdf")
}

func TestCannotSave(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, run(t.Context(), []string{t.TempDir()}, io.Discard), "is a directory")
}

func TestUnusablePDF(t *testing.T) {
	t.Parallel()
	err := postPDF(t.Context(), simtest.New(t).Client(), strings.NewReader("%PDF-1.4 and no more"), io.Discard)
	require.ErrorContains(t, err, "the PDF was refused: validation-failed")
}
