package convergence_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// TestScopesReplacedWithAPI replaces an API whose single scopes refer to it: they are replaced with it, and nothing is missing
// after the apply.
func TestScopesReplacedWithAPI(t *testing.T) {
	acctest.EmulatorOnly(t, "uses fixed identifiers")
	const address = "timesheets_api.a0"
	ctx, tenant, guide := t.Context(), acctest.New(t), readGuide(t)
	config := configure(api(0, nil), scopeOf(0, "s0", nil), scopeOf(1, "s1", object{"description": "text"}))
	for name, change := range map[string]func(*step, *session){
		"tainted":              func(_ *step, s *session) { s.state[address].tainted = true },
		"replaced":             func(next *step, _ *session) { next.replace = []string{address} },
		"replaced with scopes": func(next *step, _ *session) { next.replace = []string{address, "timesheets_api_scope.s0"} },
	} {
		for _, parallelism := range []int{1, 10} {
			if err := empty(ctx, tenant.Ports); err != nil {
				t.Fatal(err)
			}
			s := &session{tenant: tenant, state: map[string]*instance{}}
			if err := s.succeed(ctx, config); err != nil {
				t.Fatal(err)
			}
			next := step{config: config, parallelism: parallelism}
			change(&next, s)
			if err := s.step(ctx, next, guide, &tally{}); err != nil {
				t.Errorf("%s, parallelism %d: %v", name, parallelism, err)
			}
		}
	}
}

// TestScopeReleasedLater inserts an element in front of a list of single scopes, and applies one change after the other. A
// scope is created before the resource that had it releases it: the error says to apply again, and that is enough.
func TestScopeReleasedLater(t *testing.T) {
	acctest.EmulatorOnly(t, "uses fixed identifiers")
	ctx, tenant := t.Context(), acctest.New(t)
	before := configure(api(0, nil), scopeOf(0, "s0", nil), scopeOf(1, "s1", nil))
	after := configure(api(0, nil), scopeOf(0, "s3", nil), scopeOf(1, "s0", nil), scopeOf(2, "s1", nil))
	const orders = 20
	for seed := range uint64(orders) {
		if err := empty(ctx, tenant.Ports); err != nil {
			t.Fatal(err)
		}
		s := &session{tenant: tenant, state: map[string]*instance{}}
		if err := s.succeed(ctx, before); err != nil {
			t.Fatal(err)
		}
		o := options{parallelism: 1, random: rand.New(rand.NewPCG(seed, 0))}
		made, err := s.plan(ctx, after, o)
		if err != nil || made.errors != nil {
			t.Fatal(err, made.errors)
		}
		applied, err := s.apply(ctx, made, o)
		if err != nil {
			t.Fatal(err)
		}
		if applied.errors == nil {
			continue
		}
		for _, one := range applied.errors {
			first, _, _ := strings.Cut(one.detail, "import {")
			if one.summary != "Unable to create scope" || !strings.Contains(first, "apply again") {
				t.Errorf("%s: %s", one.summary, one.detail)
			}
		}
		if err := s.succeed(ctx, after); err != nil {
			t.Error(err)
		}
		if err := s.converged(ctx, step{config: after, parallelism: 1}, readGuide(t)); err != nil {
			t.Error(err)
		}
		return
	}
	t.Errorf("none of %d orders creates a scope before it is released", orders)
}
