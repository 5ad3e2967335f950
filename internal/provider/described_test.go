package provider_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// whenOmitted matches descriptions that state what an omitted argument means. One of two alternatives needs no default.
var whenOmitted = regexp.MustCompile("(?i)default|if omitted|instead of a secret|^Version of|(Exactly|At least) one of")

// TestDescribed expects that the description of each argument of a resource states what an omitted argument means, and
// whether changing it replaces the resource.
func TestDescribed(t *testing.T) {
	replacing := 0
	for typeName, described := range resourceSchemas(t) {
		for attribute, of := range described.Attributes {
			where, text := typeName+"."+attribute, of.GetMarkdownDescription()
			if of.IsOptional() && !whenOmitted.MatchString(text) {
				t.Errorf("%s: the description has no default: %s", where, text)
			}
			replaces := replaced(t, of)
			if replaces {
				replacing++
			}
			if documented := strings.Contains(text, "Changing this replaces"); documented != replaces {
				t.Errorf("%s: changing it replaces the resource: %v, description: %s", where, replaces, text)
			}
		}
	}
	if replacing < 6 {
		t.Errorf("only %d attributes replace", replacing)
	}
}

// TestOptionalIsComputed expects that every optional argument that is not write-only is also computed. Otherwise Terraform
// writes null arguments into generated configuration. Arguments without another default have the default null.
func TestOptionalIsComputed(t *testing.T) {
	for typeName, described := range resourceSchemas(t) {
		optionalIsComputed(t, typeName+".", described.Attributes)
	}
}

func optionalIsComputed(t *testing.T, within string, attributes map[string]schema.Attribute) {
	t.Helper()
	for name, of := range attributes {
		if of.IsOptional() && !of.IsComputed() && !of.IsWriteOnly() {
			t.Errorf("%s%s is optional and not computed", within, name)
		}
		switch nested := of.(type) {
		case schema.SingleNestedAttribute:
			optionalIsComputed(t, within+name+".", nested.Attributes)
		case schema.MapNestedAttribute:
			optionalIsComputed(t, within+name+".", nested.NestedObject.Attributes)
		}
	}
}

// replaced reports whether a change of the attribute replaces the resource, by the descriptions of its plan modifiers.
func replaced(t *testing.T, of schema.Attribute) bool {
	t.Helper()
	text, ok := of.(schema.StringAttribute)
	if !ok {
		return false
	}
	for _, modifier := range text.PlanModifiers {
		if strings.Contains(modifier.Description(t.Context()), "destroy and recreate") {
			return true
		}
	}
	return false
}
