package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

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
