package notify_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

// sendContent sends a content in both of the ways there are, and gives what became of it and what was sent.
func sendContent(t *testing.T, content func() io.Reader) (failed map[string]error, sent []map[string]any) {
	t.Helper()
	c, mock := setup(t)
	emails := answer(mock, "POST", "/v2/notifications/email", 201, `{"id":"`+notificationID+`"}`)
	letters := answer(mock, "POST", "/v2/notifications/letter", 201, `{"id":"`+notificationID+`","reference":"r"}`)
	_, file := c.SendEmail(t.Context(), notify.Email{
		EmailAddress: "amala@example.com", TemplateID: templateID,
		Personalisation: notify.Personalisation{"file": notify.FileFromReader("a.pdf", content())},
	})
	_, letter := c.SendPrecompiledLetter(t.Context(), notify.PrecompiledLetter{Reference: "r", Content: content()})
	return map[string]error{"file": file, "letter": letter}, append(*emails, *letters...)
}

// TestContentCutOff has readers whose own error is io.ErrUnexpectedEOF: half a file must not be sent as a whole one.
func TestContentCutOff(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("%PDF-1.4 the amount is 1,000.00\n", 4000)
	var zipped, archive bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, err := io.WriteString(z, text)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	a := zip.NewWriter(&archive)
	entry, err := a.CreateRaw(&zip.FileHeader{Name: "a.pdf", UncompressedSize64: 1000, CompressedSize64: 4})
	require.NoError(t, err)
	_, err = io.WriteString(entry, "half")
	require.NoError(t, err)
	require.NoError(t, a.Close())

	for name, content := range map[string]func(t *testing.T) io.Reader{
		"http body": func(t *testing.T) io.Reader {
			t.Helper()
			answer := "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n%PDF-1.4 half"
			resp, err := http.ReadResponse(bufio.NewReader(strings.NewReader(answer)), nil)
			require.NoError(t, err)
			t.Cleanup(func() { _ = resp.Body.Close() })
			return resp.Body
		},
		"gzip": func(t *testing.T) io.Reader {
			t.Helper()
			r, err := gzip.NewReader(bytes.NewReader(zipped.Bytes()[:zipped.Len()-20]))
			require.NoError(t, err)
			return r
		},
		"zip": func(t *testing.T) io.Reader {
			t.Helper()
			directory, err := zip.NewReader(bytes.NewReader(archive.Bytes()), int64(archive.Len()))
			require.NoError(t, err)
			r, err := directory.File[0].Open()
			require.NoError(t, err)
			return r
		},
		"at the end of a piece": func(*testing.T) io.Reader {
			return io.MultiReader(strings.NewReader(text[:48<<10]), iotest.ErrReader(io.ErrUnexpectedEOF))
		},
		"with the last bytes": func(*testing.T) io.Reader {
			return iotest.DataErrReader(io.MultiReader(strings.NewReader("half"), iotest.ErrReader(io.ErrUnexpectedEOF)))
		},
		"before the first": func(*testing.T) io.Reader { return iotest.ErrReader(io.ErrUnexpectedEOF) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			failed, sent := sendContent(t, func() io.Reader { return content(t) })
			for way, err := range failed {
				require.ErrorIs(t, err, io.ErrUnexpectedEOF, way)
				require.ErrorIs(t, err, notify.ErrInvalidRequest, way)
				require.True(t, notify.SafeToRetry(err), way)
			}
			require.Empty(t, sent)
		})
	}
}

// TestContentEndsAtEOFAlone: an io.EOF inside another error is no end either.
func TestContentEndsAtEOFAlone(t *testing.T) {
	t.Parallel()
	wrapped := fmt.Errorf("connection lost: %w", io.EOF)
	failed, sent := sendContent(t, func() io.Reader {
		return io.MultiReader(strings.NewReader("half"), iotest.ErrReader(wrapped))
	})
	for way, err := range failed {
		require.ErrorIs(t, err, wrapped, way)
		require.ErrorIs(t, err, notify.ErrInvalidRequest, way)
	}
	require.Empty(t, sent)
}

// TestContentInPiecesOfAnySize reads the same bytes however they come.
func TestContentInPiecesOfAnySize(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("0123456789", 10000)
	whole, want := sendContent(t, func() io.Reader { return strings.NewReader(text) })
	require.Equal(t, map[string]error{"file": nil, "letter": nil}, whole)
	require.Len(t, want, 2)
	for name, wrap := range map[string]func(io.Reader) io.Reader{
		"one byte": iotest.OneByteReader, "half": iotest.HalfReader, "end with the last bytes": iotest.DataErrReader,
		"now and then none": func(r io.Reader) io.Reader { return &stuttering{r: r, between: 99} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			failed, sent := sendContent(t, func() io.Reader { return wrap(strings.NewReader(text)) })
			require.Equal(t, whole, failed)
			require.Equal(t, want, sent)
		})
	}
}

// stuttering gives no bytes and no error between two readings, which package io discourages and allows.
type stuttering struct {
	r              io.Reader
	between, since int
}

func (s *stuttering) Read(p []byte) (int, error) {
	if s.since++; s.since <= s.between {
		return 0, nil
	}
	s.since = 0
	return s.r.Read(p[:min(len(p), 4096)])
}

type countingReader int

func (n countingReader) Read([]byte) (int, error) { return int(n), nil }

type lengthReader struct {
	io.Reader
	length int
}

func (r lengthReader) Len() int { return r.length }

type readingFunc func([]byte) (int, error)

func (f readingFunc) Read(p []byte) (int, error) { return f(p) }

type sliceReader []byte

func (sliceReader) Read([]byte) (int, error) { return 0, io.EOF }

// TestContentOfBrokenReaders: none of them makes the client hang or panic.
func TestContentOfBrokenReaders(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		content io.Reader
		want    string
		cause   error
	}{
		"never anything":          {countingReader(0), "neither bytes nor an error", io.ErrNoProgress},
		"too many":                {countingReader(1 << 30), "counts more bytes", nil},
		"fewer than none":         {countingReader(-1), "counts more bytes", nil},
		"negative length":         {lengthReader{strings.NewReader("a"), -1}, "negative length", nil},
		"nil bytes.Reader":        {(*bytes.Reader)(nil), "nil *bytes.Reader", nil},
		"nil bytes.Buffer":        {(*bytes.Buffer)(nil), "nil *bytes.Buffer", nil},
		"nil strings.Reader":      {(*strings.Reader)(nil), "nil *strings.Reader", nil},
		"nil file":                {(*os.File)(nil), "nil *os.File", nil},
		"nil function":            {readingFunc(nil), "nil notify_test.readingFunc", nil},
		"nil slice, which may be": {sliceReader(nil), "is empty", nil},
		"failing":                 {iotest.ErrReader(errCustom), "cannot read", errCustom},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			failed, sent := sendContent(t, func() io.Reader { return tc.content })
			for way, err := range failed {
				require.ErrorContains(t, err, tc.want, way)
				require.ErrorIs(t, err, notify.ErrInvalidRequest, way)
				if tc.cause != nil {
					require.ErrorIs(t, err, tc.cause, way)
				}
			}
			require.Empty(t, sent)
		})
	}
}

var errCustom = errors.New("disk on fire")
