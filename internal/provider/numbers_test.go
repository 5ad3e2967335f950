package provider_test

import (
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// TestNumbers expects the error of a number out of range, with the rule, for numbers that the framework cannot convert, together with
// the errors of other attributes.
func TestNumbers(t *testing.T) {
	acctest.EmulatorOnly(t, "validates only")
	t.Parallel()
	n := acctest.New(t)
	for name, c := range map[string]struct {
		config string
		errors []string
	}{
		"fraction": {
			"resource \"timesheets_api\" \"test\" {\n  name = \"\"\n  identifier = \"https://api.example\"\n  token_lifetime = 1.5\n  token_lifetime_for_web = 10 / 3\n}\n",
			[]string{
				"Invalid name", "Invalid token_lifetime", "1.5 seconds are not allowed: write a whole number from 1 to 2592000, or omit the attribute for the default of 86400.",
				"Invalid token_lifetime_for_web", "3.333333333 seconds are not allowed: write a whole number from 1 to 2592000, or omit the attribute for the smaller of 7200 and `token_lifetime`.",
			},
		},
		"large": {
			"resource \"timesheets_api\" \"test\" {\n  name = \"API\"\n  identifier = \"https://api.example\"\n  token_lifetime = 1e30\n}\n",
			[]string{"Invalid token_lifetime", "1e+30 seconds are not allowed: write a whole number from 1 to 2592000"},
		},
		"nested": {
			"resource \"timesheets_client\" \"test\" {\n  name = \"Job\"\n  token_quota = { per_hour = -1e30, per_day = 1.000000000000001 }\n}\n",
			[]string{
				"Invalid token_quota.per_hour", "-1e+30 is not allowed: write a whole number from 1 to 2147483647, or omit the attribute for no such limit.",
				"Invalid token_quota.per_day", "1.000000000000001 is not allowed",
			},
		},
		"provider": {
			"provider \"timesheets\" {\n  max_concurrency = 1.5\n  rate_limit_share = 1e-400\n}\n" + resourceOfProvider,
			[]string{
				"Invalid max_concurrency", "1.5 is not allowed: write a whole number from 1 to 100, or omit the attribute for the default of 10.",
				"Invalid rate_limit_share", "1e-400 is not allowed: write a number from 0.01 to 1, or omit the attribute for the default of 0.8.",
			},
		},
		"provider, out of range": {
			"provider \"timesheets\" {\n  max_concurrency = 101\n  rate_limit_share = 1e308\n}\n" + resourceOfProvider,
			[]string{"Invalid max_concurrency", "101 is not allowed", "Invalid rate_limit_share", "1e+308 is not allowed"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := n.Workspace(t)
			w.Write("main.tf", c.config)
			printed, ok := w.Run("validate")
			expectNumberErrors(t, printed, ok, c.errors)
		})
	}
}

// resourceOfProvider causes the validation of the provider block.
const resourceOfProvider = "resource \"timesheets_client\" \"test\" {\n  name = \"Job\"\n}\n"

// TestNumbers_unknown expects these errors in the apply for values that the plan does not know.
func TestNumbers_unknown(t *testing.T) {
	acctest.EmulatorOnly(t, "creates nothing")
	t.Parallel()
	w := acctest.New(t).Workspace(t)
	w.Write("main.tf", `
resource "terraform_data" "number" { input = 1.5 }
resource "timesheets_api" "test" {
  name           = "API"
  identifier     = "https://api.example"
  token_lifetime = terraform_data.number.output
}
resource "timesheets_client" "test" {
  name        = "Job"
  token_quota = { per_day = terraform_data.number.output }
}
`)
	printed, ok := w.Run("apply", "-auto-approve")
	expectNumberErrors(t, printed, ok, []string{
		"Invalid token_lifetime", "1.5 seconds are not allowed: write a whole number from 1 to 2592000", "Invalid token_quota.per_day", "1.5 is not allowed: write a whole number",
	})
}

func expectNumberErrors(t *testing.T, printed string, ok bool, phrases []string) {
	t.Helper()
	if ok || strings.Contains(printed, "Conversion") || strings.Contains(printed, "developer") {
		t.Errorf("success %v:\n%s", ok, printed)
	}
	for _, phrase := range phrases {
		if !acctest.Words(phrase).MatchString(printed) {
			t.Errorf("%q is missing in:\n%s", phrase, printed)
		}
	}
}

// TestNumbers_rules sets each number that can be configured to a number that 64 bits cannot represent, and expects one error, with a rule.
func TestNumbers_rules(t *testing.T) {
	server, _ := newServer(t)
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	expect := func(where string, of *tfprotov6.Schema, validate func(*tfprotov6.DynamicValue) []*tfprotov6.Diagnostic) {
		for _, block := range numericBlocks(t, of.Block.Attributes, of.ValueType()) {
			count++
			config, err := tfprotov6.NewDynamicValue(of.ValueType(), block)
			if err != nil {
				t.Fatal(err)
			}
			said := slices.DeleteFunc(validate(&config), func(d *tfprotov6.Diagnostic) bool { return strings.HasPrefix(d.Summary, "Missing") })
			if len(said) != 1 || !strings.HasPrefix(said[0].Summary, "Invalid ") || !strings.Contains(said[0].Detail, "is not allowed: write a ") && !strings.Contains(said[0].Detail, "are not allowed: write a ") {
				t.Errorf("%s: %v", where, said)
			}
		}
	}
	expect("provider", schemas.Provider, func(config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
		answer, err := server.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: config})
		return said(t, answer, err).Diagnostics
	})
	for name, of := range schemas.ResourceSchemas {
		expect(name, of, func(config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
			answer, err := server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: name, Config: config})
			return said(t, answer, err).Diagnostics
		})
	}
	for name, of := range schemas.DataSourceSchemas {
		expect(name, of, func(config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
			answer, err := server.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: config})
			return said(t, answer, err).Diagnostics
		})
	}
	for name, of := range schemas.EphemeralResourceSchemas {
		expect(name, of, func(config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
			answer, err := server.ValidateEphemeralResourceConfig(t.Context(), &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: name, Config: config})
			return said(t, answer, err).Diagnostics
		})
	}
	if count < 6 {
		t.Errorf("only %d numbers", count)
	}
}

func said[A any](t *testing.T, answer A, err error) A {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// numericBlocks returns for each number that can be configured a block that sets only that.
func numericBlocks(t *testing.T, attributes []*tfprotov6.SchemaAttribute, of tftypes.Type) []tftypes.Value {
	t.Helper()
	tiny, _, err := big.ParseFloat("1e-400", 10, 512, big.ToNearestEven)
	if err != nil {
		t.Fatal(err)
	}
	var blocks []tftypes.Value
	for _, attribute := range attributes {
		var values []tftypes.Value
		switch {
		case !attribute.Optional && !attribute.Required:
		case attribute.NestedType != nil && attribute.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeSingle:
			values = numericBlocks(t, attribute.NestedType.Attributes, attribute.ValueType())
		case attribute.NestedType == nil && attribute.Type.Is(tftypes.Number):
			values = []tftypes.Value{tftypes.NewValue(tftypes.Number, tiny)}
		}
		for _, value := range values {
			members := map[string]tftypes.Value{}
			for name, member := range of.(tftypes.Object).AttributeTypes {
				members[name] = tftypes.NewValue(member, nil)
			}
			members[attribute.Name] = value
			blocks = append(blocks, tftypes.NewValue(of, members))
		}
	}
	return blocks
}
