// Package store keeps what a simulator holds in a file, so that its messages survive a restart.
//
// The file is text. Its first line says what it is, and in which version of the format. Each further line is a change:
// a checksum, the key of a record, and its new value. The last line of a key is what counts. So a change costs one
// write at the end of the file, whatever it is that ends the process leaves a file that can be read, and one can look
// at it with grep. An embedded database was measured beside it and does more than is needed here: everything is in
// memory already and is read once, at the start.
package store

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/gofrs/flock"

	"github.com/notifykit/notify/simulator"
)

// Errors that [Open] wraps. Whatever it fails with, the file is as it was.
var (
	// ErrInUse is for a file that another process has open, or this one a second time.
	ErrInUse = errors.New("in use by another process")
	// ErrForeign is for a file that this package did not write.
	ErrForeign = errors.New("not a data file of the simulator")
	// ErrNewer is for a file in a later version of the format than this package knows.
	ErrNewer = errors.New("written by a newer version")
	// ErrDamaged is for a file in which a line is not as it was written. A last line that is not whole is no damage: that
	// is how a killed process leaves it, and nobody was told that it was kept.
	ErrDamaged = errors.New("damaged")
)

// File is a [simulator.Store] in a file. Its methods may be called by several goroutines at once.
type File struct {
	path string
	lock *flock.Flock

	mu      sync.Mutex
	file    *os.File // nil once closed
	size    int64    // of what is known to be whole
	cleaned int64    // the size after outdated lines were last dropped
	dropped int64    // bytes of the line that was not whole when the file was opened
}

// Open opens a file, and makes it if there is none. Beside it is a file with the same name and ".lock" at its end,
// which is empty and stays. The data file holds keys and personal data, so only its owner may read it. The errors wrap
// [ErrInUse], [ErrForeign], [ErrNewer], [ErrDamaged], or what the operating system says; they begin with the path.
func Open(path string) (*File, error) {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target // or a link would be replaced by a file when outdated lines are dropped
	}
	f := &File{path: path, lock: flock.New(path+".lock", flock.SetPermissions(0o600))}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a regular file", path)
	}
	locked, err := f.lock.TryLock()
	switch {
	case err != nil:
		return nil, err
	case !locked:
		return nil, fmt.Errorf("%s: %w", path, ErrInUse)
	}
	if err := f.open(); err != nil {
		if f.file != nil {
			_ = f.file.Close()
		}
		_ = f.lock.Close()
		var p *fs.PathError
		if errors.As(err, &p) {
			return nil, err
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

func (f *File) open() (err error) {
	f.file, err = os.OpenFile(f.path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	index, found, err := scan(f.file)
	if err != nil {
		return err
	}
	f.dropped = found.torn
	if found.torn > 0 {
		if err := f.file.Truncate(found.whole); err != nil {
			return err
		}
	}
	f.size, f.cleaned = found.whole, found.whole
	if found.whole == 0 {
		return f.append([]byte(header))
	}
	if live := index.bytes(); found.whole-live > live+worthCleaning {
		if err := f.clean(); err != nil && f.file == nil {
			return err
		}
	}
	return nil
}

// Dropped is how many bytes at the end of the file were no whole line when it was opened: the process that wrote it was
// ended in the middle of a change, which it had told nobody about.
func (f *File) Dropped() int64 { return f.dropped }

// Put appends the records to the file. When it returns they are with the operating system: the end of the process does
// not undo them any more, and only the end of the whole machine may. After an error none of them is in the file.
func (f *File) Put(records []simulator.Record) error {
	size := 0
	for _, r := range records {
		size += checksumLength + len(r.Key) + len(r.Value) + 3
	}
	lines := make([]byte, 0, size)
	for _, r := range records {
		if !validKey(r.Key) || bytes.IndexByte(r.Value, '\n') >= 0 {
			return fmt.Errorf("%s: the record %q can't be written as a line", f.path, r.Key)
		}
		lines = appendLine(lines, r.Key, r.Value)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.file == nil {
		return fs.ErrClosed
	}
	if f.size > 2*f.cleaned+worthCleaning {
		if err := f.clean(); err != nil && f.file == nil {
			return err
		}
		f.cleaned = max(f.cleaned, f.size/2) // if it failed, for want of room perhaps, that is no reason to lose a change
	}
	return f.append(lines)
}

// append writes whole lines, or nothing: what is left of a write that failed would be in the way of the next.
func (f *File) append(lines []byte) error {
	n, err := f.file.Write(lines)
	if err == nil {
		f.size += int64(n)
		return nil
	}
	return errors.Join(err, f.file.Truncate(f.size))
}

// Close closes the file, after it is on the disk, and lets others open it.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.file == nil {
		return nil
	}
	err := errors.Join(f.file.Sync(), f.file.Close(), f.lock.Close())
	f.file = nil
	return err
}
