package modify

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
)

// WriteOnlySecret is the write-only value at the given path; empty where the configuration has none.
func WriteOnlySecret(ctx context.Context, config tfsdk.Config, at path.Path, diags *diag.Diagnostics) secret.Value {
	var text types.String
	diags.Append(config.GetAttribute(ctx, at, &text)...)
	return secret.New(text.ValueString())
}

// WriteOnlyChange returns the write-only value at the given path if its version changes; empty otherwise.
func WriteOnlyChange(ctx context.Context, config tfsdk.Config, at path.Path, before, after types.Int64, diags *diag.Diagnostics) secret.Value {
	if before.Equal(after) || after.IsNull() {
		return secret.Value{}
	}
	return WriteOnlySecret(ctx, config, at, diags)
}
