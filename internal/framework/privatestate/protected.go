package privatestate

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// protectedKey is the key under which every plan of a protected object that has a prior state writes why the object is
// protected. Terraform plans a forced replacement (-replace, replace_triggered_by) twice in one process: first with the
// prior state, then as a create without it, but with the private state that the first call returned. The second call
// finds the mark although there is no prior state. Every plan with a prior state writes or removes the mark, so the mark
// ends with the protection.
const protectedKey = "protected"

// MarkProtected writes reason, which is JSON, into the private state of a plan that has a prior state. Nil removes the
// mark.
func MarkProtected(ctx context.Context, private Writer, reason []byte) diag.Diagnostics {
	return private.SetKey(ctx, protectedKey, reason)
}

// Protected returns the reason that the plan with the prior state wrote; nil if there is none.
func Protected(ctx context.Context, private Reader) ([]byte, diag.Diagnostics) {
	return private.GetKey(ctx, protectedKey)
}
