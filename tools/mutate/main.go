// Mutate makes small mistakes in the files that decide things, one at a time, and reports which of them no test of
// their package notices.
//
//	go -C tools run ./mutate                        every mutant of the policy files; takes hours
//	go -C tools run ./mutate -sample 180            that many of them, always the same ones
//	go -C tools run ./mutate retry.go limit.go      only these files, given as they stand below the root
//	go -C tools run ./mutate -line 57 retry.go      only one line, to see whether a new test notices
//
// The mistakes: a comparison's boundary moved or its direction reversed; && for ||; one arithmetic operator for
// another; a whole number one larger or smaller; true for false; a condition negated; an error not returned; a
// statement removed (a call, a defer, an assignment, an increment, a break). The source files are not touched: the go
// command reads the changed file through its -overlay. A mutant that does not compile does not count, and in a sample
// the next one takes its place.
//
// The score is the share of mutants noticed, including those that make the tests hang. A survivor means either that a
// test is missing or that the change makes no difference, as with a capacity: it takes a person to decide.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"path"
	"path/filepath"
	"slices"
	"time"
)

// policyFiles are the files in which a small mistake loses a message, sends it twice, or makes the simulator respond
// differently from the real service. Files that no longer exist are skipped.
var policyFiles = []string{
	"call.go", "attempt.go", "retry.go", "limit.go", "send.go", "sign.go", "answer.go", "decode.go", "ids.go", "paging.go",
	"wait.go", "guard.go", "guard_reserved.go", "keys.go", "errors.go", "errors_kinds.go", "errors_outcome.go",
	"errors_private.go", "errors_text.go", "once.go", "message.go", "amend.go", "keyring.go", "keysource.go", "outcome.go",
	"limit_bucket.go", "limit_daily.go", "limit_queue.go", "watch.go", "wait_pages.go", "callbacks.go",
	"callback_handler.go", "reconcile.go",
	"simulator/limits.go", "simulator/v2_auth.go", "simulator/v2_stages.go", "simulator/lifecycle.go",
	"simulator/messages.go", "simulator/retention.go", "simulator/reserved.go", "simulator/internal/token/verify.go",
	"simulator/keys.go", "simulator/internal/ledger/ledger.go", "simulator/internal/ledger/page.go",
	"simulator/internal/ledger/bitset.go", "simulator/internal/allowance/bucket.go",
	"simulator/internal/schedule/schedule.go",
}

type settings struct {
	root   string
	sample int
	seed   uint64
	line   int
	budget time.Duration
	memory int
	floor  float64
	all    bool
	files  []string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

func parse(args []string) (*settings, error) {
	s := &settings{}
	flags := flag.NewFlagSet("mutate", flag.ContinueOnError)
	flags.StringVar(&s.root, "root", "..", "the module's `directory`")
	flags.IntVar(&s.sample, "sample", 0, "run this many mutants, chosen at random; 0 for all")
	flags.Uint64Var(&s.seed, "seed", 1, "seed of the random choice")
	flags.IntVar(&s.line, "line", 0, "only mutants of this line; 0 for all")
	flags.DurationVar(&s.budget, "budget", 0, "start no more mutants after this time; 0 for no limit")
	flags.IntVar(&s.memory, "memory", 8, "address space for the tests of a mutant, in GiB")
	flags.Float64Var(&s.floor, "score", 0, "fail if the score is below this `percentage`")
	flags.BoolVar(&s.all, "v", false, "print every mutant, not only the survivors")
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "usage: go -C tools run ./mutate [flags] [file.go …]\n\n"+
			"Makes small mistakes in the policy files, or in those named, and prints those that no test notices.")
		flags.PrintDefaults()
	}
	err := flags.Parse(args)
	s.files = flags.Args()
	if len(s.files) == 0 {
		s.files = policyFiles
	}
	return s, err
}

func run(ctx context.Context, args []string, out io.Writer) error {
	s, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	if s.root, err = filepath.Abs(s.root); err != nil {
		return err
	}
	sources, mutants, err := s.mutants(out)
	if err != nil {
		return err
	}
	if s.sample > 0 {
		rng := rand.New(rand.NewPCG(s.seed, 0)) //nolint:gosec // must be repeatable
		rng.Shuffle(len(mutants), func(i, j int) { mutants[i], mutants[j] = mutants[j], mutants[i] })
	}
	scratch, err := os.MkdirTemp("", "mutate-")
	if err != nil {
		return err
	}
	err = s.judge(ctx, out, scratch, sources, mutants)
	return errors.Join(err, os.RemoveAll(scratch))
}

// mutants reads the files and finds their mutants.
func (s *settings) mutants(out io.Writer) (map[string][]byte, []mutant, error) {
	sources := map[string][]byte{}
	var all []mutant
	for _, name := range s.files {
		source, err := os.ReadFile(filepath.Join(s.root, filepath.FromSlash(name)))
		if errors.Is(err, os.ErrNotExist) {
			fmt.Fprintln(out, "skipped, no such file:", name)
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		found, err := find(name, source)
		if err != nil {
			return nil, nil, err
		}
		sources[name] = source
		all = append(all, found...)
	}
	if s.line > 0 {
		all = slices.DeleteFunc(all, func(m mutant) bool { return m.line != s.line })
	}
	return sources, all, nil
}

// judge runs the tests on one mutant after the other.
func (s *settings) judge(
	ctx context.Context, out io.Writer, scratch string, sources map[string][]byte, mutants []mutant,
) error {
	start := time.Now()
	packages := map[string]*tests{}
	count := map[verdict]int{}
	total := func() int { return count[killed] + count[hung] + count[survived] }
	for i := range mutants {
		if s.sample > 0 && total() == s.sample || s.budget > 0 && time.Since(start) > s.budget {
			break
		}
		m := mutants[i]
		t := packages[path.Dir(m.file)]
		if t == nil {
			t = &tests{root: s.root, dir: path.Dir(m.file), scratch: scratch, memory: s.memory << 20}
			if err := t.unchanged(ctx); err != nil {
				return err
			}
			packages[t.dir] = t
		}
		v, _, err := t.run(ctx, &m, sources[m.file])
		if ctx.Err() != nil {
			break
		}
		if err != nil {
			return err
		}
		count[v]++
		if s.all || v == survived {
			fmt.Fprintf(out, "%-8s %s:%d: %s: %s\n", v, m.file, m.line, m.what, m.excerpt(sources[m.file]))
		}
	}
	score := 100 * float64(total()-count[survived]) / float64(max(total(), 1))
	fmt.Fprintf(out, "%d of %d mutants run in %v: ", total(), len(mutants), time.Since(start).Round(time.Second))
	fmt.Fprintf(out, "%d killed, %d hung, %d survived, %d more do not compile; score %.1f %%\n",
		count[killed], count[hung], count[survived], count[invalid], score)
	if score < s.floor {
		return fmt.Errorf("the score is below %.1f %%", s.floor)
	}
	return ctx.Err()
}
