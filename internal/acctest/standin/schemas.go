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
	"auth0":  {address: "auth0/auth0"},
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
