package report

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tally"
)

// sample has a run that the incumbent has numbers of, one under a limit, one of ours alone, and one with a CLI that has no
// queries.
func sample() Results {
	job := SetUp{APIs: 1, Scopes: 5, Clients: 1, Grants: 1}
	five := SetUp{APIs: 10, Scopes: 5, Clients: 10, Grants: 10}
	slow := Conditions{Rate: 2, Burst: 10}
	operations := func(scale int) []Operation {
		var all []Operation
		for i, name := range Operations() {
			all = append(all, Operation{
				Name: name, Calls: tally.Calls{Reads: scale * (i + 1), Tokens: 1}, Seconds: float64(i) + 0.25,
				Processes: 4, CPU: 0.5, Peak: 30_000_000 + int64(scale),
			})
		}
		return all
	}
	return Results{
		Machine: Machine{System: "linux/amd64", CPUs: 2, Go: "go1.26", Terraform: "Terraform 1.11.4", Date: "2026-01-02"},
		Runs: []Run{
			{SetUp: job, Operations: operations(3)},
			{SetUp: five, Operations: operations(30)},
			{SetUp: five, Conditions: slow, Operations: operations(31)},
			{SetUp: five, Conditions: Conditions{Parallelism: 1}, Operations: slices.Delete(operations(30), 2, 3)},
		},
		Binary: Binary{Bytes: 20_000_000, Modules: []Module{{Path: "std", Packages: 9, Code: 60_000}, {Path: "a", Packages: 1, Code: 3_000}, {Path: "b", Packages: 2, Code: 2_000}}},
	}
}

