// Package accesscheck is the noun timesheets_access_check: the proof that a client gets a token, and what it says.
package accesscheck

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/configure"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var _ datasource.DataSourceWithConfigure = (*DataSource)(nil)

// DataSource is timesheets_access_check.
type DataSource struct{ configure.DataSource }

// NewDataSource returns an unconfigured data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// Metadata names the data source.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_access_check"
}

// Schema describes the attributes.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The proof: asks the tenant for a token as the client would, and tells what the token says. Neither token nor secret is kept.\n\n" +
			"Needs the Management API scope `read:client_keys`. Each evaluation costs one Management API call, one machine-to-machine token and one request " +
			"for the tenant's key set. Feed it from the client grant, not from client and API, so that it waits for the grant; and keep it at top level: " +
			"inside a `check` block it is read again in every plan.",
		Attributes: map[string]schema.Attribute{
			"client_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Id of the client, best taken from the client grant.",
				Validators:          []validator.String{validate.ClientID()},
			},
			"audience": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Identifier of the API, best taken from the client grant.",
				Validators:          []validator.String{validate.Identifier()},
			},
			"authorized": schema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "Whether the client gets a token for the audience; null where it has no secret to try with.",
			},
			"reason": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Why `authorized` is not true; null when it is.",
			},
			"scopes": schema.SetAttribute{
				Computed:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Scopes the token carries; null without a token.",
			},
			"issuer": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Who issued the token: the tenant's address; null where the token is encrypted.",
			},
			"algorithm": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Algorithm of the token's signature; null where the token is encrypted.",
			},
			"key_id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Id of the key that signed the token; null with `HS256`, and where the token is encrypted.",
			},
			"lifetime": schema.Int64Attribute{
				Computed:            true,
				MarkdownDescription: "How long the token is valid, in seconds.",
			},
			"signature_verified": schema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "Whether one of the tenant's published keys signed the token; null with `HS256`, whose key is not published, and where the token is encrypted.",
			},
		},
	}
}

// noSecret is the reason where nobody can ask in the client's place.
const noSecret = "The client has no secret to try with: it authenticates with a key pair, whose private half only its owner has. " +
	"Who has it can ask for a token with the ephemeral resource timesheets_access_token."

// Read asks for a token as the client would.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config Model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if result, ok := d.check(ctx, config, &resp.Diagnostics); ok {
		resp.Diagnostics.Append(resp.State.Set(ctx, result)...)
	}
}

// check is the result; false when none could be had.
func (d *DataSource) check(ctx context.Context, config Model, diags *diag.Diagnostics) (Model, bool) {
	secret, err := d.Tenant.Secrets.Client(ctx, config.ClientID.ValueString())
	var missing *tenant.NotFound
	if errors.As(err, &missing) {
		return config.without(types.BoolValue(false), "There is no client with this id."), true
	}
	if err != nil {
		diagnose.Error(diags, operation("read the secret for", config), err)
		return Model{}, false
	}
	if secret.Value.Empty() {
		return config.without(types.BoolNull(), noSecret), true
	}
	token, err := d.Tenant.Tokens.Request(ctx, tenant.TokenRequest{
		ClientID:   config.ClientID.ValueString(),
		Secret:     secret.Value,
		AuthMethod: secret.AuthMethod,
		Audience:   config.Audience.ValueString(),
	})
	var denied *tenant.Denied
	if errors.As(err, &denied) {
		return config.without(types.BoolValue(false), denied.Message), true
	}
	if err != nil {
		diagnose.Error(diags, operation("get a token for", config), err)
		return Model{}, false
	}
	verified, err := d.verified(ctx, token)
	if err != nil {
		diagnose.Error(diags, operation("verify the token of", config), err)
		return Model{}, false
	}
	return config.with(token, verified), true
}

// verified holds the signature against the tenant's published keys. A symmetric key is not published, and the signature
// of an encrypted token cannot be seen, so there is nothing to hold against it.
func (d *DataSource) verified(ctx context.Context, token tenant.Token) (types.Bool, error) {
	if token.Encrypted || strings.HasPrefix(token.Algorithm, "HS") {
		return types.BoolNull(), nil
	}
	ok, err := d.Tenant.Keys.Verify(ctx, token)
	return types.BoolValue(ok), err
}

func operation(verb string, config Model) diagnose.Operation {
	return diagnose.Operation{Verb: verb, Noun: "access check", Key: config.ClientID.ValueString()}
}
