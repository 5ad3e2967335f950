// Package coalesce is a decorator over the ports of a tenant that lets concurrent writes of one API's scopes share
// their requests and never overwrite each other.
//
// The tenant has no request for a single scope: whoever adds one reads the API's whole list and writes it back. So all
// scope changes of an API, from whatever caller, stand in one queue and are carried out one after another:
//
//   - An owner's change (APIs.Update with scopes) is one read and one write. A scope that the owner has never seen
//     stops it.
//   - Single changes (Scopes.Change) travel in batches: one read, one write, one verifying read for all of them. The
//     first caller opens a batch, which stays open until the flight before it has landed and then until nobody has
//     joined for 20 ms, or 200 ms have passed. It is closed before it departs, under the lock that callers join under,
//     so nobody joins a list that is written already. The verifying read is the next batch's first one while it is
//     younger than 200 ms.
//   - A change that the verifying read does not show was undone by a writer elsewhere. It is made again, on top of what
//     was read, three times at most. The tenant has no conditional write, so what another writer overwrites after the
//     verifying read goes unseen until somebody reads the API again.
//   - Changes of one scope keep their order of arrival. One that the tenant refuses, or that wants to create what is
//     there, fails alone: the others are sent without it.
//   - Nobody's cancel disturbs a flight. A caller that is cancelled while its batch is open takes its change with it and
//     nothing is sent for it; once the batch has departed it waits for its result, but no longer than 30 s.
//
// A queue belongs to an identifier. A key with an id alone is looked up once, so that all keys of an API lead to the
// same queue. Everything that does not change scopes passes through as it is.
package coalesce

import (
	"context"
	"errors"
	"slices"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// New is below with its scope changes queued. It serves the port Scopes itself, whether below has one or not.
func New(below tenant.Tenant) tenant.Tenant {
	queues := newQueues(below.APIs)
	above := below
	above.APIs = &apis{APIs: below.APIs, queues: queues}
	above.Scopes = &scopes{below: below.APIs, queues: queues}
	return above
}

// apis sends scope changes through the API's queue and everything else straight below.
type apis struct {
	tenant.APIs
	queues *queues
}

func (a *apis) Update(ctx context.Context, key tenant.APIKey, change tenant.APIChange) (tenant.API, error) {
	if !change.Scopes.Touched() {
		return a.APIs.Update(ctx, key, change)
	}
	queue, err := a.queues.of(ctx, key)
	if err != nil {
		return tenant.API{}, err
	}
	if err := queue.enter(ctx); err != nil {
		return tenant.API{}, err
	}
	defer queue.leave()
	queue.forget()
	return a.own(ctx, key, change)
}

// own makes an owner's change while nobody else in this process writes the API's scopes.
func (a *apis) own(ctx context.Context, key tenant.APIKey, change tenant.APIChange) (tenant.API, error) {
	present, err := a.Get(ctx, key)
	if err != nil {
		return tenant.API{}, err
	}
	list, _ := change.Scopes.Value()
	if unseen := unseen(present.Scopes, list); len(unseen) > 0 {
		return present, &tenant.Appeared{
			Reply:      tenant.Reply{Operation: "update API"},
			Identifier: present.Identifier,
			Scopes:     unseen,
		}
	}
	api, err := a.APIs.Update(ctx, present.Key(), change)
	return api, checked(err, list.Wanted, api.Scopes)
}

// unseen are the values of present scopes that the owner neither wants nor knows.
func unseen(present []tenant.Scope, list tenant.ScopeList) []string {
	wanted := tenant.ScopeValues(list.Wanted)
	return slices.DeleteFunc(tenant.ScopeValues(present), func(value string) bool {
		return slices.Contains(wanted, value) || slices.Contains(list.Known, value)
	})
}

// checked adds to the outcome of a write whether the tenant kept the scopes it was sent.
func checked(err error, sent, kept []tenant.Scope) error {
	var differs *tenant.Differs
	if err != nil && !errors.As(err, &differs) || tenant.SameScopes(sent, kept) {
		return err
	}
	told := tenant.Differs{Reply: tenant.Reply{Operation: "update API"}, Noun: nounAPI}
	if differs != nil {
		told = *differs
	}
	if !slices.Contains(told.Fields, fieldScopes) {
		told.Fields = append(slices.Clone(told.Fields), fieldScopes)
	}
	return &told
}

const (
	nounAPI     = "API"
	nounScope   = "scope"
	fieldScopes = "scopes"
)

// scopes makes single changes in batches.
type scopes struct {
	below  tenant.APIs
	queues *queues
}

func (s *scopes) Change(ctx context.Context, key tenant.APIKey, changes ...tenant.ScopeChange) (tenant.API, error) {
	if len(changes) == 0 {
		return s.below.Get(ctx, key)
	}
	waiting := &member{changes: changes, done: make(chan result, 1)}
	queue, err := s.queues.of(ctx, key)
	if isNotFound(err) {
		waiting.gone(err)
		outcome := <-waiting.done
		return outcome.api, outcome.err
	}
	if err != nil {
		return tenant.API{}, err
	}
	return queue.change(ctx, waiting)
}
