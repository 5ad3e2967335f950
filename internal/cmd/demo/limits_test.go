package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// Limits of a non-production tenant, and the size of the configuration of [limited].
const (
	perSecond, burst = 2.0, 10
	objects          = 30
)

const limited = `
terraform {
  required_providers {
    timesheets = { source = "timesheets/timesheets" }
  }
}

locals {
  scopes = ["batch:upload", "read:timesheets", "create:timesheets", "delete:timesheets", "approve:timesheets"]
}

resource "timesheets_api" "test" {
  count      = 10
  name       = "API ${count.index}"
  identifier = "https://api-${count.index}.example"
  scopes     = { for value in local.scopes : value => value }
}

resource "timesheets_client" "test" {
  count = 10
  name  = "job ${count.index}"
}

resource "timesheets_client_grant" "test" {
  count     = 10
  client_id = timesheets_client.test[count.index].client_id
  audience  = timesheets_api.test[count.index].identifier
  scopes    = ["batch:upload"]
}
`

// TestApplyKeepsToTheLimit applies ten APIs, clients and grants on a tenant that permits two requests per second. It logs the
// seconds next to the minimum for that limit, and checks the number of rejected requests.
func TestApplyKeepsToTheLimit(t *testing.T) {
	for name, c := range map[string]struct {
		parallelism, share string
		rejected           int
	}{
		"ten at once":              {parallelism: "10", share: "1", rejected: 5},
		"one by one":               {parallelism: "1", share: "1", rejected: 5},
		"a part is left to others": {parallelism: "10", share: "0.8", rejected: 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bed := newTestbedWith(t, emulator.Options{Limits: emulator.Limits{Rate: perSecond, Burst: burst}})
			w := bed.workspace(t)
			w.Environment = append(w.Environment, "TIMESHEETS_RATE_LIMIT_SHARE="+c.share)
			write(t, w, "main.tf", limited)
			must(t, w, 0, "apply", "-auto-approve", "-no-color", "-parallelism="+c.parallelism)

			calls, rejected, took := pressed(bed.server.Journal())
			demanded := time.Duration(float64(calls-rejected-burst) / perSecond * float64(time.Second))
			t.Logf("%d calls, %d of them rejected, in %.1f s; the limit itself demands %.1f s", calls, rejected, took.Seconds(), demanded.Seconds())
			if rejected > c.rejected {
				t.Errorf("%d requests were rejected, want at most %d", rejected, c.rejected)
			}
			if made := calls - rejected; made != objects {
				t.Errorf("%d requests created %d objects, want one each", made, objects)
			}
		})
	}
}

// pressed returns the number of Management API requests in a journal, the number of rejected ones, and the time between the
// first and the last.
func pressed(journal []emulator.Entry) (calls, rejected int, took time.Duration) {
	var first, last time.Time
	for _, entry := range journal {
		if !strings.HasPrefix(entry.Path, "/api/v2/") {
			continue
		}
		if calls == 0 {
			first = entry.Time
		}
		calls, last = calls+1, entry.Time
		if entry.Status == http.StatusTooManyRequests {
			rejected++
		}
	}
	return calls, rejected, last.Sub(first)
}
