// Package tally counts what a run of Terraform asked of an emulator, by what each request was for.
package tally

import (
	"net/http"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// Calls are the requests of a run.
type Calls struct {
	Creates int `json:"creates"` // Management API, for the resources themselves
	Reads   int `json:"reads"`
	Updates int `json:"updates"`
	Deletes int `json:"deletes"`

	Tokens int `json:"tokens"` // requests for the provider's own token

	Checks    int `json:"checks,omitempty"`     // management calls of the access check: the job's secret
	JobTokens int `json:"job_tokens,omitempty"` // its requests for the job's token
	KeySets   int `json:"key_sets,omitempty"`   // its requests for the tenant's published keys

	Refused int `json:"refused"`          // answered with 429, whatever they were for
	Others  int `json:"others,omitempty"` // anything else; there should be none
}

// Management is the number of calls for the resources themselves that the tenant served.
func (c Calls) Management() int { return c.Creates + c.Reads + c.Updates + c.Deletes }

// Dashboard is what the emulator calls whoever acts behind Terraform's back.
const Dashboard = "dashboard"

// Count counts the requests of a journal. Provider is the client id that the provider works as. What the dashboard
// asked is not Terraform's and does not count.
func Count(journal []emulator.Entry, provider string) Calls {
	var c Calls
	for _, entry := range journal {
		if entry.Caller != Dashboard {
			*c.of(entry, provider)++
		}
	}
	return c
}

// of is the counter that a request belongs to.
func (c *Calls) of(entry emulator.Entry, provider string) *int {
	switch {
	case entry.Status == http.StatusTooManyRequests:
		return &c.Refused
	case entry.Route == "/oauth/token" && entry.Caller == provider:
		return &c.Tokens
	case entry.Route == "/oauth/token":
		return &c.JobTokens
	case entry.Route == "/.well-known/jwks.json":
		return &c.KeySets
	case strings.Contains(entry.Query.Get("fields"), "client_secret"):
		return &c.Checks
	case strings.HasPrefix(entry.Route, "/api/v2/"):
		return c.ofMethod(entry.Method)
	}
	return &c.Others
}

func (c *Calls) ofMethod(method string) *int {
	switch method {
	case http.MethodGet:
		return &c.Reads
	case http.MethodPost:
		return &c.Creates
	case http.MethodPatch:
		return &c.Updates
	case http.MethodDelete:
		return &c.Deletes
	}
	return &c.Others
}
