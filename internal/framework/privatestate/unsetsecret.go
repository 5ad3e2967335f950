package privatestate

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// unsetSecretKey is the key under which a create writes that the object exists without the secret of the configuration,
// because the request that sets it failed. Reads then report the version of the secret as null, so that the plan updates
// it. The update that sends the secret removes the mark.
const unsetSecretKey = "unset_secret"

// MarkUnsetSecret writes or removes the mark.
func MarkUnsetSecret(ctx context.Context, private Writer, unset bool) diag.Diagnostics {
	return private.SetKey(ctx, unsetSecretKey, flag(unset))
}

// UnsetSecret reports whether a create wrote the mark.
func UnsetSecret(ctx context.Context, private Reader, diags *diag.Diagnostics) bool {
	return has(ctx, private, unsetSecretKey, diags)
}

// flag is the value of a mark that has no content; nil removes the mark.
func flag(set bool) []byte {
	if !set {
		return nil
	}
	return []byte("true")
}

func has(ctx context.Context, private Reader, key string, diags *diag.Diagnostics) bool {
	value, found := private.GetKey(ctx, key)
	diags.Append(found...)
	return len(value) > 0
}
