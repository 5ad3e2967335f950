package provider_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// names returns all names of types and of attributes at any depth in the schemas.
func names(t *testing.T) map[string]bool {
	t.Helper()
	all := schemas(t)
	found := map[string]bool{}
	var add func(attributes []*tfprotov6.SchemaAttribute)
	add = func(attributes []*tfprotov6.SchemaAttribute) {
		for _, attribute := range attributes {
			found[attribute.Name] = true
			if attribute.NestedType != nil {
				add(attribute.NestedType.Attributes)
			}
		}
	}
	add(all.Provider.Block.Attributes)
	for _, schemas := range []map[string]*tfprotov6.Schema{all.ResourceSchemas, all.DataSourceSchemas, all.EphemeralResourceSchemas} {
		for name, schema := range schemas {
			found[name] = true
			add(schema.Block.Attributes)
		}
	}
	return found
}

// target is the resource of this provider for a type of auth0/auth0 whose arguments have the same names here.
var target = map[string]string{
	"auth0_resource_server": "timesheets_api", "auth0_client": "timesheets_client", "auth0_client_grant": "timesheets_client_grant",
}

// TestGuideNamesExist compares the tables of the guide with the schemas: every name in the second column exists. "the same"
// stands for the name in the first column. An argument that this provider has is not listed as missing.
func TestGuideNamesExist(t *testing.T) {
	page, err := os.ReadFile("../tools/templates/guides/coming-from-auth0.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	_, tables, ok := strings.Cut(string(page), "## Argument by argument")
	if !ok {
		t.Fatal("the guide has no tables")
	}
	quoted := regexp.MustCompile("`([a-z][a-z0-9_]*)`")
	known, rows := names(t), 0
	source, described := "", resourceSchemas(t)
	for line := range strings.Lines(tables) {
		if heading, found := strings.CutPrefix(line, "### `"); found {
			source, _, _ = strings.Cut(heading, "`")
		}
		columns := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if len(columns) != 2 {
			continue
		}
		if strings.HasPrefix(columns[1], "*No*") {
			for _, name := range quoted.FindAllStringSubmatch(columns[0], -1) {
				if _, exists := described[target[source]].Attributes[name[1]]; exists {
					t.Errorf("%s has %s: %s", target[source], name[1], strings.TrimSpace(line))
				}
			}
			continue
		}
		rows++
		here := columns[1]
		if strings.HasPrefix(here, "the same") {
			here = columns[0]
		}
		for _, name := range quoted.FindAllStringSubmatch(here, -1) {
			if !known[name[1]] && name[1] != "default_for" {
				t.Errorf("%s does not exist: %s", name[1], strings.TrimSpace(line))
			}
		}
	}
	if rows < 25 {
		t.Errorf("only %d rows were read", rows)
	}
}
