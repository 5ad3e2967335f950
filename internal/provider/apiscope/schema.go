package apiscope

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
)

func resourceSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Manages one [scope](https://auth0.com/docs/get-started/apis/scopes) of an API, for teams that share an API. To manage all scopes of an API in one place, use `scopes` of `timesheets_api` instead. The two forms cannot be " +
			"combined for one API. Concurrent changes are batched: one write for each API, and reads that up to ten APIs share. " +
			"Needs the Management API scopes `read:resource_servers` and `update:resource_servers`; a plan needs only the first.",
		Attributes: map[string]schema.Attribute{
			"id": modify.ID("`identifier` and `value`, separated by a space, as in an import."),
			"identifier": modify.Key("Identifier of the API, as a reference (`timesheets_api.NAME.identifier`) if the configuration contains the API. "+
				"Terraform then replaces the scope together with the API. With the identifier as text, the scope can be lost with the old API until the next apply. Changing this replaces the scope.",
				validate.Identifier()),
			"value": modify.Key("Value of the scope in tokens, such as `batch:upload`. 1 to 280 characters without whitespace. Changing this replaces the scope.",
				validate.Scope()),
			"description": modify.Optional("What the scope allows. At most 500 characters. If omitted, none.", validate.ScopeDescription()),
			"api_id":      modify.ID("ID of the API."),
		},
	}
}

func identitySchema() identityschema.Schema {
	return identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"identifier": identityschema.StringAttribute{RequiredForImport: true, Description: "Identifier of the API."},
		"value":      identityschema.StringAttribute{RequiredForImport: true, Description: "Value of the scope."},
	}}
}
