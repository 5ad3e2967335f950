package server

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/privatestate"
)

// ImportKey is the natural key by which an object is imported, and its identity. An import ID consists of its parts, separated by a
// space.
type ImportKey struct {
	Form       string    // describes an import ID in errors
	Attributes []KeyPart // also attributes of the resource
	Default    string    // of the last part, which is optional then
	Spaces     bool      // whether the key is a single part that can contain spaces

	// IsID reports whether an import ID has the form of an ID of Auth0; optional. The attribute id is set then, and nothing else of a
	// key with several parts.
	IsID func(string) bool
}

// KeyPart is an attribute of a key.
type KeyPart struct{ Name, Description string }

// identitySchema returns the schema of the identity.
func (k ImportKey) identitySchema() identityschema.Schema {
	attributes := map[string]identityschema.Attribute{}
	for i, part := range k.Attributes {
		optional := k.Default != "" && i == len(k.Attributes)-1
		attributes[part.Name] = identityschema.StringAttribute{RequiredForImport: !optional, OptionalForImport: optional, Description: part.Description}
	}
	return identityschema.Schema{Attributes: attributes}
}

// importState sets the attributes of the key and marks the object as imported. The next read sets the rest.
func (k ImportKey) importState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if modify.EmptyImportID(req, k.Form, &resp.Diagnostics) {
		return
	}
	id := req.ID
	if id == "" {
		var values []string
		for _, part := range k.Attributes {
			var value types.String
			resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root(part.Name), &value)...)
			values = append(values, value.ValueString())
		}
		id = strings.TrimRight(strings.Join(values, " "), " ")
	}
	privatestate.Imported.Set(ctx, resp.Private, true, &resp.Diagnostics)
	several := len(k.Attributes) > 1
	if k.IsID != nil && k.IsID(id) && !(several && req.ID == "") {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
		if several {
			return
		}
	}
	parts, least := []string{id}, len(k.Attributes)
	if k.Default != "" {
		least--
	}
	if !k.Spaces {
		var ok bool
		if parts, ok = modify.ImportParts(id, least, len(k.Attributes), k.Form, &resp.Diagnostics); !ok {
			return
		}
	}
	for i, value := range append(parts, k.Default)[:len(k.Attributes)] {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(k.Attributes[i].Name), value)...)
	}
}
