package provider_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/provider"
)

func schemas(t *testing.T) *tfprotov6.GetProviderSchemaResponse {
	t.Helper()
	resp, err := providerserver.NewProtocol6(provider.New("test")())().GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

// TestDescriptions expects that every attribute is described in complete sentences, and that no secret is stored.
func TestDescriptions(t *testing.T) {
	all := schemas(t)
	check := func(of string, schema *tfprotov6.Schema) {
		if schema.Block.Description == "" {
			t.Errorf("%s is not described", of)
		}
		for _, attribute := range schema.Block.Attributes {
			describe(t, of, attribute)
		}
	}
	check("provider", all.Provider)
	for name, schema := range all.ResourceSchemas {
		check(name, schema)
	}
	for name, schema := range all.DataSourceSchemas {
		check("data."+name, schema)
	}
	for name, schema := range all.EphemeralResourceSchemas {
		check("ephemeral."+name, schema)
	}
	for name, schema := range all.ListResourceSchemas {
		check("list."+name, schema)
	}
	for name, action := range all.ActionSchemas {
		check("action."+name, action.Schema)
	}
	for name, function := range all.Functions {
		if function.Summary == "" || function.Description == "" {
			t.Errorf("%s is not described", name)
		}
		for _, parameter := range function.Parameters {
			sentence(t, name+"."+parameter.Name, parameter.Description)
		}
	}
}

func describe(t *testing.T, of string, attribute *tfprotov6.SchemaAttribute) {
	t.Helper()
	where, text := of+"."+attribute.Name, attribute.Description
	sentence(t, where, text)
	secret := strings.Contains(attribute.Name, "secret") || strings.Contains(attribute.Name, "private_key") || attribute.Name == "api_token" || attribute.Name == "access_token"
	secret = secret && attribute.Name != "private_key_jwt" // named after the method; it holds public keys
	if secret && !strings.HasSuffix(attribute.Name, "_version") && !attribute.Sensitive {
		t.Errorf("%s is a secret and not sensitive", where)
	}
	stored := of != "provider" && !strings.HasPrefix(of, "ephemeral.")
	if secret && stored && !strings.HasSuffix(attribute.Name, "_version") && !attribute.WriteOnly {
		t.Errorf("%s is a secret that would be stored", where)
	}
	if attribute.NestedType != nil {
		for _, nested := range attribute.NestedType.Attributes {
			describe(t, where, nested)
		}
	}
}

func sentence(t *testing.T, where, text string) {
	t.Helper()
	if text == "" || strings.TrimSpace(text) != text || !strings.HasSuffix(text, ".") {
		t.Errorf("%s: description %q is not a sentence", where, text)
	}
}

// TestAttributeTable compares README.md with the schemas: it has exactly one row for each attribute of each resource.
func TestAttributeTable(t *testing.T) {
	content, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]map[string]bool{}
	section := ""
	for line := range strings.Lines(string(content)) {
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			section = strings.TrimSpace(heading)
			rows[section] = map[string]bool{}
		}
		if strings.HasPrefix(line, "| `") {
			first, _, _ := strings.Cut(strings.TrimPrefix(line, "| "), " |")
			for name := range strings.SplitSeq(first, ", ") {
				rows[section][strings.Trim(name, "`")] = true
			}
		}
	}
	all := schemas(t)
	for name, schema := range all.ResourceSchemas {
		for _, attribute := range schema.Block.Attributes {
			if !rows[name][attribute.Name] {
				t.Errorf("%s.%s has no row", name, attribute.Name)
			}
			delete(rows[name], attribute.Name)
		}
		for attribute := range rows[name] {
			t.Errorf("there is a row for %s.%s, and no such attribute", name, attribute)
		}
	}
}

// TestEveryResourceHasID expects a computed attribute `id` of every managed resource, because tools that bridge Terraform
// providers need it.
func TestEveryResourceHasID(t *testing.T) {
	for name, schema := range schemas(t).ResourceSchemas {
		found := false
		for _, attribute := range schema.Block.Attributes {
			found = found || attribute.Name == "id" && attribute.Computed && !attribute.Optional && attribute.Type.Is(tftypes.String)
		}
		if !found {
			t.Errorf("%s has no computed attribute id", name)
		}
	}
}
