package provider_test

import (
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/provider"
)

// TestGeneratedConfiguration: what a plan would choose anyway is left out, and nothing else is.
func TestGeneratedConfiguration(t *testing.T) {
	server, kinds := served(t)
	scopes := []tftypes.Value{tftypes.NewValue(tftypes.String, "batch:upload")}
	api := map[string]any{"name": "Timesheets API", "identifier": "https://api.timesheets.example/v1", "id": "0123", "is_system": false, "signing_alg": "RS256"}
	for name, c := range map[string]struct {
		kind         string
		held         map[string]any
		written, out []string
	}{
		"grant": {
			kind: "timesheets_client_grant",
			held: map[string]any{
				"id": "cgr_1", "is_system": false, "client_id": "job", "audience": "https://api.timesheets.example/v1", "subject_type": "client",
				"scopes": scopes, "allow_all_scopes": false, "allow_any_organization": true, "organization_usage": "deny",
			},
			written: []string{"client_id", "audience", "scopes", "allow_any_organization"},
			out:     []string{"id", "is_system", "subject_type", "allow_all_scopes", "organization_usage"},
		},
		"usual lifetimes": {
			kind: "timesheets_api", held: with(api, "token_lifetime", 86400, "token_lifetime_for_web", 7200),
			written: []string{"name", "identifier"},
			out:     []string{"id", "is_system", "signing_alg", "token_lifetime", "token_lifetime_for_web"},
		},
		"short lifetime": {
			kind: "timesheets_api", held: with(api, "token_lifetime", 3600, "token_lifetime_for_web", 3600),
			written: []string{"token_lifetime"}, out: []string{"token_lifetime_for_web"},
		},
		"shorter for web": {
			kind: "timesheets_api", held: with(api, "token_lifetime", 3600, "token_lifetime_for_web", 1800),
			written: []string{"token_lifetime", "token_lifetime_for_web"},
		},
		"usual client": {
			kind: "timesheets_client", held: map[string]any{"client_id": "job", "name": "Job", "token_endpoint_auth_method": "client_secret_post"},
			written: []string{"name"}, out: []string{"client_id", "token_endpoint_auth_method"},
		},
		"other method": {
			kind: "timesheets_client", held: map[string]any{"client_id": "job", "name": "Job", "token_endpoint_auth_method": "client_secret_basic"},
			written: []string{"name", "token_endpoint_auth_method"}, out: []string{"client_id"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			written := generated(t, server, c.kind, kinds[c.kind], c.held)
			for _, attribute := range c.written {
				if written[attribute].IsNull() {
					t.Errorf("%s is left out", attribute)
				}
			}
			for _, attribute := range c.out {
				if !written[attribute].IsNull() {
					t.Errorf("%s is not left out: %s", attribute, written[attribute])
				}
			}
		})
	}
}

// with is a copy of values with more of them, in turn: name, value.
func with(values map[string]any, more ...any) map[string]any {
	values = maps.Clone(values)
	for i := 0; i < len(more); i += 2 {
		values[more[i].(string)] = more[i+1]
	}
	return values
}

// generated is the configuration that the provider generates of a state; what held does not name is null there.
func generated(t *testing.T, server tfprotov6.ProviderServer, name string, described *tfprotov6.Schema, held map[string]any) map[string]tftypes.Value {
	t.Helper()
	kind, ok := described.ValueType().(tftypes.Object)
	if !ok {
		t.Fatalf("the type of a %s is no object", name)
	}
	values := map[string]tftypes.Value{}
	for attribute, of := range kind.AttributeTypes {
		values[attribute] = tftypes.NewValue(of, held[attribute])
	}
	state, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, values))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := server.GenerateResourceConfig(t.Context(), &tfprotov6.GenerateResourceConfigRequest{TypeName: name, State: &state})
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
	return written
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
