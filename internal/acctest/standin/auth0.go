package standin

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// movedResources lists the resources of auth0/auth0 that can be moved.
var movedResources = []string{
	"auth0_client_credentials", "auth0_client_grant",
	"auth0_resource_server", "auth0_resource_server_scope", "auth0_resource_server_scopes",
}

// movedResource is a resource in a state that a configuration moves or removes. It has a schema, and a read that changes nothing.
type movedResource struct{ kind string }

// Metadata returns the type name of the resource.
func (l movedResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = l.kind
}

// Schema returns a schema with the ID only. Other attributes in the state are ignored.
func (l movedResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema.Attributes = map[string]schema.Attribute{"id": schema.StringAttribute{Computed: true}}
	if l.kind == "auth0_client_credentials" {
		resp.Schema.Version = 1
	}
}

// Create returns an error, because the stand-in creates nothing.
func (l movedResource) Create(_ context.Context, _ resource.CreateRequest, resp *resource.CreateResponse) {
	resp.Diagnostics.AddError("Stand-in", "The stand-in of "+l.kind+" creates nothing.")
}

// Read does not change the state.
func (movedResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update returns an error, because the stand-in changes nothing.
func (l movedResource) Update(_ context.Context, _ resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.Diagnostics.AddError("Stand-in", "The stand-in of "+l.kind+" changes nothing.")
}

// Delete returns an error, because a move must not delete anything.
func (l movedResource) Delete(_ context.Context, _ resource.DeleteRequest, resp *resource.DeleteResponse) {
	resp.Diagnostics.AddError("Stand-in", "The stand-in of "+l.kind+" deletes nothing.")
}
