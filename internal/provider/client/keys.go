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
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
	"github.com/timesheets/terraform-provider-timesheets/internal/tokens"
)

// keysByName returns the elements of private_key_jwt, none if it is null or unknown.
func (m Model) keysByName(ctx context.Context) map[string]key {
	keys := map[string]key{}
	if !m.PrivateKeyJWT.IsNull() && !m.PrivateKeyJWT.IsUnknown() {
		m.PrivateKeyJWT.ElementsAs(ctx, &keys, false)
	}
	return keys
}

// credentials returns the keys of private_key_jwt as credentials, sorted by name.
func (m Model) credentials(ctx context.Context) []tenant.Credential {
	var list []tenant.Credential
	keys := m.keysByName(ctx)
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		key := keys[name]
		list = append(list, tenant.Credential{
			Name:      name,
			Algorithm: key.Algorithm.ValueString(),
			KeyID:     key.KeyID.ValueString(),
			ExpiresAt: parseTime(key.ExpiresAt),
			PEM:       key.PEM.ValueString(),
		})
	}
	return list
}

// fields returns the paths of the attributes by Auth0's names, including those of the keys, which Auth0 numbers in the order in
// which a create sends them.
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

// parseTime parses an RFC 3339 timestamp. It returns zero for null and for text that the validator rejects.
func parseTime(text types.String) time.Time {
	parsed, err := time.Parse(time.RFC3339, text.ValueString())
	if err != nil {
		return time.Time{}
	}
	return parsed
}

// newKeys returns the value of private_key_jwt for the credentials of a client, null if there are none. It copies the PEM text and
// the notation of the expiry from the first of the models that contains the key. A key that is not in use gets no PEM text, so
// that the next plan activates it, or deletes it if the configuration does not contain it.
func newKeys(ctx context.Context, credentials []tenant.Credential, models ...Model) types.Map {
	if len(credentials) == 0 {
		return types.MapNull(keyType)
	}
	elements := map[string]attr.Value{}
	sorted := slices.Clone(credentials)
	slices.SortStableFunc(sorted, func(a, b tenant.Credential) int { // of two with one name, the credential in use gets it
		switch {
		case a.InUse == b.InUse:
			return 0
		case a.InUse:
			return -1
		}
		return 1
	})
	for _, credential := range sorted {
		name := credential.Name
		if _, duplicate := elements[name]; duplicate || name == "" {
			name = credential.KeyID
		}
		attributes := map[string]attr.Value{
			"pem": types.StringNull(), "algorithm": types.StringValue(credential.Algorithm),
			"expires_at": types.StringNull(), "key_id": types.StringValue(credential.KeyID),
		}
		if !credential.ExpiresAt.IsZero() {
			attributes["expires_at"] = types.StringValue(credential.ExpiresAt.UTC().Format(time.RFC3339))
		}
		for _, m := range models {
			stored, ok := m.keysByName(ctx)[name]
			if !ok || stored.KeyID.ValueString() != credential.KeyID {
				continue
			}
			if credential.InUse {
				attributes["pem"] = stored.PEM
			}
			if !stored.ExpiresAt.IsNull() && tenant.SameMoment(parseTime(stored.ExpiresAt), credential.ExpiresAt) {
				attributes["expires_at"] = stored.ExpiresAt
			}
			break
		}
		elements[name] = types.ObjectValueMust(keyTypes, attributes)
	}
	return types.MapValueMust(keyType, elements)
}

