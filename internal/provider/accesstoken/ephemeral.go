// Package accesstoken is the noun timesheets_access_token: a token as the job itself would get it, which is never stored.
package accesstoken

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var (
	_ ephemeral.EphemeralResourceWithConfigure      = (*EphemeralResource)(nil)
	_ ephemeral.EphemeralResourceWithValidateConfig = (*EphemeralResource)(nil)
)

// EphemeralResource is timesheets_access_token.
type EphemeralResource struct{ server.EphemeralResource }

// NewEphemeralResource returns an unconfigured ephemeral resource.
func NewEphemeralResource() ephemeral.EphemeralResource { return &EphemeralResource{} }

var (
	secretMethods = []string{"client_secret_post", "client_secret_basic"}
	signingAlgs   = []string{"RS256", "RS384", "PS256"}
)

// Metadata names the ephemeral resource.
func (e *EphemeralResource) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_access_token"
}

// Schema describes the attributes.
func (e *EphemeralResource) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An access token, asked for with the job's own credentials: for a smoke test, for another provider, or for `jwt_claims`. " +
			"Neither token nor credentials are ever stored. Needs Terraform 1.10, and no Management API scope.\n\n" +
			"It is opened in every plan and every apply, and each time costs one machine-to-machine token of the tenant's quota. What the tenant " +
			"refuses comes back as `authorized = false`, not as an error, for a grant that was taken away is mended by a plan. For the same reason hold " +
			"the result against what you expect in a `check` block and not in a `postcondition`, which would stop that very plan.",
		Attributes: map[string]schema.Attribute{
			"client_id": schema.StringAttribute{
				Required: true, MarkdownDescription: "Id of the client, best taken from the client grant.", Validators: []validator.String{validate.ClientID()},
			},
			"audience": schema.StringAttribute{
				Required: true, MarkdownDescription: "Identifier of the API, best taken from the client grant.", Validators: []validator.String{validate.Identifier()},
			},
			"organization": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Id or name of the organization the token is for. When left out, it is for none.", Validators: []validator.String{validate.Name(200)},
			},
			"client_secret": schema.StringAttribute{
				Optional: true, Sensitive: true, MarkdownDescription: "The client's secret. Exactly one of `client_secret` and `client_assertion_private_key` is needed.",
			},
			"token_endpoint_auth_method": schema.StringAttribute{
				Optional: true, MarkdownDescription: "How the secret is shown: " + validate.Choices(secretMethods) + ". Defaults to `client_secret_post`.",
				Validators: []validator.String{validate.OneOf(secretMethods...)},
			},
			"client_assertion_private_key": schema.StringAttribute{
				Optional: true, Sensitive: true, MarkdownDescription: "Private RSA key of the client in PEM form, in place of `client_secret`: the request is signed with it.",
			},
			"client_assertion_signing_alg": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Algorithm that signs with that key: " + validate.Choices(signingAlgs) + ". Defaults to `RS256`.",
				Validators: []validator.String{validate.OneOf(signingAlgs...)},
			},
			"proof_key": schema.StringAttribute{
				Optional: true, Computed: true, Sensitive: true,
				MarkdownDescription: "Private key in PEM form that signs a DPoP proof: an elliptic curve key on P-256, or an RSA key. If omitted, a request that Auth0 refuses is " +
					"repeated once with a proof of a temporary key, and this attribute returns that key. It is null if no proof was sent. A token that is bound to a " +
					"key is usable only together with that key.",
			},
			"organization_id": schema.StringAttribute{Computed: true, MarkdownDescription: "ID of the organization the token is for; null if it is for none, or cannot be read."},
			"token_type":      schema.StringAttribute{Computed: true, MarkdownDescription: "`Bearer`, or `DPoP` for a token that is bound to the proof key; null without a token."},
			"authorized":      schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the client gets a token for the audience."},
			"reason":          schema.StringAttribute{Computed: true, MarkdownDescription: "Why `authorized` is not true, in Auth0's words; null when it is."},
			"access_token":    schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: "The token; null where there is none."},
			"claims": schema.DynamicAttribute{
				Computed: true,
				MarkdownDescription: "What the token says, by the names of its claims, such as `iss`, `aud`, `scope` and `exp`; null without a token, and for one that is " +
					"encrypted or not signed. Nothing of it is verified: `timesheets_access_check` does that.",
			},
			"scopes":   schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Scopes the token carries; null without a token."},
			"lifetime": schema.Int64Attribute{Computed: true, MarkdownDescription: "How long the token is valid, in seconds; null without a token."},
		},
	}
}

// ValidateConfig asks for exactly one way to authenticate.
func (e *EphemeralResource) ValidateConfig(ctx context.Context, req ephemeral.ValidateConfigRequest, resp *ephemeral.ValidateConfigResponse) {
	var config Model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() || config.ClientSecret.IsUnknown() || config.PrivateKey.IsUnknown() {
		return
	}
	secret, key := !config.ClientSecret.IsNull(), !config.PrivateKey.IsNull()
	switch {
	case secret == key:
		diagnose.Refusal(&resp.Diagnostics, path.Root("client_secret"), "Exactly one credential must be set",
			"Write exactly one of `client_secret` and `client_assertion_private_key`.")
	case secret && !config.SigningAlg.IsNull():
		diagnose.Refusal(&resp.Diagnostics, path.Root("client_assertion_signing_alg"), "Nothing to sign with",
			"`client_assertion_signing_alg` goes with `client_assertion_private_key`. Take it away.")
	case key && !config.TokenEndpointAuthMethod.IsNull():
		diagnose.Refusal(&resp.Diagnostics, path.Root("token_endpoint_auth_method"), "No secret to show",
			"`token_endpoint_auth_method` goes with `client_secret`. Take it away.")
	}
}

// Open asks for the token.
func (e *EphemeralResource) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var config Model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	token, err := e.Tenant.Tokens.Request(ctx, config.request())
	var denied *tenant.Denied
	if errors.As(err, &denied) {
		resp.Diagnostics.Append(resp.Result.Set(ctx, config.without(denied.Message))...)
		return
	}
	if err != nil {
		diagnose.Error(&resp.Diagnostics, operation(config), err)
		return
	}
	resp.Diagnostics.Append(resp.Result.Set(ctx, config.with(ctx, token))...)
}

func operation(config Model) diagnose.Operation {
	return diagnose.Operation{Verb: "get", Noun: "access token", Key: config.ClientID.ValueString(), Fields: map[string]path.Path{
		"client_assertion_private_key": path.Root("client_assertion_private_key"),
		"client_assertion_signing_alg": path.Root("client_assertion_signing_alg"),
		"proof_key":                    path.Root("proof_key"),
	}}
}
