package privatestate

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// removedKey is the key under which an update of an API writes the scopes that it removed. The next read looks for client
// grants that still contain them, and removes the mark: during the update, grants of the same plan may not be written yet.
const removedKey = "removed_scopes"

// MarkRemovedScopes writes the removed scopes. None removes the mark.
func MarkRemovedScopes(ctx context.Context, private Writer, values []string) diag.Diagnostics {
	if len(values) == 0 {
		return private.SetKey(ctx, removedKey, nil)
	}
	encoded, err := json.Marshal(values)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Bug in the provider", err.Error())}
	}
	return private.SetKey(ctx, removedKey, encoded)
}

// RemovedScopes returns the scopes that the last update removed; none if there is no mark.
func RemovedScopes(ctx context.Context, private Reader) (values []string, diags diag.Diagnostics) {
	encoded, diags := private.GetKey(ctx, removedKey)
	if len(encoded) > 0 && json.Unmarshal(encoded, &values) != nil {
		return nil, diags // written by another version
	}
	return values, diags
}
