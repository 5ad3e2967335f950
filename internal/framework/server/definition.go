package server

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	actionschema "github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	ephemeralschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
)

// definition contains what is the same for data sources, ephemeral resources and actions. S is their schema.
type definition[S any] struct {
	Data
	name   string // without that of the provider
	schema func() S
}

func (d *definition[S]) typeName(provider string) string { return provider + "_" + d.name }

// DataSource is embedded by every data source.
type DataSource struct {
	definition[datasourceschema.Schema]
}

// NewDataSource returns an unconfigured data source. The name does not contain that of the provider.
func NewDataSource(name string, schema func() datasourceschema.Schema) DataSource {
	return DataSource{definition[datasourceschema.Schema]{name: name, schema: schema}}
}

// Metadata implements datasource.DataSource.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = d.typeName(req.ProviderTypeName)
}

// Schema implements datasource.DataSource.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = d.schema()
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.set(req.ProviderData, &resp.Diagnostics)
}

// EphemeralResource is embedded by every ephemeral resource.
type EphemeralResource struct {
	definition[ephemeralschema.Schema]
}

// NewEphemeralResource returns an unconfigured ephemeral resource. The name does not contain that of the provider.
func NewEphemeralResource(name string, schema func() ephemeralschema.Schema) EphemeralResource {
	return EphemeralResource{definition[ephemeralschema.Schema]{name: name, schema: schema}}
}

// Metadata implements ephemeral.EphemeralResource.
func (e *EphemeralResource) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = e.typeName(req.ProviderTypeName)
}

// Schema implements ephemeral.EphemeralResource.
func (e *EphemeralResource) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = e.schema()
}

// Configure implements ephemeral.EphemeralResourceWithConfigure.
func (e *EphemeralResource) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.set(req.ProviderData, &resp.Diagnostics)
}

// Action is embedded by every action.
type Action struct {
	definition[actionschema.Schema]
}

// NewAction returns an unconfigured action. The name does not contain that of the provider.
func NewAction(name string, schema func() actionschema.Schema) Action {
	return Action{definition[actionschema.Schema]{name: name, schema: schema}}
}

// Metadata implements action.Action.
func (a *Action) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = a.typeName(req.ProviderTypeName)
}

// Schema implements action.Action.
func (a *Action) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = a.schema()
}

// Configure implements action.ActionWithConfigure.
func (a *Action) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.set(req.ProviderData, &resp.Diagnostics)
}
