package modify

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/privatestate"
)

// FirstRead reports whether this is the first read after an import or a move, and removes the mark.
func FirstRead(ctx context.Context, before privatestate.Reader, after privatestate.Writer, diags *diag.Diagnostics) bool {
	first := privatestate.Imported.In(ctx, before, diags)
	if first {
		privatestate.Imported.Set(ctx, after, false, diags)
	}
	return first
}

// ReadVerb returns the name of a read in errors.
func ReadVerb(fresh bool) string {
	if fresh {
		return "import"
	}
	return "read"
}

// EmptyImportID rejects an import with an ID, or an attribute of the identity, that is empty or whitespace. form describes a valid ID.
func EmptyImportID(req resource.ImportStateRequest, form string, diags *diag.Diagnostics) bool {
	if strings.TrimSpace(req.ID) != "" {
		return false
	}
	if req.ID != "" || req.Identity == nil || req.Identity.Raw.IsNull() {
		diagnose.Reject(diags, path.Empty(), "Import ID is empty", "The import ID is empty, possibly because a variable is empty. Write %s.", form)
		return true
	}
	var attributes map[string]tftypes.Value
	if err := req.Identity.Raw.As(&attributes); err != nil {
		diagnose.AddProviderBug(diags, "an import identity cannot be read: %s", err)
		return true
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		var text *string
		if value := attributes[name]; value.IsKnown() && value.As(&text) == nil && text != nil && strings.TrimSpace(*text) == "" {
			diagnose.Reject(diags, path.Empty(), "Import identity is empty", "The attribute `%s` of the import identity is empty, possibly because a variable is empty.", name)
			return true
		}
	}
	return false
}

// ImportParts splits an import ID at its spaces. No value that can be imported contains a space, so nothing needs escaping. It adds an
// error with form unless there are least to most parts.
func ImportParts(id string, least, most int, form string, diags *diag.Diagnostics) ([]string, bool) {
	parts := strings.Split(id, " ")
	for _, part := range parts {
		if part == "" || len(parts) < least || len(parts) > most {
			diagnose.Reject(diags, path.Empty(), "Invalid import ID", "%q is not of the form %s. Parts are separated by exactly one space.", id, form)
			return nil, false
		}
	}
	return parts, true
}
