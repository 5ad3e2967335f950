package client

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const mTLSUnsupported = "timesheets_client does not manage clients that authenticate with a certificate (mTLS)."

var (
	authMethods  = []string{"client_secret_post", "client_secret_basic"}
	otherMethods = map[string]string{
		"private_key_jwt":             "To authenticate with keys, remove this attribute and set the attribute `private_key_jwt` with a public key.",
		"tls_client_auth":             mTLSUnsupported,
		"self_signed_tls_client_auth": mTLSUnsupported,
		"none":                        "A machine-to-machine client authenticates with a secret, or with keys (`private_key_jwt`).",
	}
	keyAlgorithms = []string{"RS256", "RS384", "PS256"}
)

// maxKeyBytes limits the size of a key. It is enough for a certificate of the largest key. Auth0 documents no limit.
const maxKeyBytes = 16384

func resourceSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Manages a machine-to-machine client, which Auth0 also calls an [application](https://auth0.com/docs/get-started/applications). It gets tokens with the [client credentials flow](https://auth0.com/docs/get-started/authentication-and-authorization-flow/client-credentials-flow). Create, update and delete cost one request each; " +
			"creating one with `client_secret_wo` costs two, and `private_key_jwt` needs extra requests, see below. The secret is never read. " +
			"Needs the Management API scopes `read:clients`, `create:clients`, `update:clients` and `delete:clients`; a plan needs only the first.",
		Attributes: map[string]schema.Attribute{
			"id":        modify.ID("The same as `client_id`."),
			"client_id": modify.ID("ID of the client."),
			"name": modify.Required("Name of the client in the dashboard. 1 to 200 characters, without `<` and `>`. Names need not be unique.",
				validate.Name(200, `a name such as "Timesheets import job"`)),
			"description": modify.Optional("Purpose of the client. At most 140 characters. If omitted or empty, none.", validate.Description(140)),
			"client_metadata": schema.MapAttribute{
				Optional:            true,
				Computed:            true,
				Default:             modify.NullMap(types.StringType),
				ElementType:         types.StringType,
				MarkdownDescription: "Metadata of the client. At most 10 entries, with keys of 1 to 255 characters and values of at most 255. An entry whose value is null is not set. If omitted, none.",
				Validators:          []validator.Map{validate.Metadata()},
			},
			"grant_types": schema.SetAttribute{
				Optional:    true,
				Computed:    true,
				ElementType: types.StringType,
				Default: setdefault.StaticValue(types.SetValueMust(types.StringType, []attr.Value{
					types.StringValue(tenant.ClientCredentials),
				})),
				MarkdownDescription: "[Grant types](https://auth0.com/docs/get-started/applications/application-grant-types) that the client can use. Defaults to `[\"client_credentials\"]`, which is all that a job needs.",
				Validators:          []validator.Set{validate.GrantTypes()},
			},
			"token_endpoint_auth_method": schema.StringAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "How the client sends its secret to the token endpoint: " + validate.Choices(authMethods) +
					". Defaults to `client_secret_post`, and to null with `private_key_jwt`. A change costs one extra request.",
				Validators:    []validator.String{validate.OneOfOr(otherMethods, authMethods...)},
				PlanModifiers: []planmodifier.String{newAuthMethod()},
			},
			"token_quota": schema.SingleNestedAttribute{
				Optional: true,
				Computed: true,
				Default:  modify.NullObject(modify.ObjectTypes[tenant.TokenQuota]()),
				MarkdownDescription: "Limits on the number of access tokens for the client. If omitted, the limits of the tenant apply. Removing one of two limits needs " +
					"one extra request and briefly removes both.",
				Attributes: map[string]schema.Attribute{
					"per_hour": modify.Limit("Maximum number of tokens per hour.", "At least one of `per_hour` and `per_day` is needed."),
					"per_day":  modify.Limit("Maximum number of tokens per day.", "At least one of `per_hour` and `per_day` is needed."),
					"enforce": schema.BoolAttribute{
						Optional:            true,
						Computed:            true,
						Default:             booldefault.StaticBool(true),
						MarkdownDescription: "Whether requests beyond the quota are rejected. Otherwise they are only logged. Defaults to `true`.",
					},
				},
			},
			"organization_usage": modify.Choice("Whether the client can request tokens for an [organization](https://auth0.com/docs/manage-users/organizations/organizations-for-m2m-applications)",
				"Client grants have a setting of their own.", tenant.DefaultOrganizationUsage, "deny", "allow", "require"),
			"default_organization_id": modify.Optional("ID of the organization that tokens are for if a request contains none, such as `org_AbCdEfGh12345678`. If omitted, none.",
				validate.OrganizationID()),
			"require_proof_of_possession": modify.Flag("Whether each token request of the client must [prove possession](https://auth0.com/docs/secure/sender-constraining) of a key, to which the token is then bound."),
			"private_key_jwt": schema.MapNestedAttribute{
				Optional: true,
				Computed: true,
				Default:  modify.NullMap(keyType),
				MarkdownDescription: "Public keys with which the client [authenticates](https://auth0.com/docs/get-started/authentication-and-authorization-flow/authenticate-with-private-key-jwt) instead of a secret, from a name of your choice to the key; one or two. To rotate without an outage, " +
					"add the new key, switch the job to it, and then remove the old key. Keys that are added elsewhere show as drift. Needs a subscription plan that " +
					"includes the feature, and the Management API scopes `create:client_credentials`, `read:client_credentials`, `update:client_credentials` and " +
					"`delete:client_credentials`. Refreshing a client with keys costs one extra request, a change of keys two and one for each step.",
				Validators:   []validator.Map{validate.Keys()},
				NestedObject: schema.NestedAttributeObject{Attributes: keyAttributes()},
			},
			"client_secret_wo": modify.Secret("Secret of your choice, at least 16 characters. Never stored. Needs Terraform 1.11, `client_secret_wo_version`, and the " +
				"Management API scope `update:client_keys`. If omitted, Auth0 generates one."),
			"client_secret_wo_version": modify.SecretVersion("client_secret_wo"),
			"deletion_protection": modify.Flag("Whether a plan that deletes or replaces the client is rejected. To delete the client, set this to `false` and apply that first. " +
				"A deleted client cannot be restored, and a new one has another `client_id`. A plan with `-replace` or `replace_triggered_by`, or of a tainted client, shows no warning of that."),
		},
	}
}

func keyAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"pem": modify.Required("Public RSA key of 2048 bits or more in PEM, or a certificate of one. A private key is rejected. Auth0 never returns the key: the first "+
			"plan after an import writes it to the state, without a change in the tenant.", validate.PublicKey(maxKeyBytes)),
		"algorithm": schema.StringAttribute{
			Optional: true,
			Computed: true,
			Default:  stringdefault.StaticString(keyAlgorithms[0]),
			MarkdownDescription: "Algorithm with which the job signs its assertions: " + validate.Choices(keyAlgorithms) + ". Defaults to `RS256`. " +
				"Cannot be changed for an existing key. Add a new key instead.",
			Validators: []validator.String{validate.OneOf(keyAlgorithms...)},
		},
		"expires_at": modify.Optional("When the key expires, such as `2030-01-31T00:00:00Z`. If omitted, never. Can be changed in place.",
			validate.Timestamp()),
		"key_id": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Thumbprint of the key ([RFC 7638](https://www.rfc-editor.org/rfc/rfc7638)), known in the plan. Assertions of the job contain it as `kid`.",
			PlanModifiers:       []planmodifier.String{newKeyID()},
		},
	}
}

// key is an element of private_key_jwt.
type key struct {
	PEM       types.String `tfsdk:"pem"`
	Algorithm types.String `tfsdk:"algorithm"`
	ExpiresAt types.String `tfsdk:"expires_at"`
	KeyID     types.String `tfsdk:"key_id"`
}

var (
	keyTypes = map[string]attr.Type{
		"pem": types.StringType, "algorithm": types.StringType, "expires_at": types.StringType, "key_id": types.StringType,
	}
	keyType = types.ObjectType{AttrTypes: keyTypes}
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

// checkMove rejects a state of auth0_client whose client is no machine-to-machine client.
func checkMove(from map[string]any, diags *diag.Diagnostics) {
	text := func(member string) string {
		value, _ := from[member].(string)
		return value
	}
	client := tenant.Client{ClientID: text("client_id"), Name: text("name"), AppType: text("app_type"), IsThirdParty: from["is_first_party"] == false}
	manageable(client, true, diags)
}
