package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/provider"
)

// TestSharedProcess plans an API twice with one configured provider, as the plan and the apply of "terraform test" do in
// Terraform 1.15. A process of any other command reports two resources.
func TestSharedProcess(t *testing.T) {
	for shared, errors := range map[bool]int{false: 1, true: 0} {
		server, err := provider.Server(provider.NewProcess("test", shared).Provider())
		if err != nil {
			t.Fatal(err)
		}
		described, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: objectOf(t, described.Provider.ValueType(), map[string]tftypes.Value{
			"domain": text("tenant.invalid"), "api_token": text("token"),
		})})
		if err != nil {
			t.Fatal(err)
		}
		const kind = "timesheets_api"
		schema := described.ResourceSchemas[kind]
		config := objectOf(t, schema.ValueType(), map[string]tftypes.Value{"name": text("A"), "identifier": text("https://a.test")})
		null, err := tfprotov6.NewDynamicValue(schema.ValueType(), tftypes.NewValue(schema.ValueType(), nil))
		if err != nil {
			t.Fatal(err)
		}
		var reported []*tfprotov6.Diagnostic
		for range 2 {
			answer, err := server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
				TypeName: kind, PriorState: &null, Config: config, ProposedNewState: config,
			})
			if err != nil {
				t.Fatal(err)
			}
			reported = append(reported, answer.Diagnostics...)
		}
		if len(reported) != errors {
			t.Errorf("shared %v: reported %d times, want %d", shared, len(reported), errors)
		}
	}
}
