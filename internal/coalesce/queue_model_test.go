package coalesce_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// rejected is a value that the tenant rejects.
const rejected = "bad!"

// values are the values that callers change.
var values = []string{"a", "b", "c", "d", rejected}

// modelCaller is one call of Scopes.Change or Scopes.Get, or one update of all scopes.
type modelCaller struct {
	name    string
	starts  time.Duration
	cancels time.Duration       // 0: never
	change  *tenant.ScopeChange // nil: of all scopes, or none
	all     []tenant.Scope      // all scopes, if it is an update of all scopes
	key     tenant.APIKey
	number  int // of the API

	began, ended time.Time
	api          tenant.API
	err          error
}

// interference is an event in the tenant just before a request takes effect.
type interference struct {
	kind  string
	value string
}

var interferenceKinds = []string{"", "", "", "", "undo", "remove", "describe", "foreign", "denied", "lost", "response lost", "stale"}

// script is the input of a run.
type script struct {
	latency       time.Duration
	apis          int
	existing      []tenant.Scope
	callers       []*modelCaller
	interferences [][]interference // by the number of the API and of its request
}

func drawScript(t *rapid.T, apis int) script {
	value, kind := rapid.SampledFrom(values), rapid.SampledFrom(interferenceKinds)
	accepted := rapid.SliceOfDistinct(rapid.SampledFrom(values[:4]), rapid.ID)
	s := script{apis: apis, latency: rapid.SampledFrom([]time.Duration{latency, 2 * time.Millisecond}).Draw(t, "latency")}
	s.existing = scopes(accepted.Draw(t, "existing")...)
	at := time.Duration(0)
	for i := range rapid.IntRange(1, 16+4*apis).Draw(t, "callers") {
		// No two callers start at the same time, and none when a request takes effect, so that their order is known.
		at += time.Duration(rapid.SampledFrom([]int{1, 1, 1, 3, 15, 40, 190, 700}).Draw(t, "gap"))*time.Millisecond + time.Microsecond
		c := &modelCaller{name: fmt.Sprintf("caller %d", i), starts: at}
		c.number = rapid.IntRange(0, apis-1).Draw(t, "API")
		c.key = tenant.APIKey{Identifier: identifierOf(c.number)}
		if rapid.IntRange(0, 2).Draw(t, "with ID") == 0 {
			c.key.ID = fmt.Sprint("id-", c.number)
		}
		if rapid.IntRange(0, 4).Draw(t, "canceled") == 0 {
			c.cancels = at + time.Duration(rapid.IntRange(1, 600).Draw(t, "cancels"))*time.Millisecond
		}
		switch rapid.IntRange(0, 15).Draw(t, "kind") {
		case 0, 1:
			c.all = []tenant.Scope{}
			for _, v := range accepted.Draw(t, "planned") {
				c.all = append(c.all, tenant.Scope{Value: v, Description: c.name})
			}
		case 2: // a read
		default:
			c.change = &tenant.ScopeChange{Scope: tenant.Scope{Value: value.Draw(t, "value"), Description: c.name}}
			switch rapid.SampledFrom([]string{"new", "set", "remove"}).Draw(t, "change") {
			case "new":
				c.change.New = true
			case "remove":
				*c.change = remove(c.change.Value)
			}
		}
		s.callers = append(s.callers, c)
	}
	s.interferences = make([][]interference, apis)
	for i := range s.interferences {
		for range rapid.IntRange(0, 30/apis).Draw(t, "interferences") {
			s.interferences[i] = append(s.interferences[i], interference{kind.Draw(t, "kind"), rapid.SampledFrom(values[:4]).Draw(t, "value")})
		}
	}
	return s
}

// edit is a change of another writer to one of the values.
type edit struct {
	value string
	scope *tenant.Scope // nil: deleted
	at    time.Time
}

// run is one API during the execution of a script, and the record of it.
type run struct {
	*fakeAPI
	script        script
	callers       []*modelCaller
	interferences []interference
	edits         []edit
	added         map[string]time.Time // scopes that another writer has added
	faults        []time.Time
	violations    []string
}

