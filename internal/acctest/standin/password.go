package standin

import (
	"context"
	"crypto/rand"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// password implements random_password. It generates another value each time it is opened.
type password struct{}

// Metadata returns the type name of the ephemeral resource.
func (password) Metadata(_ context.Context, _ ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = "random_password"
}

// Schema returns the part of the schema that the examples use.
func (password) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"length": schema.Int64Attribute{Required: true},
		"result": schema.StringAttribute{Computed: true, Sensitive: true},
	}}
}

// Open generates a password.
func (password) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var length types.Int64
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("length"), &length)...)
	text := ""
	for int64(len(text)) < length.ValueInt64() {
		text += rand.Text()
	}
	resp.Diagnostics.Append(resp.Result.SetAttribute(ctx, path.Root("length"), length)...)
	resp.Diagnostics.Append(resp.Result.SetAttribute(ctx, path.Root("result"), text[:length.ValueInt64()])...)
}
