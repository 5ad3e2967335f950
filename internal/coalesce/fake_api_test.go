package coalesce_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/timesheets/terraform-provider-timesheets/internal/coalesce"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	id         = "6543210fedcba98765432100"
	identifier = "https://api.timesheets.example/v1"
	latency    = 150 * time.Millisecond
)

var key = tenant.APIKey{Identifier: identifier}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// request is a request that fakeAPI received.
type request struct {
	write  bool
	list   bool
	key    tenant.APIKey
	sent   []tenant.Scope // of a write
	answer []tenant.Scope // scopes of the API after the request
	at     time.Time      // when it took effect
	err    error
}

// fault is the failure of a request.
type fault struct {
	err   error
	after bool // the request takes effect, and only its response is lost
	stale bool // a list shows the API as it was before the last write
}

// fakeAPI is a tenant with one API. Each request takes effect in the middle of its latency. Canceling its context stops
// reads, and writes that were not started. The hook runs under the lock, just before a request takes effect.
type fakeAPI struct {
	tenant.APIs // nil: a method that no test expects panics

	latency time.Duration

	mu       sync.Mutex
	api      tenant.API
	previous []tenant.Scope // before the last write
	deleted  bool
	requests []request
	hook     func(s *fakeAPI, write bool) *fault
}

func newFakeAPI(scopes ...tenant.Scope) *fakeAPI {
	return &fakeAPI{latency: latency, api: tenant.API{ID: id, Identifier: identifier, Name: "Timesheets API", Scopes: scopes}}
}

func (s *fakeAPI) tenant() tenant.Tenant { return coalesce.New(tenant.Tenant{APIs: s}) }

func (s *fakeAPI) Get(ctx context.Context, key tenant.APIKey) (tenant.API, error) {
	return s.do(ctx, request{key: key}, ctx.Err)
}

func (s *fakeAPI) Update(ctx context.Context, key tenant.APIKey, update tenant.APIUpdate) (tenant.API, error) {
	sent := update.Effective().Planned.Scopes
	return s.do(ctx, request{write: true, key: key, sent: sent}, func() error {
		if slices.ContainsFunc(sent, func(scope tenant.Scope) bool { return strings.Contains(scope.Value, "!") }) {
			return &tenant.Invalid{Field: "scopes"}
		}
		if update.ChangesScopes() {
			s.previous = s.api.Scopes
			s.api.Scopes = slices.Clone(sent)
		}
		if name := update.Planned.Name; name != update.Prior.Name {
			s.api.Name = name
		}
		return nil
	})
}

func (s *fakeAPI) do(ctx context.Context, r request, effect func() error) (tenant.API, error) {
	if ctx.Err() != nil {
		return tenant.API{}, &tenant.Unavailable{Cause: ctx.Err()}
	}
	time.Sleep(s.latency / 2)
	api, err := s.apply(r, effect)
	time.Sleep(s.latency / 2)
	return api, err
}

func (s *fakeAPI) apply(r request, effect func() error) (tenant.API, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var failure *fault
	if s.hook != nil {
		failure = s.hook(s, r.write)
	}
	switch {
	case failure != nil && failure.err != nil && !failure.after:
		r.err = failure.err
	case s.deleted || r.key.ID != "" && r.key.ID != s.api.ID:
		r.err = &tenant.NotFound{Noun: "API", Key: r.key.String()}
	default:
		r.err = effect()
	}
	if errors.Is(r.err, context.Canceled) || errors.Is(r.err, context.DeadlineExceeded) {
		r.err = &tenant.Unavailable{Cause: r.err}
	}
	if r.err == nil && failure != nil {
		r.err = failure.err
	}
	api := s.api
	api.Scopes = slices.Clone(api.Scopes)
	r.answer, r.at = api.Scopes, time.Now()
	s.requests = append(s.requests, r)
	if r.err != nil {
		return tenant.API{}, r.err
	}
	if r.list && failure != nil && failure.stale {
		api.Scopes = slices.Clone(s.previous)
	}
	return api, nil
}

func (s *fakeAPI) requestCount() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.requests)
}

func (s *fakeAPI) writes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	writes := 0
	for _, r := range s.requests {
		if r.write {
			writes++
		}
	}
	return writes
}

func (s *fakeAPI) scopes() []tenant.Scope {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.api.Scopes)
}

func scope(value string) tenant.Scope {
	return tenant.Scope{Value: value, Description: "About " + value}
}

func scopes(values ...string) []tenant.Scope {
	list := []tenant.Scope{}
	for _, value := range values {
		list = append(list, scope(value))
	}
	return list
}

func create(value string) tenant.ScopeChange {
	return tenant.ScopeChange{Scope: scope(value), New: true}
}

func describe(value, description string) tenant.ScopeChange {
	return tenant.ScopeChange{Scope: tenant.Scope{Value: value, Description: description}}
}

func remove(value string) tenant.ScopeChange {
	return tenant.ScopeChange{Scope: tenant.Scope{Value: value}, Remove: true}
}

// outcome is the result that one caller received, and when.
type outcome struct {
	api tenant.API
	err error
	at  time.Time
}

