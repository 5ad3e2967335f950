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

// planner plans over the provider's protocol, with a tenant that nobody ever asks.
type planner struct {
	server tfprotov6.ProviderServer
	schema *tfprotov6.GetProviderSchemaResponse
}

func newPlanner(t *testing.T) planner {
	t.Helper()
	p := planner{providerserver.NewProtocol6(provider.NewIn("test", func(string) (string, bool) { return "", false })())(), schemas(t)}
	kind := p.schema.Provider.ValueType()
	config := p.value(t, kind, map[string]tftypes.Value{"domain": text("nowhere.invalid"), "api_token": text("token")})
	answer, err := p.server.ConfigureProvider(context.Background(), &tfprotov6.ConfigureProviderRequest{Config: &config})
	if err != nil || len(answer.Diagnostics) > 0 {
		t.Fatalf("configure: %v, %v", err, answer)
	}
	return p
}

// value is an object in which everything is null that is not given.
func (p planner) value(t *testing.T, kind tftypes.Type, given map[string]tftypes.Value) tfprotov6.DynamicValue {
	t.Helper()
	attributes := map[string]tftypes.Value{}
	for name, of := range kind.(tftypes.Object).AttributeTypes {
		attributes[name] = tftypes.NewValue(of, nil)
		if value, ok := given[name]; ok {
			attributes[name] = value
		}
	}
	value, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, attributes))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// plan returns the summaries of the warnings, and the state as it will be.
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
	answer := p.request(t, resource, prior, given)
	var said []string
	for _, d := range answer.Diagnostics {
		if d.Severity != tfprotov6.DiagnosticSeverityWarning {
			t.Errorf("%s: %s", d.Summary, d.Detail)
		}
		said = append(said, d.Summary)
	}
	slices.Sort(said)
	return said, p.applied(t, kind, answer.PlannedState)
}

// nullOf is an object that does not exist.
func nullOf(kind tftypes.Type) (*tfprotov6.DynamicValue, error) {
	none, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, nil))
	return &none, err
}

// request sends the request for a plan.
func (p planner) request(t *testing.T, resource string, prior *tfprotov6.DynamicValue, given map[string]tftypes.Value) *tfprotov6.PlanResourceChangeResponse {
	t.Helper()
	config := p.value(t, p.schema.ResourceSchemas[resource].ValueType(), given)
	answer, err := p.server.PlanResourceChange(context.Background(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: resource, PriorState: prior, ProposedNewState: &config, Config: &config,
	})
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// applied is a planned state in which the tenant has filled what was not known.
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
		return text("made"), nil
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

// A choice that costs something is told once: where it is made, whether with a new object or by a change, and not in
// plans that leave it as it is.
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
		says     []string
	}{
		"shared secret":   {api, map[string]tftypes.Value{"signing_alg": text("HS256")}, []string{"Tokens signed with a shared secret"}},
		"long lifetime":   {api, map[string]tftypes.Value{"token_lifetime": number(86401)}, []string{"Tokens that live longer than a day"}},
		"a day":           {api, map[string]tftypes.Value{"token_lifetime": number(86400), "signing_alg": text("PS256")}, nil},
		"no permissions":  {api, map[string]tftypes.Value{"token_dialect": text("access_token_authz")}, []string{"Tokens without permissions"}},
		"permissions":     {api, map[string]tftypes.Value{"token_dialect": text("access_token_authz"), "enforce_policies": yes}, nil},
		"all scopes":      {grant, map[string]tftypes.Value{"allow_all_scopes": yes}, []string{"Client may ask for every scope"}},
		"named scopes":    {grant, map[string]tftypes.Value{"scopes": set("batch:upload", "read:timesheets")}, nil},
		"both at one API": {api, map[string]tftypes.Value{"signing_alg": text("HS256"), "token_lifetime": number(2592000)}, []string{"Tokens signed with a shared secret", "Tokens that live longer than a day"}},
	} {
		t.Run(name, func(t *testing.T) {
			plan := func(resource string, prior *tfprotov6.DynamicValue, config map[string]tftypes.Value) ([]string, *tfprotov6.DynamicValue) {
				return newPlanner(t).plan(t, resource, prior, config) // Terraform plans each time in a process of its own
			}
			chosen := merged(named[c.resource], c.choice)
			said, made := plan(c.resource, nil, chosen)
			if !slices.Equal(said, c.says) {
				t.Errorf("a create says %q, want %q", said, c.says)
			}
			_, before := plan(c.resource, nil, merged(named[c.resource], plain[c.resource]))
			if said, _ := plan(c.resource, before, chosen); !slices.Equal(said, c.says) {
				t.Errorf("a change says %q, want %q", said, c.says)
			}
			if said, _ := plan(c.resource, made, chosen); said != nil {
				t.Errorf("a plan without a change says %q", said)
			}
			if said, _ := plan(c.resource, made, merged(chosen, elsewhere[c.resource])); said != nil {
				t.Errorf("a change elsewhere says %q", said)
			}
		})
	}
}

// A key that has expired lets nobody in, and every plan says so: nothing else would, when it was the only one.
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
	old := key("2020-01-31T00:00:00Z")
	said, made := p.plan(t, "timesheets_client", nil, old)
	if !slices.Equal(said, []string{"Key has expired"}) {
		t.Errorf("a create says %q", said)
	}
	if said, _ := p.plan(t, "timesheets_client", made, old); !slices.Equal(said, []string{"Key has expired"}) {
		t.Errorf("a plan without a change says %q", said)
	}
	if said, _ := p.plan(t, "timesheets_client", nil, key("2999-01-31T00:00:00Z")); said != nil {
		t.Errorf("with a key that is good a create says %q", said)
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
