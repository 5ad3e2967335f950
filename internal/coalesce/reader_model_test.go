package coalesce_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// actor is one call of this process, or one change by another writer.
type actor struct {
	name    string
	action  string // read, update or delete; edit or remove by another writer
	grant   bool   // of the grant; otherwise of the client
	number  int
	starts  time.Duration
	timeout time.Duration // until it is canceled; 0: never

	began, ended time.Time
	value        string // that it received
	err          error
}

func (a *actor) id() string {
	if a.grant {
		return grantKey(a.number).ID
	}
	return clientKey(a.number).ClientID
}

// version is the value of an object from a time on; "" if it did not exist.
type version struct {
	from  time.Time
	value string
}

// readScript is the input of a readRun.
type readScript struct {
	size    int // clients in the tenant, and grants
	latency time.Duration
	hidden  []int         // numbers of clients that no list shows
	faults  map[int]error // by the number of the request
	actors  []*actor
}

func drawReads(t *rapid.T) readScript {
	s := readScript{faults: map[int]error{}}
	s.size = rapid.SampledFrom([]int{4, 130, 320}).Draw(t, "size")
	s.latency = rapid.SampledFrom([]time.Duration{4 * time.Millisecond, 40 * time.Millisecond}).Draw(t, "latency")
	number := rapid.Custom(func(t *rapid.T) int { return rapid.IntRange(0, 9).Draw(t, "one of ten") * s.size / 10 })
	s.hidden = rapid.SliceOfN(number, 0, 3).Draw(t, "hidden")
	for range rapid.IntRange(0, 3).Draw(t, "faults") {
		fault := rapid.SampledFrom([]error{&tenant.Unavailable{}, &tenant.Throttled{}, &tenant.Denied{}}).Draw(t, "fault")
		s.faults[rapid.IntRange(0, 12).Draw(t, "request")] = fault
	}
	actions := []string{"read", "read", "read", "read", "read", "read", "edit", "remove"}
	if rapid.Bool().Draw(t, "writes") {
		actions = append(actions, "update", "delete")
	}
	at := time.Duration(0)
	for i := range rapid.IntRange(1, 25).Draw(t, "actors") {
		at += time.Duration(rapid.SampledFrom([]int{0, 0, 1, 1, 4, 14, 16, 50}).Draw(t, "gap"))*time.Millisecond + time.Microsecond
		a := &actor{name: fmt.Sprint("actor ", i), starts: at, action: rapid.SampledFrom(actions).Draw(t, "action"), grant: rapid.Bool().Draw(t, "grant"), number: number.Draw(t, "number")}
		if a.action == "read" && rapid.IntRange(0, 3).Draw(t, "canceled") == 0 {
			a.timeout = time.Duration(rapid.IntRange(1, 90).Draw(t, "timeout")) * time.Millisecond
		}
		s.actors = append(s.actors, a)
	}
	return s
}

// readRun is the tenant during the execution of a script, and the record of it.
type readRun struct {
	*fakeTenant
	mu      sync.Mutex
	history map[string][]version
	faults  []time.Time
}

func (s readScript) execute() *readRun {
	r := &readRun{fakeTenant: newFakeTenant(0, s.size, s.size), history: map[string][]version{}}
	r.clients.latency, r.grants.latency = s.latency, s.latency
	r.clients.listed = func(client tenant.Client) (tenant.Client, bool) {
		return client, !slices.ContainsFunc(s.hidden, func(number int) bool { return clientKey(number).ClientID == client.ClientID })
	}
	r.clients.hook, r.grants.hook = r.failing(s.faults), r.failing(s.faults)
	start := time.Now()
	for i := range s.size {
		r.clients.objects[i].Name, r.grants.objects[i].Audience = "first", "first"
		r.history[clientKey(i).ClientID] = []version{{start, "first"}}
		r.history[grantKey(i).ID] = []version{{start, "first"}}
	}
	r.clients.onChange = func(id string) {
		value := ""
		if at := r.clients.find(id); at >= 0 {
			value = r.clients.objects[at].Name
		} else {
			r.grants.remove("cgr_" + strings.TrimPrefix(id, "client-"))
		}
		r.record(id, value)
	}
	r.grants.onChange = func(id string) {
		value := ""
		if at := r.grants.find(id); at >= 0 {
			value = grantValue(r.grants.objects[at])
		}
		r.record(id, value)
	}
	above := r.tenant()
	var group sync.WaitGroup
	for _, a := range s.actors {
		group.Go(func() {
			time.Sleep(a.starts)
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			if a.timeout > 0 {
				ctx, cancel = context.WithTimeout(ctx, a.timeout)
				defer cancel()
			}
			a.began = time.Now()
			a.act(ctx, r, above)
			a.ended = time.Now()
		})
	}
	group.Wait()
	time.Sleep(time.Hour) // until pending requests have ended
	synctest.Wait()
	return r
}

