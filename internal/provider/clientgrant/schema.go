package clientgrant

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var subjectTypes = []string{tenant.SubjectClient, tenant.SubjectUser}

func resourceSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Manages a [client grant](https://auth0.com/docs/get-started/applications/application-access-to-apis-client-grants): the permission of a client to request tokens for an API, with these scopes. Create, update and delete cost one request each, a delete by a plan older than five minutes two, and adding scopes to a grant can cost one extra read of its API. " +
			"Needs the Management API scopes `read:client_grants`, `create:client_grants`, `update:client_grants` and `delete:client_grants`; a plan needs only the first.",
		Attributes: map[string]schema.Attribute{
			"id": modify.ID("ID of the grant, `cgr_` and 16 characters."),
			"client_id": modify.Key("ID of the client. Set it as a reference (`timesheets_client.NAME.client_id`) if the configuration contains the client. "+
				"With the ID as text, the grant is lost with a client that is replaced. Changing this replaces the grant.", validate.ClientID()),
			"audience": modify.Key("Identifier of the API. Changing this replaces the grant.", validate.ReferencedIdentifier()),
			"subject_type": schema.StringAttribute{
				Optional: true,
				Computed: true,
				Default:  stringdefault.StaticString(tenant.SubjectClient),
				MarkdownDescription: "Whether tokens are for the client itself or on behalf of a user: " + validate.Choices(subjectTypes) + ". Defaults to `client`. " +
					"Changing this replaces the grant.",
				Validators:    []validator.String{validate.OneOf(subjectTypes...)},
				PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"scopes": modify.OptionalSet("Scopes that the client can request; null if `allow_all_scopes` is true. The plan rejects scopes that the `scopes` of the API in the same configuration do not define; otherwise the apply reads the API once and warns. With `[]`, the client can request tokens without scopes. "+
				"Exactly one of `scopes` and `allow_all_scopes` must be set.", validate.ScopeSet()),
			"allow_all_scopes": modify.Flag("Whether the client can request every scope of the API, including scopes that are added later. Not possible for APIs that Auth0 created."),
			"organization_usage": modify.Choice("Whether tokens can be, or must be, for an [organization](https://auth0.com/docs/manage-users/organizations/organizations-for-m2m-applications)", "",
				tenant.DefaultOrganizationUsage, "deny", "allow", "require"),
			"allow_any_organization": modify.Flag("Whether tokens can be for every organization. Otherwise only those that the grant is associated with are permitted, see `organizations`."),
			"organizations": schema.SetAttribute{
				Optional:    true,
				Computed:    true,
				ElementType: types.StringType,
				MarkdownDescription: "IDs of the organizations that tokens can be for, unless `allow_any_organization` permits all. Needs `organization_usage` `allow` or " +
					"`require`. If omitted, the associations are not changed, and only an import reads them. A configuration that starts to manage them must contain all that exist. Each one costs a request to add or to remove, and reading them one request. " +
					"Needs the Management API scopes `read:organization_client_grants`, `create:organization_client_grants` and `delete:organization_client_grants`.",
				Validators:    []validator.Set{validate.OrganizationIDs()},
				PlanModifiers: []planmodifier.Set{modify.KeepSet()},
			},
			"authorization_details_types": modify.OptionalSet("Types of authorization details ([RFC 9396](https://www.rfc-editor.org/rfc/rfc9396)) that the client can request. At least one, each of 1 to 255 characters. "+
				"If omitted, none.", validate.DetailsTypes()),
			"is_system": modify.SystemFlag("Whether Auth0 created the grant. Such a grant cannot be changed."),
		},
	}
}

// Model contains the attributes of a client grant, except its organizations.
type Model struct {
	ID             types.String `tfsdk:"id"`
	ClientID       types.String `tfsdk:"client_id"`
	Audience       types.String `tfsdk:"audience"`
	SubjectType    types.String `tfsdk:"subject_type"`
	Scopes         types.Set    `tfsdk:"scopes"`
	AllowAllScopes types.Bool   `tfsdk:"allow_all_scopes"`
	IsSystem       types.Bool   `tfsdk:"is_system"`

	OrganizationUsage         types.String `tfsdk:"organization_usage"`
	AllowAnyOrganization      types.Bool   `tfsdk:"allow_any_organization"`
	AuthorizationDetailsTypes types.Set    `tfsdk:"authorization_details_types"`
}

// grant converts the model to a grant.
func (m Model) grant() tenant.Grant { return modify.Expand(m, tenant.Grant{}) }

// newModel converts a grant to a model. The scopes of a grant that allows all scopes are null.
func newModel(grant tenant.Grant) Model {
	m := modify.Flatten(grant, Model{})
	m.ClientID = types.StringValue(grant.ClientID) // empty if the grant belongs to no single client
	m.Scopes = types.SetNull(types.StringType)
	if !grant.AllowAllScopes {
		m.Scopes = modify.StringSet(grant.Scopes)
	}
	return m
}

// ResourceModel contains the attributes of timesheets_client_grant. Null organizations are neither read nor changed.
type ResourceModel struct {
	Model
	Organizations types.Set `tfsdk:"organizations"`
}

// newResourceModel converts a grant to a model with null organizations.
func newResourceModel(grant tenant.Grant) ResourceModel {
	return ResourceModel{Model: newModel(grant), Organizations: types.SetNull(types.StringType)}
}

// key returns the key with which the tenant finds the grant.
func (m Model) key() tenant.GrantKey {
	return tenant.GrantKey{
		ID:          m.ID.ValueString(),
		ClientID:    m.ClientID.ValueString(),
		Audience:    m.Audience.ValueString(),
		SubjectType: m.SubjectType.ValueString(),
	}
}

// checkMove rejects a grant that belongs to no single client.
func checkMove(from map[string]any, diags *diag.Diagnostics) {
	if defaultFor, _ := from["default_for"].(string); defaultFor != "" {
		diagnose.Reject(diags, path.Empty(), "Client grant cannot be managed here",
			"The grant %s belongs to no single client, because it is the default of a type of clients (`default_for`). Manage it with auth0/auth0.", from["id"])
	}
}

// completeMove sets scopes that have no effect to null.
func completeMove(ctx context.Context, from map[string]any, resp *resource.MoveStateResponse) {
	if from["allow_all_scopes"] == true {
		resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root("scopes"), types.SetNull(types.StringType))...)
	}
}
