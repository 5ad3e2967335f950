package client

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
	"github.com/timesheets/terraform-provider-timesheets/internal/tokens"
)

// key is one entry of private_key_jwt.
type key struct {
	PEM       types.String `tfsdk:"pem"`
	Algorithm types.String `tfsdk:"algorithm"`
	ExpiresAt types.String `tfsdk:"expires_at"`
	KeyID     types.String `tfsdk:"key_id"`
}

var (
	keyTypes = map[string]attr.Type{
		"pem": types.StringType, "algorithm": types.StringType, "expires_at": types.StringType, "key_id": types.StringType,
	}
	keyType = types.ObjectType{AttrTypes: keyTypes}
)

// entries are the keys that m names.
func (m Model) entries(ctx context.Context) map[string]key {
	found := map[string]key{}
	if !m.PrivateKeyJWT.IsUnknown() {
		m.PrivateKeyJWT.ElementsAs(ctx, &found, false)
	}
	return found
}

// credentials are the keys that m names, in the tenant's language, by name.
func (m Model) credentials(ctx context.Context) []tenant.Credential {
	var list []tenant.Credential
	entries := m.entries(ctx)
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		entry := entries[name]
		list = append(list, tenant.Credential{
			Name:      name,
			Algorithm: entry.Algorithm.ValueString(),
			KeyID:     entry.KeyID.ValueString(),
			ExpiresAt: moment(entry.ExpiresAt),
			PEM:       entry.PEM.ValueString(),
		})
	}
	return list
}

// fields returns fields with those of the keys, in the order in which a create sends them.
func (m Model) fields() map[string]path.Path {
	all := maps.Clone(fields())
	for i, name := range slices.Sorted(maps.Keys(m.PrivateKeyJWT.Elements())) {
		field, at := fmt.Sprintf("client_authentication_methods.private_key_jwt.credentials[%d]", i), path.Root("private_key_jwt").AtMapKey(name)
		all[field] = at
		all[field+".pem"] = at.AtName("pem")
		all[field+".alg"] = at.AtName("algorithm")
		all[field+".expires_at"] = at.AtName("expires_at")
	}
	return all
}

// moment is the time a text says; zero for null, and for what validation refuses.
func moment(text types.String) time.Time {
	at, err := time.Parse(time.RFC3339, text.ValueString())
	if err != nil {
		return time.Time{}
	}
	return at
}

// newKeys is what Terraform holds of a client's keys; null where it has none. The text of a key and the way its expiry is
// written are carried from held. A key that is not in use has no text: that makes the next plan bring it into use, or
// take it away where the configuration does not name it.
func newKeys(ctx context.Context, credentials []tenant.Credential, held ...Model) types.Map {
	if len(credentials) == 0 {
		return types.MapNull(keyType)
	}
	elements := map[string]attr.Value{}
	ordered := slices.Clone(credentials)
	slices.SortStableFunc(ordered, func(a, b tenant.Credential) int { // a name belongs to the one in use
		switch {
		case a.InUse == b.InUse:
			return 0
		case a.InUse:
			return -1
		}
		return 1
	})
	for _, one := range ordered {
		name := one.Name
		if _, taken := elements[name]; taken || name == "" {
			name = one.KeyID
		}
		entry := map[string]attr.Value{
			"pem": types.StringNull(), "algorithm": types.StringValue(one.Algorithm),
			"expires_at": types.StringNull(), "key_id": types.StringValue(one.KeyID),
		}
		if !one.ExpiresAt.IsZero() {
			entry["expires_at"] = types.StringValue(one.ExpiresAt.UTC().Format(time.RFC3339))
		}
		for _, m := range held {
			before, known := m.entries(ctx)[name]
			if !known || before.KeyID.ValueString() != one.KeyID {
				continue
			}
			if one.InUse {
				entry["pem"] = before.PEM
			}
			if !before.ExpiresAt.IsNull() && tenant.SameMoment(moment(before.ExpiresAt), one.ExpiresAt) {
				entry["expires_at"] = before.ExpiresAt
			}
			break
		}
		elements[name] = types.ObjectValueMust(keyTypes, entry)
	}
	return types.MapValueMust(keyType, elements)
}

