package provider_test

import (
	"context"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/planstate"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestDataSourceIsReadAgain reads the same client with two data sources in one apply, the second one after a resource of
// another provider has changed it: it returns the change. In a plan, which refreshes managed resources, both share one read.
func TestDataSourceIsReadAgain(t *testing.T) {
	n := acctest.New(t)
	client, err := n.Ports.Clients.Create(t.Context(), tenant.Client{Name: n.Prefix + " first", AppType: "non_interactive"})
	if err != nil {
		t.Fatal(err)
	}
	n.Later(func(ctx context.Context) error {
		return n.Ports.Clients.Delete(ctx, tenant.ClientKey{ClientID: client.ClientID})
	})
	rename := func(to string) {
		t.Helper()
		if _, err := n.Ports.Clients.Update(t.Context(), tenant.ClientKey{ClientID: client.ClientID}, tenant.ClientUpdate{Planned: tenant.Client{Name: n.Prefix + to}}); err != nil {
			t.Fatal(err)
		}
	}
	p, id := n.Protocol(t), map[string]any{"client_id": client.ClientID}
	expectName := func(want string) {
		t.Helper()
		if got := p.Data("timesheets_client", id)["name"]; got != n.Prefix+want {
			t.Errorf("the data source returns %v, want %s", got, n.Prefix+want)
		}
	}
	expectName(" first")
	rename(" second")
	expectName(" second")
	if got := p.Read("timesheets_client", acctest.Stored{State: id}).State["name"]; got != n.Prefix+" second" {
		t.Errorf("the refresh returns %v", got)
	}
	rename(" third")
	expectName(" second")
}

// Ports that store another name than they receive.
type (
	renamingAPIs    struct{ tenant.APIs }
	renamingClients struct{ tenant.Clients }
	allPermissions  struct{}
)

func (allPermissions) Require(context.Context, string, ...string) error { return nil }

func (renamingAPIs) Create(_ context.Context, created tenant.NewAPI) (tenant.API, error) {
	created.ID, created.Name = "0123456789abcdef01234567", "another"
	return created.API, &tenant.Differs{Fields: []string{"name"}}
}

func (renamingClients) Create(_ context.Context, created tenant.Client) (tenant.Client, error) {
	created.ClientID, created.Name = "created", "another"
	return created, &tenant.Differs{Fields: []string{"name"}}
}

func (renamingClients) Update(context.Context, tenant.ClientKey, tenant.ClientUpdate) (tenant.Client, error) {
	return tenant.Client{}, nil // accepts the secret
}

// TestPartialStateContainsNoSecret creates objects in a tenant that stores other values than it receives. The object must be
// in the state, without an error, because Terraform would replace it otherwise. The state must not contain write-only
// values, because Terraform would reject the state of the object.
func TestPartialStateContainsNoSecret(t *testing.T) {
	const canary = "canary-write-only-0123456789"
	data := server.Data{Tenant: tenant.Tenant{APIs: renamingAPIs{}, Clients: renamingClients{}, Permissions: allPermissions{}}, PlanState: planstate.New()}
	tried := 0
	for _, newResource := range provider.New("test")().Resources(t.Context()) {
		r := newResource()
		var described resource.SchemaResponse
		r.Schema(t.Context(), resource.SchemaRequest{}, &described)
		configured, planned, secret := values(t, described.Schema, canary)
		if !secret {
			continue
		}
		tried++
		name := typeName(t, r)
		t.Run(name, func(t *testing.T) {
			r.(resource.ResourceWithConfigure).Configure(t.Context(), resource.ConfigureRequest{ProviderData: data}, &resource.ConfigureResponse{})
			var identity resource.IdentitySchemaResponse
			r.(resource.ResourceWithIdentity).IdentitySchema(t.Context(), resource.IdentitySchemaRequest{}, &identity)
			resp := resource.CreateResponse{
				State:    tfsdk.State{Schema: described.Schema, Raw: tftypes.NewValue(described.Schema.Type().TerraformType(t.Context()), nil)},
				Identity: &tfsdk.ResourceIdentity{Schema: identity.IdentitySchema, Raw: tftypes.NewValue(identity.IdentitySchema.Type().TerraformType(t.Context()), nil)},
			}
			r.Create(t.Context(), resource.CreateRequest{
				Config: tfsdk.Config{Schema: described.Schema, Raw: configured},
				Plan:   tfsdk.Plan{Schema: described.Schema, Raw: planned},
			}, &resp)
			if resp.Diagnostics.HasError() || resp.Diagnostics.WarningsCount() == 0 || resp.State.Raw.IsNull() {
				t.Errorf("errors %v, state %s", resp.Diagnostics, resp.State.Raw)
			}
			if strings.Contains(resp.State.Raw.String(), canary) {
				t.Errorf("the state contains a write-only value: %s", resp.State.Raw)
			}
		})
	}
	if tried < 2 {
		t.Errorf("%d resources with write-only attributes were tested, want at least 2", tried)
	}
}

// values returns a configuration whose write-only attributes contain the canary, and its plan, in which they are null.
func values(t *testing.T, s schema.Schema, canary string) (configured, planned tftypes.Value, secret bool) {
	t.Helper()
	objectType, ok := s.Type().TerraformType(t.Context()).(tftypes.Object)
	if !ok {
		t.Fatal("the schema is not an object")
	}
	config, plan := map[string]tftypes.Value{}, map[string]tftypes.Value{}
	for name, kind := range objectType.AttributeTypes {
		config[name], plan[name] = tftypes.NewValue(kind, nil), tftypes.NewValue(kind, nil)
		switch attribute := s.Attributes[name]; {
		case attribute.IsWriteOnly():
			secret = true
			config[name] = tftypes.NewValue(tftypes.String, canary)
		case attribute.IsRequired():
			config[name] = tftypes.NewValue(tftypes.String, "given")
			plan[name] = config[name]
		case attribute.IsComputed():
			plan[name] = tftypes.NewValue(kind, tftypes.UnknownValue)
		}
	}
	if !secret {
		return configured, planned, false
	}
	return tftypes.NewValue(objectType, config), tftypes.NewValue(objectType, plan), true
}

func typeName(t *testing.T, r resource.Resource) string {
	t.Helper()
	var metadata resource.MetadataResponse
	r.Metadata(t.Context(), resource.MetadataRequest{ProviderTypeName: "timesheets"}, &metadata)
	return metadata.TypeName
}
