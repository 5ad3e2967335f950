package provider_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// names are what a configuration of this provider can name: types, and attributes at any depth.
func names(t *testing.T) map[string]bool {
	t.Helper()
	all := schemas(t)
	found := map[string]bool{}
	var note func(attributes []*tfprotov6.SchemaAttribute)
	note = func(attributes []*tfprotov6.SchemaAttribute) {
		for _, attribute := range attributes {
			found[attribute.Name] = true
			if attribute.NestedType != nil {
				note(attribute.NestedType.Attributes)
			}
		}
	}
	note(all.Provider.Block.Attributes)
	for _, kinds := range []map[string]*tfprotov6.Schema{all.ResourceSchemas, all.DataSourceSchemas, all.EphemeralResourceSchemas} {
		for name, schema := range kinds {
			found[name] = true
			note(schema.Block.Attributes)
		}
	}
	return found
}

// TestGuideNamesWhatExists holds the tables of the guide against the schemas: whatever a row says is here, is. Where a row
// says that it is the same, it is what the row is about.
func TestGuideNamesWhatExists(t *testing.T) {
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
	for line := range strings.Lines(tables) {
		columns := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if len(columns) != 2 || strings.HasPrefix(columns[1], "*No*") {
			continue
		}
		rows++
		here := columns[1]
		if strings.HasPrefix(here, "the same") {
			here = columns[0]
		}
		for _, name := range quoted.FindAllStringSubmatch(here, -1) {
			if !known[name[1]] && name[1] != "default_for" {
				t.Errorf("there is no %s: %s", name[1], strings.TrimSpace(line))
			}
		}
	}
	if rows < 25 {
		t.Errorf("only %d rows were read", rows)
	}
}
