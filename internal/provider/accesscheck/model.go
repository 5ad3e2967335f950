package accesscheck

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Model contains the attributes of timesheets_access_check.
type Model struct {
	ClientID          types.String `tfsdk:"client_id"`
	Audience          types.String `tfsdk:"audience"`
	Organization      types.String `tfsdk:"organization"`
	Authorized        types.Bool   `tfsdk:"authorized"`
	Reason            types.String `tfsdk:"reason"`
	Scopes            types.Set    `tfsdk:"scopes"`
	Issuer            types.String `tfsdk:"issuer"`
	Algorithm         types.String `tfsdk:"algorithm"`
	KeyID             types.String `tfsdk:"key_id"`
	Lifetime          types.Int64  `tfsdk:"lifetime"`
	OrganizationID    types.String `tfsdk:"organization_id"`
	TokenType         types.String `tfsdk:"token_type"`
	BoundToProofKey   types.Bool   `tfsdk:"bound_to_proof_key"`
	SignatureVerified types.Bool   `tfsdk:"signature_verified"`
}

// without returns the result without a token. authorized is false if the tenant rejected the request, and null if none was sent.
func (m Model) without(authorized types.Bool, reason string) Model {
	return Model{
		ClientID:     m.ClientID,
		Audience:     m.Audience,
		Organization: m.Organization,
		Authorized:   authorized,
		Reason:       types.StringValue(reason),
		Scopes:       types.SetNull(types.StringType),
	}
}

// with returns the result for a token. It contains no value that differs between two tokens.
func (m Model) with(token tenant.Token, verified types.Bool) Model {
	m.Authorized = types.BoolValue(true)
	m.Reason = types.StringNull()
	if !token.Encrypted && !slices.Contains(token.Audience, m.Audience.ValueString()) {
		m.Authorized = types.BoolValue(false)
		m.Reason = types.StringValue("The token is for another audience.")
	}
	m.Scopes = modify.StringSet(token.Scopes)
	m.Issuer, m.Algorithm, m.KeyID = modify.Text(token.Issuer), modify.Text(token.Algorithm), modify.Text(token.KeyID)
	m.Lifetime = types.Int64Value(int64(token.Lifetime.Seconds()))
	m.OrganizationID, m.TokenType = modify.Text(token.Organization), modify.Text(token.Type)
	if !token.Encrypted {
		m.BoundToProofKey = types.BoolValue(token.BoundToProof)
	}
	m.SignatureVerified = verified
	return m
}
