package worker

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"sync"
)

// A Journal is a file with two lines for each row: one before it is sent, one when it is known what became of it.
type Journal struct {
	mu    sync.Mutex
	file  *os.File
	begun map[string]bool
	ended map[string]string
}

// OpenJournal opens a journal, or makes a new one. A last line that was being written when the program died is dropped.
func OpenJournal(name string) (*Journal, error) {
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	j := &Journal{file: file, begun: map[string]bool{}, ended: map[string]string{}}
	whole := int64(0)
	for lines := bufio.NewReader(file); ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			break
		}
		whole += int64(len(line))
		var reference, result string
		if _, err := fmt.Sscanf(line, "begin %q", &reference); err == nil {
			j.begun[reference] = true
		} else if _, err := fmt.Sscanf(line, "end %q %q", &reference, &result); err == nil {
			j.ended[reference] = result
		}
	}
	if err := file.Truncate(whole); err != nil {
		return nil, err
	}
	_, err = file.Seek(whole, 0)
	return j, err
}

// Close closes the file.
func (j *Journal) Close() error { return j.file.Close() }

// Begun reports whether the row was ever about to be sent.
func (j *Journal) Begun(reference string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.begun[reference]
}

// Done reports whether it is known what became of the row.
func (j *Journal) Done(reference string) bool { return j.Result(reference) != "" }

// Result is what became of the row, or nothing.
func (j *Journal) Result(reference string) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.ended[reference]
}

// Begin notes that the row is about to be sent.
func (j *Journal) Begin(reference string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.begun[reference] = true
	_, err := fmt.Fprintf(j.file, "begin %q\n", reference)
	return err
}

// End notes what became of the row.
func (j *Journal) End(reference, result string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.ended[reference] = result
	_, err := fmt.Fprintf(j.file, "end %q %q\n", reference, strings.TrimSpace(result))
	return err
}
