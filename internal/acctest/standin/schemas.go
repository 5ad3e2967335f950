package standin

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// stand describes the stand-in for a provider: its source address, and its resources, as far as the examples need them.
type stand struct {
	address   string
	resources map[string]schema.Schema
}

// stands lists the stand-ins by the type name of the provider. The comments name the version from which a schema is.
var stands = map[string]stand{
	// auth0/auth0 1.0; auth0.go has the resources that are only moved or removed
	"auth0": {address: "auth0/auth0", resources: map[string]schema.Schema{
		"auth0_client": attributes(map[string]schema.Attribute{
			"id":              computedText(),
			"client_id":       computedText(),
			"name":            required(),
			"app_type":        schema.StringAttribute{Optional: true},
			"oidc_conformant": schema.BoolAttribute{Optional: true},
			"callbacks":       schema.ListAttribute{Optional: true, ElementType: types.StringType},
			"web_origins":     schema.ListAttribute{Optional: true, ElementType: types.StringType},
			"grant_types":     schema.ListAttribute{Optional: true, ElementType: types.StringType},
		}),
		"auth0_role": attributes(map[string]schema.Attribute{"id": computedText(), "name": required(), "description": schema.StringAttribute{Optional: true}}),
		"auth0_role_permissions": {
			Attributes: map[string]schema.Attribute{"id": computedText(), "role_id": required()},
			Blocks: map[string]schema.Block{"permissions": schema.SetNestedBlock{NestedObject: schema.NestedBlockObject{
				Attributes: map[string]schema.Attribute{"name": required(), "resource_server_identifier": required()},
			}}},
		},
	}},
	"random": {address: "hashicorp/random"},
	// hashicorp/vault 5.0
	"vault": {address: "hashicorp/vault", resources: map[string]schema.Schema{
		"vault_kv_secret_v2": attributes(map[string]schema.Attribute{
			"mount":                required(),
			"name":                 required(),
			"data_json_wo":         writeOnly(),
			"data_json_wo_version": schema.Int64Attribute{Optional: true},
		}),
	}},
	// hashicorp/aws 6.0
	"aws": {address: "hashicorp/aws", resources: map[string]schema.Schema{
		"aws_apigatewayv2_api": attributes(map[string]schema.Attribute{"id": computedText(), "name": required(), "protocol_type": required()}),
		"aws_apigatewayv2_authorizer": {
			Attributes: map[string]schema.Attribute{
				"id":               computedText(),
				"api_id":           required(),
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
			"id":                   computedText(),
			"api_id":               required(),
			"authorization_type":   schema.StringAttribute{Optional: true, Computed: true, Default: stringdefault.StaticString("NONE")},
			"authorization_scopes": schema.SetAttribute{Optional: true, ElementType: types.StringType},
			"authorizer_id":        schema.StringAttribute{Optional: true},
			"route_key":            required(),
		}),
	}},
}

func attributes(of map[string]schema.Attribute) schema.Schema { return schema.Schema{Attributes: of} }

func required() schema.Attribute { return schema.StringAttribute{Required: true} }

func computedText() schema.Attribute { return schema.StringAttribute{Computed: true} }

func writeOnly() schema.Attribute {
	return schema.StringAttribute{Optional: true, Sensitive: true, WriteOnly: true}
}
