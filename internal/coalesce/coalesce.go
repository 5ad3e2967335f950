package coalesce

import (
	"context"
	"errors"
	"slices"

	"github.com/timesheets/terraform-provider-timesheets/internal/panics"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	nounScope       = "scope"
	fieldScopes     = "scopes"
	updateOperation = "update API"
	changeOperation = "change scopes of API"
)

// New returns a tenant that shares the reads of below and queues its scope changes. It implements the port Scopes even if
// below does not.
func New(below tenant.Tenant) tenant.Tenant {
	stats := new(readStats)
	apiReads, clientReads, grantReads := newAPIReader(stats, below.APIs), newClientReader(stats, below.Clients), newGrantReader(stats, below.Grants)
	queues := newQueues(below.APIs, apiReads)
	invalidateAPIs := func() {
		apiReads.invalidate()
		grantReads.invalidate()
	}
	invalidateClients := func() {
		clientReads.invalidate()
		grantReads.invalidate()
	}
	above := below
	above.APIs = &apis{apiObjects{below.APIs, apiReads, invalidateAPIs}, queues}
	above.Scopes = &scopes{invalidate: invalidateAPIs, queues: queues}
	above.Clients = &clientObjects{below.Clients, clientReads, invalidateClients}
	above.Grants = &grantObjects{below.Grants, grantReads, grantReads.invalidate}
	return above
}

// apis sends changes of scopes through the queue of the API.
type apis struct {
	apiObjects
	queues *queues
}

// Create creates an API. The response is the first snapshot of its queue.
func (a *apis) Create(ctx context.Context, api tenant.NewAPI) (tenant.API, error) {
	created, err := a.apiObjects.Create(ctx, api)
	if err == nil {
		a.queues.addCreated(ctx, created)
	}
	return created, err
}

// Update updates an API. If the update changes scopes, it waits for the queue of the API.
func (a *apis) Update(ctx context.Context, key tenant.APIKey, update tenant.APIUpdate) (tenant.API, error) {
	if !update.ChangesScopes() {
		return a.apiObjects.Update(ctx, key, update)
	}
	a.invalidate()
	queue, err := a.queues.get(ctx, key)
	if err != nil {
		return tenant.API{}, err
	}
	if err := queue.lock(ctx); err != nil {
		return tenant.API{}, err
	}
	defer queue.unlock()
	return a.updateScopes(ctx, queue, key, update)
}

// updateScopes reads the API, rejects an update that would undo a change of another writer, and sends it otherwise. The caller
// has locked the queue of the API and dropped the caches. updateScopes always reads from the tenant, because a cached API
// cannot show what another writer has added since the plan.
func (a *apis) updateScopes(ctx context.Context, queue *queue, key tenant.APIKey, update tenant.APIUpdate) (tenant.API, error) {
	base, err := queue.readShared(ctx, key, waitForUpdates, &update)
	if err != nil {
		return tenant.API{}, err
	}
	if changed := scopesChanged(base, update); changed != nil {
		return base, changed
	}
	update.Planned.Scopes = tenant.WithOriginals(update.Planned.Scopes, base.Scopes)
	queue.dropSnapshot()
	queue.uncertain = true
	api, err := a.Objects.Update(ctx, base.Key(), update) // of the tenant below: a.apiObjects.Update would drop the caches again
	if err == nil {
		queue.setKnown(api)
	}
	return api, compareScopes(err, update.Planned.Scopes, api.Scopes)
}

// scopesChanged returns the error of an update that would undo what another writer has changed since the plan, or nil: it would remove
// scopes that are neither in the prior state nor in the plan, or restore scopes that the plan does not change.
func scopesChanged(present tenant.API, update tenant.APIUpdate) *tenant.ScopesChanged {
	changed := tenant.ScopesChanged{Reply: tenant.Reply{Operation: updateOperation}, Identifier: present.Identifier}
	for _, scope := range present.Scopes {
		_, known := update.Prior.Scope(scope.Value)
		if _, planned := update.Planned.Scope(scope.Value); !known && !planned {
			changed.Added = append(changed.Added, scope.Value)
		}
	}
	for _, before := range update.Prior.Scopes {
		planned, kept := update.Planned.Scope(before.Value)
		same := func(now tenant.Scope) bool { return now.Value == before.Value && now.Description == before.Description }
		if kept && planned.Description == before.Description && !slices.ContainsFunc(present.Scopes, same) { // Auth0 can list a scope twice (RS010)
			changed.Altered = append(changed.Altered, before.Value)
		}
	}
	if changed.Added == nil && changed.Altered == nil {
		return nil
	}
	slices.Sort(changed.Added)
	slices.Sort(changed.Altered)
	return &changed
}

// compareScopes returns the error of a write. If the response has other scopes than were sent, the error is a
// *[tenant.Differs], which reports an accepted write with other values, and includes the field `scopes`.
func compareScopes(err error, sent, returned []tenant.Scope) error {
	differs, ok := errors.AsType[*tenant.Differs](err)
	if err != nil && !ok || tenant.SameScopes(sent, returned) {
		return err
	}
	result := tenant.Differs{Reply: tenant.Reply{Operation: updateOperation}}
	if differs != nil {
		result = *differs
	}
	if !slices.Contains(result.Fields, fieldScopes) {
		result.Fields = append(slices.Clone(result.Fields), fieldScopes)
	}
	return &result
}

// scopes batches changes of single scopes.
type scopes struct {
	invalidate func() // is called before every change
	queues     *queues
}

// Get reads an API after the open batch of its queue.
func (s *scopes) Get(ctx context.Context, key tenant.APIKey) (tenant.API, error) {
	return s.join(ctx, key, nil)
}

// Change adds a change to the queue of an API and waits for its result.
func (s *scopes) Change(ctx context.Context, key tenant.APIKey, change tenant.ScopeChange) (tenant.API, error) {
	s.invalidate()
	return s.join(ctx, key, &change)
}

func (s *scopes) join(ctx context.Context, key tenant.APIKey, change *tenant.ScopeChange) (tenant.API, error) {
	c := &caller{change: change, done: make(chan result, 1)}
	queue, err := s.queues.get(ctx, key)
	if isA[*tenant.NotFound](err) {
		c.answerNotFound(err)
		outcome := <-c.done
		return outcome.api, outcome.err
	}
	if err != nil {
		return tenant.API{}, err
	}
	return queue.wait(ctx, c)
}

// canceledErr returns the error of a caller that was canceled before it received a result. It is unsettled if a change of the
// caller may have been sent.
func canceledErr(ctx context.Context, operation string, unsettled bool) error {
	return &tenant.Unavailable{Reply: tenant.Reply{Operation: operation}, Cause: context.Cause(ctx), Unsettled: unsettled}
}

// recoverPanics returns request with its panics converted to errors. Shared requests run in goroutines of their own,
// where a panic would end the process.
func recoverPanics[Q, A any](request func(context.Context, Q) (A, error)) func(context.Context, Q) (A, error) {
	return func(ctx context.Context, query Q) (answer A, err error) {
		defer func() {
			if cause := recover(); cause != nil {
				err = panics.Caught(cause)
			}
		}()
		return request(ctx, query)
	}
}
