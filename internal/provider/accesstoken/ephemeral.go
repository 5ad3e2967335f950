// Package accesstoken implements the ephemeral resource timesheets_access_token, a token as the job would request it.
package accesstoken

import (
	"cmp"
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// NewEphemeralResource returns the ephemeral resource timesheets_access_token.
func NewEphemeralResource() ephemeral.EphemeralResource {
	return &server.EphemeralResource[Model]{
		Name: "access_token",
		Description: "An access token, requested with the credentials of the job: for a smoke test, for another provider, or for `jwt_claims`. Neither the " +
			"token nor the credentials are stored. Requires Terraform 1.10 and no Management API scope.\n\nIt is opened in every plan and every " +
			"apply, and costs one [machine-to-machine " +
			"token](https://auth0.com/docs/get-started/authentication-and-authorization-flow/client-credentials-flow) of the tenant's quota each " +
			"time. If Auth0 rejects the request, `authorized` is `false`; this is not an error, because the plan must be able to restore a grant " +
			"that was deleted. For the same reason, compare the result with the expected one in a `check` block and not in a `postcondition`, which " +
			"would stop that plan.",
		Attributes: map[string]schema.Attribute{
			"client_id": schema.StringAttribute{
				Required: true, MarkdownDescription: "ID of the client. Reference `client_id` of the client grant.", Validators: []validator.String{validate.ClientID()},
			},
			"audience": schema.StringAttribute{
				Required: true, MarkdownDescription: "Identifier of the API. Reference `audience` of the client grant.", Validators: []validator.String{validate.ReferencedIdentifier()},
			},
			"organization": schema.StringAttribute{
				Optional: true, MarkdownDescription: "ID or name of the organization the token is for. If omitted, the token is for none.", Validators: []validator.String{validate.Name(200, `the ID or name of an organization, or omit the attribute`)},
			},
			"client_secret": schema.StringAttribute{
				Optional: true, Sensitive: true, MarkdownDescription: "Secret of the client. Exactly one of `client_secret`, `client_assertion_private_key`, " +
					"`client_assertion` and `client_assertion_file` is required.",
			},
			"token_endpoint_auth_method": schema.StringAttribute{
				Optional: true, MarkdownDescription: "How the secret is sent: " + validate.Choices(secretMethods) + ". Defaults to `client_secret_post`.",
				Validators: []validator.String{validate.OneOf(secretMethods...)},
			},
			"client_assertion_private_key": schema.StringAttribute{
				Optional: true, Sensitive: true, MarkdownDescription: "Private RSA key of the client in PEM, used instead of `client_secret` to sign a client assertion.",
			},
			"client_assertion_signing_alg": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Algorithm that signs the client assertion: " + validate.Choices(signingAlgs) + ". Defaults to `RS256`.",
				Validators: []validator.String{validate.OneOf(signingAlgs...)},
			},
			"client_assertion": schema.StringAttribute{
				Optional: true, Sensitive: true, MarkdownDescription: "Client assertion of the client, a JWT that for example a key management service signed. Auth0 accepts it once " +
					"and for at most five minutes, so the plan and the apply need different ones. The request is never repeated: set `proof_key` if the API or the client requires a " +
					"proof.",
			},
			"client_assertion_file": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Path of a file with a client assertion, which is read when the token is requested.", Validators: []validator.String{validate.Length(1, 4096)},
			},
			"proof_key": schema.StringAttribute{
				Optional: true, Computed: true, Sensitive: true,
				MarkdownDescription: "Private key in PEM form that signs a DPoP proof: an elliptic curve key on P-256, or an RSA key. If omitted, a request that Auth0 rejects is " +
					"repeated once with a proof of a temporary key, and this attribute returns that key. It is null if no proof was sent. A token that is bound to a " +
					"key is usable only together with that key.",
			},
			"organization_id": schema.StringAttribute{Computed: true, MarkdownDescription: "ID of the organization the token is for; null if it is for none, or cannot be read."},
			"token_type":      schema.StringAttribute{Computed: true, MarkdownDescription: "`Bearer`, or `DPoP` for a token that is bound to the proof key; null without a token."},
			"authorized":      schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the client gets a token for the audience."},
			"reason":          schema.StringAttribute{Computed: true, MarkdownDescription: "Why `authorized` is not true, as in Auth0's message; null if it is true."},
			"access_token":    schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: "The token; null if there is none."},
			"claims": schema.DynamicAttribute{
				Computed: true,
				MarkdownDescription: "Claims of the token by name, such as `iss`, `aud`, `scope` and `exp`; null without a token, and for a token that is encrypted or not " +
					"signed. They are not verified: `timesheets_access_check` does that.",
			},
			"scopes":   schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Scopes in the token; null without a token."},
			"lifetime": schema.Int64Attribute{Computed: true, MarkdownDescription: "Lifetime of the token in seconds; null without a token."},
		},
		Validate: validateCredentials, Result: request,
	}
}

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
	if claims, err := modify.Claims(ctx, token.Value.Reveal()); err == nil {
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

var (
	secretMethods = []string{"client_secret_post", "client_secret_basic"}
	signingAlgs   = []string{"RS256", "RS384", "PS256"}
)

// validateCredentials requires exactly one credential.
func validateCredentials(config Model, diags *diag.Diagnostics) {
	set := 0
	for _, credential := range []types.String{config.ClientSecret, config.PrivateKey, config.Assertion, config.AssertionFile} {
		if credential.IsUnknown() {
			return
		}
		if !credential.IsNull() {
			set++
		}
	}
	switch {
	case set != 1:
		diagnose.Reject(diags, path.Root("client_secret"), "Exactly one credential must be set",
			"Write exactly one of `client_secret`, `client_assertion_private_key`, `client_assertion` and `client_assertion_file`.")
	case config.PrivateKey.IsNull() && !config.SigningAlg.IsNull():
		diagnose.Reject(diags, path.Root("client_assertion_signing_alg"), "Nothing to sign with",
			"`client_assertion_signing_alg` requires `client_assertion_private_key`. Remove it.")
	case config.ClientSecret.IsNull() && !config.TokenEndpointAuthMethod.IsNull():
		diagnose.Reject(diags, path.Root("token_endpoint_auth_method"), "No secret to show",
			"`token_endpoint_auth_method` requires `client_secret`. Remove it.")
	}
}

// request requests the token.
func request(ctx context.Context, d server.Data, config Model, diags *diag.Diagnostics) Model {
	token, err := d.Tenant.Tokens.Request(ctx, config.request())
	var denied *tenant.Denied
	if errors.As(err, &denied) {
		return config.without(denied.Message)
	}
	if err != nil {
		diagnose.AddOperationError(diags, operation(config), err)
		return config
	}
	return config.with(ctx, token)
}

// operation returns the context of errors.
func operation(config Model) diagnose.Operation {
	return diagnose.Operation{Verb: "get", Noun: "access token", Key: config.ClientID.ValueString(), Fields: map[string]path.Path{
		"client_assertion_private_key": path.Root("client_assertion_private_key"),
		"client_assertion_signing_alg": path.Root("client_assertion_signing_alg"),
		"client_assertion":             path.Root("client_assertion"),
		"client_assertion_file":        path.Root("client_assertion_file"),
		"proof_key":                    path.Root("proof_key"),
	}}
}
