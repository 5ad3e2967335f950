// Package tenant is the language of the product: what an Auth0 tenant holds of a timesheets set-up, what may be asked
// of it, and what may go wrong. It knows neither Terraform nor HTTP.
//
// The ports below are the contract between the nouns of the provider and whatever stands behind them:
//
//   - A key names one object by its id, by its natural key, or by both. With both, the id is tried first, and the
//     natural key finds an object that was deleted and made again.
//   - A list is an iterator. It fetches page by page while it is read; the first error ends it.
//   - A page is what one request brings of a list. See [Page].
//   - A write returns the whole object as the tenant has it afterwards. Where that differs from what was sent, the
//     error is a *[Differs] and the object is valid all the same.
//   - A create happens exactly once, or the error tells what is known: no caller ever repeats one. A create that meets
//     an existing object ends in a *[Conflict]; one whose answer was lost and cannot be settled in an *[Ambiguous].
//   - A write that was started is finished even when its context is cancelled meanwhile; waiting for its turn is not.
//
// Errors are the types of errors.go, found with errors.As.
package tenant

import (
	"context"
	"iter"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
)

// Tenant is everything that can be asked of a tenant. The zero value answers nothing: each port is set by the room that
// serves it (Scopes by the queue in coalesce, all others by management).
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

// APIs are the tenant's protected services.
type APIs interface {
	Get(ctx context.Context, key APIKey) (API, error)
	List(ctx context.Context, filter APIFilter) iter.Seq2[API, error]
	Page(ctx context.Context, filter APIFilter, from string) (Page[API], error)
	Create(ctx context.Context, api NewAPI) (API, error)
	Update(ctx context.Context, key APIKey, update APIUpdate) (API, error)
	// Delete of an API that is not there succeeds (RS015).
	Delete(ctx context.Context, key APIKey) error
}

// Scopes are the single scopes of APIs. Changes of one API from all callers are merged into few writes; each caller
// gets the result of its own changes and the API as it is afterwards. An API that is gone is a *[NotFound].
type Scopes interface {
	Change(ctx context.Context, key APIKey, changes ...ScopeChange) (API, error)
}

// Clients are the tenant's applications. Their secrets are not read here.
type Clients interface {
	// Get by a name that several clients have ends in an *[Ambiguous].
	Get(ctx context.Context, key ClientKey) (Client, error)
	List(ctx context.Context, filter ClientFilter) iter.Seq2[Client, error]
	Page(ctx context.Context, filter ClientFilter, from string) (Page[Client], error)
	Create(ctx context.Context, client Client) (Client, error)
	Update(ctx context.Context, key ClientKey, update ClientUpdate) (Client, error)
	// Delete takes the client's grants with it. Delete of a client that is not there succeeds.
	Delete(ctx context.Context, key ClientKey) error
}

// Grants are the rights of clients at APIs.
type Grants interface {
	Get(ctx context.Context, key GrantKey) (Grant, error)
	List(ctx context.Context, filter GrantFilter) iter.Seq2[Grant, error]
	Page(ctx context.Context, filter GrantFilter, from string) (Page[Grant], error)
	Create(ctx context.Context, grant Grant) (Grant, error)
	Update(ctx context.Context, key GrantKey, update GrantUpdate) (Grant, error)
	// Delete of a grant that is not there succeeds.
	Delete(ctx context.Context, key GrantKey) error
}

// Tokens hands out access tokens to clients, as the tenant would hand them to the job itself.
type Tokens interface {
	// Request asks for a token with client credentials. What the tenant refuses is a *[Denied]; a private key that cannot
	// sign is an *[Invalid] of the field "client_assertion_private_key", "client_assertion_signing_alg" or "proof_key".
	// A request that is denied is repeated once with a DPoP proof, which the client or the API may require.
	Request(ctx context.Context, request TokenRequest) (Token, error)
}

// Keys are the public keys with which the tenant signs tokens.
type Keys interface {
	// Published lists the keys of the tenant's key set. It needs no Management API scope.
	Published(ctx context.Context) ([]Key, error)
	// Verify reports whether one of the published keys signed the token.
	Verify(ctx context.Context, token Token) (bool, error)
	// Rotate signs with the next key from now on, and returns it. The one in use until now still verifies.
	Rotate(ctx context.Context) (Key, error)
}

// Secrets are the credentials of clients. They are a port of their own because few may ask for them: reading needs
// `read:client_keys`, rotating `update:client_keys`.
type Secrets interface {
	Client(ctx context.Context, clientID string) (ClientSecret, error)
	// Rotate has the tenant choose a new secret for a client. It is not told here: see Client.
	Rotate(ctx context.Context, clientID string) error
}

// Permissions are the Management API scopes of the provider's own token.
type Permissions interface {
	// Require ends in a *[Denied] if the token is known to lack one of the scopes. An opaque token, and one that names no
	// scopes, pass. It sends no request but the one for the token.
	Require(ctx context.Context, operation string, scopes ...string) error
}

// Credentials are the public keys of clients. It is a port of its own because it alone needs the Management API scopes
// that end in `:client_credentials`.
type Credentials interface {
	// Of is how a client authenticates, and all public keys it has. That costs a call, and another where the client has
	// keys and its Proof is not told. Where the provider's token is known not to allow it, the *[Denied] costs none.
	Of(ctx context.Context, client Client) (Authentication, error)
	// Create adds a key to a client. Until an update of the client names it, it lets nobody in. The same key twice on a
	// client is an *[Invalid] (CR005).
	Create(ctx context.Context, clientID string, credential Credential) (Credential, error)
	// Expire sets when a key expires; zero is never.
	Expire(ctx context.Context, clientID, id string, at time.Time) (Credential, error)
	// Delete of a key that is not there succeeds. One that the client still names is an *[Invalid] (CR007).
	Delete(ctx context.Context, clientID, id string) error
}

// Organizations are the organizations with which client grants are associated, by their ids.
type Organizations interface {
	// Of lists the organizations of a grant, sorted.
	Of(ctx context.Context, grantID string) ([]string, error)
	// Associate of an organization that is associated succeeds (OR006).
	Associate(ctx context.Context, grantID, organizationID string) error
	// Dissociate of an organization that is not associated succeeds (OR007).
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

// ClientSecret is how a client authenticates at the token endpoint. Value is empty where the client has no secret.
type ClientSecret struct {
	Value      secret.Value
	AuthMethod string
}
