package signingkey

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// keyAction is embedded by the actions that change signing keys.
type keyAction struct{ server.Action }

// ModifyPlan rejects another tenant. Keys are checked when the action runs, because another action can come before.
func (a *keyAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	a.confirmed(ctx, req.Config, &resp.Diagnostics)
}

// newKeyAction returns an action with the attribute confirm_domain and more. reason completes the sentence "Any other value is rejected, because".
func newKeyAction(name, description, reason string, more map[string]schema.Attribute) keyAction {
	attributes := map[string]schema.Attribute{"confirm_domain": schema.StringAttribute{
		Required: true, MarkdownDescription: "Domain of the tenant, as configured in the provider. Any other value is rejected, because " + reason,
	}}
	maps.Copy(attributes, more)
	return keyAction{server.Action{Name: name, Description: description, Attributes: attributes}}
}

// confirmed reports whether confirm_domain is the domain of the tenant. An unknown value is checked again when the action runs.
func (a *keyAction) confirmed(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) bool {
	at := path.Root("confirm_domain")
	var value types.String
	diags.Append(config.GetAttribute(ctx, at, &value)...)
	domain := strings.TrimPrefix(value.ValueString(), "http://") // of a loopback address
	if !value.IsUnknown() && a.Self.Domain != "" && !strings.EqualFold(domain, a.Self.Domain) {
		diagnose.Reject(diags, at, "Wrong tenant", "`confirm_domain` is %q, and the provider is configured for %q. No key was changed.", value.ValueString(), a.Self.Domain)
	}
	return !diags.HasError() && !value.IsUnknown()
}

// Rotate is the action timesheets_rotate_signing_key.
type Rotate struct{ keyAction }

// NewRotate returns an unconfigured action.
func NewRotate() action.Action {
	return &Rotate{newKeyAction("rotate_signing_key",
		"[Rotates the signing key](https://auth0.com/docs/get-started/tenant-settings/signing-keys) of the tenant: tokens are signed with the "+
			"next key from now on. This affects every API and every application of the tenant. The previous key stays published, and tokens that it "+
			"signed remain valid. Services that verify tokens must read the tenant's "+
			"[JWKS](https://auth0.com/docs/secure/tokens/json-web-tokens/json-web-key-sets) again if they find an unknown key ID, as they should in "+
			"any case; the next key is published there before it is used. Requires Terraform 1.14 and the Management API scopes "+
			"`create:signing_keys` and `update:signing_keys`. Sends one request.",
		"a rotation in the wrong tenant cannot be undone.", nil)}
}

// Invoke rotates the signing key.
func (r *Rotate) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	if !r.confirmed(ctx, req.Config, &resp.Diagnostics) {
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

// Revoke is the action timesheets_revoke_signing_key.
type Revoke struct{ keyAction }

// NewRevoke returns an unconfigured action.
func NewRevoke() action.Action {
	return &Revoke{newKeyAction("revoke_signing_key",
		"[Revokes a previous signing key](https://auth0.com/docs/get-started/tenant-settings/signing-keys/revoke-signing-keys) of the tenant: it leaves "+
			"the JWKS, and all tokens that it signed become invalid as soon as services read the JWKS again. This affects every API and every application of the "+
			"tenant, and cannot be undone. Only a previous key can be revoked: to revoke the current key, rotate first with `timesheets_rotate_signing_key`. "+
			"Requires Terraform 1.14 and the Management API scopes `read:signing_keys` and `update:signing_keys`. Sends two requests.",
		"a revocation cannot be undone.", map[string]schema.Attribute{
			"kid": schema.StringAttribute{
				Required: true, MarkdownDescription: "ID of the key, as in `timesheets_signing_keys` and in the header of tokens.", Validators: []validator.String{validate.Length(1, 255)},
			},
		})}
}

// Invoke revokes the key.
func (r *Revoke) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var kid types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("kid"), &kid)...)
	if !r.confirmed(ctx, req.Config, &resp.Diagnostics) {
		return
	}
	id := kid.ValueString()
	operation := diagnose.Operation{Verb: "revoke", Noun: "signing key", Key: id}
	err := r.Tenant.Permissions.Require(ctx, "revoke signing key", "read:signing_keys", "update:signing_keys")
	var states map[string]tenant.KeyState
	if err == nil {
		states, err = r.Tenant.Keys.States(ctx)
	}
	if err != nil {
		diagnose.AddOperationError(&resp.Diagnostics, operation, err)
		return
	}
	reject := func(format string, values ...any) {
		diagnose.Reject(&resp.Diagnostics, path.Root("kid"), "Signing key cannot be revoked", format+" No key was changed.", values...)
	}
	switch states[id] {
	case tenant.KeyRevoked:
		resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf("The key %s is revoked already.", id)})
		return
	case tenant.KeyCurrent:
		reject("The key %q is the current key of the tenant, which signs all tokens. Rotate first, with the action timesheets_rotate_signing_key: it is then a previous key.", id)
	case tenant.KeyNext:
		reject("The key %q is the next key of the tenant, and has signed no token. Only a previous key can be revoked. To replace it, rotate twice, and revoke it then.", id)
	case tenant.KeyPrevious:
		r.revoke(ctx, id, operation, resp)
	default:
		reject("The tenant %s has no signing key %q. Check the value: `timesheets_signing_keys` lists the keys.", r.Self.Domain, id)
	}
}

// revoke revokes a previous key. After a lost response, the same action can run again: it finds what the key is now.
func (r *Revoke) revoke(ctx context.Context, id string, operation diagnose.Operation, resp *action.InvokeResponse) {
	resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf("Revoking the signing key %s of %s.", id, r.Self.Domain)})
	err := r.Tenant.Keys.Revoke(ctx, id)
	if tenant.Unsettled(err) {
		diagnose.Reject(&resp.Diagnostics, path.Root("kid"), "Signing key may have been revoked",
			"%s\nThe tokens that the key %q signed may be invalid now. Invoke the action again: it revokes the key if it is not revoked yet.", diagnose.Unconfirmed(err), id)
		return
	}
	if err != nil {
		diagnose.AddOperationError(&resp.Diagnostics, operation, err)
		return
	}
	resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf("The key %s is revoked. Services that keep the JWKS accept tokens of this key until they read it again.", id)})
}
