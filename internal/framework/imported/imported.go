// Package imported is what nouns share about objects that were just imported or moved: reading what a user types, and
// telling the first read that it is the first.
package imported

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
)

// mark is the key of private state under which an import tells the read after it.
const mark = "imported"

// reader and writer are the framework's private state, whose type has no public name.
type (
	reader interface {
		GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	}
	writer interface {
		SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
	}
)

// Mark tells the next read that the object was just imported or moved: it then fills what it otherwise leaves alone.
func Mark(ctx context.Context, private writer, diags *diag.Diagnostics) {
	diags.Append(private.SetKey(ctx, mark, []byte("true"))...)
}

// Fresh reports whether this is the first read after an import, and takes the mark away.
func Fresh(ctx context.Context, before reader, after writer, diags *diag.Diagnostics) bool {
	value, found := before.GetKey(ctx, mark)
	diags.Append(found...)
	if string(value) != "true" {
		return false
	}
	diags.Append(after.SetKey(ctx, mark, nil)...)
	return true
}

// Verb is what a read is called in errors.
func Verb(fresh bool) string {
	if fresh {
		return "import"
	}
	return "read"
}

// Empty rejects an import whose id is empty or white space and that has no identity either. form says what an id looks
// like.
func Empty(req resource.ImportStateRequest, form string, diags *diag.Diagnostics) bool {
	if strings.TrimSpace(req.ID) != "" || req.ID == "" && req.Identity != nil && !req.Identity.Raw.IsNull() {
		return false
	}
	diagnose.Refusal(diags, path.Empty(), "Import ID is empty", "The import ID is empty, possibly because a variable is empty. Write %s.", form)
	return true
}

// Parts cuts an import id at its blanks. No value that can be imported holds one, so none needs escaping. form tells
// what is expected when there are fewer than least or more than most parts.
func Parts(id string, least, most int, form string, diags *diag.Diagnostics) ([]string, bool) {
	parts := strings.Split(id, " ")
	for _, part := range parts {
		if part == "" || len(parts) < least || len(parts) > most {
			diagnose.Refusal(diags, path.Empty(), "Import id cannot be read", "%q is not of the form: %s. Parts are separated by exactly one blank.", id, form)
			return nil, false
		}
	}
	return parts, true
}
