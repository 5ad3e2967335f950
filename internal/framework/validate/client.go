package validate

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
)

// What the tenant allows of a client's metadata (CL008).
const (
	mostMetadata    = 10
	longestMetadata = 255
)

// Metadata allows the notes a client can carry.
func Metadata() validator.Map { return metadata{} }

type metadata struct{}

// Description says the rule.
func (metadata) Description(context.Context) string {
	return fmt.Sprintf("at most %d entries; keys of 1 to %d characters, values of at most %d", mostMetadata, longestMetadata, longestMetadata)
}

// MarkdownDescription says the rule.
func (v metadata) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateMap implements validator.Map. Null and unknown pass.
func (metadata) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	elements := req.ConfigValue.Elements()
	summary := "Invalid " + name(req.Path)
	if len(elements) > mostMetadata {
		diagnose.Refusal(&resp.Diagnostics, req.Path, summary, "There are %d entries; a client can have at most %d.", len(elements), mostMetadata)
	}
	for key, element := range elements {
		at := req.Path.AtMapKey(key)
		if count := utf8.RuneCountInString(key); count == 0 || count > longestMetadata {
			diagnose.Refusal(&resp.Diagnostics, at, "Invalid "+name(at), "The key %q has %d characters; 1 to %d are allowed.", key, count, longestMetadata)
		}
		if strings.ContainsFunc(key, notASCII) {
			diagnose.Refusal(&resp.Diagnostics, at, "Invalid "+name(at), "The key %q contains a character that is not ASCII, or a control character.", key)
		}
		value, ok := element.(types.String)
		if !ok || value.IsUnknown() {
			continue
		}
		if count := utf8.RuneCountInString(value.ValueString()); count > longestMetadata {
			diagnose.Refusal(&resp.Diagnostics, at, "Invalid "+name(at), "The value of %q has %d characters; at most %d are allowed.", key, count, longestMetadata)
		}
	}
}

// notASCII reports whether a character cannot be part of a key of metadata.
func notASCII(r rune) bool { return r > unicode.MaxASCII || unicode.IsControl(r) && r != '\t' }

// GrantTypes allows the ways a client may get tokens: at least one.
func GrantTypes() validator.Set { return grantTypes{} }

type grantTypes struct{}

// Description says the rule.
func (grantTypes) Description(context.Context) string { return "at least one grant type" }

// MarkdownDescription says the rule.
func (v grantTypes) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateSet implements validator.Set. Null and unknown pass.
func (grantTypes) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if len(req.ConfigValue.Elements()) == 0 {
		diagnose.Refusal(&resp.Diagnostics, req.Path, "Invalid grant_types", `It is empty. Write ["client_credentials"], or leave the attribute out.`)
	}
	for _, element := range req.ConfigValue.Elements() {
		value, ok := element.(types.String)
		if !ok || value.IsUnknown() {
			continue
		}
		if value.ValueString() == "" {
			diagnose.Refusal(&resp.Diagnostics, req.Path, "Invalid grant_types", `It holds an empty text. Write for example ["client_credentials"].`)
		} else if meant := misspelt(value.ValueString()); meant != "" {
			diagnose.Refusal(&resp.Diagnostics, req.Path, "Invalid grant_types", "%q is no grant type. Did you mean %q?", value.ValueString(), meant)
		}
	}
}

// plainGrantTypes are those that are no URL. Auth0 may have more some day, so that only what is close to one is refused.
var plainGrantTypes = []string{"authorization_code", "client_credentials", "implicit", "password", "refresh_token"}

// misspelt is the grant type that was probably meant; empty where the text may be one.
func misspelt(grantType string) string {
	meant := Near(grantType, plainGrantTypes)
	if slices.Contains(plainGrantTypes, grantType) || distance([]rune(grantType), []rune(meant), mostEdits) > 2 {
		return ""
	}
	return meant
}
