package accesstoken

import (
	"cmp"
	"context"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Model contains the attributes of timesheets_access_token.
type Model struct {
	ClientID                types.String  `tfsdk:"client_id"`
	Audience                types.String  `tfsdk:"audience"`
	Organization            types.String  `tfsdk:"organization"`
	TokenEndpointAuthMethod types.String  `tfsdk:"token_endpoint_auth_method"`
	ClientSecret            types.String  `tfsdk:"client_secret"`
	PrivateKey              types.String  `tfsdk:"client_assertion_private_key"`
	SigningAlg              types.String  `tfsdk:"client_assertion_signing_alg"`
	Assertion               types.String  `tfsdk:"client_assertion"`
	AssertionFile           types.String  `tfsdk:"client_assertion_file"`
	ProofKey                types.String  `tfsdk:"proof_key"`
	OrganizationID          types.String  `tfsdk:"organization_id"`
	TokenType               types.String  `tfsdk:"token_type"`
	Authorized              types.Bool    `tfsdk:"authorized"`
	Reason                  types.String  `tfsdk:"reason"`
	AccessToken             types.String  `tfsdk:"access_token"`
	Claims                  types.Dynamic `tfsdk:"claims"`
	Scopes                  types.Set     `tfsdk:"scopes"`
	Lifetime                types.Int64   `tfsdk:"lifetime"`
}

// request returns the token request for the arguments.
func (m Model) request() tenant.TokenRequest {
	return tenant.TokenRequest{
		ClientID:      m.ClientID.ValueString(),
		Secret:        secret.New(m.ClientSecret.ValueString()),
		AuthMethod:    cmp.Or(m.TokenEndpointAuthMethod.ValueString(), tenant.DefaultTokenEndpointAuthMethod),
		PrivateKey:    secret.New(m.PrivateKey.ValueString()),
		SigningAlg:    m.SigningAlg.ValueString(),
		Assertion:     secret.New(m.Assertion.ValueString()),
		AssertionFile: m.AssertionFile.ValueString(),
		Audience:      m.Audience.ValueString(),
		Organization:  m.Organization.ValueString(),
		ProofKey:      secret.New(m.ProofKey.ValueString()),
	}
}

// without returns the result after the tenant rejected the request.
func (m Model) without(reason string) Model {
	m.Authorized = types.BoolValue(false)
	m.Reason = types.StringValue(reason)
	m.AccessToken, m.Claims, m.Scopes, m.Lifetime = types.StringNull(), types.DynamicNull(), types.SetNull(types.StringType), types.Int64Null()
	m.OrganizationID, m.TokenType = types.StringNull(), types.StringNull()
	if m.ProofKey.IsUnknown() {
		m.ProofKey = types.StringNull()
	}
	return m
}

// with returns the result with a token. If its claims cannot be read, they are null.
func (m Model) with(ctx context.Context, token tenant.Token) Model {
	m.Authorized, m.Reason = types.BoolValue(true), types.StringNull()
	m.AccessToken, m.Claims = types.StringValue(token.Value.Reveal()), types.DynamicNull()
	if claims, err := server.Claims(ctx, token.Value.Reveal()); err == nil {
		m.Claims = types.DynamicValue(claims)
	}
	m.Scopes = modify.StringSet(token.Scopes)
	m.Lifetime = types.Int64Value(int64(token.Lifetime.Seconds()))
	m.OrganizationID, m.TokenType = modify.Text(token.Organization), modify.Text(token.Type)
	if m.ProofKey.ValueString() == "" {
		m.ProofKey = modify.Text(token.ProofKey.Reveal())
	}
	return m
}
