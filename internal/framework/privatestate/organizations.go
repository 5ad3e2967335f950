package privatestate

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// organizationsKey is the key under which a plan notes that the configuration of a client grant lists organizations. A
// later plan without the list finds the mark, warns that the associations remain, and removes it. An import writes none:
// what it read stays in the state without a warning.
const organizationsKey = "organizations"

// MarkOrganizations writes or removes the mark of a client grant whose configuration lists organizations.
func MarkOrganizations(ctx context.Context, private Writer, listed bool) diag.Diagnostics {
	if !listed {
		return private.SetKey(ctx, organizationsKey, nil)
	}
	return private.SetKey(ctx, organizationsKey, []byte("true"))
}

// Organizations reports whether the mark is set.
func Organizations(ctx context.Context, private Reader) (bool, diag.Diagnostics) {
	value, diags := private.GetKey(ctx, organizationsKey)
	return string(value) == "true", diags
}
