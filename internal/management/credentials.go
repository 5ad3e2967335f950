package management

import (
	"context"
	"errors"
	"time"

	sdk "github.com/auth0/go-auth0/v3/management"
	clients "github.com/auth0/go-auth0/v3/management/clients/client"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const nounCredential = "key"

// credentialStore implements tenant.Credentials.
type credentialStore struct{ clients *clientStore }

var _ tenant.Credentials = (*credentialStore)(nil)

func (s *credentialStore) Of(ctx context.Context, client tenant.Client) (tenant.Authentication, error) {
	const operation = "read the keys of a client"
	if !addressable(client.ClientID) {
		return tenant.Authentication{}, notFound(operation, nounClient, client.ClientID)
	}
	if err := s.clients.proof.Require(ctx, operation, credentialScope); err != nil {
		return tenant.Authentication{}, err
	}
	list, err := read(ctx, transport.Call{Operation: operation}, func(ctx context.Context) ([]*sdk.ClientCredential, error) {
		return s.clients.sdk.Credentials.List(ctx, client.ClientID)
	})
	if err != nil {
		return tenant.Authentication{}, withObject(err, nounClient, client.ClientID)
	}
	if client.AuthKind != tenant.AuthUnknown {
		return newAuthentication(client, list), nil
	}
	if len(list) == 0 {
		return tenant.Authentication{AuthKind: tenant.AuthSecret}, nil
	}
	proven, err := s.clients.getClient(ctx, client.ClientID, "client_id,"+proofFields, true)
	return newAuthentication(proven, list), withObject(err, nounClient, client.ClientID)
}

func (s *credentialStore) Create(ctx context.Context, clientID string, wanted tenant.Credential) (tenant.Credential, error) {
	const operation = "add a key to a client"
	answer, err := write(ctx, transport.Call{Operation: operation}, func(ctx context.Context) (*sdk.PostClientCredentialResponseContent, error) {
		return s.clients.sdk.Credentials.Create(ctx, clientID, newCredentialRequest(wanted))
	})
	if err != nil {
		return tenant.Credential{}, withObject(err, nounClient, clientID)
	}
	made := newCredential((*sdk.ClientCredential)(answer))
	return made, differs(operation, credentialDifferences(wanted, made))
}

func (s *credentialStore) Expire(ctx context.Context, clientID, id string, at time.Time) (tenant.Credential, error) {
	const operation = "set when a key expires"
	changed := document{"expires_at": nil}
	if !at.IsZero() {
		changed = documentOf(&sdk.PatchClientCredentialRequestContent{ExpiresAt: &at})
	}
	answer, err := write(ctx, transport.Call{Operation: operation}, func(ctx context.Context) (*sdk.PatchClientCredentialResponseContent, error) {
		return s.clients.sdk.Credentials.Update(ctx, clientID, id, &sdk.PatchClientCredentialRequestContent{}, changed.body(s.clients.way))
	})
	if err != nil {
		return tenant.Credential{}, withObject(err, nounCredential, id)
	}
	got := newCredential((*sdk.ClientCredential)(answer))
	return got, differs(operation, fields(field{"expires_at", tenant.SameMoment(at, got.ExpiresAt)}))
}

func (s *credentialStore) Delete(ctx context.Context, clientID, id string) error {
	if !addressable(id) {
		return nil
	}
	const operation = "delete a key of a client"
	return remove(ctx, operation, func(ctx context.Context) error { return s.clients.sdk.Credentials.Delete(ctx, clientID, id) }, func(ctx context.Context) error {
		_, err := s.clients.sdk.Credentials.Get(transport.Read(ctx, transport.Call{Operation: operation}), clientID, id)
		return transport.Outcome(operation, false, err)
	})
}

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
