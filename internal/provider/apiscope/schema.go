package apiscope

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func resourceSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Manages one [scope](https://auth0.com/docs/get-started/apis/scopes) of an API, for teams that share an API. To manage all scopes of an API in one place, use `scopes` of `timesheets_api` instead. The two forms cannot be " +
			"combined for one API. Concurrent changes are batched: one write for each API, and reads that up to ten APIs share. " +
			"Manage all scopes of an API with one provider configuration: changes by an `alias` at the same time can overwrite each other. " +
			"Needs the Management API scopes `read:resource_servers` and `update:resource_servers`; a plan needs only the first.",
		Attributes: map[string]schema.Attribute{
			"id": modify.ID("`identifier` and `value`, separated by a space, as in an import."),
			"identifier": modify.Key("Identifier of the API, as a reference (`timesheets_api.NAME.identifier`) if the configuration contains the API. "+
				"Terraform then replaces the scope together with the API. With the identifier as text, the scope can be lost with the old API until the next apply. Changing this replaces the scope.",
				validate.ReferencedIdentifier()),
			"value": modify.Key("Value of the scope in tokens, such as `batch:upload`. 1 to 280 characters without whitespace. Changing this replaces the scope.",
				validate.Scope()),
			"description": modify.Optional("What the scope allows. At most 500 characters. If omitted, none.", validate.ScopeDescription()),
			"api_id":      modify.ID("ID of the API."),
		},
	}
}

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

// completeMove sets the ID, for a plan without a refresh.
func completeMove(ctx context.Context, from map[string]any, resp *resource.MoveStateResponse) {
	id := fmt.Sprintf("%s %s", from["resource_server_identifier"], from["scope"])
	resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root("id"), id)...)
}
