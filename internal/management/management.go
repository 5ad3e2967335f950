// Package management implements the interfaces of package tenant with Auth0's Management API, token endpoint and JWKS. No other package
// uses Auth0's SDK and its names.
//
// The Management API calls an API a resource server, and the scopes of a grant "scope".
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

// Config contains the tenant, the credentials and the limits. Zero values of the limits mean the defaults of package transport.
type Config struct {
	BaseURL  *url.URL // from [BaseURL]
	Audience string   // of the Management API; empty: BaseURL and "/api/v2/"

	// Credentials: an APIToken, or a ClientID with one of ClientSecret, PrivateKey, Assertion and AssertionFile.
	ClientID      string
	ClientSecret  secret.Value
	APIToken      secret.Value
	PrivateKey    secret.Value // see [tokens.ParsePrivateKey]
	SigningAlg    string       // of the assertion that PrivateKey signs; empty: RS256
	Assertion     secret.Value // a signed client assertion, which Auth0 accepts once
	AssertionFile string       // file that contains one

	// Unready, if set, is the reason why the configuration is not known yet. Every call then ends with a *tenant.NotConfigured with
	// this cause, and no request is sent.
	Unready error

	UserAgent      string
	RequestTimeout time.Duration     // for one operation, including retries and waits
	MaxConcurrency int               // concurrent requests
	RateLimitShare float64           // of the tenant's rate limit, 0.01 to 1
	Meter          *Meter            // counts requests; may be nil
	Transport      http.RoundTripper // nil for the default, with the proxy of the environment
}

// Meter counts the requests that are sent.
type Meter = transport.Meter

// New returns the implementation for a configuration, without Scopes. It sends no request. An invalid configuration is a *tenant.Invalid
// whose Field is the attribute of the provider.
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

// read executes a request that changes nothing.
func read[T any](ctx context.Context, call transport.Call, do func(context.Context) (T, error)) (T, error) {
	got, err := do(transport.Read(ctx, call))
	return got, transport.Outcome(call.Operation, false, err)
}

// write executes a request that changes something.
func write[T any](ctx context.Context, call transport.Call, do func(context.Context) (T, error)) (T, error) {
	got, err := do(transport.Write(ctx, call))
	return got, transport.Outcome(call.Operation, true, err)
}
