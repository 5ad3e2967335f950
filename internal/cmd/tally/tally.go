// Package tally counts the requests of a Terraform run to an emulator by their purpose.
package tally

import (
	"net/http"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// Calls contains the number of requests of a run.
type Calls struct {
	Creates int `json:"creates"` // Management API, for the resources
	Reads   int `json:"reads"`
	Updates int `json:"updates"`
	Deletes int `json:"deletes"`

	Tokens int `json:"tokens"` // requests for the provider's own token

	Checks    int `json:"checks,omitempty"`     // Management API requests of the access check: the job's secret
	JobTokens int `json:"job_tokens,omitempty"` // its requests for the job's token
	KeySets   int `json:"key_sets,omitempty"`   // its requests for the tenant's JWKS

	Refused int `json:"refused"`          // rejected with 429, whatever their purpose
	Others  int `json:"others,omitempty"` // all others; none are expected
}

// Management returns the number of successful requests for the resources.
func (c Calls) Management() int { return c.Creates + c.Reads + c.Updates + c.Deletes }

// Dashboard is the caller in the journal for changes outside Terraform.
const Dashboard = "dashboard"

// Count counts the requests of a journal. provider is the client ID of the provider. Requests of Dashboard do not count.
func Count(journal []emulator.Entry, provider string) Calls {
	var c Calls
	for _, entry := range journal {
		if entry.Caller != Dashboard {
			*c.of(entry, provider)++
		}
	}
	return c
}

// of returns the counter for a request.
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
