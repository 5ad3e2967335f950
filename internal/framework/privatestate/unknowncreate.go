package privatestate

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// unknownCreateKey is the key under which a create writes that its result is not known: the request was sent, and the
// tenant may have an object whose id the state lacks. The next read looks for it by name. The mark ends with the entry in
// the state.
const unknownCreateKey = "unknown_create"

// MarkUnknownCreate writes the mark.
func MarkUnknownCreate(ctx context.Context, private Writer) diag.Diagnostics {
	return private.SetKey(ctx, unknownCreateKey, flag(true))
}

// UnknownCreate reports whether a create wrote the mark.
func UnknownCreate(ctx context.Context, private Reader, diags *diag.Diagnostics) bool {
	return has(ctx, private, unknownCreateKey, diags)
}
