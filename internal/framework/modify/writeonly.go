package modify

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
)

// SecretVersion returns the attribute that is the version of a write-only secret. A number in a configuration or in the
// state of an older version becomes text.
func SecretVersion(of string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		Computed: true,
		Default:  NullString(),
		MarkdownDescription: "Version of `" + of + "`: any text or number, such as `1`, `\"2026-11-a\"`, the version of a secret in a vault, or the `id` of a " +
			"`time_rotating`. A change sends the secret again.",
		Validators: []validator.String{validate.SecretVersion()},
	}
}

// WriteOnlySecret returns the value of a write-only attribute, or an empty one if the configuration has none.
func WriteOnlySecret(ctx context.Context, config tfsdk.Config, name string, diags *diag.Diagnostics) secret.Value {
	var text types.String
	diags.Append(config.GetAttribute(ctx, path.Root(name), &text)...)
	return secret.New(text.ValueString())
}

// WriteOnlyChange returns the value of a write-only attribute if its version changes; empty otherwise.
func WriteOnlyChange(ctx context.Context, config tfsdk.Config, name string, before, after types.String, diags *diag.Diagnostics) secret.Value {
	if before.Equal(after) || after.IsNull() {
		return secret.Value{}
	}
	return WriteOnlySecret(ctx, config, name, diags)
}
