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

	// proofFields tell how a client proves who it is, and which of its credentials it uses for what (CL011, CR012).
	proofFields = "client_authentication_methods,signed_request_object,token_vault_privileged_access"
)

// proofs knows whether reads of clients may ask how those prove who they are.
type proofs struct {
	way     *transport.Transport
	refused atomic.Bool // the tenant said no
}

// readClients reads one client or a page: with proofFields where the token is known to have the scope that they take, and
// else without. Whoever asks for what he may not read is refused everything (CL013).
func readClients[T any](ctx context.Context, p *proofs, operation string, do func(fields string, told bool) (T, error)) (T, error) {
	scopes, err := read(ctx, transport.Call{Operation: operation}, p.way.Scopes)
	if err != nil {
		return *new(T), err
	}
	if slices.Contains(scopes, credentialScope) && !p.refused.Load() {
		got, err := do(clientFields+","+proofFields, true)
		if denied := new(tenant.Denied); !errors.As(err, &denied) {
			return got, err
		}
		p.refused.Store(true)
	}
	return do(clientFields, false)
}

// lacks is the refusal that a token without the scope for keys would meet; nil where it may have that.
func (p *proofs) lacks(ctx context.Context, operation string) error {
	scopes, err := read(ctx, transport.Call{Operation: operation}, p.way.Scopes)
	if err == nil && len(scopes) > 0 && !slices.Contains(scopes, credentialScope) {
		err = &tenant.Denied{Reply: tenant.Reply{Operation: operation}, Scope: credentialScope}
	}
	return err
}
