package provider_test

import (
	"context"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/provider"
)

// planner plans over the provider protocol, with a tenant that receives no requests.
type planner struct {
	server tfprotov6.ProviderServer
	schema *tfprotov6.GetProviderSchemaResponse
}

func newPlanner(t *testing.T) planner {
	t.Helper()
	p := planner{providerserver.NewProtocol6(provider.NewIn("test", func(string) (string, bool) { return "", false })())(), schemas(t)}
	config := objectOf(t, p.schema.Provider.ValueType(), map[string]tftypes.Value{"domain": text("nowhere.invalid"), "api_token": text("token")})
	resp, err := p.server.ConfigureProvider(context.Background(), &tfprotov6.ConfigureProviderRequest{Config: config})
	if err != nil || len(resp.Diagnostics) > 0 {
		t.Fatalf("configure: %v, %v", err, resp)
	}
	return p
}

// plan returns the summaries of the warnings, and the state after the apply.
func (p planner) plan(t *testing.T, resource string, prior *tfprotov6.DynamicValue, given map[string]tftypes.Value) ([]string, *tfprotov6.DynamicValue) {
	t.Helper()
	kind := p.schema.ResourceSchemas[resource].ValueType()
	if prior == nil {
		none, err := nullOf(kind)
		if err != nil {
			t.Fatal(err)
		}
		prior = none
	}
	resp := p.request(t, resource, prior, given)
	var warnings []string
	for _, d := range resp.Diagnostics {
		if d.Severity != tfprotov6.DiagnosticSeverityWarning {
			t.Errorf("%s: %s", d.Summary, d.Detail)
		}
		warnings = append(warnings, d.Summary)
	}
	slices.Sort(warnings)
	return warnings, p.applied(t, kind, resp.PlannedState)
}

// nullOf returns a null object of a type.
func nullOf(kind tftypes.Type) (*tfprotov6.DynamicValue, error) {
	none, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, nil))
	return &none, err
}

