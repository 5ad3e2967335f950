package main

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/bench/report"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tally"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tree"
)

// floor is what each operation of the job's set-up costs, in a tenant of any size: less is not possible. A change of
// all takes four calls for three objects, since the API's scopes are read again before they are written.
var floor = map[string]tally.Calls{
	report.Create:    {Creates: 3, Tokens: 1},
	report.Refresh:   {Reads: 3, Tokens: 1},
	report.ChangeOne: {Reads: 3, Updates: 1, Tokens: 2},
	report.ChangeAll: {Reads: 3 + 1, Updates: 3, Tokens: 2},
	report.Destroy:   {Reads: 3, Deletes: 3, Tokens: 2},
}

func TestCounts(t *testing.T) {
	build, err := prepare(t.Context(), t.TempDir(), func(ctx context.Context, folder string) error {
		return tree.Build(ctx, folder, tree.Provider) // flags change no counts
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, own, err := initWork(t.Context(), build.provider); err != nil || own.Bytes > 300_000 {
		t.Errorf("%+v, %v: the provider's own packages do work before main, at every start and for whatever command", own, err)
	}
	for _, setUp := range []report.SetUp{job(), crowded()} {
		t.Run(setUp.String(), func(t *testing.T) {
			run, err := drive(t.Context(), build, report.Run{SetUp: setUp}, t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			atFloor(t, run)
			for _, o := range run.Operations {
				if o.Processes < 2 || o.CPU <= 0 || o.Seconds <= 0 {
					t.Errorf("%s: %+v: Terraform starts the provider more than once, and it takes time", o.Name, o)
				}
			}
		})
	}
}

func atFloor(t *testing.T, run report.Run) {
	t.Helper()
	if len(run.Operations) != len(floor) {
		t.Errorf("%s: %d operations, want %d", run.Title(), len(run.Operations), len(floor))
	}
	for _, o := range run.Operations {
		if diff := cmp.Diff(floor[o.Name], o.Calls); diff != "" {
			t.Errorf("%s: %s: -want +got\n%s", run.Title(), o.Name, diff)
		}
	}
}

// TestKeptResults holds the results that the documentation shows against what the provider does today, where a quick
// test can tell, and against what holds in any size.
func TestKeptResults(t *testing.T) {
	root, err := tree.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found, err := report.Read(filepath.Join(root, kept))
	if err != nil {
		t.Fatal(err)
	}
	for _, wanted := range runs() {
		run, there := found.Run(wanted.SetUp, wanted.Conditions)
		if !there {
			t.Errorf("no result of %s: run make bench", wanted.Title())
			continue
		}
		if s := run.SetUp; !s.Single && s.APIs == 1 {
			atFloor(t, run)
		}
		if !run.SetUp.Single {
			writes(t, run)
		}
	}
}

// writes holds the calls that change something against the number of objects: what a map of scopes costs does not
// depend on how many there are.
func writes(t *testing.T, run report.Run) {
	t.Helper()
	objects := run.SetUp.APIs + run.SetUp.Clients + run.SetUp.Grants
	want := map[string]tally.Calls{
		report.Create:    {Creates: objects, Tokens: 1},
		report.Refresh:   {Tokens: 1},
		report.ChangeOne: {Updates: 1, Tokens: 2},
		report.ChangeAll: {Updates: objects, Tokens: 2},
		report.Destroy:   {Deletes: objects, Tokens: 2},
	}
	for _, o := range run.Operations {
		got := o.Calls
		got.Reads = 0
		if got != want[o.Name] {
			t.Errorf("%s: %s: %+v, want %+v and reads", run.Title(), o.Name, got, want[o.Name])
		}
		if o.Calls.Reads > 2*objects {
			t.Errorf("%s: %s: %d reads of %d objects", run.Title(), o.Name, o.Calls.Reads, objects)
		}
	}
}

func TestInitLine(t *testing.T) {
	name, bytes, found := initLine("init example.com/a@b/c @4.8 ms, 0.046 ms clock, 480 bytes, 7 allocs\n")
	if name != "example.com/a@b/c" || bytes != 480 || !found {
		t.Errorf("%q, %d, %v", name, bytes, found)
	}
	for _, other := range []string{"This binary is a plugin.\n", "init of something else\n", "init a @b ms\n"} {
		if _, _, found := initLine(other); found {
			t.Errorf("%q is taken for a line of the trace", other)
		}
	}
}

func TestAttribute(t *testing.T) {
	packages := []string{standard, "example.com/a", "example.com/a", "example.com/a/v2", standard, "example.com/ab"}
	names := `
 401000  100 T runtime.main
 401100   10 t example.com/a.Get
 401110    3 T example.com/a/inner.(*Type).Method[go.shape.int]
 401120   40 T example.com/a/v2/deep.Put
 401160    5 T example.com/ab.Get
 401165    7 T type:.eq.example.com/a.T
 501000 9000 D example.com/a.table
 501000      U printf
`
	want := []report.Module{
		{Path: standard, Packages: 2, Code: 107},
		{Path: "example.com/a/v2", Packages: 1, Code: 40},
		{Path: "example.com/a", Packages: 2, Code: 13},
		{Path: "example.com/ab", Packages: 1, Code: 5},
	}
	got, err := attribute(packages, names)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("attribute: %v, -want +got\n%s", err, diff)
	}
	if _, err := attribute(packages, "1 many T main.main"); err == nil {
		t.Error("a size that is no number passes")
	}
}

func TestMedian(t *testing.T) {
	if got := median([]float64{9, 1, 5}); got != 5 {
		t.Errorf("median: %v, want 5", got)
	}
}

// TestTitlesDiffer keeps apart what -only chooses by.
func TestTitlesDiffer(t *testing.T) {
	var titles []string
	for _, run := range runs() {
		if slices.Contains(titles, run.Title()) {
			t.Errorf("two runs are called %s", run.Title())
		}
		titles = append(titles, run.Title())
	}
}
