package acctest

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// Lists describes a list resource, and a tenant with many of its objects, for tests.
type Lists struct {
	*Tenant

	Type  string         // of the resource
	Of    map[string]any // a configuration that matches them
	None  map[string]any // a configuration that matches nothing
	Count int            // number of objects
	Noun  string         // name of the objects in errors
	Needs string         // Management API scope of the requests
	Route string         // of the requests
	Page  int            // number of objects in a response
}

// Seeded returns an option that starts the emulator with these objects, each as the body of a POST, by the name of their
// list.
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

// Many returns a number of objects for a seed.
func Many(count int, make func(i int) map[string]any) []map[string]any {
	objects := []map[string]any{}
	for i := range count {
		objects = append(objects, make(i))
	}
	return objects
}

// TestLists tests a list resource with the tenants that many returns, one for each test.
func TestLists(t *testing.T, many func(*testing.T) Lists) {
	for name, test := range map[string]func(Lists, *testing.T){
		"include": Lists.include, "limit": Lists.limit, "empty": Lists.empty, "broken": Lists.broken, "denied": Lists.denied,
	} {
		t.Run(name, func(t *testing.T) { test(many(t), t) })
	}
}

// include checks that results identify their objects, and include them if requested, each as an import returns it.
func (l Lists) include(t *testing.T) {
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
	for _, one := range []ListResult{full[0], full[l.Count/2], full[l.Count-1]} {
		got, diags := p.Import(l.Type, "", one.Identity)
		if diags != nil || !reflect.DeepEqual(got.State, one.Resource) || !reflect.DeepEqual(got.Identity, one.Identity) {
			t.Errorf("%s is listed as\n%v %v and imported as\n%v %v %v", one.Name, one.Identity, one.Resource, got.Identity, got.State, diags)
		}
	}
}

// limit checks that a list returns no more results than the limit, warns with the last of them, and sends no more requests than
// necessary.
func (l Lists) limit(t *testing.T) {
	for _, c := range []struct {
		limit      int64
		most, want int
	}{{3, 0, 3}, {int64(l.Page) + 50, 0, min(l.Page+50, l.Count)}, {1000, 3, 3}, {1000, 0, l.Count}} {
		p := l.Protocol(t)
		l.Server.ResetJournal()
		got := p.List(l.Type, l.Of, false, c.limit, c.most)
		if calls, want := l.calls(), 1+(c.want-1)/l.Page; len(got) != c.want || calls != want {
			t.Errorf("limit %d, %d read: %d results with %d requests, not %d with %d", c.limit, c.most, len(got), calls, c.want, want)
		}
		for i, one := range got {
			if warned, last := strings.Contains(strings.Join(one.Problems, ""), "Query stopped at its limit"), int64(i+1) == c.limit; warned != last {
				t.Errorf("limit %d: the result %d of %d has a warning: %v", c.limit, i+1, len(got), warned)
			}
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

// empty checks that a list without matches has no results and no errors.
func (l Lists) empty(t *testing.T) {
	if got := l.Protocol(t).List(l.Type, l.None, true, 1000, 0); len(got) > 0 {
		t.Errorf("results %+v", got)
	}
}

// broken makes the last request fail, and checks that the results of the earlier ones precede the error.
func (l Lists) broken(t *testing.T) {
	last := 1 + (l.Count-1)/l.Page
	if err := l.Server.Inject(emulator.Fault{Method: "GET", Route: l.Route, Nth: last, Status: 400, Body: `{"statusCode":400,"error":"Bad Request","message":"no such page"}`}); err != nil {
		t.Fatal(err)
	}
	got := l.Protocol(t).List(l.Type, l.Of, true, 1000, 0)
	if len(got) == 0 {
		t.Fatal("neither results nor an error")
	}
	before := got[:len(got)-1]
	if fewest := (last-1)*l.Page - 10; len(before) < fewest || len(before) > (last-1)*l.Page { // without the tenant's own objects
		t.Errorf("%d results before the error", len(before))
	}
	if slices.ContainsFunc(before, func(one ListResult) bool { return one.Problems != nil || one.Resource == nil }) {
		t.Errorf("results %+v", before)
	}
	l.fails(t, got[len(got)-1], "no such page")
}

// denied checks that the error of a list without permission contains the missing scope.
func (l Lists) denied(t *testing.T) {
	got := l.WithToken("delete:clients").Protocol(t).List(l.Type, l.Of, false, 1000, 0)
	if len(got) != 1 {
		t.Fatalf("results %+v", got)
	}
	l.fails(t, got[0], l.Needs)
}

func (l Lists) fails(t *testing.T, last ListResult, says string) {
	t.Helper()
	if len(last.Problems) != 1 || last.Identity != nil || !Words("Unable to list "+l.Noun, says).MatchString(last.Problems[0]) {
		t.Errorf("the last result is %+v, and does not contain %q", last, says)
	}
}
