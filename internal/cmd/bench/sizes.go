package main

import (
	"fmt"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/bench/report"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// job is the set-up of one API, one client and its grant.
func job() report.SetUp { return report.SetUp{APIs: 1, Scopes: 5, Clients: 1, Grants: 1} }

func single(s report.SetUp) report.SetUp {
	s.Single = true
	return s
}

// crowded is the set-up of the job in a tenant that has ten thousand other clients.
func crowded() report.SetUp {
	s := job()
	s.Foreign = 10_000
	return s
}

// runs are what the bench runs, the quick ones first.
func runs() []report.Run {
	var ( // the rate limits of Auth0's subscription plans, and a slow connection
		unlimited     = report.Conditions{}
		production    = report.Conditions{Rate: 16, Burst: 50}
		nonproduction = report.Conditions{Rate: 2, Burst: 10}
		far           = report.Conditions{Latency: 310}
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
	add(unlimited, job(), single(job()), crowded(), single(library), team, single(team), five, ten, single(ten), estate, wide)
	add(oneByOne, estate)
	add(wideOpen, estate)
	add(far, job(), single(job()), single(library))
	add(production, job(), five, ten, estate)
	add(nonproduction, job(), five)
	return all
}

// chosen are the runs of the bench, or those of the grid: each set-up at every parallelism and distance, because what is
// asked for must hang on neither.
func chosen(grid bool) []report.Run {
	if !grid {
		return runs()
	}
	several := report.SetUp{APIs: 10, Scopes: 30, Clients: 99, Grants: 99, Single: true}
	paged := several
	paged.Clients, paged.Grants = 100, 100 // with the tenant's own, one more than a page
	var all []report.Run
	for _, s := range []report.SetUp{
		job(), {APIs: 1, Scopes: 20, Clients: 1, Grants: 1, Single: true}, {APIs: 1, Scopes: 100, Clients: 1, Grants: 1, Single: true}, several, paged,
	} {
		for _, latency := range []int{0, 20, 150} {
			for _, parallelism := range []int{1, 10, 30} {
				all = append(all, report.Run{SetUp: s, Conditions: report.Conditions{Latency: latency, Parallelism: parallelism}})
			}
		}
	}
	return all
}

// seed is what the tenant of a set-up holds besides.
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
