// Package report contains the results of a bench, as JSON and as a table.
package report

import (
	"encoding/json"
	"os"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tally"
)

// Results are those of a whole bench.
type Results struct {
	Machine Machine `json:"machine"`
	Runs    []Run   `json:"runs"`
}

// Machine is where and with what the bench ran. Counts do not depend on it, seconds and bytes do.
type Machine struct {
	System    string `json:"system"` // such as linux/amd64
	CPUs      int    `json:"cpus"`
	Go        string `json:"go"`
	Terraform string `json:"terraform"` // product and version
	Date      string `json:"date"`      // year-month-day

	// Load is how many processes wanted a processor, on the average of the last quarter of an hour, when the bench ended.
	// 0: this system does not tell.
	Load float64 `json:"load,omitempty"`
}

// SetUp is the size of a configuration, and of the tenant it is in.
type SetUp struct {
	APIs    int  `json:"apis"`
	Scopes  int  `json:"scopes"` // of each API
	Clients int  `json:"clients"`
	Grants  int  `json:"grants"`
	Single  bool `json:"single,omitempty"`  // each scope is a resource; otherwise an API owns a map of its scopes
	Foreign int  `json:"foreign,omitempty"` // clients of the tenant that the configuration does not manage
}

// Conditions are how a tenant answers, and how Terraform asks.
type Conditions struct {
	Rate    float64 `json:"rate,omitempty"`    // requests a second that the Management API serves; 0: no limit
	Burst   int     `json:"burst,omitempty"`   // and at once
	Latency int     `json:"latency,omitempty"` // milliseconds until each answer

	Parallelism int `json:"parallelism,omitempty"` // objects that Terraform works on at once; 0: its default, ten
}

// Run is one set-up under one tenant's conditions.
type Run struct {
	SetUp      SetUp       `json:"set_up"`
	Conditions Conditions  `json:"conditions"`
	Operations []Operation `json:"operations"`
}

// The operations of a run, in their order. Each is one command of Terraform's; not every CLI has Query.
const (
	Create    = "create"
	Refresh   = "refresh"    // a plan without a change
	Query     = "query"      // all APIs, clients and grants of the tenant, a thousand of each at most
	ChangeOne = "change one" // the description of one client
	ChangeAll = "change all" // every API's name and scopes, every client, every grant
	Destroy   = "destroy"
)

// Operations are their names.
func Operations() []string {
	return []string{Create, Refresh, Query, ChangeOne, ChangeAll, Destroy}
}

// Operation is what one command asked and took.
type Operation struct {
	Name    string      `json:"name"`
	Calls   tally.Calls `json:"calls"`
	Seconds float64     `json:"seconds"` // of the whole command, Terraform's share included

	Processes int     `json:"processes"`   // of the provider
	CPU       float64 `json:"cpu_seconds"` // of those processes together
	Peak      int64   `json:"peak_bytes"`  // resident memory of the largest of them
}

// Operation returns the operation of that name. It reports false where the run has none.
func (r Run) Operation(name string) (Operation, bool) {
	for _, o := range r.Operations {
		if o.Name == name {
			return o, true
		}
	}
	return Operation{}, false
}

// Run returns the run of a set-up under those conditions. It reports false where there is none.
func (r Results) Run(of SetUp, under Conditions) (Run, bool) {
	for _, run := range r.Runs {
		if run.SetUp == of && run.Conditions == under {
			return run, true
		}
	}
	return Run{}, false
}

// Read returns the results that a file holds.
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
