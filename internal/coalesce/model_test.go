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

// The model test lets random callers loose on one API, with another writer and failing calls among them, and then asks
// of each caller whether what it was told is true, and of the API whether it has what the callers were told. It knows
// the order of arrival and what the tenant had at each moment, and nothing of queues and batches.

// ours are the values that callers change. The last one is refused by the tenant.
var ours = []string{"a", "b", "c", "d", "bad!"}

// caller is one change, or one owner's change, of the script.
type caller struct {
	name    string
	starts  time.Duration
	cancels time.Duration // 0: never
	changes []tenant.ScopeChange
	owner   []tenant.Scope // all scopes, if it is an owner's change
	key     tenant.APIKey

	began, ended time.Time
	api          tenant.API
	err          error
}

// intrusion is something that happens at the tenant just before a call takes effect.
type intrusion struct {
	kind  string
	value string
}

var intrusions = []string{"", "", "", "", "undo", "remove", "describe", "foreign", "denied", "lost", "answer lost"}

type script struct {
	latency    time.Duration
	present    []tenant.Scope
	callers    []*caller
	intrusions []intrusion // by the number of the call
}

func drawScript(t *rapid.T) script {
	value, kind := rapid.SampledFrom(ours), rapid.SampledFrom(intrusions)
	s := script{latency: rapid.SampledFrom([]time.Duration{latency, 2 * time.Millisecond}).Draw(t, "latency")}
	s.present = scopes(rapid.SliceOfDistinct(rapid.SampledFrom(ours[:4]), rapid.ID).Draw(t, "present")...)
	at := time.Duration(0)
	for i := range rapid.IntRange(1, 16).Draw(t, "callers") {
		// No two callers start at once, and none when a call takes effect: the order of arrival is known.
		at += time.Duration(rapid.SampledFrom([]int{1, 1, 1, 3, 15, 40, 190, 700}).Draw(t, "gap"))*time.Millisecond + time.Microsecond
		c := &caller{name: fmt.Sprintf("caller %d", i), starts: at}
		c.key = rapid.SampledFrom([]tenant.APIKey{key, key, {ID: id, Identifier: identifier}}).Draw(t, "key")
		if rapid.IntRange(0, 4).Draw(t, "cancelled") == 0 {
			c.cancels = at + time.Duration(rapid.IntRange(1, 600).Draw(t, "cancels"))*time.Millisecond
		}
		if rapid.IntRange(0, 7).Draw(t, "owner") == 0 {
			c.owner = []tenant.Scope{}
			for _, v := range rapid.SliceOfDistinct(rapid.SampledFrom(ours[:4]), rapid.ID).Draw(t, "owned") {
				c.owner = append(c.owner, tenant.Scope{Value: v, Description: c.name})
			}
		} else {
			for _, v := range rapid.SliceOfNDistinct(value, 1, 2, rapid.ID).Draw(t, "values") {
				change := tenant.ScopeChange{Scope: tenant.Scope{Value: v, Description: c.name}}
				switch rapid.SampledFrom([]string{"new", "set", "remove"}).Draw(t, "change") {
				case "new":
					change.New = true
				case "remove":
					change = remove(v)
				}
				c.changes = append(c.changes, change)
			}
		}
		s.callers = append(s.callers, c)
	}
	for range rapid.IntRange(0, 30).Draw(t, "intrusions") {
		s.intrusions = append(s.intrusions, intrusion{kind.Draw(t, "kind"), rapid.SampledFrom(ours[:4]).Draw(t, "value")})
	}
	return s
}

// edit is what another writer did to one of our values.
type edit struct {
	value string
	scope *tenant.Scope // nil: removed
	at    time.Time
}

// world is the tenant while the script runs, and the record of it.
type world struct {
	*service
	script script
	edits  []edit
	faults []time.Time
	broken []string // what no caller sees
}

func (w *world) intrude(s *service, write bool) *fault {
	number := len(s.calls)
	if number >= len(w.script.intrusions) {
		return nil
	}
	// Between a write and the read that follows it, other writers touch our values: there the queue promises to see it.
	verifying := !write && number > 0 && s.calls[number-1].write
	intrusion := w.script.intrusions[number]
	switch intrusion.kind {
	case "undo":
		if verifying && number > 1 {
			w.edit(s.calls[number-2].answer)
		}
	case "remove":
		if verifying {
			w.edit(slices.DeleteFunc(slices.Clone(s.api.Scopes), func(scope tenant.Scope) bool { return scope.Value == intrusion.value }))
		}
	case "describe":
		if verifying {
			w.edit(edited(s.api.Scopes, tenant.Scope{Value: intrusion.value, Description: "intruder"}))
		}
	case "foreign":
		s.api.Scopes = edited(s.api.Scopes, tenant.Scope{Value: "foreign " + intrusion.value, Description: fmt.Sprint(number)})
	case "denied":
		w.faults = append(w.faults, time.Now())
		return &fault{err: &tenant.Denied{}}
	case "lost":
		w.faults = append(w.faults, time.Now())
		return &fault{err: &tenant.Unavailable{Unsettled: write}}
	case "answer lost":
		w.faults = append(w.faults, time.Now())
		return &fault{err: &tenant.Unavailable{Unsettled: write}, after: true}
	}
	return nil
}

// edit replaces the whole list, as other writers do.
func (w *world) edit(list []tenant.Scope) {
	for _, value := range ours {
		had, has := at(w.api.Scopes, value), at(list, value)
		if (had == nil) != (has == nil) || had != nil && *had != *has {
			w.edits = append(w.edits, edit{value, has, time.Now()})
		}
	}
	w.api.Scopes = slices.Clone(list)
}

func edited(list []tenant.Scope, scope tenant.Scope) []tenant.Scope {
	list = slices.Clone(list)
	for i := range list {
		if list[i].Value == scope.Value {
			list[i] = scope
			return list
		}
	}
	return append(list, scope)
}

func at(list []tenant.Scope, value string) *tenant.Scope {
	for _, scope := range list {
		if scope.Value == value {
			return &scope
		}
	}
	return nil
}

func (s script) run() *world {
	w := &world{service: newService(s.present...), script: s}
	w.latency, w.hook = s.latency, w.intrude
	above := w.tenant()
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
			if c.owner != nil {
				update := tenant.APIUpdate{Prior: tenant.API{Scopes: scopes(ours...)}, Planned: tenant.API{Scopes: c.owner}}
				c.api, c.err = above.APIs.Update(ctx, c.key, update)
			} else {
				c.api, c.err = above.Scopes.Change(ctx, c.key, c.changes...)
			}
			c.ended = time.Now()
		})
	}
	wg.Wait()
	time.Sleep(time.Hour) // what is still on its way lands
	synctest.Wait()
	return w
}

func TestModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		script := drawScript(rt)
		var wrong []string
		var story string
		synctest.Test(t, func(*testing.T) { w := script.run(); wrong, story = w.judge(), w.story() })
		for _, finding := range wrong {
			rt.Error(finding + "\n" + story)
		}
	})
}

// unsent reports whether the caller was told that it left before its change was sent.
func (c *caller) unsent() bool {
	var unavailable *tenant.Unavailable
	return errors.As(c.err, &unavailable) && !unavailable.Unsettled && errors.Is(c.err, context.DeadlineExceeded)
}
