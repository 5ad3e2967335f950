package report

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tally"
)

func sample() Run {
	return Run{
		SetUp:      SetUp{APIs: 2, Scopes: 3, Clients: 1, Grants: 2, Single: true, Foreign: 10},
		Conditions: Conditions{Latency: 310},
		Operations: []Operation{
			{Name: Create, Calls: tally.Calls{Creates: 5, Reads: 1, Tokens: 1}, Seconds: 1.25, Processes: 4, CPU: 0.5, Peak: 30_000_000},
			{Name: Destroy, Calls: tally.Calls{Deletes: 5, Refused: 2, Tokens: 2}, Seconds: 2, Processes: 5, CPU: 0.25, Peak: 31_000_000},
		},
	}
}

func TestTable(t *testing.T) {
	const title = "2 APIs of 3 scopes, 1 client, 2 grants, scopes as resources, in a tenant of 10 other clients; 310 ms an answer"
	const want = `| Set-up and conditions | Operation | create | read | update | delete | requests | token | 429 | seconds | CPU seconds | peak memory |
|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
| ` + title + ` | create | 5 | 1 | 0 | 0 | 6 | 1 | 0 | 1.25 | 0.50 | 30.0 MB |
| ` + title + ` | destroy | 0 | 0 | 0 | 5 | 5 | 2 | 2 | 2.00 | 0.25 | 31.0 MB |
`
	if diff := cmp.Diff(want, Head()+sample().Rows()); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if got := sample().Peak(); got != 31_000_000 {
		t.Errorf("peak %d", got)
	}
}

// TestReadWrite writes results and reads them again.
func TestReadWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "results.json")
	want := Results{Machine: Machine{System: "linux/amd64", CPUs: 2, Date: "2026-01-02"}, Runs: []Run{sample()}}
	if err := want.Write(path); err != nil {
		t.Fatal(err)
	}
	got, err := Read(path)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v, -want +got\n%s", err, diff)
	}
}
