package convergence_test

import (
	"context"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/core"
)

// duration returns how long a test draws scripts: the usual time, or that of TIMESHEETS_CONVERGENCE, such as "10m".
func duration(t *testing.T, usual time.Duration) time.Duration {
	t.Helper()
	given := os.Getenv("TIMESHEETS_CONVERGENCE")
	if given == "" {
		return usual
	}
	parsed, err := time.ParseDuration(given)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// TestConvergence applies random sequences of configurations. A plan that is rejected changes nothing. After an apply, the
// next plan is empty, or the error is one of the troubleshooting guide; nothing is lost, and nothing exists twice. Each run of the
// suite applies the same sequences, as many as the time permits. With TIMESHEETS_CONVERGENCE, they are new ones.
func TestConvergence(t *testing.T) {
	acctest.EmulatorOnly(t, "changes whatever is in the tenant")
	end := time.Now().Add(duration(t, 10*time.Second))
	known, counts := readGuide(t), &tally{}
	t.Cleanup(func() { t.Logf("\n%s", counts) })
	const workers = 12 // the provider waits most of the time
	var running sync.WaitGroup
	for number := range workers {
		w := &worker{T: t, tenant: acctest.New(t), known: known, counts: counts, end: end}
		running.Go(func() {
			if duration(t, 0) > 0 {
				w.drawNew()
			} else {
				w.drawFixed(number, workers)
			}
		})
	}
	running.Wait()
}

// drawNew runs new scripts until the time ends. It shortens one that fails.
func (w *worker) drawNew() {
	found := false
	for time.Now().Before(w.end) && !found {
		rapid.Check(w, func(rt *rapid.T) {
			s := drawScript(rt, 4)
			over := func() bool { return time.Now().After(w.end) && !found } // a failure is repeated to the end
			if err := s.run(rt.Context(), w.tenant, w.known, w.counts, over); err != nil {
				found = true
				rt.Fatalf("%v\n%s", err, s)
			}
		})
	}
}

// drawFixed runs every step-th script until the time ends.
func (w *worker) drawFixed(first, step int) {
	scripts := rapid.Custom(func(t *rapid.T) script { return drawScript(t, 4) })
	over := func() bool { return time.Now().After(w.end) }
	for seed := first; !over() && !w.failed; seed += step {
		s := scripts.Example(seed)
		if err := s.run(w.Context(), w.tenant, w.known, w.counts, over); err != nil {
			w.Errorf("%v\n%s", err, s)
		}
	}
}

// worker is a test as one of several workers sees it: a failure of another one does not end its checks, which would hide the
// message of the failure. It has the methods that rapid calls.
type worker struct {
	*testing.T
	failed bool
	tenant *acctest.Tenant
	known  guide
	counts *tally
	end    time.Time
}

// Failed reports whether this worker failed.
func (w *worker) Failed() bool { return w.failed }

// Fail marks the worker and the test as failed.
func (w *worker) Fail() {
	w.failed = true
	w.T.Fail()
}

// FailNow also ends the worker.
func (w *worker) FailNow() {
	w.Fail()
	runtime.Goexit()
}

// Errorf logs the message and fails.
func (w *worker) Errorf(format string, args ...any) {
	w.Helper()
	w.Logf(format, args...)
	w.Fail()
}

// Fatalf logs the message and ends the worker.
func (w *worker) Fatalf(format string, args ...any) {
	w.Helper()
	w.Logf(format, args...)
	w.FailNow()
}

// run runs a script against a tenant, and returns the first rule that is broken.
func (s script) run(ctx context.Context, tenant *acctest.Tenant, known guide, counts *tally, over func() bool) error {
	work := &session{tenant: tenant, state: map[string]*core.Instance{}}
	if over() {
		return nil
	}
	if err := empty(ctx, tenant.Ports); err != nil {
		return err
	}
	for i, step := range s {
		if over() {
			return nil
		}
		if err := work.step(ctx, step, known, counts); err != nil {
			return fmt.Errorf("step %d: %w", i, err)
		}
	}
	return nil
}

// prepare changes the tenant and the state as the step says.
func (s *session) prepare(ctx context.Context, step step) error {
	if err := s.change(ctx, step.drifts); err != nil {
		return err
	}
	for _, address := range step.taint {
		if current := s.state[address]; current != nil {
			current.Tainted = true
		}
	}
	return nil
}

func (s *session) change(ctx context.Context, drifts []drift) error {
	for _, drift := range drifts {
		if err := drift.act(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", drift, err)
		}
	}
	return nil
}

func (s *session) step(ctx context.Context, step step, known guide, counts *tally) error {
	if err := s.prepare(ctx, step); err != nil {
		return err
	}
	before, err := observe(ctx, s.tenant.Ports)
	if err != nil {
		return err
	}
	o := step.options()
	made, err := s.plan(ctx, step.config, o)
	if err != nil {
		return err
	}
	if err := known.judge(&made.outcome); err != nil {
		return fmt.Errorf("plan: %w", err)
	}
	if made.errors != nil {
		counts.count(made, nil)
		after, err := observe(ctx, s.tenant.Ports)
		if err == nil && !reflect.DeepEqual(before, after) {
			err = fmt.Errorf("a rejected plan changed the tenant from %v to %v", before, after)
		}
		return err
	}
	if err := s.change(ctx, step.meanwhile); err != nil {
		return err
	}
	applied, err := s.apply(ctx, made, o)
	if err != nil {
		return err
	}
	counts.count(made, applied)
	if err := known.judge(applied); err != nil {
		return fmt.Errorf("apply: %w", err)
	}
	after, err := observe(ctx, s.tenant.Ports)
	if err != nil {
		return err
	}
	switch { // the plan cannot say what the tenant has after it
	case made.unordered():
		counts.add("unordered applies")
		return nil
	case step.meanwhile != nil:
		counts.add("applies of another tenant than the planned one")
		again := step
		again.drifts, again.taint, again.replace, again.meanwhile = nil, nil, nil, nil
		return s.step(ctx, again, known, counts)
	}
	for _, one := range applied.errors {
		if strings.Contains(one.detail, "after this plan was") {
			return fmt.Errorf("%s is rejected for a change since the plan, and there was none: %s", one.address, one.detail)
		}
	}
	if missing := lost(before, after, made, s.state); missing != nil {
		return fmt.Errorf("after the apply, which reported %q: %s", applied.errors, strings.Join(missing, "; "))
	}
	if applied.errors != nil {
		return nil
	}
	return s.converged(ctx, step, known)
}

// converged plans the configuration of the last apply again.
func (s *session) converged(ctx context.Context, step step, known guide) error {
	o := step.options()
	o.replace = nil
	next, err := s.plan(ctx, step.config, o)
	if err != nil {
		return err
	}
	if err := known.judge(&next.outcome); err != nil {
		return fmt.Errorf("next plan: %w", err)
	}
	if next.errors != nil {
		return fmt.Errorf("the next plan is rejected: %q", next.errors)
	}
	for address, c := range next.changes {
		if c.Action != core.Noop {
			return fmt.Errorf("the next plan is not empty: %s %s: %v", c.Action, address, difference(c))
		}
	}
	for address, stored := range s.state {
		changed := core.Difference(stored.State, next.refreshed[address].State)
		if slices.Contains(step.config[address].ignore, "scopes") { // the state of an ignored map shows the scopes of other resources too
			changed = slices.DeleteFunc(changed, func(text string) bool { return strings.HasPrefix(text, "scopes: ") })
		}
		if len(changed) > 0 {
			return fmt.Errorf("%s drifted: %v", address, changed)
		}
	}
	return nil
}

func difference(c core.Change) []string {
	if c.Prior == nil {
		return nil
	}
	return core.Difference(c.Prior.State, c.Planned)
}

// guide is the troubleshooting guide: patterns of summaries, and of texts of errors that begin with "Unable to".
type guide struct{ summaries, texts []*regexp.Regexp }

func readGuide(t *testing.T) guide {
	t.Helper()
	page, err := os.ReadFile("../tools/templates/guides/troubleshooting.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	causes, others, _ := strings.Cut(string(page), "## The configuration")
	row := regexp.MustCompile("(?m)^\\| `(.+?)` \\|")
	patterns := func(section, before, after string) []*regexp.Regexp {
		var found []*regexp.Regexp
		for _, match := range row.FindAllStringSubmatch(section, -1) {
			found = append(found, regexp.MustCompile(before+strings.ReplaceAll(regexp.QuoteMeta(match[1]), "NAME", ".+")+after))
		}
		return found
	}
	return guide{patterns(others, "^", "$"), patterns(causes, "", "")}
}

// judge returns an error if an outcome is none that a user can find in the guide.
func (g guide) judge(o *outcome) error {
	if o.broken != nil {
		return o.broken
	}
	matches := func(patterns []*regexp.Regexp, text string) bool {
		return slices.ContainsFunc(patterns, func(p *regexp.Regexp) bool { return p.MatchString(text) })
	}
	for _, one := range append(slices.Clone(o.errors), o.warnings...) {
		known := matches(g.summaries, one.summary)
		if strings.HasPrefix(one.summary, "Unable to ") {
			known = matches(g.texts, one.detail)
		}
		if !known || one.summary == "Bug in the provider" {
			return fmt.Errorf("%s reports an undocumented problem: %s: %s", one.address, one.summary, one.detail)
		}
	}
	return nil
}
