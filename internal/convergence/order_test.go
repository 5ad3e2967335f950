package convergence_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/core"
)

// literal returns the configuration with values in place of references, so that Terraform knows no order.
func (c configuration) literal(state map[string]*core.Instance) configuration {
	var replaceAll func(any) any
	replaceAll = func(value any) any {
		switch value := value.(type) {
		case reference:
			if written, ok := c[value.address].values[value.attribute]; ok {
				return replaceAll(written)
			}
			if before := state[value.address]; before != nil {
				return text(before.State, value.attribute)
			}
			return "notcreatedyet"
		case []any:
			elements := []any{}
			for _, element := range value {
				elements = append(elements, replaceAll(element))
			}
			return elements
		case object:
			entries := object{}
			for key, element := range value {
				entries[key] = replaceAll(element)
			}
			return entries
		}
		return value
	}
	found := configuration{}
	for address, r := range c {
		found[address] = resource{address, replaceAll(r.values).(object), r.ignore}
	}
	return found
}

// shuffled reads and plans a configuration in a random order: each object is read before it is planned. It returns the
// summaries of the errors.
func (s *session) shuffled(ctx context.Context, config configuration, replace []string, random *rand.Rand) ([]string, error) {
	p, err := s.start(ctx)
	if err != nil {
		return nil, err
	}
	made, current := &plan{config: config}, map[string]*core.Instance{}
	calls := slices.Sorted(maps.Keys(config))
	for address := range s.state {
		if _, configured := config[address]; !configured {
			calls = append(calls, address)
		}
	}
	slices.Sort(calls)
	calls = append(calls, calls...) // the first of the two reads, the second plans
	random.Shuffle(len(calls), func(i, j int) { calls[i], calls[j] = calls[j], calls[i] })
	wasRead := map[string]bool{}
	for _, address := range calls {
		r, configured := config[address]
		before := s.state[address]
		switch {
		case !wasRead[address] && before != nil:
			read, found, err := p.Read(ctx, kindOf(address), before)
			made.note(address, found, err)
			current[address] = read
		case wasRead[address] && configured:
			block := r.evaluate(p, func(reference) tftypes.Value { panic("no references") })
			_, found, err := p.Plan(ctx, block, current[address], slices.Contains(replace, address))
			made.note(address, found, err)
		case wasRead[address] && current[address] != nil:
			_, found, err := p.PlanDelete(ctx, kindOf(address), current[address])
			made.note(address, found, err)
		}
		wasRead[address] = true
	}
	var summaries []string
	for _, one := range made.errors {
		summaries = append(summaries, one.summary)
	}
	slices.Sort(summaries)
	return slices.Compact(summaries), made.broken
}

func api(i int, more object) resource {
	values := object{"name": fmt.Sprint("API ", i), "identifier": identifiers[i]}
	maps.Copy(values, more)
	return resource{address: fmt.Sprint("timesheets_api.a", i), values: values}
}

func scopeOf(i int, value string, more object) resource {
	values := object{"identifier": reference{"timesheets_api.a0", "identifier"}, "value": value}
	maps.Copy(values, more)
	return resource{address: fmt.Sprint("timesheets_api_scope.s", i), values: values}
}

func client(i int) resource {
	return resource{address: fmt.Sprint("timesheets_client.c", i), values: object{"name": fmt.Sprint("Job ", i)}}
}

func grant(i, of int, scopes ...any) resource {
	return resource{address: fmt.Sprint("timesheets_client_grant.g", i), values: object{
		"client_id": reference{fmt.Sprint("timesheets_client.c", of), "client_id"}, "audience": reference{"timesheets_api.a0", "identifier"}, "scopes": scopes,
	}}
}

func configure(resources ...resource) configuration {
	found := configuration{}
	for _, r := range resources {
		found[r.address] = r
	}
	return found
}

// apply plans and applies a configuration that must succeed.
func (s *session) succeed(ctx context.Context, config configuration) error {
	o := options{parallelism: 10, random: rand.New(rand.NewPCG(0, 0))}
	made, err := s.plan(ctx, config, o)
	if err != nil || made.errors != nil || made.broken != nil {
		return errors.New("plan: " + fmt.Sprint(err, made.errors, made.broken))
	}
	applied, err := s.apply(ctx, made, o)
	if err != nil || applied.errors != nil || applied.broken != nil {
		return errors.New("apply: " + fmt.Sprint(err, applied.errors, applied.broken))
	}
	return nil
}

type shuffle struct {
	before, after  configuration
	taint, replace []string
	errors         []string // nil: not known, but always the same
}

