package acctest

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// Lists is a list resource in a tenant that has many of its objects, as its tests know it.
type Lists struct {
	*Tenant

	Type  string         // of the resource
	Of    map[string]any // the configuration that finds them
	None  map[string]any // one that finds nothing
	Count int            // how many there are
	Noun  string         // what errors call them
	Needs string         // Management API scope of the calls
	Route string         // of the calls
	Page  int            // how many objects a call brings
}

// Seeded starts the emulator with these objects, each as the body of a POST, by the name of their list.
func Seeded(t *testing.T, objects map[string][]map[string]any) func(*emulator.Options) {
	t.Helper()
	content, err := json.Marshal(objects)
	if err != nil {
		t.Fatal(err)
	}
	seed, err := emulator.ReadSeed(strings.NewReader(string(content)))
	if err != nil {
		t.Fatal(err)
	}
	return func(options *emulator.Options) { options.Seed = seed }
}

// Many are so many objects of a seed.
func Many(count int, make func(i int) map[string]any) []map[string]any {
	objects := []map[string]any{}
	for i := range count {
		objects = append(objects, make(i))
	}
	return objects
}

// Include checks that results name their objects, and bring them along if asked, each as an import of it would.
func (l Lists) Include(t *testing.T) {
	p := l.Protocol(t)
	bare, full := p.List(l.Type, l.Of, false, 1000, 0), p.List(l.Type, l.Of, true, 1000, 0)
	if len(bare) != l.Count || len(full) != l.Count {
		t.Fatalf("%d results without the resource and %d with it, of %d", len(bare), len(full), l.Count)
	}
	for i, one := range full {
		without := one
		without.Resource = nil
		if one.Problems != nil || one.Name == "" || len(one.Resource) == 0 || !reflect.DeepEqual(bare[i], without) {
			t.Fatalf("result %+v, and with its resource %+v", bare[i], one)
		}
	}
	for _, one := range []Listed{full[0], full[l.Count/2], full[l.Count-1]} {
		got, said := p.Import(l.Type, "", one.Identity)
		if said != nil || !reflect.DeepEqual(got.State, one.Resource) || !reflect.DeepEqual(got.Identity, one.Identity) {
			t.Errorf("%s is listed as\n%v %v and imported as\n%v %v %v", one.Name, one.Identity, one.Resource, got.Identity, got.State, said)
		}
	}
}

// Limit checks that there are no more results than are wanted, and no more calls than these take.
func (l Lists) Limit(t *testing.T) {
	for _, c := range []struct {
		limit      int64
		most, want int
	}{{3, 0, 3}, {int64(l.Page) + 50, 0, min(l.Page+50, l.Count)}, {1000, 3, 3}, {1000, 0, l.Count}} {
		p := l.Protocol(t)
		l.Server.ResetJournal()
		got := p.List(l.Type, l.Of, false, c.limit, c.most)
		if calls, want := l.calls(), 1+(c.want-1)/l.Page; len(got) != c.want || calls != want {
			t.Errorf("up to %d, of which %d are taken: %d results by %d calls, not %d by %d", c.limit, c.most, len(got), calls, c.want, want)
		}
	}
}

func (l Lists) calls() int {
	count := 0
	for _, entry := range l.Server.Journal() {
		if entry.Route == l.Route {
			count++
		}
	}
	return count
}

// Empty checks that nothing found is no result, and no error.
func (l Lists) Empty(t *testing.T) {
	if got := l.Protocol(t).List(l.Type, l.None, true, 1000, 0); len(got) > 0 {
		t.Errorf("results %+v", got)
	}
}

// Broken makes the last call fail, and checks that the results of those before come first, and then the error.
func (l Lists) Broken(t *testing.T) {
	last := 1 + (l.Count-1)/l.Page
	if err := l.Server.Inject(emulator.Fault{Method: "GET", Route: l.Route, Nth: last, Status: 400, Body: `{"statusCode":400,"error":"Bad Request","message":"no such page"}`}); err != nil {
		t.Fatal(err)
	}
	got := l.Protocol(t).List(l.Type, l.Of, true, 1000, 0)
	if len(got) == 0 {
		t.Fatal("no results, and no error")
	}
	before := got[:len(got)-1]
	if fewest := (last-1)*l.Page - 10; len(before) < fewest || len(before) > (last-1)*l.Page { // the tenant's own are left out
		t.Errorf("%d results before the error", len(before))
	}
	if slices.ContainsFunc(before, func(one Listed) bool { return one.Problems != nil || one.Resource == nil }) {
		t.Errorf("results %+v", before)
	}
	l.fails(t, got[len(got)-1], "no such page")
}

// Denied checks that a tenant which denies the list says what the provider would need.
func (l Lists) Denied(t *testing.T) {
	got := l.WithToken("delete:clients").Protocol(t).List(l.Type, l.Of, false, 1000, 0)
	if len(got) != 1 {
		t.Fatalf("results %+v", got)
	}
	l.fails(t, got[0], l.Needs)
}

func (l Lists) fails(t *testing.T, last Listed, says string) {
	t.Helper()
	if len(last.Problems) != 1 || last.Identity != nil || !Words("Unable to list "+l.Noun, says).MatchString(last.Problems[0]) {
		t.Errorf("the last result is %+v, and does not say %q", last, says)
	}
}