// readKeys adds how the client that was read authenticates. That takes a look where it has keys, or had, and where its
// answer does not tell. Whoever may not look then sees a client with a secret, unless there are keys, or were. It reports
// whether the client authenticates with what is not managed here.
func readKeys(ctx context.Context, credentials tenant.Credentials, client tenant.Client, held Model, state *Model) (otherwise bool, err error) {
	silent, had := client.TokenEndpointAuthMethod == "", !held.PrivateKeyJWT.IsNull()
	if !had && !silent {
		return false, nil
	}
	found := tenant.Authentication{Proof: client.Proof}
	if had || found.Proof == tenant.ProofKeys || found.Proof == tenant.ProofUntold {
		found, err = credentials.Of(ctx, client)
	}
	if denied := new(tenant.Denied); err != nil && (had || client.Proof == tenant.ProofKeys || !errors.As(err, &denied)) {
		return false, err
	}
	if had || found.Proof == tenant.ProofKeys {
		state.PrivateKeyJWT = newKeys(ctx, found.Credentials, held)
	}
	if silent && found.Proof != tenant.ProofKeys && found.Proof != tenant.ProofOtherwise {
		state.TokenEndpointAuthMethod = types.StringValue(tenant.DefaultTokenEndpointAuthMethod)
	}
	return found.Proof == tenant.ProofOtherwise, nil
}

// keyID plans key_id: the thumbprint of the key beside it, which Auth0 will give it too (CR004).
type keyID struct{}

// Description says what the modifier does.
func (keyID) Description(context.Context) string { return "The thumbprint of pem." }

// MarkdownDescription says what the modifier does.
func (m keyID) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

// PlanModifyString implements planmodifier.String.
func (keyID) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	var text types.String
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, req.Path.ParentPath().AtName("pem"), &text)...)
	if text.IsUnknown() || text.IsNull() {
		resp.PlanValue = types.StringUnknown()
		return
	}
	public, err := tokens.ParsePublicKey(text.ValueString())
	if err != nil { // the rule of pem has told, unless it was not known then
		diagnose.Refusal(&resp.Diagnostics, req.Path.ParentPath().AtName("pem"), "Invalid pem", "It cannot be used: %s.", err)
		return
	}
	resp.PlanValue = types.StringValue(tokens.Thumbprint(public))
}

// authMethod plans token_endpoint_auth_method where it is left out: none for a client with keys, else the tenant's
// default.
type authMethod struct{}

// Description says what the modifier does.
func (authMethod) Description(context.Context) string {
	return "client_secret_post when left out, and null with private_key_jwt."
}

// MarkdownDescription says what the modifier does.
func (m authMethod) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

// PlanModifyString implements planmodifier.String.
func (authMethod) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if !req.ConfigValue.IsNull() {
		return
	}
	var keys types.Map
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("private_key_jwt"), &keys)...)
	switch {
	case keys.IsUnknown():
		resp.PlanValue = types.StringUnknown()
	case keys.IsNull():
		resp.PlanValue = types.StringValue(tenant.DefaultTokenEndpointAuthMethod)
	default:
		resp.PlanValue = types.StringNull()
	}
}

// validateKeys refuses two ways to authenticate at once: the tenant takes one (CL009).
func validateKeys(config Model, diags *diag.Diagnostics) {
	if config.PrivateKeyJWT.IsNull() || config.PrivateKeyJWT.IsUnknown() {
		return
	}
	for name, other := range map[string]attr.Value{
		"token_endpoint_auth_method": config.TokenEndpointAuthMethod, "client_secret_wo": config.ClientSecretWO,
	} {
		if !other.IsNull() && !other.IsUnknown() {
			diagnose.Refusal(diags, path.Root(name), "Two ways to authenticate",
				"`%s` is about a secret, and a client with `private_key_jwt` has none. Take one of the two away.", name)
		}
	}
}

// refuseSameKey refuses to change the name or the algorithm of a key: the tenant holds a key once (CR005), so that it
// would have to be taken away before it could come back, and the job would be locked out meanwhile.
func refuseSameKey(ctx context.Context, prior, plan Model, diags *diag.Diagnostics) {
	planned := plan.entries(ctx)
	for before, old := range prior.entries(ctx) {
		for name, entry := range planned {
			if entry.KeyID.IsUnknown() || !entry.KeyID.Equal(old.KeyID) {
				continue
			}
			var what string
			switch {
			case name != before && !planned[before].KeyID.Equal(old.KeyID):
				what = fmt.Sprintf("the name of the key %q", before)
			case name == before && !entry.Algorithm.IsUnknown() && !entry.Algorithm.Equal(old.Algorithm):
				what = fmt.Sprintf("the algorithm of the key %q", before)
			default:
				continue
			}
			diagnose.Refusal(diags, path.Root("private_key_jwt").AtMapKey(name), "Key cannot be changed in place", "This plan changes %s and keeps the key itself. Auth0 holds a key once, and could only "+
				"take it away and bring it back, with the job locked out meanwhile. Leave that as it is, or write a new key beside it, let the job switch, "+
				"and then take this one away.", what)
		}
	}
}
