package coalesce_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/coalesce"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// trimming is a tenant that does not keep blanks at the end of a scope.
type trimming struct{ *service }

func (s *trimming) Update(ctx context.Context, key tenant.APIKey, update tenant.APIUpdate) (tenant.API, error) {
	kept, sent := slices.Clone(update.Planned.Scopes), update.Planned.Scopes
	for i := range kept {
		kept[i].Value = strings.TrimSpace(kept[i].Value)
	}
	update.Planned.Scopes = kept
	api, err := s.service.Update(ctx, key, update)
	if err == nil && !tenant.SameScopes(kept, sent) {
		err = &tenant.Differs{Noun: "API", Fields: []string{"scopes"}}
	}
	return api, err
}

func tenantOf(apis tenant.APIs) tenant.Tenant { return coalesce.New(tenant.Tenant{APIs: apis}) }

func owning(known []string, wanted ...tenant.Scope) tenant.APIUpdate {
	return tenant.APIUpdate{
		Prior:   tenant.API{Scopes: scopes(known...)},
		Planned: tenant.API{Name: "Renamed", Scopes: append([]tenant.Scope{}, wanted...)},
	}
}

func TestOwnersChange(t *testing.T) {
	for name, test := range map[string]struct {
		update   tenant.APIUpdate
		calls    int
		appeared []string
		want     []tenant.Scope
	}{
		"name alone":                  {tenant.APIUpdate{Planned: tenant.API{Name: "Renamed"}}, 1, nil, scopes("a", "b")},
		"known scopes go":             {owning([]string{"a", "b"}, scope("c")), 2, nil, scopes("c")},
		"wanted scope was there":      {owning([]string{"a"}, scopes("a", "b", "c")...), 2, nil, scopes("a", "b", "c")},
		"scope that nobody has seen":  {owning([]string{"a"}, scope("c")), 1, []string{"b"}, scopes("a", "b")},
		"scopes that nobody has seen": {owning(nil, scope("c")), 1, []string{"a", "b"}, scopes("a", "b")},
		"all scopes go":               {owning([]string{"a", "b"}), 2, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newService(scopes("b", "a")...)
				api, err := s.tenant().APIs.Update(t.Context(), key, test.update)
				if test.appeared == nil {
					succeeded(t, outcome{err: err})
					if api.Name != "Renamed" || !tenant.SameScopes(api.Scopes, test.want) {
						t.Errorf("answer %+v", api)
					}
				} else if told := failedAs[tenant.Appeared](t, outcome{err: err}); !slices.Equal(told.Scopes, test.appeared) {
					t.Errorf("appeared: %q, want %q", told.Scopes, test.appeared)
				}
				expect(t, s, test.want)
				if s.count() != test.calls {
					t.Errorf("%d calls, want %d", s.count(), test.calls)
				}
			})
		})
	}
}

// careless is a tenant below that drops what it was sent and does not say so.
type careless struct{ *service }

func (s *careless) Update(ctx context.Context, key tenant.APIKey, update tenant.APIUpdate) (tenant.API, error) {
	update.Planned.Scopes = nil
	return s.service.Update(ctx, key, update)
}

func TestOwnersAnswerIsChecked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		api, err := tenantOf(&careless{s}).APIs.Update(t.Context(), key, owning(nil, scope("a")))
		if told := failedAs[tenant.Differs](t, outcome{err: err}); !slices.Equal(told.Fields, []string{"scopes"}) {
			t.Errorf("fields %q, want scopes", told.Fields)
		}
		if api.ID != id {
			t.Errorf("the error comes without the API: %+v", api)
		}
	})
}

// TestOwnerAndBatchesTakeTurns: calls of an owner's change and of batches do not mix, whatever key names the API.
func TestOwnerAndBatchesTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		above := s.tenant()
		keys := []tenant.APIKey{key, {ID: id, Identifier: identifier}, {ID: id}}
		var wg sync.WaitGroup
		for i := range 12 {
			wg.Go(func() {
				time.Sleep(time.Duration(i) * 90 * time.Millisecond)
				value := string(rune('a' + i))
				var err error
				if i%4 == 3 {
					_, err = above.APIs.Update(t.Context(), keys[i%3], owning(strings.Split("a b c d e f g h i j k l", " "), scope(value)))
				} else {
					_, err = above.Scopes.Change(t.Context(), keys[i%3], create(value))
				}
				succeeded(t, outcome{err: err})
			})
		}
		wg.Wait()
		for i, c := range s.calls {
			if i > 0 && c.at.Sub(s.calls[i-1].at) < latency && !lookup(s.calls[i-1]) && !lookup(c) {
				t.Errorf("call %d came %v after the one before: two flights at once", i, c.at.Sub(s.calls[i-1].at))
			}
		}
	})
}

// lookup tells the reads that only ask which API an id belongs to.
func lookup(c call) bool { return !c.write && c.key.Identifier == "" }

// TestSinglesAfterAnOwner: a list that was read before the owner's change is no base for what comes after it.
func TestSinglesAfterAnOwner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		s.latency = 2 * time.Millisecond
		above := s.tenant()
		succeeded(t, together(t.Context(), above, create("a"))...)
		_, err := above.APIs.Update(t.Context(), key, owning([]string{"a"}, scope("b")))
		succeeded(t, outcome{err: err})
		succeeded(t, together(t.Context(), above, create("c"))...)
		expect(t, s, scopes("b", "c"))
	})
}

func TestOwnerCancelledWhileItWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		above := s.tenant()
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() { succeeded(t, together(t.Context(), above, create("a"))...) })
		wg.Go(func() {
			time.Sleep(time.Millisecond)
			_, err := above.APIs.Update(ctx, key, owning([]string{"a"}))
			failedAs[tenant.Unavailable](t, outcome{err: err})
		})
		wg.Wait()
		expect(t, s, scopes("a"))
	})
}