func (r *run) interfere(s *fakeAPI, write bool) *fault {
	number := len(s.requests)
	if number >= len(r.interferences) {
		return nil
	}
	// Other writers change the values only between a write and the verifying read, where the queue guarantees to detect it.
	verifying := !write && number > 0 && s.requests[number-1].write && !isA[*tenant.Invalid](s.requests[number-1].err)
	event := r.interferences[number]
	switch event.kind {
	case "undo":
		if verifying && number > 1 {
			r.edit(s.requests[number-2].answer)
		}
	case "remove":
		if verifying {
			r.edit(slices.DeleteFunc(slices.Clone(s.api.Scopes), func(scope tenant.Scope) bool { return scope.Value == event.value }))
		}
	case "describe":
		if verifying {
			r.edit(withScope(s.api.Scopes, tenant.Scope{Value: event.value, Description: "another writer"}))
		}
	case "foreign":
		foreign := tenant.Scope{Value: "foreign " + event.value, Description: fmt.Sprint(number)}
		s.api.Scopes = withScope(s.api.Scopes, foreign)
		r.added[foreign.Value] = time.Now()
	case "stale":
		if slices.ContainsFunc(s.requests, func(other request) bool { return other.write && other.err == nil }) {
			return &fault{stale: true}
		}
	case "denied":
		r.faults = append(r.faults, time.Now())
		return &fault{err: &tenant.Denied{}}
	case "lost":
		r.faults = append(r.faults, time.Now())
		return &fault{err: &tenant.Unavailable{Unsettled: write}}
	case "response lost":
		r.faults = append(r.faults, time.Now())
		return &fault{err: &tenant.Unavailable{Unsettled: write}, after: true}
	}
	return nil
}

// edit replaces the complete list, as other writers do.
func (r *run) edit(list []tenant.Scope) {
	for _, value := range values {
		before, after := find(r.api.Scopes, value), find(list, value)
		if (before == nil) != (after == nil) || before != nil && *before != *after {
			r.edits = append(r.edits, edit{value, after, time.Now()})
		}
	}
	r.api.Scopes = slices.Clone(list)
}

// withScope returns a copy of a list in which a scope is added or replaced.
func withScope(list []tenant.Scope, scope tenant.Scope) []tenant.Scope {
	list = slices.Clone(list)
	for i := range list {
		if list[i].Value == scope.Value {
			list[i] = scope
			return list
		}
	}
	return append(list, scope)
}

func find(list []tenant.Scope, value string) *tenant.Scope {
	for _, scope := range list {
		if scope.Value == value {
			return &scope
		}
	}
	return nil
}

// execute returns a run for each API.
func (s script) execute() (runs []*run) {
	tenants := newFakeAPIs(s.apis, s.existing...)
	for i, api := range tenants.apis {
		r := &run{fakeAPI: api, script: s, interferences: s.interferences[i], added: map[string]time.Time{}}
		r.latency, r.hook = s.latency, r.interfere
		r.callers = slices.DeleteFunc(slices.Clone(s.callers), func(c *modelCaller) bool { return c.number != i })
		runs = append(runs, r)
	}
	above := tenants.tenant()
	start := time.Now()
	var wg sync.WaitGroup
	for _, c := range s.callers {
		wg.Go(func() {
			time.Sleep(c.starts)
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			if c.cancels != 0 {
				ctx, cancel = context.WithDeadline(ctx, start.Add(c.cancels))
				defer cancel()
			}
			c.began = time.Now()
			switch {
			case c.all != nil:
				update := tenant.APIUpdate{Prior: tenant.API{Scopes: scopes(values...)}, Planned: tenant.API{Scopes: c.all}}
				c.api, c.err = above.APIs.Update(ctx, c.key, update)
			case c.change != nil:
				c.api, c.err = above.Scopes.Change(ctx, c.key, *c.change)
			default:
				c.api, c.err = above.Scopes.Get(ctx, c.key)
			}
			c.ended = time.Now()
		})
	}
	wg.Wait()
	time.Sleep(time.Hour) // until pending requests have ended
	synctest.Wait()
	return runs
}

// TestModel runs random callers on one or several APIs, with another writer, failing requests and lists that lag behind, and
// checks each result and the final state of each API. It knows the order in which the callers began and what the API was at
// each time, and nothing of queues, batches and rounds.
func TestModel(t *testing.T) {
	for name, apis := range map[string]int{"one API": 1, "three APIs": 3, "twelve APIs": 12} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				script := drawScript(rt, apis)
				var violations []string
				synctest.Test(t, func(*testing.T) {
					for i, r := range script.execute() {
						for _, violation := range r.check() {
							violations = append(violations, fmt.Sprintf("API %d: %s\n%s", i, violation, r.log()))
						}
					}
				})
				for _, violation := range violations {
					rt.Error(violation)
				}
			})
		})
	}
}

// unsent reports whether the error says that the caller was canceled before its change was sent.
func (c *modelCaller) unsent() bool {
	unavailable, ok := errors.AsType[*tenant.Unavailable](c.err)
	return ok && !unavailable.Unsettled && errors.Is(c.err, context.DeadlineExceeded)
}
