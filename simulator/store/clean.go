package store

import (
	"bufio"
	"errors"
	"io"
	"iter"
	"os"

	"github.com/notifykit/notify/simulator"
)

// worthCleaning is how many bytes of outdated lines a file may hold, however small the rest is.
const worthCleaning = 4 << 20

// Records returns what the file keeps, in the order in which it was written. The values are only good until the next.
func (f *File) Records() iter.Seq2[simulator.Record, error] {
	return func(yield func(simulator.Record, error) bool) {
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.file == nil {
			yield(simulator.Record{}, os.ErrClosed)
			return
		}
		err := f.current(func(key, value, _ []byte) error {
			if !yield(simulator.Record{Key: string(key), Value: value}, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(simulator.Record{}, err)
		}
	}
}

// errStop ends a reading early.
var errStop = errors.New("enough")

// current calls do with each record that counts, and its line as it would be written now.
func (f *File) current(do func(key, value, line []byte) error) error {
	x, _, err := scan(f.file)
	if err != nil {
		return err
	}
	var line []byte
	_, err = each(f.file, func(at span, key, value []byte) error {
		if x[string(key)] != at {
			return nil
		}
		line = appendLine(line[:0], string(key), value)
		return do(key, value, line)
	})
	return err
}

// clean writes the lines that count to a new file, and puts that in place of the old one. It is done when half of the
// file is outdated or more, so that it takes a fixed part of all writing.
func (f *File) clean() (err error) {
	name := f.path + ".new" // what is left of an attempt that was killed is overwritten
	fresh, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_TRUNC|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = fresh.Close() // it may be closed, or have its new name, already
			_ = os.Remove(name)
		}
	}()
	w := bufio.NewWriterSize(fresh, 1<<18)
	_, _ = w.WriteString(header) // Flush reports it
	err = f.current(func(_, _, line []byte) error {
		_, err := w.Write(line)
		return err
	})
	// The content is on the disk before the new name, or the disk might have only that.
	err = errors.Join(err, w.Flush(), fresh.Sync(), fresh.Close())
	if err != nil {
		return err
	}
	_ = f.file.Close() // on some systems a file that is open keeps its name
	failed := os.Rename(name, f.path)
	if f.file, err = os.OpenFile(f.path, os.O_RDWR|os.O_APPEND, 0o600); err != nil {
		return errors.Join(failed, err)
	}
	if failed != nil {
		return failed
	}
	f.size, err = f.file.Seek(0, io.SeekEnd)
	f.cleaned = f.size
	return err
}
