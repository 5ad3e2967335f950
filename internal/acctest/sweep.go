package acctest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/prefix"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// sweepAge is how old the run of a leftover must be, unless it is the run that sweeps: longer than a run takes.
const sweepAge = 2 * time.Hour

// Sweep selects the leftovers of tests that a sweep deletes.
type Sweep struct {
	Ports    tenant.Tenant
	Own      string    // client ID of the provider; that client is never deleted
	Run      string    // ID of a run whose objects are deleted whatever their age; empty: none
	Now      time.Time // zero: the current time
	DryRun   bool      // report, and delete nothing
	Reported func(line string)
}

// Grants deletes the client grants for the APIs of tests. Those of their clients are deleted with the clients.
func (s Sweep) Grants(ctx context.Context) error {
	return sweep(ctx, s, s.Ports.Grants.List(ctx, tenant.GrantFilter{}), "client grant",
		func(grant tenant.Grant) (string, bool) {
			return grant.Audience, grant.IsSystem || grant.ClientID == s.Own
		},
		func(ctx context.Context, grant tenant.Grant) error { return s.Ports.Grants.Delete(ctx, grant.Key()) })
}

// Clients deletes the clients of tests.
func (s Sweep) Clients(ctx context.Context) error {
	return sweep(ctx, s, s.Ports.Clients.List(ctx, tenant.ClientFilter{}), "client",
		func(client tenant.Client) (string, bool) { return client.Name, client.ClientID == s.Own },
		func(ctx context.Context, client tenant.Client) error {
			return s.Ports.Clients.Delete(ctx, tenant.ClientKey{ClientID: client.ClientID})
		})
}

// APIs deletes the APIs of tests.
func (s Sweep) APIs(ctx context.Context) error {
	return sweep(ctx, s, s.Ports.APIs.List(ctx, tenant.APIFilter{}), "API",
		func(api tenant.API) (string, bool) { return api.Identifier, api.IsSystem },
		func(ctx context.Context, api tenant.API) error {
			return s.Ports.APIs.Delete(ctx, tenant.APIKey{ID: api.ID, Identifier: api.Identifier})
		})
}

// sweep deletes the objects of a list that are leftovers. An object that cannot be deleted does not stop it.
func sweep[T any](ctx context.Context, s Sweep, list func(func(T, error) bool), noun string, describe func(T) (name string, protected bool), remove func(context.Context, T) error) error {
	var leftovers []T
	for object, err := range list {
		if err != nil {
			return fmt.Errorf("list objects: %w", err)
		}
		if name, protected := describe(object); !protected && s.leftover(name) {
			leftovers = append(leftovers, object)
		}
	}
	var failed []error
	for _, object := range leftovers { // after the list, because deletions move its pages
		name, _ := describe(object)
		verb := "delete"
		if s.DryRun {
			verb = "would delete"
		} else if err := remove(ctx, object); err != nil {
			verb, failed = "cannot delete", append(failed, fmt.Errorf("delete the %s %s: %w", noun, name, err))
		}
		if s.Reported != nil {
			s.Reported(fmt.Sprintf("%s the %s %s", verb, noun, name))
		}
	}
	return errors.Join(failed...)
}

// leftover reports whether the name is that of an object of a test that no longer runs.
func (s Sweep) leftover(name string) bool {
	start, run, ok := prefix.Parse(name)
	if !ok {
		return false
	}
	now := s.Now
	if now.IsZero() {
		now = time.Now()
	}
	return s.Run != "" && run == s.Run || now.Sub(start) > sweepAge
}