func TestTables(t *testing.T) {
	r := sample()
	for name, c := range map[string]struct{ got, want string }{
		"run": {r.Runs[0].Table(), `
| Operation | create | read | update | delete | calls | token | 429 | seconds | processes | CPU seconds | peak memory |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
| create | 0 | 3 | 0 | 0 | 3 | 1 | 0 | 0.25 | 4 | 0.50 | 30.0 MB |
`},
		"calls": {r.calls(), `
| Set-up | create | refresh | query | change one | change all | destroy |
|---|---:|---:|---:|---:|---:|---:|
| 1 API of 5 scopes, 1 client, 1 grant, scopes in a map | 3 | 6 | 9 | 12 | 15 | 18 |
| 10 APIs of 5 scopes, 10 clients, 10 grants, scopes in a map | 30 | 60 | 90 | 120 | 150 | 180 |
| 10 APIs of 5 scopes, 10 clients, 10 grants, scopes in a map; no limit, parallelism 1 | 30 | 60 | – | 120 | 150 | 180 |
`},
		"limits": {r.limits(), `
| Set-up | Limit | create | refresh | query | change one | change all | destroy | 429 |
|---|---|---:|---:|---:|---:|---:|---:|---:|
| 10 APIs of 5 scopes, 10 clients, 10 grants, scopes in a map | 2 requests a second, 10 at once | 0.25 | 1.25 | 2.25 | 3.25 | 4.25 | 5.25 | 0 |
`},
		"calls beside the incumbent's": {r.besideCalls(), `
| Set-up | Conditions | Provider | create | refresh | change all | destroy |
|---|---|---|---:|---:|---:|---:|
| 1 API of 5 scopes, 1 client, 1 grant, scopes in a map | no limit | timesheets | 3 | 6 | 15 | 18 |
|  |  | auth0/auth0 1.54.1 | 10 | 4 | 12 | 8 |
| 10 APIs of 5 scopes, 10 clients, 10 grants, scopes in a map | 2 requests a second, 10 at once | timesheets | 31 | 62 | 155 | 186 |
|  |  | auth0/auth0 1.54.1 | 100 | – | – | – |
`},
		"seconds beside the incumbent's": {r.besideSeconds(), `
| Set-up | Conditions | Provider | create | refresh | change all | destroy |
|---|---|---|---:|---:|---:|---:|
| 10 APIs of 5 scopes, 10 clients, 10 grants, scopes in a map | 2 requests a second, 10 at once | timesheets | 0.2 | 1.2 | 4.2 | 5.2 |
|  |  | auth0/auth0 1.54.1 | 46.9, 271 × 429 | – | – | – |
`},
		"binary": {r.Binary.Table(), `
| Module | packages | code |
|---|---:|---:|
| Go's standard library and runtime | 9 | 60 kB |
| 2 smaller modules | 3 | 5 kB |
`},
	} {
		want := strings.TrimPrefix(c.want, "\n")
		if name == "run" {
			c.got = c.got[:min(len(want), len(c.got))] // its first row tells all
		}
		if diff := cmp.Diff(want, c.got); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}

func TestTitle(t *testing.T) {
	run := Run{
		SetUp:      SetUp{APIs: 2, Scopes: 3, Clients: 1, Grants: 2, Single: true, Foreign: 10},
		Conditions: Conditions{Latency: 310},
	}
	const want = "2 APIs of 3 scopes, 1 client, 2 grants, scopes as resources, in a tenant of 10 other clients; 310 ms an answer"
	if got := run.Title(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := run.SetUp.Things(); got != 2+6+1+2 {
		t.Errorf("%d things", got)
	}
}

// TestGuide writes results, reads them again, and makes a guide that names each run.
func TestGuide(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "results.json")
	if err := sample().Write(path); err != nil {
		t.Fatal(err)
	}
	found, err := Read(path)
	if diff := cmp.Diff(sample(), found); err != nil || diff != "" {
		t.Fatalf("read again: %v, -written +read\n%s", err, diff)
	}
	if err := found.WriteGuide(filepath.Join(folder, "guides")); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(folder, "guides", "performance.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, run := range found.Runs {
		if !strings.Contains(string(text), "### "+run.Title()+"\n\n"+run.Table()) {
			t.Errorf("the guide does not tell of %s", run.Title())
		}
	}
	for _, figure := range []Figure{found.sizes(), found.waits()} {
		if !strings.Contains(string(text), "/docs/figures/"+figure.File+")") {
			t.Errorf("the guide does not show %s", figure.File)
		}
	}
}

func TestFigures(t *testing.T) {
	var out bytes.Buffer
	if err := sample().WriteFigures(&out); err != nil {
		t.Fatal(err)
	}
	var figures []Figure
	if err := json.Unmarshal(out.Bytes(), &figures); err != nil || len(figures) != 2 {
		t.Fatalf("%d figures, %v", len(figures), err)
	}
	sizes, waits := figures[0], figures[1]
	want := []Series{
		{Name: "timesheets, create", Points: [][2]float64{{8, 3}, {80, 30}}},
		{Name: "auth0/auth0 1.54.1, create", Other: true, Points: [][2]float64{{8, 10}, {49, 59}, {800, 1000}}},
		{Name: "timesheets, refresh", Points: [][2]float64{{8, 6}, {80, 60}}},
		{Name: "auth0/auth0 1.54.1, refresh", Other: true, Points: [][2]float64{{8, 4}, {49, 22}, {800, 400}}},
	}
	if diff := cmp.Diff(want, sizes.Series); diff != "" {
		t.Errorf("sizes: -want +got\n%s", diff)
	}
	want = []Series{
		{Name: "timesheets, no limit", Values: []float64{0.25, 1.25, 2.25, 3.25, 4.25, 5.25}},
		{Name: "timesheets, 2 requests a second, 10 at once", Values: []float64{0.25, 1.25, 2.25, 3.25, 4.25, 5.25}},
		{Name: "timesheets, no limit, parallelism 1", Values: []float64{0.25, 1.25, 0, 3.25, 4.25, 5.25}},
		{Name: "auth0/auth0 1.54.1, 2 requests a second, 10 at once (create alone)", Other: true, Values: []float64{46.9, 0, 0, 0, 0, 0}},
	}
	if diff := cmp.Diff(want, waits.Series); diff != "" {
		t.Errorf("waits: -want +got\n%s", diff)
	}
}
