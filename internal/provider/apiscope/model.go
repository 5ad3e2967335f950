package apiscope

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Model is timesheets_api_scope as Terraform holds it.
type Model struct {
	ID          types.String `tfsdk:"id"`
	Identifier  types.String `tfsdk:"identifier"`
	Value       types.String `tfsdk:"value"`
	Description types.String `tfsdk:"description"`
	APIID       types.String `tfsdk:"api_id"`
}

// Identity is what names a scope for good.
type Identity struct {
	Identifier types.String `tfsdk:"identifier"`
	Value      types.String `tfsdk:"value"`
}

// scope is what m says, in the tenant's language.
func (m Model) scope() tenant.Scope {
	return tenant.Scope{Value: m.Value.ValueString(), Description: m.Description.ValueString()}
}

// newModel is what Terraform holds of a scope of api. A scope without description is null, or "" where held says so:
// both mean the same.
func newModel(api tenant.API, scope tenant.Scope, held Model) Model {
	m := Model{
		ID:          types.StringValue(api.Identifier + " " + scope.Value),
		Identifier:  types.StringValue(api.Identifier),
		Value:       types.StringValue(scope.Value),
		Description: types.StringValue(scope.Description),
		APIID:       types.StringValue(api.ID),
	}
	if scope.Description == "" && held.Description.IsNull() {
		m.Description = types.StringNull()
	}
	return m
}

// identity names the scope that m is about.
func (m Model) identity() Identity { return Identity{Identifier: m.Identifier, Value: m.Value} }

// key finds the API of the scope. The id is left out: an API that was re-created under its identifier is meant too.
func (m Model) key() tenant.APIKey { return tenant.APIKey{Identifier: m.Identifier.ValueString()} }
