package standin

import (
	"context"
	"os"
	"os/exec"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// Signer is the environment variable with the program that prints a client assertion.
const Signer = "STANDIN_SIGNER"

// assertion implements signer_assertion, for any ephemeral resource that signs. It signs again each time it is opened.
type assertion struct{}

// Metadata returns the type name of the ephemeral resource.
func (assertion) Metadata(_ context.Context, _ ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = "signer_assertion"
}

// Schema returns a schema with the assertion.
func (assertion) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{"jwt": schema.StringAttribute{Computed: true, Sensitive: true}}}
}

// Open runs the program.
func (assertion) Open(ctx context.Context, _ ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	signed, err := exec.CommandContext(ctx, os.Getenv(Signer)).Output()
	if err != nil {
		resp.Diagnostics.AddError("Stand-in", "The program of "+Signer+" fails: "+err.Error())
		return
	}
	resp.Diagnostics.Append(resp.Result.SetAttribute(ctx, path.Root("jwt"), strings.TrimSpace(string(signed)))...)
}
