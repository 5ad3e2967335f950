package management

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	credentialScope = "read:client_credentials"

	// proofFields contain how a client authenticates, and the purposes of its credentials (CL011, CR012).
	proofFields = "client_authentication_methods,signed_request_object,token_vault_privileged_access"
)

// proofs records whether reads of clients can request how they authenticate.
type proofs struct {
	way     *transport.Transport
	refused atomic.Bool // the tenant rejected these fields in spite of the token's scopes
}

// readClients reads a client or a page, with proofFields if the token is known to have the permission to read keys. Requesting a field
// that the token may not read fails the whole request (CL013), so it is repeated without these fields.
func readClients[T any](ctx context.Context, p *proofs, operation string, do func(ctx context.Context, fields string, withAuth bool) (T, error)) (T, error) {
	ctx, cancel := p.way.Bound(ctx)
	defer cancel()
	scopes, err := p.scopes(ctx, operation)
	if err != nil {
		return *new(T), err
	}
	if slices.Contains(scopes, credentialScope) && !p.refused.Load() {
		got, err := do(ctx, clientFields+","+proofFields, true)
		denied := new(tenant.Denied)
		if !errors.As(err, &denied) || denied.Scope != "" {
			return got, err
		}
		if denied.Code == "insufficient_scope" {
			p.refused.Store(true)
		}
	}
	return do(ctx, clientFields, false)
}

func (p *proofs) scopes(ctx context.Context, operation string) ([]string, error) {
	return read(ctx, transport.Call{Operation: operation}, p.way.Scopes)
}

// Require implements tenant.Permissions.
func (p *proofs) Require(ctx context.Context, operation string, required ...string) error {
	scopes, err := p.scopes(ctx, operation)
	if err != nil || len(scopes) == 0 {
		return err
	}
	for _, scope := range required {
		if !slices.Contains(scopes, scope) {
			return &tenant.Denied{Reply: tenant.Reply{Operation: operation}, Scope: scope}
		}
	}
	return nil
}