// readKeys adds to state how a client that was read authenticates, and reports whether it uses mTLS, which is not managed here.
// It sends a request only if the client has or had keys, or if the response contains no authentication method. If the token
// lacks the permission for that request, a client that neither has nor had keys is treated like one with a secret.
func readKeys(ctx context.Context, credentials tenant.Credentials, client tenant.Client, prior Model, state *Model) (usesMTLS bool, err error) {
	authMethodUnset, hadKeys := client.TokenEndpointAuthMethod == "", !prior.PrivateKeyJWT.IsNull()
	if !hadKeys && !authMethodUnset {
		return false, nil
	}
	found := tenant.Authentication{AuthKind: client.AuthKind}
	if hadKeys || found.AuthKind == tenant.AuthKeys || found.AuthKind == tenant.AuthUnknown {
		found, err = credentials.Of(ctx, client)
	}
	if denied := new(tenant.Denied); err != nil && (hadKeys || client.AuthKind == tenant.AuthKeys || !errors.As(err, &denied)) {
		return false, err
	}
	if hadKeys || found.AuthKind == tenant.AuthKeys {
		state.PrivateKeyJWT = newKeys(ctx, found.Credentials, prior)
	}
	if authMethodUnset && found.AuthKind != tenant.AuthKeys && found.AuthKind != tenant.AuthUnsupported {
		state.TokenEndpointAuthMethod = types.StringValue(tenant.DefaultTokenEndpointAuthMethod)
	}
	return found.AuthKind == tenant.AuthUnsupported, nil
}

// keyID plans key_id as the thumbprint of pem, which Auth0 assigns as well (CR004).
type keyID struct{ modify.Described }

func newKeyID() keyID { return keyID{modify.Described{Text: "The thumbprint of pem."}} }

// PlanModifyString implements planmodifier.String.
func (keyID) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	var text types.String
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, req.Path.ParentPath().AtName("pem"), &text)...)
	if text.IsUnknown() || text.IsNull() {
		resp.PlanValue = types.StringUnknown()
		return
	}
	public, err := tokens.ParsePublicKey(text.ValueString())
	if err != nil { // the validator of pem has reported this, unless pem was unknown then
		diagnose.Reject(&resp.Diagnostics, req.Path.ParentPath().AtName("pem"), "Invalid pem", "The value cannot be used: %s.", err)
		return
	}
	resp.PlanValue = types.StringValue(tokens.Thumbprint(public))
}

// authMethod plans token_endpoint_auth_method if the configuration omits it: null for a client with keys, otherwise Auth0's
// default.
type authMethod struct{ modify.Described }

func newAuthMethod() authMethod {
	return authMethod{modify.Described{Text: "client_secret_post if omitted, and null with private_key_jwt."}}
}

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

// validateKeys rejects attributes of a secret next to private_key_jwt, because Auth0 accepts one authentication method (CL009).
func validateKeys(config Model, diags *diag.Diagnostics) {
	if config.PrivateKeyJWT.IsNull() || config.PrivateKeyJWT.IsUnknown() {
		return
	}
	for name, other := range map[string]attr.Value{
		"token_endpoint_auth_method": config.TokenEndpointAuthMethod, "client_secret_wo": config.ClientSecretWO,
	} {
		if !other.IsNull() && !other.IsUnknown() {
			diagnose.Reject(diags, path.Root(name), "Conflicting authentication methods",
				"`%s` configures a secret, and a client with `private_key_jwt` has none. Remove one of the two.", name)
		}
	}
}

// rejectSameKey rejects a change of the name or the algorithm of a key. Auth0 stores a key once per client (CR005), so the key
// would have to be deleted before it could be created again, and its job could not authenticate in between.
func rejectSameKey(ctx context.Context, prior, plan Model, diags *diag.Diagnostics) {
	planned := plan.keysByName(ctx)
	for priorName, old := range prior.keysByName(ctx) {
		for name, key := range planned {
			if key.KeyID.IsUnknown() || !key.KeyID.Equal(old.KeyID) {
				continue
			}
			var what string
			switch {
			case name != priorName && !planned[priorName].KeyID.Equal(old.KeyID):
				what = fmt.Sprintf("the name of the key %q", priorName)
			case name == priorName && !key.Algorithm.IsUnknown() && !key.Algorithm.Equal(old.Algorithm):
				what = fmt.Sprintf("the algorithm of the key %q", priorName)
			default:
				continue
			}
			diagnose.Reject(diags, path.Root("private_key_jwt").AtMapKey(name), "Key cannot be changed in place", "This plan changes %s but not the key itself. Auth0 stores a key once per client, so the key "+
				"would have to be deleted and created again, and its job could not authenticate in between. Undo the change, or add a new key next to this one, "+
				"switch the job to the new key, and then remove this one.", what)
		}
	}
}