// request plans a configuration of a resource.
func (p planner) request(t *testing.T, resource string, prior *tfprotov6.DynamicValue, given map[string]tftypes.Value) *tfprotov6.PlanResourceChangeResponse {
	t.Helper()
	config := objectOf(t, p.schema.ResourceSchemas[resource].ValueType(), given)
	resp, err := p.server.PlanResourceChange(context.Background(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: resource, PriorState: prior, ProposedNewState: config, Config: config,
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

// applied returns a planned state with values of the tenant in place of unknown ones.
func (p planner) applied(t *testing.T, kind tftypes.Type, planned *tfprotov6.DynamicValue) *tfprotov6.DynamicValue {
	t.Helper()
	value, err := planned.Unmarshal(kind)
	if err != nil {
		t.Fatal(err)
	}
	value, err = tftypes.Transform(value, func(_ *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		switch {
		case v.IsKnown():
			return v, nil
		case v.Type().Is(tftypes.Bool):
			return tftypes.NewValue(tftypes.Bool, false), nil
		}
		return text("created"), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	state, err := tfprotov6.NewDynamicValue(kind, value)
	if err != nil {
		t.Fatal(err)
	}
	return &state
}

// TestAdvice expects warnings of insecure choices from the plan that makes them, with a new object or by a change, and not
// from plans that do not change them.
func TestAdvice(t *testing.T) {
	const api, grant = "timesheets_api", "timesheets_client_grant"
	yes := tftypes.NewValue(tftypes.Bool, true)
	named := map[string]map[string]tftypes.Value{
		api:   {"name": text("API"), "identifier": text("urn:api")},
		grant: {"client_id": text("job"), "audience": text("urn:elsewhere")},
	}
	plain := map[string]map[string]tftypes.Value{api: {}, grant: {"scopes": set("batch:upload")}}
	elsewhere := map[string]map[string]tftypes.Value{api: {"allow_offline_access": yes}, grant: {"organization_usage": text("allow")}}
	for name, c := range map[string]struct {
		resource string
		choice   map[string]tftypes.Value
		want     []string
	}{
		"shared secret":   {api, map[string]tftypes.Value{"signing_alg": text("HS256")}, []string{"Tokens signed with a shared secret"}},
		"long lifetime":   {api, map[string]tftypes.Value{"token_lifetime": number(86401)}, []string{"Token lifetime exceeds one day"}},
		"a day":           {api, map[string]tftypes.Value{"token_lifetime": number(86400), "signing_alg": text("PS256")}, nil},
		"no permissions":  {api, map[string]tftypes.Value{"token_dialect": text("access_token_authz")}, []string{"Tokens without permissions"}},
		"permissions":     {api, map[string]tftypes.Value{"token_dialect": text("access_token_authz"), "enforce_policies": yes}, nil},
		"all scopes":      {grant, map[string]tftypes.Value{"allow_all_scopes": yes}, []string{"Client can request every scope"}},
		"named scopes":    {grant, map[string]tftypes.Value{"scopes": set("batch:upload", "read:timesheets")}, nil},
		"both at one API": {api, map[string]tftypes.Value{"signing_alg": text("HS256"), "token_lifetime": number(2592000)}, []string{"Token lifetime exceeds one day", "Tokens signed with a shared secret"}},
	} {
		t.Run(name, func(t *testing.T) {
			plan := func(resource string, prior *tfprotov6.DynamicValue, config map[string]tftypes.Value) ([]string, *tfprotov6.DynamicValue) {
				return newPlanner(t).plan(t, resource, prior, config) // Terraform starts a process for each plan
			}
			chosen := merged(named[c.resource], c.choice)
			warnings, created := plan(c.resource, nil, chosen)
			if !slices.Equal(warnings, c.want) {
				t.Errorf("warnings of a create: %q, want %q", warnings, c.want)
			}
			_, before := plan(c.resource, nil, merged(named[c.resource], plain[c.resource]))
			if warnings, _ := plan(c.resource, before, chosen); !slices.Equal(warnings, c.want) {
				t.Errorf("warnings of a change: %q, want %q", warnings, c.want)
			}
			if warnings, _ := plan(c.resource, created, chosen); warnings != nil {
				t.Errorf("warnings of a plan without a change: %q", warnings)
			}
			if warnings, _ := plan(c.resource, created, merged(chosen, elsewhere[c.resource])); warnings != nil {
				t.Errorf("warnings of a change elsewhere: %q", warnings)
			}
		})
	}
}

// TestExpiredKey expects a warning of an expired key in every plan, because a client whose only key has expired gets no
// tokens, and nothing else reports that.
func TestExpiredKey(t *testing.T) {
	p := newPlanner(t)
	kind := p.schema.ResourceSchemas["timesheets_client"].ValueType().(tftypes.Object).AttributeTypes["private_key_jwt"].(tftypes.Map)
	key := func(end string) map[string]tftypes.Value {
		attributes := map[string]tftypes.Value{}
		for name, of := range kind.ElementType.(tftypes.Object).AttributeTypes {
			attributes[name] = tftypes.NewValue(of, nil)
		}
		attributes["pem"], attributes["expires_at"] = text(newPublicKey(t)), text(end)
		entry := tftypes.NewValue(kind.ElementType, attributes)
		return map[string]tftypes.Value{"name": text("Job"), "private_key_jwt": tftypes.NewValue(kind, map[string]tftypes.Value{"first": entry})}
	}
	expired := key("2020-01-31T00:00:00Z")
	warnings, created := p.plan(t, "timesheets_client", nil, expired)
	if !slices.Equal(warnings, []string{"Key has expired"}) {
		t.Errorf("warnings of a create: %q", warnings)
	}
	if warnings, _ := p.plan(t, "timesheets_client", created, expired); !slices.Equal(warnings, []string{"Key has expired"}) {
		t.Errorf("warnings of a plan without a change: %q", warnings)
	}
	if warnings, _ := p.plan(t, "timesheets_client", nil, key("2999-01-31T00:00:00Z")); warnings != nil {
		t.Errorf("warnings of a create with a valid key: %q", warnings)
	}
}

func merged(maps ...map[string]tftypes.Value) map[string]tftypes.Value {
	all := map[string]tftypes.Value{}
	for _, one := range maps {
		for name, value := range one {
			all[name] = value
		}
	}
	return all
}
