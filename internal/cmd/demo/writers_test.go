package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
)

// rounds returns how often two runs are started together. TIMESHEETS_ROUNDS sets another number.
func rounds(t *testing.T) int {
	t.Helper()
	text := os.Getenv("TIMESHEETS_ROUNDS")
	if text == "" {
		return 4
	}
	count, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return count
}

// TestTwoWriters runs Terraform twice at the same time. Each run adds four scopes to one API. Auth0 has no conditional write,
// so that a write between the other run's last read and write can be lost. The next plan shows that, and the test counts it.
// A second apply of both must always result in all scopes.
func TestTwoWriters(t *testing.T) {
	hit, reported := 0, 0
	count := rounds(t)
	for range count {
		bed := newTestbed(t)
		bed.ask(t, "POST", "/api/v2/resource-servers", map[string]any{"name": "Shared", "identifier": "https://api.shared.example"}, nil)
		first, second := bed.writer(t, "first"), bed.writer(t, "second")
		var together sync.WaitGroup
		outputs := make([]cli.Output, 2)
		for i, w := range []cli.Workspace{first, second} {
			together.Go(func() {
				time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond)
				output, err := w.Run(t.Context(), "apply", "-auto-approve", "-no-color")
				if err != nil {
					t.Error(err)
				}
				outputs[i] = output
			})
		}
		together.Wait()
		for _, output := range outputs {
			if said := string(output.Stdout) + string(output.Stderr); output.Code != 0 {
				reported++
				if !strings.Contains(said, "Another writer keeps changing") {
					t.Errorf("a run fails without the error about another writer:\n%s", said)
				}
			}
		}
		if kept := bed.shared(t); kept != 8 {
			if outputs[0].Code == 0 && outputs[1].Code == 0 {
				hit++
			}
			must(t, first, 0, "apply", "-auto-approve")
			must(t, second, 0, "apply", "-auto-approve")
			if kept := bed.shared(t); kept != 8 {
				t.Errorf("a second apply of both leaves %d of 8 scopes", kept)
			}
		}
	}
	t.Logf("%d rounds: %d with a lost write, %d runs reported another writer", count, hit, reported)
}

// writer returns a workspace with a configuration of four scopes.
func (bed testbed) writer(t *testing.T, name string) cli.Workspace {
	t.Helper()
	w := bed.workspace(t)
	write(t, w, "main.tf", fmt.Sprintf(`
terraform {
  required_providers {
    timesheets = { source = "timesheets/timesheets" }
  }
}

resource "timesheets_api_scope" "test" {
  count      = 4
  identifier = "https://api.shared.example"
  value      = "%s:${count.index}"
}
`, name))
	return w
}

// shared returns the number of scopes in the tenant.
func (bed testbed) shared(t *testing.T) int {
	t.Helper()
	scopes, _ := bed.object(t, "resource-servers", named("identifier", "https://api.shared.example"))["scopes"].([]any)
	return len(scopes)
}
