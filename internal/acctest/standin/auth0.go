package standin

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// left are the resources of auth0/auth0 that people come from.
var left = []string{
	"auth0_client", "auth0_client_credentials", "auth0_client_grant",
	"auth0_resource_server", "auth0_resource_server_scope", "auth0_resource_server_scopes",
}

// leaving is a resource that a state holds and a configuration moves or removes. It is asked for nothing but its schema,
// and reads what it is given.
type leaving struct{ kind string }

// Metadata names the resource.
func (l leaving) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = l.kind
}

// Schema has the id alone: whatever else the state holds is passed over.
func (l leaving) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema.Attributes = map[string]schema.Attribute{"id": schema.StringAttribute{Computed: true}}
	if l.kind == "auth0_client_credentials" {
		resp.Schema.Version = 1
	}
}

// Create is refused: nobody makes these here.
func (l leaving) Create(_ context.Context, _ resource.CreateRequest, resp *resource.CreateResponse) {
	resp.Diagnostics.AddError("Stand-in", "The stand-in of "+l.kind+" makes nothing.")
}

// Read leaves the state as it is.
func (leaving) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update is refused: nobody changes these here.
func (l leaving) Update(_ context.Context, _ resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.Diagnostics.AddError("Stand-in", "The stand-in of "+l.kind+" changes nothing.")
}

// Delete is refused: whoever moves must not destroy.
func (l leaving) Delete(_ context.Context, _ resource.DeleteRequest, resp *resource.DeleteResponse) {
	resp.Diagnostics.AddError("Stand-in", "The stand-in of "+l.kind+" deletes nothing.")
}
