package privatestate

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// plannedKey is the key under which every plan that has a prior state writes that it was made. Terraform plans a
// replacement a second time, without the prior state but with the private state that the first call returned: the mark
// distinguishes the second half of a replacement from the create of another object. It is never removed, because Terraform
// passes no private state for a create and for a tainted object.
const plannedKey = "planned"

// MarkPlanned writes the mark into the private state of a plan that has a prior state.
func MarkPlanned(ctx context.Context, private Writer) diag.Diagnostics {
	return private.SetKey(ctx, plannedKey, []byte("true"))
}

// Planned reports whether a plan of the same object with a prior state wrote the mark.
func Planned(ctx context.Context, private Reader) (bool, diag.Diagnostics) {
	value, diags := private.GetKey(ctx, plannedKey)
	return string(value) == "true", diags
}