// changeAll sends each change from a caller of its own. The callers start one millisecond apart, in the given order.
func changeAll(ctx context.Context, t tenant.Tenant, changes ...tenant.ScopeChange) []outcome {
	outcomes := make([]outcome, len(changes))
	var wg sync.WaitGroup
	for i, change := range changes {
		wg.Go(func() {
			time.Sleep(time.Duration(i) * time.Millisecond)
			api, err := t.Scopes.Change(ctx, key, change)
			outcomes[i] = outcome{api, err, time.Now()}
		})
	}
	wg.Wait()
	return outcomes
}

// beforeRequest returns a hook that runs act once, before the request with the given number, counted from 0.
func beforeRequest(number int, act func(s *fakeAPI) *fault) func(*fakeAPI, bool) *fault {
	return func(s *fakeAPI, _ bool) *fault {
		if len(s.requests) == number {
			return act(s)
		}
		return nil
	}
}

// runInBubble runs a subtest in a synctest bubble.
func runInBubble(t *testing.T, name string, test func(*testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) { synctest.Test(t, test) })
}

// wantScopes fails the test unless the tenant has exactly these scopes.
func wantScopes(t *testing.T, s *fakeAPI, want []tenant.Scope) {
	t.Helper()
	if got := s.scopes(); !tenant.SameScopes(got, want) {
		t.Errorf("the API has the scopes %v, want %v", got, want)
	}
}

// wantSuccess fails the test unless all callers succeeded.
func wantSuccess(t *testing.T, outcomes ...outcome) {
	t.Helper()
	for i, o := range outcomes {
		if o.err != nil {
			t.Errorf("caller %d: %v", i, o.err)
		}
	}
}

// wantError fails the test unless the caller received an error of type E, which it returns.
func wantError[E any, P interface {
	*E
	error
}](t *testing.T, o outcome) P {
	t.Helper()
	var want P
	if !errors.As(o.err, &want) {
		t.Errorf("error %v (%T), want %T", o.err, o.err, want)
		return new(E)
	}
	return want
}

// fakeAPIs is a tenant with several APIs, which can also be read in lists by identifier. Each API records its own requests;
// a list is a read of each API in it.
type fakeAPIs struct {
	tenant.APIs // nil: a method that no test expects panics

	apis []*fakeAPI

	mu    sync.Mutex
	lists int
}

// identifierOf returns the identifier of an API in fakeAPIs.
func identifierOf(i int) string { return fmt.Sprintf("%s/%d", identifier, i) }

func newFakeAPIs(count int, scopes ...tenant.Scope) *fakeAPIs {
	s := &fakeAPIs{}
	for i := range count {
		api := newFakeAPI(slices.Clone(scopes)...)
		api.api.ID, api.api.Identifier = fmt.Sprint("id-", i), identifierOf(i)
		s.apis = append(s.apis, api)
	}
	return s
}

func (s *fakeAPIs) tenant() tenant.Tenant { return coalesce.New(tenant.Tenant{APIs: s}) }

func (s *fakeAPIs) find(key tenant.APIKey) *fakeAPI {
	return s.apis[slices.IndexFunc(s.apis, func(api *fakeAPI) bool { return key.ID == api.api.ID || key.Identifier == api.api.Identifier })]
}

func (s *fakeAPIs) Get(ctx context.Context, key tenant.APIKey) (tenant.API, error) {
	return s.find(key).Get(ctx, key)
}

func (s *fakeAPIs) Update(ctx context.Context, key tenant.APIKey, update tenant.APIUpdate) (tenant.API, error) {
	return s.find(key).Update(ctx, key, update)
}

func (s *fakeAPIs) Page(ctx context.Context, filter tenant.APIFilter, _ string) (page tenant.Page[tenant.API], err error) {
	if ctx.Err() != nil {
		return page, &tenant.Unavailable{Cause: ctx.Err()}
	}
	s.mu.Lock()
	s.lists++
	s.mu.Unlock()
	latency := s.apis[0].latency
	time.Sleep(latency / 2)
	for _, api := range s.apis {
		if len(filter.Identifiers) > 0 && !slices.Contains(filter.Identifiers, api.api.Identifier) {
			continue
		}
		listed, failed := api.apply(request{key: tenant.APIKey{Identifier: api.api.Identifier}, list: true}, ctx.Err)
		if isA[*tenant.NotFound](failed) {
			continue
		}
		if failed != nil {
			err = failed
		}
		page.Items = append(page.Items, listed)
	}
	time.Sleep(latency / 2)
	return page, err
}

// requestCounts returns the number of writes and of reads. A list is one read.
func (s *fakeAPIs) requestCounts() (writes, reads int) {
	s.mu.Lock()
	reads = s.lists
	s.mu.Unlock()
	for _, api := range s.apis {
		api.mu.Lock()
		for _, r := range api.requests {
			switch {
			case r.write:
				writes++
			case !r.list:
				reads++
			}
		}
		api.mu.Unlock()
	}
	return writes, reads
}

// atOnce runs actions at the same time, and returns after all of them.
func atOnce(actions ...func()) {
	var wg sync.WaitGroup
	for _, action := range actions {
		wg.Go(action)
	}
	wg.Wait()
}

// each returns an action for each number below count.
func each(count int, action func(i int)) []func() {
	actions := make([]func(), count)
	for i := range actions {
		actions[i] = func() { action(i) }
	}
	return actions
}
