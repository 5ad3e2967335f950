package coalesce_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
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

// call is a request that reached the tenant, and what it left there.
type call struct {
	write  bool
	key    tenant.APIKey
	sent   []tenant.Scope // of a write
	answer []tenant.Scope
	at     time.Time // when it took effect
	err    error
}

// fault is what goes wrong with a call.
type fault struct {
	err   error
	after bool // the call takes effect and only its answer is lost
}

// service is a tenant with one API. Each call takes effect in the middle of its latency; a cancel stops reads, and writes
// that were not started. Whatever else happens there, happens in the hook, which runs just before a call takes effect,
// and under the lock.
type service struct {
	tenant.APIs // nil: a call that no test expects panics

	latency time.Duration

	mu    sync.Mutex
	api   tenant.API
	gone  bool
	calls []call
	hook  func(s *service, write bool) *fault
}

func newService(scopes ...tenant.Scope) *service {
	return &service{latency: latency, api: tenant.API{ID: id, Identifier: identifier, Name: "Timesheets API", Scopes: scopes}}
}

func (s *service) tenant() tenant.Tenant { return coalesce.New(tenant.Tenant{APIs: s}) }

func (s *service) Get(ctx context.Context, key tenant.APIKey) (tenant.API, error) {
	return s.do(ctx, call{key: key}, ctx.Err)
}

func (s *service) Update(ctx context.Context, key tenant.APIKey, update tenant.APIUpdate) (tenant.API, error) {
	sent := update.Effective().Planned.Scopes
	return s.do(ctx, call{write: true, key: key, sent: sent}, func() error {
		if slices.ContainsFunc(sent, func(scope tenant.Scope) bool { return strings.Contains(scope.Value, "!") }) {
			return &tenant.Invalid{Field: "scopes"}
		}
		if update.ChangesScopes() {
			s.api.Scopes = slices.Clone(sent)
		}
		if name := update.Planned.Name; name != update.Prior.Name {
			s.api.Name = name
		}
		return nil
	})
}

func (s *service) do(ctx context.Context, c call, effect func() error) (tenant.API, error) {
	if ctx.Err() != nil {
		return tenant.API{}, &tenant.Unavailable{Cause: ctx.Err()}
	}
	time.Sleep(s.latency / 2)
	api, err := s.happen(c, effect)
	time.Sleep(s.latency / 2)
	return api, err
}

func (s *service) happen(c call, effect func() error) (tenant.API, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var wrong *fault
	if s.hook != nil {
		wrong = s.hook(s, c.write)
	}
	switch {
	case wrong != nil && !wrong.after:
		c.err = wrong.err
	case s.gone || c.key.ID != "" && c.key.ID != s.api.ID:
		c.err = &tenant.NotFound{Noun: "API", Key: c.key.String()}
	default:
		c.err = effect()
	}
	if errors.Is(c.err, context.Canceled) || errors.Is(c.err, context.DeadlineExceeded) {
		c.err = &tenant.Unavailable{Cause: c.err}
	}
	if c.err == nil && wrong != nil {
		c.err = wrong.err
	}
	api := s.api
	api.Scopes = slices.Clone(api.Scopes)
	c.answer, c.at = api.Scopes, time.Now()
	s.calls = append(s.calls, c)
	if c.err != nil {
		return tenant.API{}, c.err
	}
	return api, nil
}

// count is how often the tenant was asked so far.
func (s *service) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.calls)
}

func (s *service) writes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	writes := 0
	for _, c := range s.calls {
		if c.write {
			writes++
		}
	}
	return writes
}

func (s *service) scopes() []tenant.Scope {
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

// outcome is what a caller got, and when.
type outcome struct {
	api tenant.API
	err error
	at  time.Time
}

// together makes each change as a caller of its own, all at once, and one millisecond apart in the order given.
func together(ctx context.Context, t tenant.Tenant, changes ...tenant.ScopeChange) []outcome {
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

// before is a hook that acts once, before the call of the given number, counted from 0.
func before(number int, act func(s *service) *fault) func(*service, bool) *fault {
	return func(s *service, _ bool) *fault {
		if len(s.calls) == number {
			return act(s)
		}
		return nil
	}
}
