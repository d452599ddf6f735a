package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/notifykit/notify/simulator"
)

// fill loads the fixtures, one after the other. Without any it makes the demonstration service.
func fill(sim *simulator.Simulator, a *arguments) error {
	if len(a.fixtures) == 0 {
		demo := demonstration()
		a.adjust(&demo)
		_, err := sim.AddService(demo)
		return err
	}
	for _, name := range a.fixtures {
		if err := sim.LoadFile(name); err != nil {
			return err
		}
	}
	if len(sim.Services()) == 0 {
		return fmt.Errorf("no services in %s", strings.Join(a.fixtures, ", "))
	}
	return nil
}

// lookEvery is how often the fixtures are looked at. Asking for the time of a file works where notifications of the
// system do not, as with the volumes of some containers and on network drives.
const lookEvery = time.Second

// files are the fixtures as they were when they were looked at.
type files map[string]os.FileInfo

// lookAt returns nil if one of the files is a pipe, which can't be read twice.
func lookAt(names []string) files {
	found := files{}
	for _, name := range names {
		info, err := os.Stat(name)
		if err == nil && !info.Mode().IsRegular() {
			return nil
		}
		found[name] = info // nil if it is not there, as for a moment while an editor replaces it
	}
	return found
}

// same reports whether nothing was written in between.
func (f files) same(other files) bool {
	for name, info := range f {
		o := other[name]
		if (info == nil) != (o == nil) {
			return false
		}
		if info != nil && (!info.ModTime().Equal(o.ModTime()) || info.Size() != o.Size() || !os.SameFile(info, o)) {
			return false
		}
	}
	return true
}

// hangUps are the SIGHUPs from now on, until stop is called.
func hangUps() (asked <-chan os.Signal, stop func()) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGHUP)
	return c, func() {
		signal.Stop(c)
		signal.Ignore(syscall.SIGHUP)
	}
}

// watch loads the fixtures again when they change, or when asked by a signal, until ctx is done. loaded is how they
// were when they were read. A file that changes is left alone until it has stayed the same for one look.
func (p *program) watch(ctx context.Context, loaded files) {
	if len(p.a.fixtures) == 0 || loaded == nil {
		return
	}
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	before := loaded
	for {
		anyway := false
		select {
		case <-ctx.Done():
			return
		case <-p.asked:
			anyway = true
		case <-ticker.C:
		}
		now := lookAt(p.a.fixtures)
		if now != nil && (anyway || !now.same(loaded) && now.same(before)) {
			loaded = now
			p.reload()
		}
		before = now
	}
}

// reload loads the fixtures again. If one is broken, all stays as it was.
func (p *program) reload() {
	sim := p.site.sim
	if err := sim.ReloadFiles(p.a.fixtures...); err != nil {
		p.log.Error("fixtures not loaded again: all stays as it was", "error", err)
		return
	}
	p.log.Info("fixtures loaded again", "files", len(p.a.fixtures), "services", len(sim.Services()))
}
