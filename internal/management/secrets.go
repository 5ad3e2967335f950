package management

import (
	"context"
	"errors"

	sdk "github.com/auth0/go-auth0/v3/management"
	clients "github.com/auth0/go-auth0/v3/management/clients/client"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	operationSecret = "read a client's secret"
	operationRotate = "rotate a client's secret"
	secretFields    = "client_id,client_secret,token_endpoint_auth_method"
	secretScope     = "read:client_keys"
)

// secretStore implements tenant.Secrets. It stores no secret; concurrent reads of the same secret share a request.
type secretStore struct {
	sdk   *clients.Client
	under together[string, tenant.ClientSecret] // in progress, by client
}

var _ tenant.Secrets = (*secretStore)(nil)

func (s *secretStore) Client(ctx context.Context, clientID string) (tenant.ClientSecret, error) {
	if !addressable(clientID) {
		return tenant.ClientSecret{}, notFound(operationSecret, nounClient, clientID)
	}
	got, _, err := s.under.ask(ctx, clientID, func(ctx context.Context) (tenant.ClientSecret, error) { return s.fetch(ctx, clientID) })
	return got, err
}

func (s *secretStore) fetch(ctx context.Context, clientID string) (tenant.ClientSecret, error) {
	call := transport.Call{Operation: operationSecret, KeepSecret: true}
	answer, err := read(ctx, call, func(ctx context.Context) (*sdk.GetClientResponseContent, error) {
		return s.sdk.Get(ctx, clientID, &sdk.GetClientRequestParameters{Fields: new(secretFields), IncludeFields: new(true)})
	})
	var denied *tenant.Denied
	if errors.As(err, &denied) && denied.Scope == "" {
		denied.Scope = secretScope // the response contains the field instead of the scope
	}
	if err != nil {
		return tenant.ClientSecret{}, withObject(err, nounClient, clientID)
	}
	return tenant.ClientSecret{
		Value:      secret.New(answer.GetClientSecret()),
		AuthMethod: string(valueOr(answer.TokenEndpointAuthMethod, tenant.DefaultTokenEndpointAuthMethod)),
	}, nil
}

// Rotate implements tenant.Secrets. The request is never repeated, because after a lost response the old secret may be invalid or not.
func (s *secretStore) Rotate(ctx context.Context, clientID string) error {
	if !addressable(clientID) {
		return notFound(operationRotate, nounClient, clientID)
	}
	defer s.under.part(clientID)
	_, err := write(ctx, transport.Call{Operation: operationRotate}, func(ctx context.Context) (*sdk.RotateClientSecretResponseContent, error) {
		return s.sdk.RotateSecret(ctx, clientID)
	})
	return withObject(err, nounClient, clientID)
}