func shuffles() map[string]shuffle {
	scopes := func(values ...string) object {
		all := object{}
		for _, value := range values {
			all[value] = nil
		}
		return object{"scopes": all}
	}
	protected := object{"deletion_protection": true}
	found := map[string]shuffle{
		"scopes and grants": {
			before: configure(api(0, scopes("s0", "s1")), client(0), client(1), grant(0, 0, "s0", "s1"), grant(1, 1, "s1")),
			after:  configure(api(0, scopes("s0")), api(1, scopes("s2")), client(0), client(1), grant(0, 0, "s0", "s1"), grant(1, 1, "s3")),
			errors: []string{"Scope does not exist"},
		},
		"duplicates": {
			before: configure(api(0, nil), scopeOf(0, "s0", nil), client(0), grant(0, 0, "s0")),
			after:  configure(api(0, nil), api(1, object{"identifier": identifiers[0]}), scopeOf(0, "s0", nil), scopeOf(1, "s0", nil), client(0), grant(0, 0, "s0"), grant(1, 0, "s0")),
			errors: []string{"Object is configured twice"},
		},
		"addresses": {
			before: configure(api(0, nil), scopeOf(0, "s0", nil), scopeOf(1, "s1", nil), client(0), grant(0, 0, "s0")),
			after:  configure(api(0, nil), scopeOf(0, "s1", nil), scopeOf(2, "s2", nil), scopeOf(3, "s0", nil), client(0), grant(1, 0, "s0")),
			errors: []string{"Object changes its address"},
		},
		"both forms": {
			before: configure(api(0, nil), scopeOf(0, "s0", nil), scopeOf(1, "s1", nil), client(0), grant(0, 0, "s0")),
			after:  configure(api(0, scopes("s0", "s1")), scopeOf(1, "s1", nil), client(0), grant(0, 0, "s0")),
			errors: []string{"Conflicting scope management", "Scopes move into the map of the API"},
		},
		"scopes of their own": {
			before: configure(api(0, scopes("s0", "s1")), client(0), grant(0, 0, "s0")),
			after:  configure(api(0, nil), scopeOf(0, "s0", nil), scopeOf(1, "s1", nil), scopeOf(2, "s2", nil), client(0), grant(0, 0, "s0")),
			errors: []string{"Scopes exist already"},
		},
		"dependents": {
			before: configure(api(0, nil), api(1, nil), scopeOf(0, "s0", nil), client(0), client(1), grant(0, 0, "s0"), grant(1, 1, "s0")),
			after:  configure(api(1, nil), scopeOf(0, "s0", nil), client(0), grant(1, 1, "s0")),
			errors: []string{"Resource of a deleted API", "Resource of a deleted client"},
		},
		"scope of a deleted API": {
			before: configure(api(0, nil), scopeOf(0, "s0", nil)), after: configure(scopeOf(0, "s0", nil)),
			errors: []string{"Resource of a deleted API"},
		},
		"protected": {
			before: configure(api(0, protected), api(1, protected), scopeOf(0, "s0", nil), client(0), grant(0, 0, "s0")),
			after:  configure(api(0, protected), api(1, protected), scopeOf(0, "s0", nil), scopeOf(1, "s0", nil), client(0), grant(0, 0, "s0")),
			taint:  []string{"timesheets_api.a0", "timesheets_client_grant.g0"}, replace: []string{"timesheets_api.a1", "timesheets_api_scope.s0"},
			errors: []string{"API is protected", "Object is configured twice"},
		},
	}
	const drawn = 4
	configs := rapid.Custom(func(t *rapid.T) configuration { return drawConfig(drawing{T: t, config: configuration{}}) })
	for i := range drawn {
		found[fmt.Sprint("drawn ", i)] = shuffle{before: configs.Example(2 * i), after: configs.Example(2*i + 1), taint: addresses[i : i+1], replace: addresses[i+1 : i+2]}
	}
	return found
}

// TestOrder reads and plans configurations without references in random orders, 200 of each on demand. The errors are always
// the same.
func TestOrder(t *testing.T) {
	acctest.EmulatorOnly(t, "uses fixed identifiers")
	for name, c := range shuffles() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &session{tenant: acctest.New(t), state: map[string]*core.Instance{}}
			if err := s.succeed(t.Context(), c.before); err != nil {
				if c.errors == nil {
					t.Skip(err) // drawn
				}
				t.Fatal(err)
			}
			after := c.after.literal(s.state)
			for _, address := range c.taint {
				if before := s.state[address]; before != nil {
					before.Tainted = true
				}
			}
			s.checkOrders(t, c, after)
		})
	}
}

func (s *session) checkOrders(t *testing.T, c shuffle, after configuration) {
	t.Helper()
	const atOnce = 10
	orders := 12
	if duration(t, 0) > 0 {
		orders = 200
	}
	var wg sync.WaitGroup
	turns := make(chan struct{}, atOnce)
	found := make([][]string, orders)
	for seed := range orders {
		turns <- struct{}{}
		wg.Go(func() {
			defer func() { <-turns }()
			summaries, err := s.shuffled(t.Context(), after, c.replace, rand.New(rand.NewPCG(uint64(seed), 0)))
			if err != nil {
				t.Error(err)
			}
			found[seed] = summaries
		})
	}
	wg.Wait()
	want := c.errors
	if want == nil {
		want = found[0]
	}
	for seed, summaries := range found {
		if !slices.Equal(summaries, want) {
			t.Errorf("order %d: the errors are %q, want %q", seed, summaries, want)
			return
		}
	}
	t.Logf("%q", want)
}
