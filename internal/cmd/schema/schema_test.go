package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// TestExportLayout compares the layout, member by member, with one that was written by hand from the output of Terraform 1.15.
func TestExportLayout(t *testing.T) {
	attributes := []*tfprotov6.SchemaAttribute{
		{Name: "plain", Type: tftypes.String, Required: true, Description: "Plain."},
		{Name: "list", Type: tftypes.List{ElementType: tftypes.Bool}, Optional: true, Computed: true, Sensitive: true, WriteOnly: true, Deprecated: true},
		{Name: "nested", Optional: true, DescriptionKind: tfprotov6.StringKindMarkdown, NestedType: &tfprotov6.SchemaObject{
			Nesting:    tfprotov6.SchemaObjectNestingModeMap,
			Attributes: []*tfprotov6.SchemaAttribute{{Name: "inner", Type: tftypes.Number, Computed: true}},
		}},
	}
	schema := &tfprotov6.Schema{Version: 2, Block: &tfprotov6.SchemaBlock{
		Description: "A thing.",
		Attributes:  attributes,
		BlockTypes: []*tfprotov6.SchemaNestedBlock{{
			TypeName: "part", Nesting: tfprotov6.SchemaNestedBlockNestingModeSet, MinItems: 1, MaxItems: 3, Block: &tfprotov6.SchemaBlock{},
		}},
	}}
	got := export(
		&tfprotov6.GetProviderSchemaResponse{
			Provider:        &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{}},
			ResourceSchemas: map[string]*tfprotov6.Schema{"thing": schema},
			ActionSchemas:   map[string]*tfprotov6.ActionSchema{"act": {Schema: &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{}}}},
			Functions: map[string]*tfprotov6.Function{"f": {
				Summary:           "Does.",
				Return:            &tfprotov6.FunctionReturn{Type: tftypes.DynamicPseudoType},
				Parameters:        []*tfprotov6.FunctionParameter{{Name: "in", Type: tftypes.String, AllowNullValue: true}},
				VariadicParameter: &tfprotov6.FunctionParameter{Name: "more", Type: tftypes.Set{ElementType: tftypes.String}},
			}},
		},
		&tfprotov6.GetResourceIdentitySchemasResponse{IdentitySchemas: map[string]*tfprotov6.ResourceIdentitySchema{"thing": {
			Version: 1,
			IdentityAttributes: []*tfprotov6.ResourceIdentitySchemaAttribute{
				{Name: "key", Type: tftypes.String, RequiredForImport: true, Description: "The key."},
				{Name: "kind", Type: tftypes.String, OptionalForImport: true},
			},
		}}},
	)
	const want = `{
  "provider": {"version": 0, "block": {"description_kind": "plain"}},
  "resource_schemas": {"thing": {"version": 2, "block": {
    "description": "A thing.", "description_kind": "plain",
    "attributes": {
      "plain": {"type": "string", "description": "Plain.", "description_kind": "plain", "required": true},
      "list": {"type": ["list", "bool"], "description_kind": "plain", "optional": true, "computed": true, "sensitive": true, "write_only": true, "deprecated": true},
      "nested": {"description_kind": "markdown", "optional": true, "nested_type": {
        "nesting_mode": "map", "attributes": {"inner": {"type": "number", "description_kind": "plain", "computed": true}}
      }}
    },
    "block_types": {"part": {"nesting_mode": "set", "min_items": 1, "max_items": 3, "block": {"description_kind": "plain"}}}
  }}},
  "action_schemas": {"act": {"block": {"description_kind": "plain"}}},
  "functions": {"f": {"summary": "Does.", "return_type": "dynamic",
    "parameters": [{"name": "in", "type": "string", "is_nullable": true}],
    "variadic_parameter": {"name": "more", "type": ["set", "string"]}
  }},
  "resource_identity_schemas": {"thing": {"version": 1, "attributes": {
    "key": {"type": "string", "description": "The key.", "required_for_import": true},
    "kind": {"type": "string", "optional_for_import": true}
  }}}
}`
	content, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if had, wanted := canonical(t, content), canonical(t, []byte(want)); had != wanted {
		t.Errorf("exported\n%s\nwant\n%s", had, wanted)
	}
}

// TestRun exports the schemas of the provider, and expects everything that the documentation needs.
func TestRun(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	var shown struct {
		Schemas map[string]struct {
			Resources  map[string]any `json:"resource_schemas"`
			Identities map[string]any `json:"resource_identity_schemas"`
			Data       map[string]any `json:"data_source_schemas"`
		} `json:"provider_schemas"`
	}
	if err := json.Unmarshal(out.Bytes(), &shown); err != nil {
		t.Fatal(err)
	}
	all := shown.Schemas[address]
	for _, name := range []string{"timesheets_api", "timesheets_client", "timesheets_client_grant"} {
		if all.Resources[name] == nil || all.Identities[name] == nil {
			t.Errorf("no schema or no identity of %s", name)
		}
	}
	if all.Data["timesheets_access_check"] == nil {
		t.Error("no schema of timesheets_access_check")
	}
}

func TestRefused(t *testing.T) {
	warning := []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityWarning, Summary: "Old"}}
	if err := refused(warning); err != nil {
		t.Errorf("a warning refuses: %v", err)
	}
	wrong := []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError, Summary: "Bad schema"}}
	if err := refused(warning, wrong); err == nil {
		t.Error("an error passes")
	}
}

// canonical returns JSON with sorted members and without whitespace.
func canonical(t *testing.T, content []byte) string {
	t.Helper()
	var value any
	if err := json.Unmarshal(content, &value); err != nil {
		t.Fatal(err)
	}
	sorted, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(sorted)
}
