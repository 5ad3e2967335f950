// Package accesscheck implements timesheets_access_check, which requests a token as a client would and returns its contents.
package accesscheck

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// NewDataSource returns the data source timesheets_access_check.
func NewDataSource() datasource.DataSource {
	return &server.DataSource[Model]{
		Name: "access_check",
		Description: "Requests a token with the [client credentials flow](https://auth0.com/docs/get-started/authentication-and-authorization-flow/client-credentials-flow), as the client would, verifies its signature, and returns its contents. Neither the token nor the secret is stored.\n\n" +
			"Requires the Management API scope `read:client_keys`. Each evaluation costs one Management API request, one machine-to-machine token and one request " +
			"for the tenant's JWKS.\n\n" +
			"Reference `client_id` of the client and `identifier` of the API, and add `depends_on = [the client grant]`: the check is then read in every apply that " +
			"changes the API, the client or the grant, after the change. If the API is in another module, write `depends_on = [module.api, the client grant]`. " +
			"Keep the data source at top level: inside a `check` block it is read again in every plan.\n\n" +
			"If Auth0 rejects the token request, the check repeats the request once with a DPoP proof, signed by a temporary key, because the client or the API may require one. " +
			"An API with `mechanism = \"mtls\"` cannot be checked, because only the job has the certificate: `authorized` is null. To detect such an API, a rejected check " +
			"reads the API, which requires `read:resource_servers`.\n\n" +
			"The check never blocks an apply: if the tenant does not respond, or the client's token quota is exhausted, `authorized` is null, `reason` contains the cause, " +
			"and there is one warning. Only a missing permission of the provider is an error. Assert `authorized == true`, so that a check without a result fails too.",
		Attributes: map[string]schema.Attribute{
			"client_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "ID of the client. Reference `client_id` of the client.",
				Validators:          []validator.String{validate.ClientID()},
			},
			"audience": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Identifier of the API. Reference `identifier` of the API.",
				Validators:          []validator.String{validate.ReferencedIdentifier()},
			},
			"organization": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "ID of the organization the token is requested for, such as `org_AbCdEfGh12345678`, or its name if the tenant permits names. " +
					"If omitted, the request contains no organization.",
				Validators: []validator.String{validate.Name(200, `the ID or name of an organization, or omit the attribute`)},
			},
			"authorized": schema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "Whether the client gets a token for the audience; null if it has no secret, or if the check has no result.",
			},
			"reason": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Why `authorized` is not true; null if it is true.",
			},
			"scopes": schema.SetAttribute{
				Computed:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Scopes in the token; null without a token.",
			},
			"issuer": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Issuer of the token; null if the token is encrypted.",
			},
			"algorithm": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Algorithm of the token's signature; null if the token is encrypted.",
			},
			"key_id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "ID of the key that signed the token; null with `HS256`, and if the token is encrypted.",
			},
			"lifetime": schema.Int64Attribute{
				Computed:            true,
				MarkdownDescription: "Lifetime of the token in seconds.",
			},
			"organization_id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "ID of the organization the token is for; null if it is for none, or if the token is encrypted.",
			},
			"token_type": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "`Bearer`, or `DPoP` for a token that is bound to a key of the client; null without a token.",
			},
			"bound_to_proof_key": schema.BoolAttribute{
				Computed: true,
				MarkdownDescription: "Whether the token is bound to the key that signed the DPoP proof; null without a token, and if the token is encrypted. " +
					"The check sends a proof only if the client or the API requires one.",
			},
			"signature_verified": schema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "Whether one of the tenant's published keys signed the token; null with `HS256`, because that key is not published, and if the token is encrypted.",
			},
		},
		Result: result,
	}
}

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

// noSecret is the reason for a client without a secret.
const noSecret = "The client has no secret, because it authenticates with a key pair, and only the job has the private key. " +
	"To request a token with that key, use the ephemeral resource timesheets_access_token."

// boundToCertificate is the reason for an API that binds tokens to a TLS client certificate.
const boundToCertificate = "The API binds tokens to a TLS client certificate (mTLS), and only the job has that certificate. " +
	"Verify the access in the job itself."

// result requests a token as the client would.
func result(ctx context.Context, d server.Data, config Model, diags *diag.Diagnostics) Model {
	state, failed := check(ctx, d, config)
	if failed != nil {
		failed.report(ctx, diags, config)
		state.Authorized, state.Reason = types.BoolNull(), types.StringValue(failed.reason())
	}
	return state
}

// check returns the result. If a step failed, it also returns that step, and the result is what is known without it.
func check(ctx context.Context, d server.Data, config Model) (Model, *failure) {
	secret, err := d.Tenant.Secrets.Client(ctx, config.ClientID.ValueString())
	var missing *tenant.NotFound
	if errors.As(err, &missing) {
		return config.without(types.BoolValue(false), "There is no client with this ID."), nil
	}
	if err != nil {
		return config.without(types.BoolNull(), ""), &failure{readSecret, err}
	}
	if secret.Value.Empty() {
		return config.without(types.BoolNull(), noSecret), nil
	}
	token, err := d.Tenant.Tokens.Request(ctx, tenant.TokenRequest{
		ClientID:     config.ClientID.ValueString(),
		Secret:       secret.Value,
		AuthMethod:   secret.AuthMethod,
		Audience:     config.Audience.ValueString(),
		Organization: config.Organization.ValueString(),
	})
	var denied *tenant.Denied
	if errors.As(err, &denied) {
		if bindsToCertificate(ctx, d, config.Audience.ValueString()) {
			return config.without(types.BoolNull(), boundToCertificate), nil
		}
		return config.without(types.BoolValue(false), denied.Message), nil
	}
	if err != nil {
		return config.without(types.BoolNull(), ""), &failure{requestToken, err}
	}
	verified, err := signatureVerified(ctx, d, token)
	if err != nil {
		return config.with(token, types.BoolNull()), &failure{verifyToken, err}
	}
	return config.with(token, verified), nil
}

// bindsToCertificate reports whether an API is known to bind tokens to a certificate. An API that cannot be read is not.
func bindsToCertificate(ctx context.Context, d server.Data, audience string) bool {
	api, err := d.Tenant.APIs.Get(ctx, tenant.APIKey{Identifier: audience})
	return err == nil && api.ProofOfPossession.Mechanism == "mtls" // PP006
}

// signatureVerified compares the signature with the tenant's published keys. A symmetric key is not published, and the signature
// of an encrypted token cannot be read.
func signatureVerified(ctx context.Context, d server.Data, token tenant.Token) (types.Bool, error) {
	if token.Encrypted || strings.HasPrefix(token.Algorithm, "HS") {
		return types.BoolNull(), nil
	}
	ok, err := d.Tenant.Keys.Verify(ctx, token)
	return types.BoolValue(ok), err
}
