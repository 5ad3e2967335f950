package apiscope

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
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
func (m Model) scope() tenant.Scope { return modify.Expand(m, tenant.Scope{}) }

// newModel converts a scope of an API to a model. The description of a scope without one is null, or "" if base has "", which means
// the same.
func newModel(api tenant.API, scope tenant.Scope, base Model) Model {
	m := modify.Flatten(scope, Model{
		ID:         types.StringValue(api.Identifier + " " + scope.Value),
		Identifier: types.StringValue(api.Identifier),
		APIID:      types.StringValue(api.ID),
	})
	if !base.Description.IsNull() { // null and "" mean the same
		m.Description = types.StringValue(scope.Description)
	}
	return m
}

// key returns the key of the scope's API. It contains no ID, so that it also finds an API that was re-created with its identifier.
func (m Model) key() tenant.APIKey { return tenant.APIKey{Identifier: m.Identifier.ValueString()} }
