package server

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	actionschema "github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	ephemeralschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
)

var _ datasource.DataSourceWithConfigure = (*DataSource[any])(nil)

// DataSource is a data source. M is its model.
type DataSource[M any] struct {
	Data

	Name        string // without that of the provider
	Description string
	Attributes  map[string]datasourceschema.Attribute

	// Result returns the state for a configuration. It is not saved if diags contains an error.
	Result func(ctx context.Context, d Data, config M, diags *diag.Diagnostics) M
}

// Metadata implements datasource.DataSource.
func (d *DataSource[M]) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.Name
}

// Schema implements datasource.DataSource.
func (d *DataSource[M]) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = datasourceschema.Schema{MarkdownDescription: d.Description, Attributes: d.Attributes}
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *DataSource[M]) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.set(req.ProviderData, &resp.Diagnostics)
}

// Read implements datasource.DataSource.
func (d *DataSource[M]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if result, ok := evaluate(ctx, d.Data, &req.Config, d.Result, &resp.Diagnostics); ok {
		resp.Diagnostics.Append(resp.State.Set(ctx, result)...)
	}
}

// EphemeralResource is an ephemeral resource. M is its model.
type EphemeralResource[M any] struct {
	Data

	Name        string // without that of the provider
	Description string
	Attributes  map[string]ephemeralschema.Attribute

	// Validate checks rules that involve several attributes; optional.
	Validate func(config M, diags *diag.Diagnostics)
	// Result returns the result of a configuration. It is not returned to Terraform if diags contains an error.
	Result func(ctx context.Context, d Data, config M, diags *diag.Diagnostics) M
}

// Metadata implements ephemeral.EphemeralResource.
func (e *EphemeralResource[M]) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + e.Name
}

// Schema implements ephemeral.EphemeralResource.
func (e *EphemeralResource[M]) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = ephemeralschema.Schema{MarkdownDescription: e.Description, Attributes: e.Attributes}
}

// Configure implements ephemeral.EphemeralResourceWithConfigure.
func (e *EphemeralResource[M]) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.set(req.ProviderData, &resp.Diagnostics)
}

// ValidateConfig implements ephemeral.EphemeralResourceWithValidateConfig.
func (e *EphemeralResource[M]) ValidateConfig(ctx context.Context, req ephemeral.ValidateConfigRequest, resp *ephemeral.ValidateConfigResponse) {
	var config M
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if e.Validate != nil && !resp.Diagnostics.HasError() {
		e.Validate(config, &resp.Diagnostics)
	}
}

// Open implements ephemeral.EphemeralResource.
func (e *EphemeralResource[M]) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	if result, ok := evaluate(ctx, e.Data, &req.Config, e.Result, &resp.Diagnostics); ok {
		resp.Diagnostics.Append(resp.Result.Set(ctx, result)...)
	}
}

// evaluate returns the result of a configuration, or false after an error.
func evaluate[M any](
	ctx context.Context, d Data, from *tfsdk.Config, result func(context.Context, Data, M, *diag.Diagnostics) M, diags *diag.Diagnostics,
) (model M, ok bool) {
	diags.Append(from.Get(ctx, &model)...)
	if !diags.HasError() {
		model = result(ctx, d, model, diags)
	}
	return model, !diags.HasError()
}

// Action is embedded by every action.
type Action struct {
	Data

	Name        string // without that of the provider
	Description string
	Attributes  map[string]actionschema.Attribute
}

// Metadata implements action.Action.
func (a *Action) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + a.Name
}

// Schema implements action.Action.
func (a *Action) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = actionschema.Schema{MarkdownDescription: a.Description, Attributes: a.Attributes}
}

// Configure implements action.ActionWithConfigure.
func (a *Action) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.set(req.ProviderData, &resp.Diagnostics)
}
