package acctest

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Identifier returns the identifier of the API of a test.
func (n *Tenant) Identifier() string { return "https://" + n.Prefix + ".example/v1" }

// DefaultAPI returns the API of a test with default settings and these scopes.
func (n *Tenant) DefaultAPI(scopes ...tenant.Scope) tenant.NewAPI {
	return tenant.NewAPI{API: tenant.API{
		Name: n.Prefix + " API", Identifier: n.Identifier(), SigningAlg: tenant.DefaultSigningAlg,
		TokenLifetime: tenant.DefaultTokenLifetime, TokenLifetimeForWeb: tenant.DefaultTokenLifetimeForWeb,
		TokenDialect: tenant.DefaultTokenDialect, SubjectTypeAuthorization: tenant.DefaultSubjectTypeAuthorization(),
		Scopes: scopes,
	}}
}

// CreateAPI creates the API of a test with these scopes outside Terraform, and deletes it at the end.
func (n *Tenant) CreateAPI(t *testing.T, scopes ...tenant.Scope) tenant.API {
	t.Helper()
	return n.CreateAPIFrom(t, n.DefaultAPI(scopes...))
}

// CreateAPIFrom creates any API outside Terraform, and deletes it at the end.
func (n *Tenant) CreateAPIFrom(t *testing.T, definition tenant.NewAPI) tenant.API {
	t.Helper()
	created, err := n.Ports.APIs.Create(t.Context(), definition)
	if err != nil {
		t.Fatal(err)
	}
	n.Later(func(ctx context.Context) error { return n.Ports.APIs.Delete(ctx, created.Key()) })
	return created
}

// DefaultClient returns a machine-to-machine client with default settings.
func (n *Tenant) DefaultClient(name string) tenant.Client {
	return tenant.Client{
		Name: n.Prefix + " " + name, AppType: tenant.MachineToMachine, GrantTypes: []string{tenant.ClientCredentials}, TokenEndpointAuthMethod: "client_secret_post",
	}
}

// CreateClient creates a client outside Terraform, and deletes it at the end. It returns its ID.
func (n *Tenant) CreateClient(t *testing.T, client tenant.Client) (clientID string) {
	t.Helper()
	created, err := n.Ports.Clients.Create(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	n.Later(func(ctx context.Context) error {
		return n.Ports.Clients.Delete(ctx, tenant.ClientKey{ClientID: created.ClientID})
	})
	return created.ClientID
}

// CreateGrant grants a client scopes of the API of a test outside Terraform. The grant ends with the client.
func (n *Tenant) CreateGrant(t *testing.T, clientID string, scopes ...string) tenant.Grant {
	t.Helper()
	created, err := n.Ports.Grants.Create(t.Context(), tenant.Grant{ClientID: clientID, Audience: n.Identifier(), SubjectType: tenant.SubjectClient, Scopes: scopes})
	if err != nil {
		t.Fatal(err)
	}
	return created
}

// NewWithEcho returns the tenant of a test with the provider echo, which stores ephemeral values in the state.
func NewWithEcho(t *testing.T) *Tenant {
	t.Helper()
	n := New(t)
	n.Others = map[string]func() (tfprotov6.ProviderServer, error){"echo": echoprovider.NewProviderServer()}
	n.Versions = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)} // for write-only attributes
	return n
}
