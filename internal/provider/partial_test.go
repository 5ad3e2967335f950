package provider_test

import (
	"context"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	given "github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/planstate"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Ports that make what they are asked to make, and keep another name than they were sent.
type (
	stubbornAPIs    struct{ tenant.APIs }
	stubbornClients struct{ tenant.Clients }
	allPermissions  struct{}
)

func (allPermissions) Require(context.Context, string, ...string) error { return nil }

func (stubbornAPIs) Create(_ context.Context, wanted tenant.NewAPI) (tenant.API, error) {
	wanted.ID, wanted.Name = "0123456789abcdef01234567", "another"
	return wanted.API, &tenant.Differs{Fields: []string{"name"}}
}

func (stubbornClients) Create(_ context.Context, wanted tenant.Client) (tenant.Client, error) {
	wanted.ClientID, wanted.Name = "made", "another"
	return wanted, &tenant.Differs{Fields: []string{"name"}}
}

func (stubbornClients) Update(context.Context, tenant.ClientKey, tenant.ClientUpdate) (tenant.Client, error) {
	return tenant.Client{}, nil // takes the secret
}

// TestPartialStateHoldsNoSecret lets the tenant keep other values than it was sent. The object must
// be in the state then and no error reported, or Terraform replaces it; and no write-only value may be in the state,
// or Terraform rejects the whole state of the object.
func TestPartialStateHoldsNoSecret(t *testing.T) {
	const canary = "canary-write-only-0123456789"
	data := given.Data{Tenant: tenant.Tenant{APIs: stubbornAPIs{}, Clients: stubbornClients{}, Permissions: allPermissions{}}, PlanState: planstate.New()}
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
				t.Errorf("the state holds what is write-only: %s", resp.State.Raw)
			}
		})
	}
	if tried < 2 {
		t.Errorf("%d resources take secrets", tried)
	}
}

// values are a configuration and its plan, whose write-only attributes are the canary in the one and null in the other.
func values(t *testing.T, s schema.Schema, canary string) (configured, planned tftypes.Value, secret bool) {
	t.Helper()
	whole, ok := s.Type().TerraformType(t.Context()).(tftypes.Object)
	if !ok {
		t.Fatal("the schema is no object")
	}
	config, plan := map[string]tftypes.Value{}, map[string]tftypes.Value{}
	for name, kind := range whole.AttributeTypes {
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
	return tftypes.NewValue(whole, config), tftypes.NewValue(whole, plan), true
}

func typeName(t *testing.T, r resource.Resource) string {
	t.Helper()
	var named resource.MetadataResponse
	r.Metadata(t.Context(), resource.MetadataRequest{ProviderTypeName: "timesheets"}, &named)
	return named.TypeName
}
