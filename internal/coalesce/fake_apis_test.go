package coalesce_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/coalesce"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

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
		if isA[tenant.NotFound](failed) {
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
