// Package planstate records what one configured provider process has read and planned, so that plans can be compared
// with each other without a request.
//
// # What a process knows
//
// Terraform starts one provider process for each walk through a configuration, and nothing that one process records
// reaches the next. The walks of "terraform test" can share a process: see [NewShared].
//
//   - The plan process reads every object of the state (unless -refresh=false) and then plans it: kept, changed,
//     replaced, deleted. It plans a replacement twice, the second time without the prior state. The order of objects that
//     do not reference each other is arbitrary, and no call reports that the walk has ended.
//   - "terraform destroy" plans the configuration in this way first, in a process of its own. An error of that plan stops
//     it, unless -refresh=false.
//   - The apply process reads nothing. It plans created and updated objects once more, each immediately before it is
//     written; the create of a replacement looks like any other create. It never plans deletions, nor objects that do not
//     change. Neither planned values nor planned private state of a create reach it.
//
// # Order
//
// What a plan rejects must depend on the configuration and the state alone. Therefore every contradiction is between two
// facts, and whichever is recorded second reports it: each method that records a fact returns the contradictions with
// the facts before it, under one lock. A fact that is missing decides nothing, because it may still come: that no
// resource creates a scope is never known.
//
// Two contradictions cannot be reported in this way:
//
//   - An API is replaced by one with the same identifier, and a single scope of it does not reference it. A plan does not show
//     whether an identifier is a reference. If the API is planned first, the scope is replaced too, with or without a
//     reference. Otherwise the scope is kept, and ends with the old API. Only the second plan of a forced replacement could
//     report that, and Terraform drops its warnings. The description of `identifier` documents it. In the same way a client
//     grant ends with a replaced client if the grant ignores changes of `client_id`, or sets it literally.
//   - A scope is deleted at one address and created at another. The two could meet in the queue and send nothing, but in an
//     apply a create cannot know that a deletion follows: its plan in the apply process has neither the planned values nor
//     the private state of the plan. With one operation at a time, half of the applies would run the create first. It fails,
//     because existing scopes are never taken over, and the deletion that follows loses the scope until the next apply.
//     Therefore the plan rejects that, and asks for a `moved` block. Only if one of the two is a replacement, as in a list
//     with `count` whose elements move, can no `moved` block express the change, and the queue merges the two.
package planstate

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// State is what one process has read and planned. It sends no requests and is safe for concurrent use.
type State struct {
	shared    bool // several walks use the process
	mu        sync.Mutex
	apis      map[string]*apiState // by identifier
	claims    map[string][]claim   // by type and natural key
	read      map[string]bool      // the same, objects that were read
	imported  map[string]bool      // the same, objects that are new to the state
	protected map[string][]byte    // reasons, by type and natural key
	ungranted map[string]bool      // clients with a grant that this plan deletes
	omits     map[string]bool      // by identifier, whether the written configuration leaves out scopes
	deleted   map[Parent]bool      // APIs and clients that this plan deletes
	kept      map[Parent][]string  // resources that end with their API or client
}

// apiState is what is known of one API. What was planned is kept apart from what was read, because Terraform reads some
// resources after it planned others.
type apiState struct {
	created  bool
	wasRead  bool
	read     []string               // scopes as a resource read them
	observed map[string]bool        // scopes that the tenant had at any moment of this process
	managed  scopeMap               // the `scopes` of the API itself
	released []string               // scopes of a map that this plan stops to manage
	single   map[string]bool        // scopes that single-scope resources have after this plan
	creating map[string]bool        // those of them that this plan creates
	deleted  map[string]bool        // scopes whose single-scope resources this plan deletes
	grants   map[string]GrantScopes // by client and subject type
	warned   map[Contradiction]bool // unchanged contradictions that were reported
	grantEnd bool                   // a grant on the API is deleted
	unscoped bool                   // this apply has deleted a single scope

	deniesClients   bool // the plan of the API denies all clients
	clientGrant     bool // a grant of the configuration lets a client request tokens for itself
	uselessReported bool // that both are so was reported
}

// New returns an empty state.
func New() *State {
	return &State{
		apis: map[string]*apiState{}, claims: map[string][]claim{}, read: map[string]bool{}, imported: map[string]bool{},
		protected: map[string][]byte{}, ungranted: map[string]bool{}, omits: map[string]bool{}, deleted: map[Parent]bool{}, kept: map[Parent][]string{},
	}
}

// Read records an API as a resource read it from the tenant.
func (s *State) Read(api tenant.API) {
	s.update(api.Identifier, func(a *apiState) { a.read, a.wasRead = tenant.ScopeValues(api.Scopes), true })
	s.Observe(api)
}

// Observe records the scopes that an API has now.
func (s *State) Observe(api tenant.API) {
	s.update(api.Identifier, func(a *apiState) {
		for _, scope := range api.Scopes {
			a.observed[scope.Value] = true
		}
	})
}

