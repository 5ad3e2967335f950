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

// Limits of scopes (RS001, RS022).
const (
	maxScopes            = 1000
	maxScope             = 280
	maxDescription       = 500
	scopeExample         = "batch:upload"
	scopeRule            = "1 to 280 characters without whitespace, control characters, quotation marks and backslashes"
	scopeDescriptionRule = "at most 500 characters"
)

// Scope validates the value of a scope. Auth0 itself accepts more, but a token separates its scopes by spaces, and RFC
// 6749 allows no quotation marks and backslashes in a scope.
func Scope() validator.String { return text{described: described{scopeRule}, problem: scopeProblem} }

// ScopeDescription validates the description of a scope. An empty one means none.
func ScopeDescription() validator.String {
	return text{described: described{scopeDescriptionRule}, problem: scopeDescriptionProblem}
}

func scopeProblem(value string) string {
	invalid := func(r rune) bool { return spaceOrControl(r) || r == '"' || r == '\\' }
	switch count := utf8.RuneCountInString(value); {
	case value == "":
		return fmt.Sprintf("The scope is empty. Write for example %q.", scopeExample)
	case count > maxScope:
		return fmt.Sprintf("The scope has %d characters; at most %d are allowed.", count, maxScope)
	case slices.ContainsFunc([]rune(value), invalid):
		return invalidCharacterProblem(value)
	}
	return ""
}

// invalidCharacterProblem describes a scope with an invalid character. It suggests a correction only for several scopes
// in one string, because anything else would be a guess.
func invalidCharacterProblem(value string) string {
	problem := fmt.Sprintf("The scope %q contains a space, a control character, a quotation mark or a backslash.", value)
	parts := strings.Fields(value)
	if len(parts) < 2 || slices.ContainsFunc(parts, func(part string) bool { return scopeProblem(part) != "" || !strings.Contains(part, ":") }) {
		return problem
	}
	quoted := make([]string, 0, len(parts))
	for _, part := range parts {
		quoted = append(quoted, fmt.Sprintf("%q", part))
	}
	return fmt.Sprintf("%s These are %d scopes: write each one separately, %s.", problem, len(parts), strings.Join(quoted, " and "))
}

func scopeDescriptionProblem(value string) string {
	if count := utf8.RuneCountInString(value); count > maxDescription {
		return fmt.Sprintf("The description has %d characters; at most %d are allowed.", count, maxDescription)
	}
	return ""
}

// Scopes validates a map from scope to description.
func Scopes() validator.Map {
	return scopeMap{described{fmt.Sprintf("at most %d scopes; each %s, its description %s", maxScopes, scopeRule, scopeDescriptionRule)}}
}

type scopeMap struct{ described }

// ValidateMap implements validator.Map. Null and unknown values are valid.
func (scopeMap) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	elements := req.ConfigValue.Elements()
	if len(elements) > maxScopes {
		diagnose.Reject(&resp.Diagnostics, req.Path, "Invalid scopes", "There are %d scopes; an API can have at most %d.", len(elements), maxScopes)
	}
	for value, element := range elements {
		at := req.Path.AtMapKey(value)
		if problem := scopeProblem(value); problem != "" {
			diagnose.Reject(&resp.Diagnostics, at, "Invalid "+name(at), "%s", problem)
		}
		if description, ok := element.(types.String); ok && !description.IsNull() && !description.IsUnknown() {
			if problem := scopeDescriptionProblem(description.ValueString()); problem != "" {
				diagnose.Reject(&resp.Diagnostics, at, "Invalid "+name(at), "%s", problem)
			}
		}
	}
}

// ScopeSet validates the set of scopes of a grant.
func ScopeSet() validator.Set {
	return scopeSet{described{"each scope " + scopeRule}}
}

type scopeSet struct{ described }

// ValidateSet implements validator.Set. Null and unknown values are valid.
func (scopeSet) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	for _, element := range req.ConfigValue.Elements() {
		value, ok := element.(types.String)
		if !ok || value.IsUnknown() {
			continue
		}
		if problem := scopeProblem(value.ValueString()); problem != "" {
			diagnose.Reject(&resp.Diagnostics, req.Path.AtSetValue(value), "Invalid scopes", "%s", problem)
		}
	}
}

// Pairing rejects a secret without its version, which would be sent once and never again, and a version without a secret,
// which sends nothing.
func Pairing(hasSecret, hasVersion bool, secret, version path.Path, diags *diag.Diagnostics) {
	switch {
	case hasSecret && !hasVersion:
		diagnose.Reject(diags, version, "Missing "+name(version), "`%s` is set: write `%s = 1` too, and change it whenever the secret changes.", name(secret), name(version))
	case hasVersion && !hasSecret:
		diagnose.Reject(diags, secret, "Missing "+name(secret), "`%s` is set: write `%s` too, or remove the version.", name(version), name(secret))
	}
}
