package validate

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
)

// What the tenant allows of scopes (RS001, RS022).
const (
	mostScopes           = 1000
	longestScope         = 280
	longestDescription   = 500
	scopeExample         = "batch:upload"
	scopeRule            = "1 to 280 characters without blanks, control characters, quotation marks and backslashes"
	scopeDescriptionRule = "at most 500 characters"
)

// Scope allows what can be the value of a scope. Auth0 itself allows more, but a token lists its scopes with blanks
// between them, and RFC 6749 has no place for quotation marks and backslashes in one.
func Scope() validator.String { return text{rule: scopeRule, broken: brokenScope} }

// ScopeDescription allows what can be the description of a scope; empty is none.
func ScopeDescription() validator.String {
	return text{rule: scopeDescriptionRule, broken: brokenScopeDescription}
}

func brokenScope(value string) string {
	unwanted := func(r rune) bool { return blank(r) || r == '"' || r == '\\' }
	switch count := utf8.RuneCountInString(value); {
	case value == "":
		return fmt.Sprintf("The scope is empty. Write for example %q.", scopeExample)
	case count > longestScope:
		return fmt.Sprintf("The scope has %d characters; at most %d are allowed.", count, longestScope)
	case slices.ContainsFunc([]rune(value), unwanted):
		return unwantedIn(value)
	}
	return ""
}

// unwantedIn explains a scope with a character that it cannot contain. What was meant is said only for scopes in one
// text: anything else would be a guess.
func unwantedIn(value string) string {
	problem := fmt.Sprintf("The scope %q contains a space, a control character, a quotation mark or a backslash.", value)
	parts := strings.Fields(value)
	if len(parts) < 2 || slices.ContainsFunc(parts, func(part string) bool { return brokenScope(part) != "" || !strings.Contains(part, ":") }) {
		return problem
	}
	quoted := make([]string, 0, len(parts))
	for _, part := range parts {
		quoted = append(quoted, fmt.Sprintf("%q", part))
	}
	return fmt.Sprintf("%s These are %d scopes: write each one separately, %s.", problem, len(parts), strings.Join(quoted, " and "))
}

func brokenScopeDescription(value string) string {
	if count := utf8.RuneCountInString(value); count > longestDescription {
		return fmt.Sprintf("The description has %d characters; at most %d are allowed.", count, longestDescription)
	}
	return ""
}

// Scopes allows a map from scope to description.
func Scopes() validator.Map { return scopeMap{} }

type scopeMap struct{}

// Description says the rule.
func (scopeMap) Description(context.Context) string {
	return fmt.Sprintf("at most %d scopes; each %s, its description %s", mostScopes, scopeRule, scopeDescriptionRule)
}

// MarkdownDescription says the rule.
func (v scopeMap) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateMap implements validator.Map. Null and unknown pass.
func (scopeMap) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	elements := req.ConfigValue.Elements()
	if len(elements) > mostScopes {
		diagnose.Refusal(&resp.Diagnostics, req.Path, "Invalid scopes", "There are %d scopes; an API can have at most %d.", len(elements), mostScopes)
	}
	for value, element := range elements {
		at := req.Path.AtMapKey(value)
		if problem := brokenScope(value); problem != "" {
			diagnose.Refusal(&resp.Diagnostics, at, "Invalid "+name(at), "%s", problem)
		}
		if description, ok := element.(types.String); ok && !description.IsNull() && !description.IsUnknown() {
			if problem := brokenScopeDescription(description.ValueString()); problem != "" {
				diagnose.Refusal(&resp.Diagnostics, at, "Invalid "+name(at), "%s", problem)
			}
		}
	}
}

// ScopeSet allows a set of scopes, as a grant names them.
func ScopeSet() validator.Set { return scopeSet{} }

type scopeSet struct{}

// Description says the rule.
func (scopeSet) Description(context.Context) string { return "each scope " + scopeRule }

// MarkdownDescription says the rule.
func (v scopeSet) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateSet implements validator.Set. Null and unknown pass.
func (scopeSet) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	for _, element := range req.ConfigValue.Elements() {
		value, ok := element.(types.String)
		if !ok || value.IsUnknown() {
			continue
		}
		if problem := brokenScope(value.ValueString()); problem != "" {
			diagnose.Refusal(&resp.Diagnostics, req.Path.AtSetValue(value), "Invalid scopes", "%s", problem)
		}
	}
}

// Pairing refuses a secret without its version and the reverse: a version alone sends nothing, and a secret alone is
// sent once and never again.
func Pairing(hasSecret, hasVersion bool, secret, version path.Path, diags *diag.Diagnostics) {
	switch {
	case hasSecret && !hasVersion:
		diagnose.Refusal(diags, version, "Missing "+name(version), "`%s` is set: write `%s = 1` too, and change it whenever the secret changes.", name(secret), name(version))
	case hasVersion && !hasSecret:
		diagnose.Refusal(diags, secret, "Missing "+name(secret), "`%s` is set: write `%s` too, or take the version away.", name(version), name(secret))
	}
}
