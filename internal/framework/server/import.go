package server

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/privatestate"
)

// ImportKey is the natural key by which an object is imported. An import ID consists of its parts, separated by a space.
type ImportKey struct {
	Form       string   // describes an import ID in errors
	Attributes []string // one per part
	Default    string   // of the last part, which is optional then
	Spaces     bool     // whether the key is a single part that can contain spaces
}

// Import sets the attributes of the key and marks the object as imported. It returns the parts, or nil after an error. The
// next read sets the rest.
func (k ImportKey) Import(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) []string {
	if modify.EmptyImportID(req, k.Form, &resp.Diagnostics) {
		return nil
	}
	id := req.ID
	if id == "" {
		var values []string
		for _, name := range k.Attributes {
			var value types.String
			resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root(name), &value)...)
			values = append(values, value.ValueString())
		}
		id = strings.TrimRight(strings.Join(values, " "), " ")
	}
	parts, least := []string{id}, len(k.Attributes)
	if k.Default != "" {
		least--
	}
	if !k.Spaces {
		var ok bool
		if parts, ok = modify.ImportParts(id, least, len(k.Attributes), k.Form, &resp.Diagnostics); !ok {
			return nil
		}
	}
	for i, value := range append(parts, k.Default)[:len(k.Attributes)] {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(k.Attributes[i]), value)...)
	}
	privatestate.Imported.Set(ctx, resp.Private, true, &resp.Diagnostics)
	return parts
}
