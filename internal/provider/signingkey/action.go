package signingkey

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
)

var _ action.ActionWithModifyPlan = (*Rotate)(nil)

// Rotate implements the action timesheets_rotate_signing_key.
type Rotate struct{ server.Action }

// NewRotate returns an unconfigured action.
func NewRotate() action.Action { return &Rotate{server.NewAction("rotate_signing_key", rotateSchema)} }

func rotateSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "[Rotates the signing key](https://auth0.com/docs/get-started/tenant-settings/signing-keys) of the tenant: tokens are signed with the " +
			"next key from now on. This affects every API and every application of the tenant. The previous key stays published, and tokens that it " +
			"signed remain valid. Services that verify tokens must read the tenant's " +
			"[JWKS](https://auth0.com/docs/secure/tokens/json-web-tokens/json-web-key-sets) again if they find an unknown key ID, as they should in " +
			"any case; the next key is published there before it is used. Requires Terraform 1.14 and the Management API scopes " +
			"`create:signing_keys` and `update:signing_keys`. Sends one request.",
		Attributes: map[string]schema.Attribute{
			"confirm_domain": schema.StringAttribute{
				Required: true, MarkdownDescription: "Domain of the tenant, as configured in the provider. Any other value is rejected, because a rotation in the wrong tenant cannot be " +
					"undone.",
			},
		},
	}
}

// ModifyPlan rejects another tenant.
func (r *Rotate) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	confirmed(ctx, r.Self, req.Config.GetAttribute, &resp.Diagnostics)
}

// confirmed reports whether confirm_domain is the domain of the tenant. An unknown value is checked again when the action runs.
func confirmed(ctx context.Context, self server.Self, get func(context.Context, path.Path, any) diag.Diagnostics, diags *diag.Diagnostics) bool {
	at := path.Root("confirm_domain")
	var value types.String
	diags.Append(get(ctx, at, &value)...)
	domain := strings.TrimPrefix(value.ValueString(), "http://") // of a loopback address
	if !value.IsUnknown() && self.Domain != "" && !strings.EqualFold(domain, self.Domain) {
		diagnose.Reject(diags, at, "Wrong tenant", "`confirm_domain` is %q, and the provider is configured for %q. No key was changed.", value.ValueString(), self.Domain)
	}
	return !diags.HasError() && !value.IsUnknown()
}

// Invoke rotates the signing key.
func (r *Rotate) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	if !confirmed(ctx, r.Self, req.Config.GetAttribute, &resp.Diagnostics) {
		return
	}
	resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf("Rotating the signing key of %s.", r.Self.Domain)})
	key, err := r.Tenant.Keys.Rotate(ctx)
	if err != nil {
		diagnose.AddOperationError(&resp.Diagnostics, diagnose.Operation{Verb: "rotate", Noun: "signing key", Key: r.Self.Domain}, err)
		return
	}
	resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf(
		"Tokens are signed with the key %s from now on. Tokens that the previous key signed remain valid. If that key is compromised, revoke it with timesheets_revoke_signing_key.", key.ID)})
}
