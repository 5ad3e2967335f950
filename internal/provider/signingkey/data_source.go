// Package signingkey is the noun timesheets_signing_keys: the public keys with which the tenant signs tokens.
package signingkey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
)

var _ datasource.DataSourceWithConfigure = (*DataSource)(nil)

// DataSource is timesheets_signing_keys.
type DataSource struct{ server.DataSource }

// NewDataSource returns an unconfigured data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// Model is timesheets_signing_keys as Terraform holds it.
type Model struct {
	Keys []Key `tfsdk:"keys"`
}

// Key is one public key.
type Key struct {
	ID          types.String `tfsdk:"id"`
	Algorithm   types.String `tfsdk:"algorithm"`
	Use         types.String `tfsdk:"use"`
	Type        types.String `tfsdk:"type"`
	Certificate types.String `tfsdk:"certificate"`
	Thumbprint  types.String `tfsdk:"thumbprint"`
}

// Metadata names the data source.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_signing_keys"
}

// Schema describes the attributes.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The published keys of the tenant ([JWKS](https://auth0.com/docs/secure/tokens/json-web-tokens/json-web-key-sets)), with which services " +
			"verify tokens. Requires no Management API scope, and no request counts against the rate limit of the Management API.",
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
				}},
			},
		},
	}
}

// Read lists the keys.
func (d *DataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	published, err := d.Tenant.Keys.Published(ctx)
	if err != nil {
		diagnose.Error(&resp.Diagnostics, diagnose.Operation{Verb: "read", Noun: "signing keys"}, err)
		return
	}
	result := Model{Keys: []Key{}}
	for _, key := range published {
		result.Keys = append(result.Keys, Key{
			ID: modify.Text(key.ID), Algorithm: modify.Text(key.Algorithm), Use: modify.Text(key.Use), Type: modify.Text(key.Type),
			Certificate: modify.Text(key.Certificate), Thumbprint: modify.Text(key.Thumbprint),
		})
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, result)...)
}
