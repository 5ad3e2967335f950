package main

import (
	"fmt"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/bench/report"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// job returns the configuration of one API, one client and its grant.
func job() report.SetUp { return report.SetUp{APIs: 1, Scopes: 5, Clients: 1, Grants: 1} }

func single(s report.SetUp) report.SetUp {
	s.Single = true
	return s
}

// largeTenant returns the configuration of a job in a tenant with 10,000 other clients.
func largeTenant() report.SetUp {
	s := job()
	s.Foreign = 10_000
	return s
}

// runs returns the runs of the bench, the shortest ones first.
func runs() []report.Run {
	var ( // the rate limits of Auth0's subscription plans, and a slow connection
		unlimited     = report.Conditions{}
		production    = report.Conditions{Rate: 16, Burst: 50}
		nonproduction = report.Conditions{Rate: 2, Burst: 10}
		far           = report.Conditions{Latency: 310}
		distant       = report.Conditions{Latency: 150}
		oneByOne      = report.Conditions{Parallelism: 1}
		wideOpen      = report.Conditions{Parallelism: 30}
	)
	var (
		library = report.SetUp{APIs: 1, Scopes: 20, Clients: 1, Grants: 1}
		team    = report.SetUp{APIs: 3, Scopes: 10, Clients: 4, Grants: 12}
		five    = report.SetUp{APIs: 10, Scopes: 5, Clients: 10, Grants: 10}
		ten     = report.SetUp{APIs: 10, Scopes: 10, Clients: 10, Grants: 10}
		estate  = report.SetUp{APIs: 10, Scopes: 100, Clients: 100, Grants: 100}
		wide    = report.SetUp{APIs: 100, Scopes: 5, Clients: 100, Grants: 100}
	)
	var all []report.Run
	add := func(under report.Conditions, setUps ...report.SetUp) {
		for _, s := range setUps {
			all = append(all, report.Run{SetUp: s, Conditions: under})
		}
	}
	add(unlimited, job(), single(job()), largeTenant(), single(library), team, single(team), five, ten, single(ten), estate, wide)
	add(oneByOne, estate)
	add(wideOpen, estate)
	add(distant, single(ten), wide)
	add(far, job(), single(job()), single(library))
	add(production, job(), five, ten, estate)
	add(nonproduction, job(), five)
	return all
}

// chosen returns the runs of the bench, or those of the grid: each configuration with every parallelism and latency, on which
// the number of requests should not depend.
func chosen(grid bool) []report.Run {
	if !grid {
		return runs()
	}
	var all []report.Run
	for _, s := range []report.SetUp{
		job(),
		single(report.SetUp{APIs: 1, Scopes: 20, Clients: 1, Grants: 1}),
		{APIs: 10, Scopes: 5, Clients: 10, Grants: 10},
		{APIs: 100, Scopes: 5, Clients: 100, Grants: 100},
		single(report.SetUp{APIs: 10, Scopes: 10, Clients: 10, Grants: 10}),
	} {
		for _, latency := range []int{0, 20, 150} {
			for _, parallelism := range []int{1, 10, 30} {
				all = append(all, report.Run{SetUp: s, Conditions: report.Conditions{Latency: latency, Parallelism: parallelism}})
			}
		}
	}
	return all
}

// seed returns the objects that the tenant has in addition to the configuration.
func seed(s report.SetUp) *emulator.Seed {
	if s.Foreign == 0 {
		return nil
	}
	found := &emulator.Seed{}
	for i := range s.Foreign {
		found.Clients = append(found.Clients, store.Object{
			{Name: "client_id", Value: fmt.Sprintf("foreign%025d", i)},
			{Name: "name", Value: fmt.Sprintf("Foreign %d", i)},
			{Name: "app_type", Value: "non_interactive"},
			{Name: "grant_types", Value: []any{"client_credentials"}},
		})
	}
	return found
}
