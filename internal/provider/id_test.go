package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Tools that bridge Terraform providers expect that every managed resource has a computed attribute `id`.
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
