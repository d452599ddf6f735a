package worker

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
)

// A Journal is a file with two lines for each row: one before it is sent, and one when it is known what became of it.
type Journal struct {
	mu      sync.Mutex
	file    *os.File
	results map[string]string // by reference; empty for a row that may have been sent
}

// OpenJournal opens a journal, or makes a new one. A last line that was being written when the program died is dropped.
func OpenJournal(name string) (*Journal, error) {
	content, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	j := &Journal{results: map[string]string{}}
	whole := content[:bytes.LastIndexByte(content, '\n')+1]
	for line := range strings.Lines(string(whole)) {
		var reference, result string
		if _, err := fmt.Sscanf(line, "%q %q", &reference, &result); err != nil {
			return nil, err
		}
		j.results[reference] = result
	}
	if j.file, err = os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600); err != nil {
		return nil, err
	}
	return j, j.file.Truncate(int64(len(whole)))
}

// Result is what became of a row: nothing if that isn't known. It is not begun if it was never about to be sent.
func (j *Journal) Result(reference string) (result string, begun bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	result, begun = j.results[reference]
	return result, begun
}

// Note writes a line: with no result, that the row is about to be sent.
func (j *Journal) Note(reference, result string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.results[reference] = result
	_, err := fmt.Fprintf(j.file, "%q %q\n", reference, result)
	return err
}

// Close closes the file.
func (j *Journal) Close() error { return j.file.Close() }
