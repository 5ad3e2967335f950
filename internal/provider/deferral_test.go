package provider_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// deferring returns a server whose domain is unknown, for a Terraform that can defer, and its schemas.
func deferring(t *testing.T) (tfprotov6.ProviderServer, *tfprotov6.GetProviderSchemaResponse) {
	t.Helper()
	server, _ := newServer(t)
	described, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	config := objectOf(t, described.Provider.ValueType(), map[string]tftypes.Value{
		"domain":    tftypes.NewValue(tftypes.String, tftypes.UnknownValue),
		"api_token": tftypes.NewValue(tftypes.String, "token"),
	})
	_, err = server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		Config: config, ClientCapabilities: &tfprotov6.ConfigureProviderClientCapabilities{DeferralAllowed: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	return server, described
}

// attribute returns an attribute of an object.
func attribute(t *testing.T, schema *tfprotov6.Schema, object *tfprotov6.DynamicValue, name string) tftypes.Value {
	t.Helper()
	value, err := object.Unmarshal(schema.ValueType())
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]tftypes.Value{}
	if err := value.As(&all); err != nil {
		t.Fatal(err)
	}
	return all[name]
}

// TestDeferral_plan expects defaults and unknown computed attributes in a deferred plan, because other objects of the plan use
// them: with null, the plan of the README's grant fails with "Missing Configuration for Required Attribute".
func TestDeferral_plan(t *testing.T) {
	server, described := deferring(t)
	for typeName, set := range map[string]map[string]tftypes.Value{
		"timesheets_client":       {"name": text("job")},
		"timesheets_api":          {"name": text("API"), "identifier": text("https://api.example")},
		"timesheets_api_scope":    {"identifier": text("https://api.example"), "value": text("batch:upload")},
		"timesheets_client_grant": {"client_id": text("job"), "audience": text("https://api.example"), "scopes": tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{})},
	} {
		t.Run(typeName, func(t *testing.T) {
			schema := described.ResourceSchemas[typeName]
			config := objectOf(t, schema.ValueType(), set)
			proposed := maps.Clone(set)
			for _, of := range schema.Block.Attributes { // as Terraform proposes a new object
				if _, isSet := set[of.Name]; of.Computed && !isSet {
					proposed[of.Name] = tftypes.NewValue(of.ValueType(), tftypes.UnknownValue)
				}
			}
			prior, err := tfprotov6.NewDynamicValue(schema.ValueType(), tftypes.NewValue(schema.ValueType(), nil))
			if err != nil {
				t.Fatal(err)
			}
			planned, err := server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
				TypeName: typeName, Config: config, PriorState: &prior, ProposedNewState: objectOf(t, schema.ValueType(), proposed),
				ClientCapabilities: &tfprotov6.PlanResourceChangeClientCapabilities{DeferralAllowed: true},
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, found := range planned.Diagnostics {
				t.Errorf("%s: %s", found.Summary, found.Detail)
			}
			if planned.Deferred == nil || attribute(t, schema, planned.PlannedState, "id").IsKnown() {
				t.Errorf("deferred: %v, id: %s; want a deferred plan with an unknown id", planned.Deferred, attribute(t, schema, planned.PlannedState, "id"))
			}
		})
	}
}

// TestDeferral_import expects the identity in the response to a deferred import by identity.
func TestDeferral_import(t *testing.T) {
	server, _ := deferring(t)
	kind := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"identifier": tftypes.String}}
	identity, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, map[string]tftypes.Value{"identifier": text("https://api.example")}))
	if err != nil {
		t.Fatal(err)
	}
	imported, err := server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{
		TypeName: "timesheets_api", Identity: &tfprotov6.ResourceIdentityData{IdentityData: &identity},
		ClientCapabilities: &tfprotov6.ImportResourceStateClientCapabilities{DeferralAllowed: true},
	})
	if err != nil || len(imported.Diagnostics) > 0 || imported.Deferred == nil || len(imported.ImportedResources) != 1 {
		t.Fatalf("%v %+v", err, imported)
	}
	if imported.ImportedResources[0].Identity == nil {
		t.Error("the response contains no identity")
	}
}

// TestDeferral_ephemeral expects unknown computed attributes from an ephemeral resource, which Terraform cannot defer, and the
// configuration unchanged.
func TestDeferral_ephemeral(t *testing.T) {
	server, described := deferring(t)
	for typeName, set := range map[string]map[string]tftypes.Value{
		"timesheets_client_secret": {"client_id": text("job")},
		"timesheets_access_token":  {"client_id": text("job"), "audience": text("https://api.example"), "client_secret": text("canary")},
	} {
		t.Run(typeName, func(t *testing.T) {
			schema := described.EphemeralResourceSchemas[typeName]
			opened, err := server.OpenEphemeralResource(t.Context(), &tfprotov6.OpenEphemeralResourceRequest{TypeName: typeName, Config: objectOf(t, schema.ValueType(), set)})
			if err != nil || len(opened.Diagnostics) > 0 || opened.Deferred != nil {
				t.Fatalf("%v %v, deferred: %v", err, opened.Diagnostics, opened.Deferred)
			}
			for _, of := range schema.Block.Attributes {
				value := attribute(t, schema, opened.Result, of.Name)
				if want, isSet := set[of.Name]; isSet && !value.Equal(want) {
					t.Errorf("%s is %s, want %s", of.Name, value, want)
				} else if !isSet && value.IsKnown() == of.Computed {
					t.Errorf("%s is %s, computed: %v", of.Name, value, of.Computed)
				}
			}
		})
	}
}

// TestAccProvider_unready uses a domain that is known only after an apply. Whatever needs a request fails in the plan, with
// the variable to set. New objects are planned without requests.
func TestAccProvider_unready(t *testing.T) {
	acctest.EmulatorOnly(t, "needs the address of the tenant in the configuration")
	n := acctest.New(t)
	provider := `
resource "terraform_data" "domain" {
  input = "` + n.Server.URL() + `"
}

provider "timesheets" {
  domain = terraform_data.domain.output
}
`
	n.Run(t,
		resource.TestStep{
			Config:      provider + `data "timesheets_api" "test" { identifier = "x" }`,
			ExpectError: acctest.Words("Unable to read API", "domain is not known yet", "AUTH0_DOMAIN"),
		},
		resource.TestStep{
			Config:      strings.Replace(provider, "  domain =", "  client_id = terraform_data.domain.output\n  domain =", 1) + `data "timesheets_api" "test" { identifier = "x" }`,
			ExpectError: acctest.Words("the provider's domain and client_id are not known yet, because they come from resources", "from AUTH0_DOMAIN, AUTH0_CLIENT_ID, or apply those resources"),
		},
		resource.TestStep{
			Config:      provider + `data "timesheets_signing_keys" "test" {}`,
			ExpectError: acctest.Words("Unable to read signing keys", "domain is not known yet", "No request was sent"),
		},
		resource.TestStep{
			Config: provider + `ephemeral "timesheets_access_token" "test" {
  client_id     = "job"
  client_secret = "canary"
  audience      = "https://api.example"
}`,
			ExpectError: acctest.Words("domain is not known yet", "No request was sent"),
		},
		resource.TestStep{
			Config:            provider + `resource "timesheets_client" "test" { name = "` + n.Prefix + ` job" }`,
			ConfigStateChecks: acctest.Checks{acctest.Value("timesheets_client.test", knownvalue.NotNull(), "client_id")},
		},
	)
	if len(n.Writes()) != 2 {
		t.Errorf("the client is not created and deleted once: %v", n.Writes())
	}
}
