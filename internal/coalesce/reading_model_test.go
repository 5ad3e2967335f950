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

// The model test lets readers and writers loose on clients and grants, with other writers, lists that fail, and callers
// that leave. It knows what each object was at each moment, and nothing of pages and flushes. The grant of a number is
// that of the client of the same number.

// actor is one call, of this process or of another writer.
type actor struct {
	name    string
	does    string // read, update, delete; or edit, remove by another writer
	grant   bool   // of the grant, else of the client
	number  int
	starts  time.Duration
	patient time.Duration // until it leaves; 0: never

	began, ended time.Time
	answer       string // the version it was told
	err          error
}

func (a *actor) id() string {
	if a.grant {
		return grantKey(a.number).ID
	}
	return clientKey(a.number).ClientID
}

// moment is what an object was from then on; "": it was not there.
type moment struct {
	from    time.Time
	version string
}

type readScript struct {
	size    int // clients in the tenant, and grants
	latency time.Duration
	hidden  []int         // numbers that no list shows
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
	kinds := []string{"read", "read", "read", "read", "read", "read", "edit", "remove"}
	if rapid.Bool().Draw(t, "writes") {
		kinds = append(kinds, "update", "delete")
	}
	at := time.Duration(0)
	for i := range rapid.IntRange(1, 25).Draw(t, "actors") {
		at += time.Duration(rapid.SampledFrom([]int{0, 0, 1, 1, 4, 14, 16, 50}).Draw(t, "gap"))*time.Millisecond + time.Microsecond
		a := &actor{name: fmt.Sprint("actor ", i), starts: at, does: rapid.SampledFrom(kinds).Draw(t, "does"), grant: rapid.Bool().Draw(t, "grant"), number: number.Draw(t, "number")}
		if a.does == "read" && rapid.IntRange(0, 3).Draw(t, "leaves") == 0 {
			a.patient = time.Duration(rapid.IntRange(1, 90).Draw(t, "patient")) * time.Millisecond
		}
		s.actors = append(s.actors, a)
	}
	return s
}

// played is a script that has been played, and what the tenant was meanwhile.
type played struct {
	*store
	mu      sync.Mutex
	history map[string][]moment
	faults  []time.Time
}

func (s readScript) play() *played {
	p := &played{store: newStore(0, s.size, s.size), history: map[string][]moment{}}
	p.clients.latency, p.grants.latency = s.latency, s.latency
	p.clients.listed = func(client tenant.Client) (tenant.Client, bool) {
		return client, !slices.ContainsFunc(s.hidden, func(number int) bool { return clientKey(number).ClientID == client.ClientID })
	}
	p.clients.hook, p.grants.hook = p.failing(s.faults), p.failing(s.faults)
	start := time.Now()
	for i := range s.size {
		p.clients.objects[i].Name, p.grants.objects[i].Audience = "first", "first"
		p.history[clientKey(i).ClientID] = []moment{{start, "first"}}
		p.history[grantKey(i).ID] = []moment{{start, "first"}}
	}
	p.clients.noted = func(id string) {
		version := ""
		if at := p.clients.find(id); at >= 0 {
			version = p.clients.objects[at].Name
		} else {
			p.grants.remove("cgr_" + strings.TrimPrefix(id, "client-"))
		}
		p.remember(id, version)
	}
	p.grants.noted = func(id string) {
		version := ""
		if at := p.grants.find(id); at >= 0 {
			version = versionOf(p.grants.objects[at])
		}
		p.remember(id, version)
	}
	above := p.tenant()
	var group sync.WaitGroup
	for _, a := range s.actors {
		group.Go(func() {
			time.Sleep(a.starts)
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			if a.patient > 0 {
				ctx, cancel = context.WithTimeout(ctx, a.patient)
				defer cancel()
			}
			a.began = time.Now()
			a.act(ctx, p, above)
			a.ended = time.Now()
		})
	}
	group.Wait()
	time.Sleep(time.Hour) // what is still on its way lands
	synctest.Wait()
	return p
}

