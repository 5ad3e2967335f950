package main

import (
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// cost is what one step asked of the tenant, by what it was for.
type cost struct {
	creates, reads, updates, deletes int // management calls for the three resources

	tokens int // requests for the provider's own token

	checks    int // management calls of the access check: the job's secret
	jobTokens int // its requests for the job's token
	keySets   int // its requests for the tenant's published keys

	others int // anything else; there should be none
}

// management is the number of calls for the resources themselves.
func (c cost) management() int { return c.creates + c.reads + c.updates + c.deletes }

// tally counts the requests of a journal. Those of the dashboard are not Terraform's and do not count.
func tally(journal []emulator.Entry, provider string) cost {
	var c cost
	for _, entry := range journal {
		if entry.Caller != dashboard {
			*c.of(entry, provider)++
		}
	}
	return c
}

// dashboard is what the emulator calls whoever acts behind Terraform's back.
const dashboard = "dashboard"

// of is the counter that a request belongs to.
func (c *cost) of(entry emulator.Entry, provider string) *int {
	switch {
	case entry.Route == "/oauth/token" && entry.Caller == provider:
		return &c.tokens
	case entry.Route == "/oauth/token":
		return &c.jobTokens
	case entry.Route == "/.well-known/jwks.json":
		return &c.keySets
	case strings.Contains(entry.Query.Get("fields"), "client_secret"):
		return &c.checks
	case strings.HasPrefix(entry.Route, "/api/v2/"):
		return c.ofMethod(entry.Method)
	}
	return &c.others
}

func (c *cost) ofMethod(method string) *int {
	switch method {
	case "GET":
		return &c.reads
	case "POST":
		return &c.creates
	case "PATCH":
		return &c.updates
	case "DELETE":
		return &c.deletes
	}
	return &c.others
}
