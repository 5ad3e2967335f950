package validate

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
)

// What the tenant allows of a client's metadata (CL008).
const (
	maxMetadata       = 10
	maxMetadataLength = 255
)

// Metadata validates the metadata of a client.
func Metadata() validator.Map {
	return metadata{described{fmt.Sprintf("at most %d entries; keys of 1 to %d characters, values of at most %d", maxMetadata, maxMetadataLength, maxMetadataLength)}}
}

type metadata struct{ described }

// ValidateMap implements validator.Map. Null and unknown values are valid.
func (metadata) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	elements := req.ConfigValue.Elements()
	summary := "Invalid " + name(req.Path)
	if set := countSet(elements); set > maxMetadata {
		diagnose.Reject(&resp.Diagnostics, req.Path, summary, "There are %d entries; a client can have at most %d.", set, maxMetadata)
	}
	for key, element := range elements {
		at := req.Path.AtMapKey(key)
		if count := utf8.RuneCountInString(key); count == 0 || count > maxMetadataLength {
			diagnose.Reject(&resp.Diagnostics, at, "Invalid "+name(at), "The key %q has %d characters; 1 to %d are allowed.", key, count, maxMetadataLength)
		}
		if strings.ContainsFunc(key, notASCII) {
			diagnose.Reject(&resp.Diagnostics, at, "Invalid "+name(at), "The key %q contains a character that is not ASCII, or a control character.", key)
		}
		value, ok := element.(types.String)
		if !ok || value.IsUnknown() {
			continue
		}
		if count := utf8.RuneCountInString(value.ValueString()); count > maxMetadataLength {
			diagnose.Reject(&resp.Diagnostics, at, "Invalid "+name(at), "The value of %q has %d characters; at most %d are allowed.", key, count, maxMetadataLength)
		}
	}
}

// countSet returns the number of elements that are certainly set. Null elements are not sent, and unknown ones can be null.
func countSet(elements map[string]attr.Value) int {
	count := 0
	for _, element := range elements {
		if !element.IsNull() && !element.IsUnknown() {
			count++
		}
	}
	return count
}

// notASCII reports whether a character is not allowed in a key of metadata.
func notASCII(r rune) bool { return r > unicode.MaxASCII || unicode.IsControl(r) && r != '\t' }

// GrantTypes validates the grant types of a client: at least one.
func GrantTypes() validator.Set {
	return elements{
		described: described{"at least one grant type"},
		instead:   `["client_credentials"]`,
		problem: func(value string) string {
			if value == "" {
				return `It contains an empty string. Write for example ["client_credentials"].`
			}
			if suggestion := suggestGrantType(value); suggestion != "" {
				return fmt.Sprintf("%q is not a valid grant type. Did you mean %q?", value, suggestion)
			}
			return ""
		},
	}
}

// plainGrantTypes are the grant types that are not URLs. Auth0 can add others, so only likely misspellings are rejected.
var plainGrantTypes = []string{"authorization_code", "client_credentials", "implicit", "password", "refresh_token"}

// suggestGrantType returns the grant type that was probably meant, or "" if the text can be a grant type itself.
func suggestGrantType(grantType string) string {
	suggestion := Near(grantType, plainGrantTypes)
	if slices.Contains(plainGrantTypes, grantType) || distance([]rune(grantType), []rune(suggestion), maxEdits) > 2 {
		return ""
	}
	return suggestion
}
