// Package report contains the results of a bench, as JSON and as a table.
package report

import (
	"encoding/json"
	"os"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tally"
)

// Results contains the results of a complete bench.
type Results struct {
	Machine Machine `json:"machine"`
	Runs    []Run   `json:"runs"`
}

// Machine describes the machine of a bench. Numbers of requests do not depend on it; seconds and bytes do.
type Machine struct {
	System    string `json:"system"` // such as linux/amd64
	CPUs      int    `json:"cpus"`
	Go        string `json:"go"`
	Terraform string `json:"terraform"` // product and version
	Date      string `json:"date"`      // year-month-day

	// Load is the load average of the last 15 minutes at the end of the bench; 0 if the system does not report it.
	Load float64 `json:"load,omitempty"`
}

// SetUp is the size of a configuration, and of the tenant it is in.
type SetUp struct {
	APIs    int  `json:"apis"`
	Scopes  int  `json:"scopes"` // of each API
	Clients int  `json:"clients"`
	Grants  int  `json:"grants"`
	Single  bool `json:"single,omitempty"`  // each scope is a resource; otherwise scopes are a map of their API
	Foreign int  `json:"foreign,omitempty"` // clients of the tenant that the configuration does not manage
}

// Conditions contains the limits and the latency of a tenant, and the parallelism of Terraform.
type Conditions struct {
	Rate    float64 `json:"rate,omitempty"`    // requests per second that the Management API allows; 0: no limit
	Burst   int     `json:"burst,omitempty"`   // requests that it allows at once
	Latency int     `json:"latency,omitempty"` // milliseconds of each request

	Parallelism int `json:"parallelism,omitempty"` // concurrent operations of Terraform; 0: its default, 10
}

// Run is one configuration under given conditions.
type Run struct {
	SetUp      SetUp       `json:"set_up"`
	Conditions Conditions  `json:"conditions"`
	Operations []Operation `json:"operations"`
}

// The operations of a run, in their order. Each is one Terraform command. Query needs Terraform 1.14.
const (
	Create    = "create"
	Refresh   = "refresh"    // a plan without a change
	Query     = "query"      // all APIs, clients and grants of the tenant, a thousand of each at most
	ChangeOne = "change one" // the description of one client
	ChangeAll = "change all" // every API's name and scopes, every client, every grant
	Destroy   = "destroy"
)

// Operations returns the names of all operations.
func Operations() []string {
	return []string{Create, Refresh, Query, ChangeOne, ChangeAll, Destroy}
}

// Operation contains the measurements of one command.
type Operation struct {
	Name    string      `json:"name"`
	Calls   tally.Calls `json:"calls"`
	Seconds float64     `json:"seconds"` // of the complete command, including Terraform itself

	Processes int     `json:"processes"`   // of the provider
	CPU       float64 `json:"cpu_seconds"` // of those processes together
	Peak      int64   `json:"peak_bytes"`  // resident memory of the largest of them
}

// Operation returns the operation of that name. It reports false if the run has none.
func (r Run) Operation(name string) (Operation, bool) {
	for _, o := range r.Operations {
		if o.Name == name {
			return o, true
		}
	}
	return Operation{}, false
}

// Run returns the run of a set-up under those conditions. It reports false if there is none.
func (r Results) Run(of SetUp, under Conditions) (Run, bool) {
	for _, run := range r.Runs {
		if run.SetUp == of && run.Conditions == under {
			return run, true
		}
	}
	return Run{}, false
}

// Read returns the results in a file.
func Read(path string) (Results, error) {
	var found Results
	text, err := os.ReadFile(path)
	if err != nil {
		return found, err
	}
	return found, json.Unmarshal(text, &found)
}

// Write writes the results into a file.
func (r Results) Write(path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// Peak returns the most memory that a process of the provider used in the run.
func (r Run) Peak() int64 {
	var most int64
	for _, o := range r.Operations {
		most = max(most, o.Peak)
	}
	return most
}