func (r *readRun) record(id, value string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.history[id] = append(r.history[id], version{time.Now(), value})
}

func (r *readRun) failing(faults map[int]error) func(int, string) error {
	return func(number int, _ string) error {
		if faults[number] != nil {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.faults = append(r.faults, time.Now())
		}
		return faults[number]
	}
}

// grantValue returns the last scope of a grant that was updated, otherwise its audience.
func grantValue(grant tenant.Grant) string {
	if last := grant.Scopes[len(grant.Scopes)-1]; last != "a" {
		return last
	}
	return grant.Audience
}

func (a *actor) act(ctx context.Context, r *readRun, above tenant.Tenant) {
	client, grant := clientKey(a.number), grantKey(a.number)
	switch {
	case a.action == "read" && a.grant:
		var got tenant.Grant
		if got, a.err = above.Grants.Get(ctx, grant); a.err == nil {
			a.value = grantValue(got)
		}
	case a.action == "read":
		var got tenant.Client
		got, a.err = above.Clients.Get(ctx, client)
		a.value = got.Name
	case a.action == "update" && a.grant:
		_, a.err = above.Grants.Update(ctx, grant, tenant.GrantUpdate{Planned: tenant.Grant{Scopes: []string{a.name}}})
	case a.action == "update":
		_, a.err = above.Clients.Update(ctx, client, renamed(a.name))
	case a.action == "delete" && a.grant:
		a.err = above.Grants.Delete(ctx, grant)
	case a.action == "delete":
		a.err = above.Clients.Delete(ctx, client)
	case a.action == "edit" && a.grant:
		r.grants.change(a.id(), func(grant *tenant.Grant) { grant.Scopes = []string{a.name} })
	case a.action == "edit":
		r.clients.change(a.id(), func(client *tenant.Client) { client.Name = a.name })
	case a.grant:
		r.grants.remove(a.id())
	default:
		r.clients.remove(a.id())
	}
}

// check compares the result of a reader with the versions of the object, and returns a violation or "".
func (r *readRun) check(a *actor, all []*actor) string {
	joined := a.began.Add(-r.clients.latency) // a pending request also serves callers that join before its response
	since := r.history[a.id()][0].from
	for _, other := range all {
		if (other.action == "update" || other.action == "delete") && (a.grant || !other.grant) && other.began.Before(a.began) {
			since = a.began // the cache is not used after a write, and deleting a client affects its grant
		}
	}
	if since.Equal(a.began) {
		joined = a.began
	}
	switch {
	case isA[*tenant.NotFound](a.err):
		if !r.was(a.id(), "", joined, a.ended) {
			return "was reported as deleted"
		}
	case errors.Is(a.err, context.DeadlineExceeded):
		if a.timeout == 0 {
			return "was reported as canceled"
		}
	case a.err != nil:
		if !slices.ContainsFunc(r.faults, func(at time.Time) bool { return !at.Before(joined) && !at.After(a.ended) }) {
			return "failed without a cause"
		}
	case !r.was(a.id(), a.value, since, a.ended):
		return "was returned with a value that it did not have then"
	}
	return ""
}

// was reports whether an object had a value at any time between from and to.
func (r *readRun) was(id, value string, from, to time.Time) bool {
	for i, v := range r.history[id] {
		over := i+1 < len(r.history[id]) && r.history[id][i+1].from.Before(from)
		if v.value == value && !over && !v.from.After(to) {
			return true
		}
	}
	return false
}

// TestReaderModel runs random readers and writers on clients and grants, with other writers, lists that fail, and callers
// that are canceled. It knows the value of each object at each time, and nothing of pages and batches. The grant of a number
// belongs to the client of the same number.
func TestReaderModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		script := drawReads(rt)
		var violations []string
		synctest.Test(t, func(*testing.T) {
			r := script.execute()
			for _, a := range script.actors {
				if violation := r.check(a, script.actors); a.action == "read" && violation != "" {
					violations = append(violations, fmt.Sprintf("%s: %s %s: %q, %v\nfrom %s to %s, history %v\nrequests %q and %q",
						a.name, a.id(), violation, a.value, a.err, a.began, a.ended, r.history[a.id()], r.clients.requests, r.grants.requests))
				}
			}
		})
		for _, violation := range violations {
			rt.Error(violation)
		}
	})
}
