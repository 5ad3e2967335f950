package standin

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Vault is the environment variable with the directory in which stand-ins store the secrets that they receive.
const Vault = "STANDIN_VAULT"

// InVault returns the secret that a resource of a type stored last in a directory: a text, or the JSON of a map.
func InVault(folder, kind string) (string, error) {
	content, err := os.ReadFile(filepath.Join(folder, kind))
	return string(content), err
}

// object implements a resource of another provider: its state is what is configured. A computed text gets a random value. A
// write-only argument is stored in the vault when its version changes.
type object struct {
	kind   string
	schema schema.Schema
}

// Metadata returns the type name of the resource.
func (o object) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = o.kind
}

// Schema returns the part of the schema that the examples use, and the ID.
func (o object) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = o.schema
	resp.Schema.Attributes = maps.Clone(o.schema.Attributes)
	resp.Schema.Attributes["id"] = computedText()
}

// Create stores the configuration.
func (o object) Create(_ context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var err error
	if resp.State.Raw, err = tftypes.Transform(req.Plan.Raw, computed(req.Plan.Raw)); err != nil {
		resp.Diagnostics.AddError("Stand-in", err.Error())
		return
	}
	o.store(req.Config.Raw, req.Plan.Raw, tftypes.NewValue(req.Plan.Raw.Type(), nil), &resp.Diagnostics)
}

// clientPrefix begins the names of environment variables with the client IDs of applications by their app_type, which exist in the
// tenant.
const clientPrefix = "STANDIN_CLIENT_"

// computed returns a text instead of an unknown one, random unless it is the ID of a client that exists, and null instead of
// another unknown value.
func computed(plan tftypes.Value) func(*tftypes.AttributePath, tftypes.Value) (tftypes.Value, error) {
	var members map[string]tftypes.Value
	var kind string
	if plan.As(&members) == nil && members["app_type"].IsKnown() && !members["app_type"].IsNull() {
		_ = members["app_type"].As(&kind)
	}
	return func(path *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
		switch {
		case value.IsKnown():
			return value, nil
		case !value.Type().Is(tftypes.String):
			return tftypes.NewValue(value.Type(), nil), nil
		case path.LastStep() == tftypes.AttributeName("client_id") && os.Getenv(clientPrefix+strings.ToUpper(kind)) != "":
			return tftypes.NewValue(tftypes.String, os.Getenv(clientPrefix+strings.ToUpper(kind))), nil
		}
		return tftypes.NewValue(tftypes.String, "standin-"+strings.ToLower(rand.Text())), nil
	}
}

// Read does not change the state.
func (object) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update stores the configuration.
func (o object) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var err error
	if resp.State.Raw, err = tftypes.Transform(req.Plan.Raw, computed(req.Plan.Raw)); err != nil {
		resp.Diagnostics.AddError("Stand-in", err.Error())
		return
	}
	o.store(req.Config.Raw, req.Plan.Raw, req.State.Raw, &resp.Diagnostics)
}

// Delete removes the resource, but not the secret.
func (object) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// store stores the write-only arguments whose version differs between the plan and the state.
func (o object) store(config, plan, state tftypes.Value, diags *diag.Diagnostics) {
	var written, planned, prior map[string]tftypes.Value
	if err := errors.Join(config.As(&written), plan.As(&planned), state.As(&prior)); err != nil {
		diags.AddError("Stand-in", err.Error())
		return
	}
	for name, attribute := range o.schema.Attributes {
		if !attribute.IsWriteOnly() || written[name].IsNull() {
			continue
		}
		for version := range o.schema.Attributes {
			if !strings.HasPrefix(version, name+"_") || state.IsKnown() && !state.IsNull() && planned[version].Equal(prior[version]) {
				continue
			}
			content, err := text(written[name])
			if err == nil {
				err = os.WriteFile(filepath.Join(os.Getenv(Vault), o.kind), []byte(content), 0o600)
			}
			if err != nil {
				diags.AddError("Vault is closed", err.Error())
			}
		}
	}
}

// text returns a text, or the JSON of a map of texts.
func text(value tftypes.Value) (string, error) {
	if value.Type().Is(tftypes.String) {
		var content string
		err := value.As(&content)
		return content, err
	}
	members, content := map[string]tftypes.Value{}, map[string]string{}
	if err := value.As(&members); err != nil {
		return "", fmt.Errorf("neither a text nor a map: %w", err)
	}
	for name, member := range members {
		var element string
		if err := member.As(&element); err != nil {
			return "", err
		}
		content[name] = element
	}
	encoded, err := json.Marshal(content)
	return string(encoded), err
}
