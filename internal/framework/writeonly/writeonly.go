// Package writeonly reads secrets that are in the configuration only, never in plan or state.
package writeonly

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Secret is the write-only value at the given path; empty where the configuration has none.
func Secret(ctx context.Context, config tfsdk.Config, at path.Path, diags *diag.Diagnostics) secret.Value {
	var text types.String
	diags.Append(config.GetAttribute(ctx, at, &text)...)
	return secret.New(text.ValueString())
}

// Changed is the change that sends the write-only value at the given path: only when its version moved.
func Changed(ctx context.Context, config tfsdk.Config, at path.Path, before, after types.Int64, diags *diag.Diagnostics) tenant.Change[secret.Value] {
	if before.Equal(after) || after.IsNull() {
		return tenant.Change[secret.Value]{}
	}
	return tenant.Set(Secret(ctx, config, at, diags))
}
