package apiscope

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Model contains the attributes of timesheets_api_scope.
type Model struct {
	ID          types.String `tfsdk:"id"`
	Identifier  types.String `tfsdk:"identifier"`
	Value       types.String `tfsdk:"value"`
	Description types.String `tfsdk:"description"`
	APIID       types.String `tfsdk:"api_id"`
}

// scope converts the model to a scope.
func (m Model) scope() tenant.Scope {
	return tenant.Scope{Value: m.Value.ValueString(), Description: m.Description.ValueString()}
}

// newModel converts a scope of an API to a model. The description of a scope without one is null, or "" if base has "", which means
// the same.
func newModel(api tenant.API, scope tenant.Scope, base Model) Model {
	m := Model{
		ID:          types.StringValue(api.Identifier + " " + scope.Value),
		Identifier:  types.StringValue(api.Identifier),
		Value:       types.StringValue(scope.Value),
		Description: types.StringValue(scope.Description),
		APIID:       types.StringValue(api.ID),
	}
	if scope.Description == "" && base.Description.IsNull() {
		m.Description = types.StringNull()
	}
	return m
}

// key returns the key of the scope's API. It contains no ID, so that it also finds an API that was re-created with its identifier.
func (m Model) key() tenant.APIKey { return tenant.APIKey{Identifier: m.Identifier.ValueString()} }