func (p *played) remember(id, version string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.history[id] = append(p.history[id], moment{time.Now(), version})
}

func (p *played) failing(faults map[int]error) func(int, string) error {
	return func(number int, _ string) error {
		if faults[number] != nil {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.faults = append(p.faults, time.Now())
		}
		return faults[number]
	}
}

// versionOf is the last scope of a grant that was updated, else its audience.
func versionOf(grant tenant.Grant) string {
	if last := grant.Scopes[len(grant.Scopes)-1]; last != "a" {
		return last
	}
	return grant.Audience
}

func (a *actor) act(ctx context.Context, p *played, above tenant.Tenant) {
	client, grant := clientKey(a.number), grantKey(a.number)
	switch {
	case a.does == "read" && a.grant:
		var got tenant.Grant
		if got, a.err = above.Grants.Get(ctx, grant); a.err == nil {
			a.answer = versionOf(got)
		}
	case a.does == "read":
		var got tenant.Client
		got, a.err = above.Clients.Get(ctx, client)
		a.answer = got.Name
	case a.does == "update" && a.grant:
		_, a.err = above.Grants.Update(ctx, grant, tenant.GrantUpdate{Planned: tenant.Grant{Scopes: []string{a.name}}})
	case a.does == "update":
		_, a.err = above.Clients.Update(ctx, client, renamed(a.name))
	case a.does == "delete" && a.grant:
		a.err = above.Grants.Delete(ctx, grant)
	case a.does == "delete":
		a.err = above.Clients.Delete(ctx, client)
	case a.does == "edit" && a.grant:
		p.grants.change(a.id(), func(grant *tenant.Grant) { grant.Scopes = []string{a.name} })
	case a.does == "edit":
		p.clients.change(a.id(), func(client *tenant.Client) { client.Name = a.name })
	case a.grant:
		p.grants.remove(a.id())
	default:
		p.clients.remove(a.id())
	}
}

// judge holds what a reader was told against what the tenant was.
func (p *played) judge(a *actor, all []*actor) string {
	var absent *tenant.NotFound
	joined := a.began.Add(-p.clients.latency) // a request that is on its way serves whoever asks meanwhile
	since := p.history[a.id()][0].from
	for _, other := range all {
		if (other.does == "update" || other.does == "delete") && (a.grant || !other.grant) && other.began.Before(a.began) {
			since = a.began // what was read before is not believed any more, and deleting a client concerns its grant
		}
	}
	if since.Equal(a.began) {
		joined = a.began
	}
	switch {
	case errors.As(a.err, &absent):
		if !p.was(a.id(), "", joined, a.ended) {
			return "was told that it was deleted outside Terraform"
		}
	case errors.Is(a.err, context.DeadlineExceeded):
		if a.patient == 0 {
			return "was told that it left"
		}
	case a.err != nil:
		if !slices.ContainsFunc(p.faults, func(at time.Time) bool { return !at.Before(joined) && !at.After(a.ended) }) {
			return "failed without reason"
		}
	case !p.was(a.id(), a.answer, since, a.ended):
		return "was told what the tenant did not have then"
	}
	return ""
}

// was reports whether an object had a version at some moment of a time.
func (p *played) was(id, version string, from, to time.Time) bool {
	for i, m := range p.history[id] {
		over := i+1 < len(p.history[id]) && p.history[id][i+1].from.Before(from)
		if m.version == version && !over && !m.from.After(to) {
			return true
		}
	}
	return false
}

func TestReadingModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		script := drawReads(rt)
		var findings []string
		synctest.Test(t, func(*testing.T) {
			p := script.play()
			for _, a := range script.actors {
				if wrong := p.judge(a, script.actors); a.does == "read" && wrong != "" {
					findings = append(findings, fmt.Sprintf("%s of %s %s: %q, %v\nfrom %s to %s, history %v\nasked %q and %q",
						a.name, a.id(), wrong, a.answer, a.err, a.began, a.ended, p.history[a.id()], p.clients.asked, p.grants.asked))
				}
			}
		})
		for _, finding := range findings {
			rt.Error(finding)
		}
	})
}
