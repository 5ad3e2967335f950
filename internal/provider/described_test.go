package provider_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/timesheets/terraform-provider-timesheets/internal/provider"
)

// whenLeftOut is how a description tells what its absence means; one of a pair or of two alternatives needs no default.
var whenLeftOut = regexp.MustCompile("(?i)default|if omitted|instead of a secret|^Version of|(Exactly|At least) one of")

// TestDescribed wants the description of each argument of a resource to tell what leaving it out means, and that of each
// attribute whose change replaces the resource to tell that.
func TestDescribed(t *testing.T) {
	replacing := 0
	for _, newResource := range provider.New("test")().Resources(t.Context()) {
		var name resource.MetadataResponse
		var answer resource.SchemaResponse
		newResource().Metadata(t.Context(), resource.MetadataRequest{ProviderTypeName: "timesheets"}, &name)
		newResource().Schema(t.Context(), resource.SchemaRequest{}, &answer)
		for attribute, of := range answer.Schema.Attributes {
			where, text := name.TypeName+"."+attribute, of.GetMarkdownDescription()
			if of.IsOptional() && !whenLeftOut.MatchString(text) {
				t.Errorf("%s does not tell its default: %s", where, text)
			}
			replaces := replaced(t, of)
			if replaces {
				replacing++
			}
			if told := strings.Contains(text, "Changing this replaces"); told != replaces {
				t.Errorf("%s replaces: %v, and the description says: %s", where, replaces, text)
			}
		}
	}
	if replacing < 6 {
		t.Errorf("only %d attributes replace", replacing)
	}
}

// TestOptionalIsComputed: Terraform writes an argument that is null into the configuration it generates, unless the
// argument is Computed, too. What is optional and not write-only has a default for that, if need be that of absent.
func TestOptionalIsComputed(t *testing.T) {
	for _, newResource := range provider.New("test")().Resources(t.Context()) {
		var answer resource.SchemaResponse
		newResource().Schema(t.Context(), resource.SchemaRequest{}, &answer)
		optionalIsComputed(t, "", answer.Schema.Attributes)
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

// replaced reports whether a change of the attribute replaces the resource, by what its plan modifiers say of themselves.
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