// ReadScopes returns the scopes of the API that a resource read; none if the API was not read.
func (s *State) ReadScopes(identifier string) []string {
	return query(s, identifier, func(a *apiState) []string { return slices.Clone(a.read) })
}

// WasRead reports whether a resource read the API in this process. An apply process reads nothing.
func (s *State) WasRead(identifier string) bool {
	return query(s, identifier, func(a *apiState) bool { return a.wasRead })
}

// PlanCreate records that this plan creates the API or creates it again: it starts without any scope.
func (s *State) PlanCreate(identifier string) {
	s.update(identifier, func(a *apiState) { a.created = true })
}

// Created reports whether this plan creates the API, so that its single scopes must be created again too.
func (s *State) Created(identifier string) bool {
	return query(s, identifier, func(a *apiState) bool { return a.created })
}

// PlanGrantDelete records that this plan deletes a grant of the client on the API.
func (s *State) PlanGrantDelete(clientID, identifier string) {
	s.update(identifier, func(a *apiState) {
		a.grantEnd = true
		s.ungranted[clientID] = true
	})
}

// DeletesGrant reports whether this plan deletes a grant on the API.
func (s *State) DeletesGrant(identifier string) bool {
	return query(s, identifier, func(a *apiState) bool { return a.grantEnd })
}

// DeletesGrantOf reports whether this plan deletes a grant of the client.
func (s *State) DeletesGrantOf(clientID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ungranted[clientID]
}

// LookAlike returns an API that was read or planned and whose identifier differs from the given one only in letter case
// or in slashes at its end. It returns nothing if the given API itself was read or planned.
func (s *State) LookAlike(identifier string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found := s.apis[identifier]; found != nil && found.known() {
		return ""
	}
	plain := func(text string) string { return strings.ToLower(strings.TrimRight(text, "/")) }
	for _, other := range slices.Sorted(maps.Keys(s.apis)) {
		if s.apis[other].known() && plain(other) == plain(identifier) {
			return other
		}
	}
	return ""
}

func (a *apiState) known() bool {
	return a.wasRead || a.created || a.managed.planned || len(a.observed)+len(a.single) > 0
}

func (s *State) update(identifier string, write func(*apiState)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	write(s.api(identifier))
}

// api returns the entry of an API. The caller has the lock.
func (s *State) api(identifier string) *apiState {
	found := s.apis[identifier]
	if found == nil {
		found = &apiState{
			observed: map[string]bool{}, single: map[string]bool{}, creating: map[string]bool{}, deleted: map[string]bool{},
			grants: map[string]GrantScopes{}, warned: map[Contradiction]bool{},
		}
		s.apis[identifier] = found
	}
	return found
}

func query[T any](s *State, identifier string, read func(*apiState) T) T {
	s.mu.Lock()
	defer s.mu.Unlock()
	return read(s.api(identifier))
}

func sorted(values map[string]bool) []string { return slices.Sorted(maps.Keys(values)) }

// ConfigureScopes notes whether the configuration of an API sets `scopes`, as written. Terraform validates the written
// configuration before each plan; with ignore_changes the plan then receives the prior value in its place.
func (s *State) ConfigureScopes(identifier string, set bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.omits[identifier] = !set
}

// OmitsScopes reports whether the written configuration of an API leaves out `scopes`.
func (s *State) OmitsScopes(identifier string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.omits[identifier]
}

// ReadProtected notes that this process read a protected object with the given key, and why it is protected. A later
// plan that creates an object with this key replaces it: Terraform plans a tainted object without its prior state.
func (s *State) ReadProtected(key string, reason []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.protected[key] = reason
}

// Protected returns why the object with the given key is protected; nil if none was read.
func (s *State) Protected(key string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.protected[key]
}

// PlanProtected notes that the object with the given key was planned with its prior state, so it is not tainted.
func (s *State) PlanProtected(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.protected, key)
}

// NewShared returns a state for a process that several walks use one after another, as newer Terraform does in "terraform
// test". No call reports that a walk ends. A walk reads an object before it plans it, so the next one has begun when an
// object is read again whose key was claimed.
func NewShared() *State {
	s := New()
	s.shared = true
	return s
}

// startWalk forgets what the earlier walks of a shared process planned, if one of them claimed the key. What was read stays.
// The caller has the lock.
func (s *State) startWalk(key string) {
	if !s.shared || len(s.claims[key]) == 0 {
		return
	}
	read := s.apis
	fresh := New()
	s.claims, s.ungranted, s.apis = fresh.claims, fresh.ungranted, fresh.apis
	for identifier, before := range read {
		now := s.api(identifier)
		now.wasRead, now.read, now.observed = before.wasRead, before.read, before.observed
	}
}
