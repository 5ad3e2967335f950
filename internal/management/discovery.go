package management

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"sync"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const operationDiscovery = "read the tenant's discovery document"

// discoveryStore reads the discovery document of the tenant once (WK002).
type discoveryStore struct {
	way    transport.Doer
	base   *url.URL
	shared together[struct{}, tenant.Endpoints]

	mu   sync.Mutex
	kept *tenant.Endpoints // nil: not read yet
}

var _ tenant.Discovery = (*discoveryStore)(nil)

// Endpoints implements tenant.Discovery. Package transport checks the document.
func (s *discoveryStore) Endpoints(ctx context.Context) (tenant.Endpoints, error) {
	got, _, err := s.shared.ask(ctx, struct{}{}, s.fetch)
	return got, err
}

// fetch reads the document unless it was read before. A failure is not kept.
func (s *discoveryStore) fetch(ctx context.Context) (tenant.Endpoints, error) {
	s.mu.Lock()
	kept := s.kept
	s.mu.Unlock()
	if kept != nil {
		return *kept, nil
	}
	var document struct {
		Issuer string `json:"issuer"`
		JWKS   string `json:"jwks_uri"`
		Token  string `json:"token_endpoint"`
	}
	if err := readPublished(ctx, s.way, s.base, operationDiscovery, "openid-configuration", &document); err != nil {
		return tenant.Endpoints{}, err
	}
	endpoints := tenant.Endpoints(document)
	s.mu.Lock()
	s.kept = &endpoints
	s.mu.Unlock()
	return endpoints, nil
}

// readPublished reads a document that the tenant publishes below /.well-known, for which it sends no token.
func readPublished(ctx context.Context, way transport.Doer, base *url.URL, operation, name string, into any) error {
	ctx = transport.Read(ctx, transport.Call{Operation: operation})
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base.JoinPath(".well-known", name).String(), http.NoBody)
	if err != nil {
		return transport.Outcome(operation, false, err)
	}
	response, err := way.Do(request)
	if err != nil {
		return transport.Outcome(operation, false, err)
	}
	defer func() { _ = response.Body.Close() }()
	return transport.Outcome(operation, false, json.NewDecoder(response.Body).Decode(into))
}
