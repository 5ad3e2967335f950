// Package signingkey implements the data source timesheets_signing_keys, and the actions that rotate and revoke signing keys.
package signingkey

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Model contains the attributes of timesheets_signing_keys.
type Model struct {
	Keys    []Key     `tfsdk:"keys"`
	Revoked types.Set `tfsdk:"revoked_key_ids"`
}

// Key contains the attributes of a public key.
type Key struct {
	ID          types.String `tfsdk:"id"`
	Algorithm   types.String `tfsdk:"algorithm"`
	Use         types.String `tfsdk:"use"`
	Type        types.String `tfsdk:"type"`
	Certificate types.String `tfsdk:"certificate"`
	Thumbprint  types.String `tfsdk:"thumbprint"`
	State       types.String `tfsdk:"state"`
}

// newModel returns the published keys with their states. Without states these are null, and so are the revoked keys.
func newModel(published []tenant.Key, states map[string]tenant.KeyState) Model {
	m := Model{Keys: make([]Key, len(published)), Revoked: revoked(states)}
	for i, key := range published {
		m.Keys[i] = modify.Flatten(key, Key{})
		m.Keys[i].State = modify.Text(string(states[key.ID]))
	}
	return m
}

// revoked returns the IDs of the revoked keys; null if the states are not known.
func revoked(states map[string]tenant.KeyState) types.Set {
	if states == nil {
		return types.SetNull(types.StringType)
	}
	ids := []attr.Value{}
	for id, state := range states {
		if state == tenant.KeyRevoked {
			ids = append(ids, types.StringValue(id))
		}
	}
	return types.SetValueMust(types.StringType, ids)
}

// NewDataSource returns the data source timesheets_signing_keys.
func NewDataSource() datasource.DataSource {
	return &server.DataSource[Model]{
		Name: "signing_keys",
		Description: "The published keys of the tenant ([JWKS](https://auth0.com/docs/secure/tokens/json-web-tokens/json-web-key-sets)), with which services " +
			"verify tokens. Requires no Management API scope. With the scope `read:signing_keys` it also shows what the keys are used for, which costs one " +
			"Management API request.",
		Attributes: map[string]schema.Attribute{
			"keys": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The keys in the order of the tenant: the current key, the next key, and previous keys whose tokens are still valid.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id":          schema.StringAttribute{Computed: true, MarkdownDescription: "ID of the key, the `kid` of tokens."},
					"algorithm":   schema.StringAttribute{Computed: true, MarkdownDescription: "Algorithm of the key; null if the tenant publishes none."},
					"use":         schema.StringAttribute{Computed: true, MarkdownDescription: "Use of the key: `sig`."},
					"type":        schema.StringAttribute{Computed: true, MarkdownDescription: "Type of the key: `RSA`."},
					"certificate": schema.StringAttribute{Computed: true, MarkdownDescription: "Certificate of the key in PEM; null if the tenant publishes none."},
					"thumbprint":  schema.StringAttribute{Computed: true, MarkdownDescription: "SHA-1 thumbprint of the certificate, base64url; null if there is none."},
					"state": schema.StringAttribute{Computed: true, MarkdownDescription: "`current`, `next`, `previous` or `revoked`; null if the provider's token lacks " +
						"`read:signing_keys`. A revoked key is published only until the JWKS is refreshed: do not trust it."},
				}},
			},
			"revoked_key_ids": schema.SetAttribute{
				Computed: true, ElementType: types.StringType, MarkdownDescription: "IDs of the revoked keys, which are no longer published; null if the provider's token lacks " +
					"`read:signing_keys`.",
			},
		},
		Result: result,
	}
}

// result lists the keys.
func result(ctx context.Context, d server.Data, _ Model, diags *diag.Diagnostics) Model {
	var keyStates map[string]tenant.KeyState
	published, err := d.Tenant.Keys.Published(ctx)
	if err == nil {
		keyStates, err = states(ctx, d)
	}
	if err != nil {
		diagnose.AddOperationError(diags, diagnose.Operation{Verb: "read", Noun: "signing keys"}, err)
	}
	return newModel(published, keyStates)
}

// states returns what the keys are used for; nil if the provider's token may not read it.
func states(ctx context.Context, d server.Data) (map[string]tenant.KeyState, error) {
	err := d.Tenant.Permissions.Require(ctx, "read signing keys", "read:signing_keys")
	var states map[string]tenant.KeyState
	if err == nil {
		states, err = d.Tenant.Keys.States(ctx)
	}
	if denied := new(tenant.Denied); errors.As(err, &denied) {
		return nil, nil
	}
	return states, err
}
