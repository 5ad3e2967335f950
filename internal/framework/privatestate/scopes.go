package privatestate

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// scopesKey is the key under which a create or a plan of an API whose configuration sets `scopes` writes that it manages
// them. The plan that no longer finds `scopes` in the configuration removes it. Without the mark, scopes in the state
// come from an import and belong to someone else.
const scopesKey = "scopes"

// MarkScopes writes or removes the mark.
func MarkScopes(ctx context.Context, private Writer, managed bool) diag.Diagnostics {
	if !managed {
		return private.SetKey(ctx, scopesKey, nil)
	}
	return private.SetKey(ctx, scopesKey, []byte("true"))
}

// Scopes reports whether the API's `scopes` were managed until now.
func Scopes(ctx context.Context, private Reader) (bool, diag.Diagnostics) {
	value, diags := private.GetKey(ctx, scopesKey)
	return string(value) == "true", diags
}
