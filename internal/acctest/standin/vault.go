package standin

import (
	"context"
	"encoding/base64"
	"os"
	"path/filepath"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Vault is the environment variable with the directory in which the vault stores its secrets.
const Vault = "STANDIN_VAULT"

// InVault returns the JSON that the vault in a directory stores under a name.
func InVault(folder, name string) (string, error) {
	content, err := os.ReadFile(filepath.Join(folder, base64.RawURLEncoding.EncodeToString([]byte(name))))
	return string(content), err
}

// keyValue implements vault_kv_secret_v2: write-only data, written when its version changes.
type keyValue struct{}

// entry is the model of vault_kv_secret_v2.
type entry struct {
	Mount   types.String `tfsdk:"mount"`
	Name    types.String `tfsdk:"name"`
	Data    types.String `tfsdk:"data_json_wo"`
	Version types.Int64  `tfsdk:"data_json_wo_version"`
}

// Metadata returns the type name of the resource.
func (keyValue) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "vault_kv_secret_v2"
}

// Schema returns the part of the schema that the examples use.
func (keyValue) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"mount":                schema.StringAttribute{Required: true},
		"name":                 schema.StringAttribute{Required: true},
		"data_json_wo":         schema.StringAttribute{Optional: true, Sensitive: true, WriteOnly: true},
		"data_json_wo_version": schema.Int64Attribute{Optional: true},
	}}
}

// Create stores the secret.
func (keyValue) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan entry
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	store(ctx, req.Config, plan, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// Read does not change the state.
func (keyValue) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update stores the secret again if its version changed.
func (keyValue) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, prior entry
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	if !plan.Version.Equal(prior.Version) {
		store(ctx, req.Config, plan, &resp.Diagnostics)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// Delete removes the resource, but not the secret.
func (keyValue) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

func store(ctx context.Context, config tfsdk.Config, plan entry, diags *diag.Diagnostics) {
	var data types.String
	diags.Append(config.GetAttribute(ctx, path.Root("data_json_wo"), &data)...)
	name := base64.RawURLEncoding.EncodeToString([]byte(plan.Name.ValueString()))
	if err := os.WriteFile(filepath.Join(os.Getenv(Vault), name), []byte(data.ValueString()), 0o600); err != nil {
		diags.AddError("Vault is closed", err.Error())
	}
}
