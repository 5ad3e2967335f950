package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/provider"
)

// TestGeneratedConfiguration: what is the default is left out, and nothing else is.
func TestGeneratedConfiguration(t *testing.T) {
	server, kinds := served(t)
	kind, ok := kinds["timesheets_client_grant"].ValueType().(tftypes.Object)
	if !ok {
		t.Fatal("the type of a grant is no object")
	}
	held := map[string]tftypes.Value{}
	for name, of := range kind.AttributeTypes {
		held[name] = tftypes.NewValue(of, nil)
	}
	set := func(name string, value any) { held[name] = tftypes.NewValue(kind.AttributeTypes[name], value) }
	set("id", "cgr_1")
	set("is_system", false)
	set("client_id", "job")
	set("audience", "https://api.timesheets.example/v1")
	set("subject_type", "client")
	set("scopes", []tftypes.Value{tftypes.NewValue(tftypes.String, "batch:upload")})
	set("allow_all_scopes", false)
	set("allow_any_organization", true)
	set("organization_usage", "deny")
	state, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, held))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := server.GenerateResourceConfig(t.Context(), &tfprotov6.GenerateResourceConfigRequest{TypeName: "timesheets_client_grant", State: &state})
	if err != nil || len(answer.Diagnostics) > 0 {
		t.Fatalf("%v, %v", err, answer)
	}
	config, err := answer.Config.Unmarshal(kind)
	if err != nil {
		t.Fatal(err)
	}
	var written map[string]tftypes.Value
	if err := config.As(&written); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{
		"client_id": true, "audience": true, "scopes": true, "allow_any_organization": true,
		"id": false, "subject_type": false, "allow_all_scopes": false, "organization_usage": false,
	} {
		if written[name].IsNull() == want {
			t.Errorf("%s: %s", name, written[name])
		}
	}
}

// TestDeferred: with a domain that is not known yet, a Terraform that can put things off is asked to.
func TestDeferred(t *testing.T) {
	for name, c := range map[string]struct {
		domain any
		able   bool
		want   bool
	}{
		"unknown, able":     {tftypes.UnknownValue, true, true},
		"unknown, not able": {tftypes.UnknownValue, false, false},
		"known":             {"example.auth0.com", true, false},
	} {
		t.Run(name, func(t *testing.T) {
			server, _ := served(t)
			described, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
			if err != nil {
				t.Fatal(err)
			}
			kind, _ := described.Provider.ValueType().(tftypes.Object)
			block := map[string]tftypes.Value{}
			for name, of := range kind.AttributeTypes {
				block[name] = tftypes.NewValue(of, nil)
			}
			block["domain"] = tftypes.NewValue(tftypes.String, c.domain)
			block["api_token"] = tftypes.NewValue(tftypes.String, "ready")
			config, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, block))
			if err != nil {
				t.Fatal(err)
			}
			_, err = server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
				Config: &config, ClientCapabilities: &tfprotov6.ConfigureProviderClientCapabilities{DeferralAllowed: c.able},
			})
			if err != nil {
				t.Fatal(err)
			}
			planned := planOfClient(t, server, described)
			if deferred := planned.Deferred != nil; deferred != c.want {
				t.Errorf("deferred: %v, want %v", deferred, c.want)
			}
		})
	}
}

// planOfClient plans a new client.
func planOfClient(t *testing.T, server tfprotov6.ProviderServer, described *tfprotov6.GetProviderSchemaResponse) *tfprotov6.PlanResourceChangeResponse {
	t.Helper()
	const name = "timesheets_client"
	kind, _ := described.ResourceSchemas[name].ValueType().(tftypes.Object)
	wanted := map[string]tftypes.Value{}
	for name, of := range kind.AttributeTypes {
		wanted[name] = tftypes.NewValue(of, nil)
	}
	wanted["name"] = tftypes.NewValue(tftypes.String, "job")
	config, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, wanted))
	if err != nil {
		t.Fatal(err)
	}
	prior, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, nil))
	if err != nil {
		t.Fatal(err)
	}
	planned, err := server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: name, PriorState: &prior, ProposedNewState: &config, Config: &config,
		ClientCapabilities: &tfprotov6.PlanResourceChangeClientCapabilities{DeferralAllowed: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	return planned
}

// served is the provider as Terraform meets it, without an environment, and the schemas of its resources.
func served(t *testing.T) (tfprotov6.ProviderServer, map[string]*tfprotov6.Schema) {
	t.Helper()
	server, err := provider.Server(provider.NewIn("test", func(string) (string, bool) { return "", false })())
	if err != nil {
		t.Fatal(err)
	}
	described, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if !described.ServerCapabilities.GenerateResourceConfig {
		t.Error("the provider does not say that it generates configuration")
	}
	return server, described.ResourceSchemas
}
