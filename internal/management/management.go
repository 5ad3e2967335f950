// Package management is the tenant behind the ports of package tenant: Auth0's Management API, token endpoint and key
// set. It is the only room that knows the SDK; what the SDK calls things, and how it holds them, ends here.
//
// Words differ on the other side: an API is a resource server there, and the scopes of a grant are its "scope".
package management

import (
	"context"
	"net/http"
	"net/url"
	"time"

	clientgrants "github.com/auth0/go-auth0/v3/management/clientgrants/client"
	clients "github.com/auth0/go-auth0/v3/management/clients/client"
	"github.com/auth0/go-auth0/v3/management/core"
	"github.com/auth0/go-auth0/v3/management/keys/signing"
	"github.com/auth0/go-auth0/v3/management/option"
	organizationgrants "github.com/auth0/go-auth0/v3/management/organizations/clientgrants"
	"github.com/auth0/go-auth0/v3/management/resourceservers"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Config says which tenant, as whom, and at what pace. Zero values of the last block stand for the defaults of package
// transport.
type Config struct {
	BaseURL  *url.URL // as [BaseURL] makes it
	Audience string   // of the Management API; empty: BaseURL and "/api/v2/"

	// Who asks: a ready APIToken, or ClientID with one of ClientSecret, PrivateKey, Assertion and AssertionFile.
	ClientID      string
	ClientSecret  secret.Value
	APIToken      secret.Value
	PrivateKey    secret.Value // see [tokens.ParsePrivateKey]
	SigningAlg    string       // of the assertion that PrivateKey signs; empty: RS256
	Assertion     secret.Value // a signed client assertion, which Auth0 accepts once
	AssertionFile string       // file that contains one

	// Unready, when set, is why the rest is not known yet. Every call then ends in a *tenant.NotConfigured with it as
	// the cause, and nothing is sent.
	Unready error

	UserAgent      string
	RequestTimeout time.Duration     // for one operation, retries and waits included
	MaxConcurrency int               // requests on the wire at a time
	RateLimitShare float64           // of the tenant's rate limit, 0.01 to 1; what is beyond stays there for others
	Meter          *Meter            // counts along; may be nil
	Transport      http.RoundTripper // nil: a client of its own, with the proxy of the environment
}

// Meter counts the requests that are sent.
type Meter = transport.Meter

// New is the tenant of config, but for its Scopes. It sends nothing. What is wrong with config is a *tenant.Invalid whose
// Field is the attribute of the provider.
func New(config Config) (tenant.Tenant, error) {
	wire, err := config.wire()
	if err != nil {
		return tenant.Tenant{}, err
	}
	way := transport.New(wire)
	sdk := core.NewRequestOptions(
		option.WithBaseURL(config.BaseURL.JoinPath("api", "v2").String()),
		option.WithHTTPClient(way),
	)
	made := newRecent()
	secrets := &secretStore{sdk: clients.NewClient(sdk)}
	people := &clientStore{sdk: secrets.sdk, way: way, made: made, secrets: secrets, proof: &proofs{way: way}}
	grants := clientgrants.NewClient(sdk)
	return tenant.Tenant{
		APIs:    &apiStore{sdk: resourceservers.NewClient(sdk), way: way, made: made},
		Clients: people,
		Grants:  &grantStore{sdk: grants, way: way, made: made},
		Tokens:  &tokenStore{way: way.Public(), base: config.BaseURL},
		Keys:    newKeyStore(way.Public(), config.BaseURL, signing.NewClient(sdk)),
		Secrets: secrets,

		Credentials:   &credentialStore{clients: people},
		Permissions:   people.proof,
		Discovery:     &discoveryStore{way: way.Public(), base: config.BaseURL},
		Organizations: &organizationStore{grants: grants, sdk: organizationgrants.NewClient(sdk)},
	}, nil
}

// read carries out a request that changes nothing.
func read[T any](ctx context.Context, call transport.Call, do func(context.Context) (T, error)) (T, error) {
	got, err := do(transport.Read(ctx, call))
	return got, transport.Outcome(call.Operation, false, err)
}

// write carries out a request that changes something.
func write[T any](ctx context.Context, call transport.Call, do func(context.Context) (T, error)) (T, error) {
	got, err := do(transport.Write(ctx, call))
	return got, transport.Outcome(call.Operation, true, err)
}
