// Package tenant defines the domain: the objects of an Auth0 tenant that this provider manages, the operations on them, and the errors.
// It depends neither on Terraform nor on HTTP.
//
// The interfaces below are the contract between the resources and their implementations in management and coalesce:
//
//   - A key identifies an object by its ID, its natural key, or both. With both, the ID is tried first, and the natural key finds an
//     object that was deleted and created again.
//   - A list is an iterator that fetches pages while it is read. The first error ends it.
//   - A page is the part of a list that one request returns. See [Page].
//   - A write returns the complete object as the tenant has it afterwards. If that differs from the request, the error is a
//     *[Differs], and the object is valid.
//   - A create happens exactly once, or its error describes what is known, so no caller repeats one. If an object with the key exists,
//     the error is a *[Conflict]; if the response was lost and the result cannot be determined, it is an *[Ambiguous].
//   - A write that was sent is completed even if its context is canceled. Waiting before it ends with the context.
//
// Errors have the types of errors.go; find them with errors.As.
package tenant

import (
	"context"
	"iter"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
)

// Tenant contains an implementation of each interface. Package management implements all of them except Scopes, which is the queue
// of package coalesce.
type Tenant struct {
	APIs    APIs
	Scopes  Scopes
	Clients Clients
	Grants  Grants
	Tokens  Tokens
	Keys    Keys
	Secrets Secrets

	Credentials   Credentials
	Permissions   Permissions
	Organizations Organizations
	Discovery     Discovery
}

// Objects manages the objects of one type. K is the key by which one is found, O the object, N the definition of a new one, F the filter of
// a list, and U the update.
type Objects[K, O, N, F, U any] interface {
	Get(ctx context.Context, key K) (O, error)
	List(ctx context.Context, filter F) iter.Seq2[O, error]
	Page(ctx context.Context, filter F, from string) (Page[O], error)
	Create(ctx context.Context, object N) (O, error)
	Update(ctx context.Context, key K, update U) (O, error)
	// Delete succeeds if the object does not exist (RS015).
	Delete(ctx context.Context, key K) error
}

type (
	// APIs manages the APIs of the tenant.
	APIs = Objects[APIKey, API, NewAPI, APIFilter, APIUpdate]
	// Clients manages the clients of the tenant. It never reads their secrets. Get by a name that several clients have ends with an
	// *[Ambiguous]. Delete also deletes the grants of the client.
	Clients = Objects[ClientKey, Client, Client, ClientFilter, ClientUpdate]
	// Grants manages the client grants of the tenant.
	Grants = Objects[GrantKey, Grant, Grant, GrantFilter, GrantUpdate]
)

// Scopes manages single scopes of APIs. Changes of one API by all callers are merged into few writes. A missing API is a
// *[NotFound].
type Scopes interface {
	// Get returns the API as it is after the changes that are waiting.
	Get(ctx context.Context, key APIKey) (API, error)
	// Change returns the result of the change and the API as it is afterwards.
	Change(ctx context.Context, key APIKey, change ScopeChange) (API, error)
}

// Tokens requests access tokens for clients, as the job itself would.
type Tokens interface {
	// Request requests a token with client credentials. A rejected request is a *[Denied]; a private key that cannot
	// sign is an *[Invalid] of the field "client_assertion_private_key", "client_assertion_signing_alg" or "proof_key".
	// A request that is denied is repeated once with a DPoP proof, which the client or the API may require.
	Request(ctx context.Context, request TokenRequest) (Token, error)
}

// Keys manages the keys with which the tenant signs tokens.
type Keys interface {
	// Published returns the keys of the JWKS. It needs no Management API scope.
	Published(ctx context.Context) ([]Key, error)
	// Verify reports whether one of the published keys signed the token.
	Verify(ctx context.Context, token Token) (bool, error)
	// Rotate makes the next key the signing key, and returns it. The previous key still verifies tokens.
	Rotate(ctx context.Context) (Key, error)
	// States lists all signing keys of the tenant by their IDs, also those that are revoked. It needs the Management API scope
	// `read:signing_keys`.
	States(ctx context.Context) (map[string]KeyState, error)
	// Revoke ends the validity of all tokens that a previous key signed (KS003). It needs `update:signing_keys`.
	Revoke(ctx context.Context, id string) error
}

// Secrets reads and rotates the secrets of clients. It is an interface of its own because it needs special permissions:
// `read:client_keys` to read, `update:client_keys` to rotate.
type Secrets interface {
	Client(ctx context.Context, clientID string) (ClientSecret, error)
	// Rotate generates a new secret for a client. Client reads it.
	Rotate(ctx context.Context, clientID string) error
}

// Permissions checks the Management API scopes of the provider's access token.
type Permissions interface {
	// Require ends with a *[Denied] if the token is known to lack one of the scopes. An opaque token and one without scopes are
	// accepted. It sends no request except the one for the token.
	Require(ctx context.Context, operation string, scopes ...string) error
}

// Credentials manages the public keys of clients. It is an interface of its own because only it needs the Management API scopes that
// end in `:client_credentials`.
type Credentials interface {
	// Of returns how a client authenticates, and all its public keys. It sends one request, and a second one if the client has keys and
	// its AuthKind is not known. If the provider's token is known to lack the permission, it returns a *[Denied] without a request.
	Of(ctx context.Context, client Client) (Authentication, error)
	// Create adds a key to a client. The client cannot authenticate with it until an update of the client refers to it. A key that the
	// client has already is an *[Invalid] (CR005).
	Create(ctx context.Context, clientID string, credential Credential) (Credential, error)
	// Expire sets the time of expiry of a key; the zero time means never.
	Expire(ctx context.Context, clientID, id string, at time.Time) (Credential, error)
	// Delete succeeds if the key does not exist. A key that the client still uses is an *[Invalid] (CR007).
	Delete(ctx context.Context, clientID, id string) error
}

// Organizations manages the organizations with which client grants are associated, by their IDs.
type Organizations interface {
	// Of returns the IDs of the organizations of a grant, sorted.
	Of(ctx context.Context, grantID string) ([]string, error)
	// Associate succeeds if the organization is associated already (OR006).
	Associate(ctx context.Context, grantID, organizationID string) error
	// Dissociate succeeds if the organization is not associated (OR007).
	Dissociate(ctx context.Context, grantID, organizationID string) error
}

// Discovery is what the tenant publishes about its endpoints. It needs no Management API scope.
type Discovery interface {
	// Endpoints sends one request in the life of a provider.
	Endpoints(ctx context.Context) (Endpoints, error)
}

// Endpoints are the endpoints of the tenant under the configured domain.
type Endpoints struct {
	Issuer string // of tokens; ends with a slash
	JWKS   string
	Token  string
}

// ClientSecret contains the secret of a client and how it is sent. Value is empty if the client has no secret.
type ClientSecret struct {
	Value      secret.Value
	AuthMethod string
}
