package client

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Model contains the attributes of timesheets_client.
type Model struct {
	ID                      types.String `tfsdk:"id"`
	ClientID                types.String `tfsdk:"client_id"`
	Name                    types.String `tfsdk:"name"`
	Description             types.String `tfsdk:"description"`
	Metadata                types.Map    `tfsdk:"client_metadata"`
	GrantTypes              types.Set    `tfsdk:"grant_types"`
	TokenEndpointAuthMethod types.String `tfsdk:"token_endpoint_auth_method"`
	TokenQuota              types.Object `tfsdk:"token_quota"`
	OrganizationUsage       types.String `tfsdk:"organization_usage"`
	DefaultOrganization     types.String `tfsdk:"default_organization_id"`
	RequireProof            types.Bool   `tfsdk:"require_proof_of_possession"`
	PrivateKeyJWT           types.Map    `tfsdk:"private_key_jwt"`
	ClientSecretWO          types.String `tfsdk:"client_secret_wo"`
	ClientSecretWOVersion   types.String `tfsdk:"client_secret_wo_version"`
	DeletionProtection      types.Bool   `tfsdk:"deletion_protection"`
}

// client converts the model to a client.
func (m Model) client(ctx context.Context) tenant.Client {
	c := modify.Expand(m, tenant.Client{AppType: tenant.MachineToMachine, Credentials: m.credentials(ctx), Metadata: map[string]string{}})
	for key, element := range m.Metadata.Elements() {
		if value, ok := element.(types.String); ok && !value.IsNull() { // a null entry is not set
			c.Metadata[key] = value.ValueString()
		}
	}
	return c
}

// newModel converts a client to a model. It copies the keys, which have requests of their own, the version of the secret and the
// deletion protection from base, which is the plan after a write and the prior state after a read.
func newModel(client tenant.Client, base Model) Model {
	m := modify.Flatten(client, Model{
		ID:                    types.StringValue(client.ClientID),
		PrivateKeyJWT:         base.PrivateKeyJWT,
		ClientSecretWOVersion: base.ClientSecretWOVersion,
		DeletionProtection:    types.BoolValue(base.DeletionProtection.ValueBool()),
		Metadata:              newMetadata(client.Metadata, base.Metadata),
	})
	m.GrantTypes = modify.StringSet(client.GrantTypes)
	if m.PrivateKeyJWT.IsNull() {
		m.PrivateKeyJWT = types.MapNull(keyType) // base can be the zero value, which has no element type
	}
	if base.Description.Equal(types.StringValue("")) { // null and "" mean the same
		m.Description = types.StringValue(client.Description)
	}
	return m
}

// newMetadata returns the value of client_metadata. It keeps the null elements of prior that are still not set, which mean the same
// as missing elements, and returns an empty map instead of null if prior is empty.
func newMetadata(values map[string]string, prior types.Map) types.Map {
	elements := make(map[string]attr.Value, len(values))
	for key, element := range prior.Elements() {
		if element.IsNull() {
			elements[key] = types.StringNull()
		}
	}
	for key, value := range values {
		elements[key] = types.StringValue(value)
	}
	if len(elements) == 0 && (prior.IsNull() || len(prior.Elements()) > 0) {
		return types.MapNull(types.StringType)
	}
	return types.MapValueMust(types.StringType, elements)
}

// key returns the key with which the tenant finds the client.
func (m Model) key() tenant.ClientKey {
	return tenant.ClientKey{ClientID: m.ClientID.ValueString()}
}
