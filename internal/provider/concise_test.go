package provider_test

import (
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/provider"
)

// TestGeneratedConfiguration expects that generated configuration omits exactly the values that a plan would choose anyway.
func TestGeneratedConfiguration(t *testing.T) {
	server, resources := newServer(t)
	scopes := []tftypes.Value{tftypes.NewValue(tftypes.String, "batch:upload")}
	api := map[string]any{"name": "Timesheets API", "identifier": "https://api.timesheets.example/v1", "id": "0123", "is_system": false, "signing_alg": "RS256"}
	for name, c := range map[string]struct {
		typeName           string
		state              map[string]any
		generated, omitted []string
	}{
		"grant": {
			typeName: "timesheets_client_grant",
			state: map[string]any{
				"id": "cgr_1", "is_system": false, "client_id": "job", "audience": "https://api.timesheets.example/v1", "subject_type": "client",
				"scopes": scopes, "allow_all_scopes": false, "allow_any_organization": true, "organization_usage": "deny",
			},
			generated: []string{"client_id", "audience", "scopes", "allow_any_organization"},
			omitted:   []string{"id", "is_system", "subject_type", "allow_all_scopes", "organization_usage"},
		},
		"usual lifetimes": {
			typeName: "timesheets_api", state: with(api, "token_lifetime", 86400, "token_lifetime_for_web", 7200),
			generated: []string{"name", "identifier"},
			omitted:   []string{"id", "is_system", "signing_alg", "token_lifetime", "token_lifetime_for_web"},
		},
		"short lifetime": {
			typeName: "timesheets_api", state: with(api, "token_lifetime", 3600, "token_lifetime_for_web", 3600),
			generated: []string{"token_lifetime"}, omitted: []string{"token_lifetime_for_web"},
		},
		"shorter for web": {
			typeName: "timesheets_api", state: with(api, "token_lifetime", 3600, "token_lifetime_for_web", 1800),
			generated: []string{"token_lifetime", "token_lifetime_for_web"},
		},
		"usual client": {
			typeName: "timesheets_client", state: map[string]any{"client_id": "job", "name": "Job", "token_endpoint_auth_method": "client_secret_post"},
			generated: []string{"name"}, omitted: []string{"client_id", "token_endpoint_auth_method"},
		},
		"other method": {
			typeName: "timesheets_client", state: map[string]any{"client_id": "job", "name": "Job", "token_endpoint_auth_method": "client_secret_basic"},
			generated: []string{"name", "token_endpoint_auth_method"}, omitted: []string{"client_id"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			config := generateConfig(t, server, c.typeName, resources[c.typeName], c.state)
			for _, attribute := range c.generated {
				if config[attribute].IsNull() {
					t.Errorf("%s is omitted", attribute)
				}
			}
			for _, attribute := range c.omitted {
				if !config[attribute].IsNull() {
					t.Errorf("%s is not omitted: %s", attribute, config[attribute])
				}
			}
		})
	}
}

// with returns a copy of values with more of them, which are given as alternating names and values.
func with(values map[string]any, more ...any) map[string]any {
	values = maps.Clone(values)
	for i := 0; i < len(more); i += 2 {
		values[more[i].(string)] = more[i+1]
	}
	return values
}

// generateConfig returns the configuration that the provider generates for a state. Omitted attributes of the state are null.
func generateConfig(t *testing.T, server tfprotov6.ProviderServer, name string, described *tfprotov6.Schema, attributes map[string]any) map[string]tftypes.Value {
	t.Helper()
	kind, ok := described.ValueType().(tftypes.Object)
	if !ok {
		t.Fatalf("the type of %s is not an object", name)
	}
	values := map[string]tftypes.Value{}
	for attribute, of := range kind.AttributeTypes {
		values[attribute] = tftypes.NewValue(of, attributes[attribute])
	}
	state, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, values))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := server.GenerateResourceConfig(t.Context(), &tfprotov6.GenerateResourceConfigRequest{TypeName: name, State: &state})
	if err != nil || len(resp.Diagnostics) > 0 {
		t.Fatalf("%v, %v", err, resp)
	}
	config, err := resp.Config.Unmarshal(kind)
	if err != nil {
		t.Fatal(err)
	}
	var generated map[string]tftypes.Value
	if err := config.As(&generated); err != nil {
		t.Fatal(err)
	}
	return generated
}

// TestDeferred expects a deferred plan if the domain is unknown and Terraform supports deferral.
func TestDeferred(t *testing.T) {
	for name, c := range map[string]struct {
		domain    any
		supported bool
		want      bool
	}{
		"unknown, supported":     {tftypes.UnknownValue, true, true},
		"unknown, not supported": {tftypes.UnknownValue, false, false},
		"known":                  {"example.auth0.com", true, false},
	} {
		t.Run(name, func(t *testing.T) {
			server, _ := newServer(t)
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
				Config: &config, ClientCapabilities: &tfprotov6.ConfigureProviderClientCapabilities{DeferralAllowed: c.supported},
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
	attributes := map[string]tftypes.Value{}
	for name, of := range kind.AttributeTypes {
		attributes[name] = tftypes.NewValue(of, nil)
	}
	attributes["name"] = tftypes.NewValue(tftypes.String, "job")
	config, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, attributes))
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

// newServer returns a protocol server of the provider without environment variables, and the schemas of its resources.
func newServer(t *testing.T) (tfprotov6.ProviderServer, map[string]*tfprotov6.Schema) {
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
		t.Error("the provider does not announce that it generates configuration")
	}
	return server, described.ResourceSchemas
}
