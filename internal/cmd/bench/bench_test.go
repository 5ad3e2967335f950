package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/bench/report"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tally"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tree"
)

// minimum returns the smallest possible number of requests of each operation on the configuration of one job. Only a query
// needs more in a larger tenant. A change of all three objects needs four reads, because scopes are read again before they
// are written.
func minimum(s report.SetUp) map[string]tally.Calls {
	return map[string]tally.Calls{
		report.Create:    {Creates: 3, Tokens: 1},
		report.Refresh:   {Reads: 3, Tokens: 1},
		report.Query:     {Reads: queryReads(s), Tokens: 1},
		report.ChangeOne: {Reads: 3, Updates: 1, Tokens: 2},
		report.ChangeAll: {Reads: 3 + 1, Updates: 3, Tokens: 2},
		report.Destroy:   {Reads: 3, Deletes: 3, Tokens: 2},
	}
}

// queryReads returns the reads of a query: pages of 100, up to 1000 objects of each type. The tenant has an API, two clients
// and a grant that are not part of the configuration.
func queryReads(s report.SetUp) int {
	// A query omits objects that cannot be managed, such as the client of the dashboard, so it reads beyond its limit.
	pages := func(n int) int { return (min(n, 1000+1) + 99) / 100 }
	return pages(s.APIs+1) + pages(s.Clients+s.Foreign+2) + pages(s.Grants+1)
}

func TestCounts(t *testing.T) {
	build, err := prepare(t.Context(), t.TempDir(), func(ctx context.Context, folder string) error {
		return tree.Build(ctx, folder, tree.Provider) // build flags do not change the number of requests
	})
	if err != nil {
		t.Fatal(err)
	}
	wanted := []report.Run{{SetUp: job()}, {SetUp: largeTenant()}}
	for _, under := range []report.Conditions{
		{Parallelism: 1, Latency: 20},
		{Parallelism: 30, Latency: 150},
	} {
		wanted = append(wanted, report.Run{SetUp: job(), Conditions: under})
	}
	for _, run := range wanted {
		t.Run(run.Title(), func(t *testing.T) {
			run, err := drive(t.Context(), build, run, t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			wantMinimum(t, run, operations(build.cli))
			for _, o := range run.Operations {
				if o.Processes < 2 || o.CPU <= 0 || o.Seconds <= 0 {
					t.Errorf("%s: %+v: want more than one provider process, and a duration", o.Name, o)
				}
			}
		})
	}
}

func wantMinimum(t *testing.T, run report.Run, operations []string) {
	t.Helper()
	want := minimum(run.SetUp)
	for _, name := range operations {
		o, performed := run.Operation(name)
		if diff := cmp.Diff(want[name], o.Calls); diff != "" || !performed {
			t.Errorf("%s: %s: -want +got\n%s", run.Title(), name, diff)
		}
	}
}

// TestWitness compares the count of the proxy with a complete journal, and with one that lacks a request.
func TestWitness(t *testing.T) {
	tenant := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v2/busy" {
			w.WriteHeader(http.StatusTooManyRequests)
		}
	}))
	defer tenant.Close()
	seen, err := watch(t.Context(), tenant.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := seen.close(); err != nil {
			t.Error(err)
		}
	}()
	ask := func() {
		t.Helper()
		for _, line := range []string{
			"POST /oauth/token", "GET /api/v2/clients", "GET /api/v2/clients/a", "POST /api/v2/clients", "PATCH /api/v2/clients/a",
			"DELETE /api/v2/clients/a", "GET /api/v2/busy", "PUT /api/v2/clients/a", "GET /.well-known/jwks.json",
		} {
			method, path, _ := strings.Cut(line, " ")
			request, err := http.NewRequestWithContext(t.Context(), method, seen.url+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			answer, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			if err := answer.Body.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	all := tally.Calls{Creates: 1, Reads: 2, Updates: 1, Deletes: 1, Tokens: 1, Refused: 1, Others: 2}
	ask()
	if err := seen.confirm(all); err != nil {
		t.Error(err)
	}
	ask()
	all.Reads--
	if err := seen.confirm(all); !errors.Is(err, errTwoCounts) {
		t.Errorf("a journal that lacks a request is accepted: %v", err)
	}
}

// TestSavedResults compares the saved results with the least possible number of requests, and checks that memory does not grow
// with the number of objects.
func TestSavedResults(t *testing.T) {
	root, err := tree.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found, err := report.Read(filepath.Join(root, resultsFile))
	if err != nil {
		t.Fatal(err)
	}
	const maxGrowth = 20_000_000
	for _, run := range found.Runs {
		if run.Peak() > found.Runs[0].Peak()+maxGrowth {
			t.Errorf("%s: %d bytes of memory, the smallest run needs %d", run.Title(), run.Peak(), found.Runs[0].Peak())
		}
	}
	for _, wanted := range runs() {
		run, there := found.Run(wanted.SetUp, wanted.Conditions)
		if !there {
			t.Errorf("no result of %s: run make bench", wanted.Title())
			continue
		}
		if s := run.SetUp; !s.Single && s.APIs == 1 {
			wantMinimum(t, run, report.Operations())
		}
		if !run.SetUp.Single {
			wantWrites(t, run)
		}
	}
}

// wantWrites compares the writes with the number of objects. The number of scopes in a map makes no difference.
func wantWrites(t *testing.T, run report.Run) {
	t.Helper()
	objects := run.SetUp.APIs + run.SetUp.Clients + run.SetUp.Grants
	want := map[string]tally.Calls{
		report.Create:    {Creates: objects, Tokens: 1},
		report.Refresh:   {Tokens: 1},
		report.Query:     {Tokens: 1},
		report.ChangeOne: {Updates: 1, Tokens: 2},
		report.ChangeAll: {Updates: objects, Tokens: 2},
		report.Destroy:   {Deletes: objects, Tokens: 2},
	}
	if _, performed := run.Operation(report.Query); !performed {
		t.Errorf("%s: no query: run make bench with Terraform 1.14 or newer", run.Title())
	}
	for _, o := range run.Operations {
		got := o.Calls
		got.Reads = 0
		if got != want[o.Name] {
			t.Errorf("%s: %s: %+v, want %+v and reads", run.Title(), o.Name, got, want[o.Name])
		}
		if o.Name == report.Query {
			if want := queryReads(run.SetUp); o.Calls.Reads != want {
				t.Errorf("%s: %s: %d reads, want %d", run.Title(), o.Name, o.Calls.Reads, want)
			}
			continue
		}
		if o.Calls.Reads > 2*objects {
			t.Errorf("%s: %s: %d reads of %d objects", run.Title(), o.Name, o.Calls.Reads, objects)
		}
	}
}

// TestTitlesDiffer checks that -only can select each run.
func TestTitlesDiffer(t *testing.T) {
	var titles []string
	for _, run := range runs() {
		if slices.Contains(titles, run.Title()) {
			t.Errorf("two runs have the title %s", run.Title())
		}
		titles = append(titles, run.Title())
	}
}
