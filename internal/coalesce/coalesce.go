// Package coalesce is a decorator over the ports of a tenant that lets concurrent callers share their requests: Gets of
// objects, and writes of one API's scopes, which never overwrite each other.
//
// # Scopes
//
// The tenant has no request for a single scope: whoever adds one reads the API's whole list and writes it back. So all
// scope changes of an API, from whatever caller, stand in one queue and are carried out one after another:
//
//   - An owner's change (APIs.Update with scopes) is one read and one write. A scope that the owner has never seen
//     stops it.
//   - Single changes (Scopes.Change) travel in batches: one read, one write, one verifying read for all of them. The
//     first caller opens a batch, which stays open until the flight before it has landed and then until nobody has
//     joined for 20 ms, or 200 ms have passed. While it is smaller than the batch before, 20 ms are 80: those who were
//     answered just now are about to ask for more, and a batch without them would split the callers in two for good. It is
//     closed before it departs, under the lock that callers join under, so nobody joins a list that is written already.
//     The verifying read is the next batch's first one while it is younger than 250 ms, and so is what the tenant
//     answered when the API was made.
//   - A change that the verifying read does not show was undone by a writer elsewhere. It is made again, on top of what
//     was read, three times at most. The tenant has no conditional write, so what another writer overwrites after the
//     verifying read goes unseen until somebody reads the API again.
//   - Changes of one scope keep their order of arrival. One that the tenant refuses, or that wants to create what is
//     there, fails alone: the others are sent without it. But if another caller of the same batch removes that scope, the
//     removal comes first: one plan may delete a scope at one address and create it at another, in any order. The two
//     then cancel each other out, and nothing is sent.
//   - A caller without changes gets the API as it is after its batch.
//   - Nobody's cancel disturbs a flight. A caller that is cancelled while its batch is open takes its change with it and
//     nothing is sent for it; once the batch has departed it waits for its result, but no longer than 30 s.
//
// A queue belongs to an identifier. A key with an id alone is looked up once, so that all keys of an API lead to the
// same queue.
//
// # Reads
//
// What was read is kept until something is written, or until the decorator is gone. Gets that are not answered by that
// wait until nobody has asked for 15 ms, or 60 ms have passed, and then go out together:
//
//   - A key that is alone with its kind is a Get, unless so much else was asked for that more of its kind will follow.
//   - Clients and grants are looked for on pages of a hundred: another page is fetched only while that is cheaper than
//     Gets, counted over all that was asked so far. One that is on its way serves whoever asks meanwhile.
//   - APIs are asked for by their identifiers, ten to a request, and looked for on pages while that is cheaper.
//   - What no list shows, or shows in part, is confirmed by a Get of its own: absence in a list is not deletion. A list
//     that fails is the last of its sort; only a rate limit that is reached is told to all who wait.
//   - Scopes come with their API: all scopes of one cost one read.
//   - Errors are not kept, and nobody's cancel disturbs the others. What nobody waits for any more is given up.
//   - A look-up (tenant.LookUp) before any refresh is a Get by itself, and nothing that was read before answers it.
//   - The first write of a kind ends all this for the kind: every Get from then on asks for itself, and one that waits is
//     asked again. A write of APIs, scopes or clients does the same to grants, which may go or change with them.
//
// Lookups by name, by the natural key of a grant, and lists pass through as they are.
package coalesce

import (
	"context"
	"errors"
	"slices"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// New is below with its reads gathered and its scope changes queued. It serves the port Scopes itself, whether below has
// one or not.
func New(below tenant.Tenant) tenant.Tenant {
	queues := newQueues(below.APIs)
	all := new(crowd)
	ofAPIs, ofClients, ofGrants := newAPIReads(all, below.APIs), newClientReads(all, below.Clients), newGrantReads(all, below.Grants)
	wroteAPI := func() {
		ofAPIs.wrote()
		ofGrants.wrote()
	}
	wroteClient := func() {
		ofClients.wrote()
		ofGrants.wrote()
	}
	above := below
	above.APIs = &apis{APIs: below.APIs, reads: ofAPIs, wrote: wroteAPI, queues: queues}
	above.Scopes = &scopes{wrote: wroteAPI, queues: queues}
	above.Clients = &clients{Clients: below.Clients, reads: ofClients, wrote: wroteClient}
	above.Grants = &grants{Grants: below.Grants, reads: ofGrants}
	return above
}

// apis reads APIs together and sends scope changes through the API's queue.
type apis struct {
	tenant.APIs
	reads  *apiReads
	wrote  func() // is called before every write
	queues *queues
}

func (a *apis) Get(ctx context.Context, key tenant.APIKey) (tenant.API, error) {
	return a.reads.Get(ctx, key)
}

func (a *apis) Create(ctx context.Context, api tenant.NewAPI) (tenant.API, error) {
	a.wrote()
	made, err := a.APIs.Create(ctx, api)
	if err == nil {
		a.queues.made(ctx, made)
	}
	return made, err
}

func (a *apis) Delete(ctx context.Context, key tenant.APIKey) error {
	a.wrote()
	return a.APIs.Delete(ctx, key)
}

func (a *apis) Update(ctx context.Context, key tenant.APIKey, update tenant.APIUpdate) (tenant.API, error) {
	a.wrote()
	if !update.ChangesScopes() {
		return a.APIs.Update(ctx, key, update)
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
	return a.own(ctx, key, update)
}

// own makes an owner's change while nobody else in this process writes the API's scopes.
func (a *apis) own(ctx context.Context, key tenant.APIKey, update tenant.APIUpdate) (tenant.API, error) {
	present, err := a.APIs.Get(ctx, key) // as it is now, not as it was read before
	if err != nil {
		return tenant.API{}, err
	}
	if unseen := unseen(present.Scopes, update); len(unseen) > 0 {
		return present, &tenant.Appeared{
			Reply:      tenant.Reply{Operation: "update API"},
			Identifier: present.Identifier,
			Scopes:     unseen,
		}
	}
	update.Planned.Scopes = tenant.WithOriginals(update.Planned.Scopes, present.Scopes)
	api, err := a.APIs.Update(ctx, present.Key(), update)
	return api, checked(err, update.Planned.Scopes, api.Scopes)
}

// unseen returns the values of present scopes that the owner neither plans nor knows.
func unseen(present []tenant.Scope, update tenant.APIUpdate) []string {
	known, planned := tenant.ScopeValues(update.Prior.Scopes), tenant.ScopeValues(update.Planned.Scopes)
	return slices.DeleteFunc(tenant.ScopeValues(present), func(value string) bool {
		return slices.Contains(planned, value) || slices.Contains(known, value)
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
	wrote  func() // is called before every change
	queues *queues
}

func (s *scopes) Change(ctx context.Context, key tenant.APIKey, changes ...tenant.ScopeChange) (tenant.API, error) {
	if len(changes) > 0 {
		s.wrote()
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
