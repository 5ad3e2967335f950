package standin

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// stand describes the stand-in for a provider: its source address, and its resources, as far as the examples need them.
// Each resource also has an ID.
type stand struct {
	address   string
	resources map[string]schema.Schema
}

// stands lists the stand-ins by the type name of the provider. The comments name the version whose source the attributes were
// compared with. Values that the provider computes for an omitted attribute are left out.
var stands = map[string]stand{
	// auth0/auth0 1.55.0; auth0.go has the resources that are only moved or removed
	"auth0": {address: "auth0/auth0", resources: map[string]schema.Schema{
		"auth0_client": attributes(map[string]schema.Attribute{
			"client_id":       computedText(),
			"name":            required(),
			"app_type":        schema.StringAttribute{Optional: true},
			"oidc_conformant": schema.BoolAttribute{Optional: true, Computed: true},
			"callbacks":       schema.ListAttribute{Optional: true, Computed: true, ElementType: types.StringType},
			"web_origins":     schema.ListAttribute{Optional: true, ElementType: types.StringType},
			"grant_types":     schema.ListAttribute{Optional: true, Computed: true, ElementType: types.StringType},
		}),
		"auth0_role": attributes(map[string]schema.Attribute{"name": required(), "description": schema.StringAttribute{Optional: true}}),
		"auth0_role_permissions": {
			Attributes: map[string]schema.Attribute{"role_id": key()},
			Blocks: map[string]schema.Block{"permissions": schema.SetNestedBlock{NestedObject: schema.NestedBlockObject{
				Attributes: map[string]schema.Attribute{"name": required(), "resource_server_identifier": required()},
			}}},
		},
	}},
	"random": {address: "hashicorp/random"},
	"signer": {address: "hashicorp/signer"}, // exists only here, at the address that Terraform assumes without required_providers
	// hashicorp/vault 5.11.0
	"vault": {address: "hashicorp/vault", resources: map[string]schema.Schema{
		"vault_kv_secret_v2": attributes(map[string]schema.Attribute{
			"mount":                key(),
			"name":                 key(),
			"data_json_wo":         writeOnly(),
			"data_json_wo_version": schema.Int64Attribute{Optional: true},
		}),
	}},
	// hashicorp/aws 6.36.0; aws_secretsmanager_secret_version: commit 0042e8ea, after 6.10.0
	"aws": {address: "hashicorp/aws", resources: map[string]schema.Schema{
		"aws_secretsmanager_secret": attributes(map[string]schema.Attribute{
			"name": schema.StringAttribute{Optional: true, Computed: true, PlanModifiers: replaces},
		}),
		"aws_secretsmanager_secret_version": attributes(map[string]schema.Attribute{
			"secret_id":                key(),
			"secret_string_wo":         schema.StringAttribute{Optional: true, Sensitive: true, WriteOnly: true},
			"secret_string_wo_version": schema.Int64Attribute{Optional: true, PlanModifiers: []planmodifier.Int64{int64planmodifier.RequiresReplace()}},
		}),
		"aws_apigatewayv2_authorizer": {
			Attributes: map[string]schema.Attribute{
				"api_id":           key(),
				"authorizer_type":  required(),
				"identity_sources": schema.SetAttribute{Optional: true, ElementType: types.StringType},
				"name":             required(),
			},
			Blocks: map[string]schema.Block{"jwt_configuration": schema.ListNestedBlock{NestedObject: schema.NestedBlockObject{
				Attributes: map[string]schema.Attribute{
					"audience": schema.SetAttribute{Optional: true, ElementType: types.StringType},
					"issuer":   schema.StringAttribute{Optional: true},
				},
			}}},
		},
		"aws_apigatewayv2_route": attributes(map[string]schema.Attribute{
			"api_id":               key(),
			"authorization_type":   schema.StringAttribute{Optional: true, Computed: true, Default: stringdefault.StaticString("NONE")},
			"authorization_scopes": schema.SetAttribute{Optional: true, ElementType: types.StringType},
			"authorizer_id":        schema.StringAttribute{Optional: true},
			"route_key":            required(),
		}),
	}},
	// hashicorp/azurerm 5.2.0
	"azurerm": {address: "hashicorp/azurerm", resources: map[string]schema.Schema{
		"azurerm_key_vault_secret": attributes(map[string]schema.Attribute{
			"name":             key(),
			"key_vault_id":     key(),
			"content_type":     schema.StringAttribute{Optional: true},
			"value_wo":         writeOnly(),
			"value_wo_version": schema.Int64Attribute{Optional: true},
		}),
	}},
	// hashicorp/google 7.45.0; from 7.46.0, secret_data_wo_version is text
	"google": {address: "hashicorp/google", resources: map[string]schema.Schema{
		"google_secret_manager_secret": {
			Attributes: map[string]schema.Attribute{"secret_id": key()},
			Blocks: map[string]schema.Block{"replication": schema.ListNestedBlock{NestedObject: schema.NestedBlockObject{
				Blocks: map[string]schema.Block{"auto": schema.ListNestedBlock{}},
			}}},
		},
		"google_secret_manager_secret_version": attributes(map[string]schema.Attribute{
			"secret":                 key(),
			"secret_data_wo":         writeOnly(),
			"secret_data_wo_version": schema.Int64Attribute{Optional: true, PlanModifiers: []planmodifier.Int64{int64planmodifier.RequiresReplace()}},
		}),
	}},
	// hashicorp/kubernetes 3.2.1
	"kubernetes": {address: "hashicorp/kubernetes", resources: map[string]schema.Schema{
		"kubernetes_secret_v1": {
			Attributes: map[string]schema.Attribute{
				"data_wo":          schema.MapAttribute{Optional: true, WriteOnly: true, ElementType: types.StringType},
				"data_wo_revision": schema.Int64Attribute{Optional: true},
			},
			Blocks: map[string]schema.Block{"metadata": schema.ListNestedBlock{NestedObject: schema.NestedBlockObject{
				Attributes: map[string]schema.Attribute{"name": schema.StringAttribute{Optional: true, Computed: true, PlanModifiers: replaces}},
			}}},
		},
	}},
	// integrations/github 6.13.0
	"github": {address: "integrations/github", resources: map[string]schema.Schema{
		"github_actions_variable": attributes(map[string]schema.Attribute{"repository": required(), "variable_name": key(), "value": required()}),
		"github_actions_secret": attributes(map[string]schema.Attribute{
			"repository":      required(),
			"secret_name":     key(),
			"key_id":          schema.StringAttribute{Optional: true, Computed: true},
			"value_encrypted": schema.StringAttribute{Optional: true, Sensitive: true},
		}),
	}},
}

// replaces plans a replacement if a text changes.
var replaces = []planmodifier.String{stringplanmodifier.RequiresReplace()}

func attributes(of map[string]schema.Attribute) schema.Schema { return schema.Schema{Attributes: of} }

func required() schema.Attribute { return schema.StringAttribute{Required: true} }

func writeOnly() schema.Attribute { return schema.StringAttribute{Optional: true, WriteOnly: true} }

func computedText() schema.Attribute { return schema.StringAttribute{Computed: true} }

// key returns a required text whose change replaces the resource.
func key() schema.Attribute {
	return schema.StringAttribute{Required: true, PlanModifiers: replaces}
}
