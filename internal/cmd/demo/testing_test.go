package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
)

const (
	mockTests   = "-filter=tests/mock.tftest.hcl"
	tenantTests = "-filter=tests/tenant.tftest.hcl"
)

// TestModuleTests runs the tests of the example as the author of a module does, with mocks and on an emulator. It expects them
// to fail after the module was broken.
func TestModuleTests(t *testing.T) {
	bed := shared(t)
	t.Run("mock", func(t *testing.T) {
		t.Parallel()
		w, requests := bed.cutOff(t)
		passes(t, w, mockTests, 3)
		if n := requests.Load(); n != 0 {
			t.Errorf("%d requests were sent to the network", n)
		}
		w.Environment = append(w.Environment, "AUTH0_DOMAIN=example.eu.auth0.com", "AUTH0_API_TOKEN=any")
		ends(t, w, 1, "test", tenantTests)
		if requests.Load() == 0 {
			t.Error("the real provider does not reach the proxy either, so that the test of the mock proves nothing")
		}
	})
	t.Run("emulator", func(t *testing.T) {
		t.Parallel()
		bed := newTestbed(t)
		before := bed.objectCounts(t)
		w := bed.example(t, "timesheets")
		passes(t, w, tenantTests, 3)
		if after := bed.objectCounts(t); after != before {
			t.Errorf("the tenant had %s, and now has %s", before, after)
		}
		made := false
		for _, entry := range bed.server.Journal() {
			made = made || entry.Method == http.MethodPost && entry.Route == "/api/v2/client-grants"
		}
		if !made {
			t.Error("the tests created no grant in the tenant")
		}
	})
	const (
		rule    = `!contains(var.job_scopes, "approve:timesheets")`
		granted = "scopes    = var.job_scopes"
		usual   = `default     = ["batch:upload"]`
		typo    = `default     = ["batch:uplaod"]`
	)
	for name, broken := range map[string]defective{
		"the job may do everything, with mocks":  {"main.tf", granted, "scopes    = keys(var.api_scopes)", mockTests, "The job can do more than upload."},
		"the job may do everything, on a tenant": {"main.tf", granted, "scopes    = keys(var.api_scopes)", tenantTests, "The scopes of the job's token differ"},
		"the check does not look, with mocks":    {"main.tf", ".scopes == var.job_scopes", ".authorized", mockTests, "Missing expected failure"},
		"the module has no rule, with mocks":     {"variables.tf", rule, "length(var.job_scopes) > 0", mockTests, "Missing expected failure"},
		"the module has no rule, on a tenant":    {"variables.tf", rule, "length(var.job_scopes) > 0", tenantTests, "Missing expected failure"},
		"a mock accepts a misspelled scope":      {"variables.tf", usual, typo, mockTests, "The scopes of the job's token differ"},
		"the provider refuses a misspelled one":  {"variables.tf", usual, typo, tenantTests, "Error: Scope does not exist"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			broken.fails(t)
		})
	}
}

// defective is one defect of the module, and the expected message of its tests.
type defective struct{ file, right, wrong, filter, says string }

func (d defective) fails(t *testing.T) {
	w := newTestbed(t).example(t, "timesheets")
	module := read(t, filepath.Join(w.Dir, d.file))
	if strings.Count(module, d.right) != 1 {
		t.Fatalf("%q is not exactly once in %s", d.right, d.file)
	}
	write(t, w, d.file, strings.Replace(module, d.right, d.wrong, 1))
	if said := ends(t, w, 1, "test", d.filter); !strings.Contains(said, d.says) {
		t.Errorf("the tests do not print %q:\n%s", d.says, said)
	}
}

// cutOff returns a workspace with the example, without a tenant and credentials, and the number of requests to other
// machines.
func (bed testbed) cutOff(t *testing.T) (cli.Workspace, *atomic.Int64) {
	t.Helper()
	var requests atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(proxy.Close)
	w := cli.Workspace{CLI: bed.cli, Dir: t.TempDir(), ConfigFile: bed.alone, Environment: []string{
		"HTTPS_PROXY=" + proxy.URL, "https_proxy=" + proxy.URL, "HTTP_PROXY=" + proxy.URL, "http_proxy=" + proxy.URL, "NO_PROXY=", "no_proxy=",
	}}
	if err := os.CopyFS(w.Dir, os.DirFS(filepath.Join(bed.examples, "timesheets"))); err != nil {
		t.Fatal(err)
	}
	return w, &requests
}

// passes runs some of the tests and compares the number of those that passed.
func passes(t *testing.T, w cli.Workspace, filter string, count int) {
	t.Helper()
	said := ends(t, w, 0, "test", filter)
	if passed := strings.Count(said, "... pass\n") - 1; passed != count { // the file passes as well
		t.Errorf("%d tests passed, want %d:\n%s", passed, count, said)
	}
}
