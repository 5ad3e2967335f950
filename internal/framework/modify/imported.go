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
)

// importedKey is the key of private state under which an import tells the read after it.
const importedKey = "imported"

// reader and writer are the framework's private state, whose type has no public name.
type (
	reader interface {
		GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	}
	writer interface {
		SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
	}
)

// MarkImported tells the next read that the object was just imported or moved: it then fills what it otherwise leaves alone.
func MarkImported(ctx context.Context, private writer, diags *diag.Diagnostics) {
	diags.Append(private.SetKey(ctx, importedKey, []byte("true"))...)
}

// FirstRead reports whether this is the first read after an import, and takes the mark away.
func FirstRead(ctx context.Context, before reader, after writer, diags *diag.Diagnostics) bool {
	value, found := before.GetKey(ctx, importedKey)
	diags.Append(found...)
	if string(value) != "true" {
		return false
	}
	diags.Append(after.SetKey(ctx, importedKey, nil)...)
	return true
}

// ReadVerb is what a read is called in errors.
func ReadVerb(fresh bool) string {
	if fresh {
		return "import"
	}
	return "read"
}

// EmptyImportID rejects an import whose id is empty or whitespace, and one by an identity with an attribute that is. form says what
// an id looks like.
func EmptyImportID(req resource.ImportStateRequest, form string, diags *diag.Diagnostics) bool {
	if strings.TrimSpace(req.ID) != "" {
		return false
	}
	if req.ID != "" || req.Identity == nil || req.Identity.Raw.IsNull() {
		diagnose.Refusal(diags, path.Empty(), "Import ID is empty", "The import ID is empty, possibly because a variable is empty. Write %s.", form)
		return true
	}
	var attributes map[string]tftypes.Value
	if err := req.Identity.Raw.As(&attributes); err != nil {
		diagnose.Defect(diags, "an import identity cannot be read: %s", err)
		return true
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		var text *string
		if value := attributes[name]; value.IsKnown() && value.As(&text) == nil && text != nil && strings.TrimSpace(*text) == "" {
			diagnose.Refusal(diags, path.Empty(), "Import identity is empty", "The attribute `%s` of the import identity is empty, possibly because a variable is empty.", name)
			return true
		}
	}
	return false
}

// ImportParts cuts an import id at its blanks. No value that can be imported holds one, so none needs escaping. form tells
// what is expected when there are fewer than least or more than most parts.
func ImportParts(id string, least, most int, form string, diags *diag.Diagnostics) ([]string, bool) {
	parts := strings.Split(id, " ")
	for _, part := range parts {
		if part == "" || len(parts) < least || len(parts) > most {
			diagnose.Refusal(diags, path.Empty(), "Invalid import ID", "%q is not of the form: %s. Parts are separated by exactly one blank.", id, form)
			return nil, false
		}
	}
	return parts, true
}
