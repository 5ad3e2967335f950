package tenant

import (
	"cmp"
	"slices"
)

// Scope is a scope of an API. Auth0's dashboard calls it a permission.
type Scope struct {
	Value       string // in Unicode normalization form C, as Terraform has every string
	Description string // in the same form; empty: none

	// Original is the value in the tenant if that is not in normalization form C, and empty otherwise. Writes send it, so that they
	// do not replace the scope by another one that looks the same.
	Original string
}

// ScopeChange adds, changes or removes a scope of an API. Without New, the API may have the scope already. The removal of a scope that
// does not exist succeeds, also if the API does not exist.
type ScopeChange struct {
	Scope
	Remove bool
	New    bool // if the API has the scope already, the change ends with a *[Conflict]
}

// ScopeValues returns the values of scopes, sorted.
func ScopeValues(scopes []Scope) []string {
	values := make([]string, 0, len(scopes))
	for _, scope := range scopes {
		values = append(values, scope.Value)
	}
	slices.Sort(values)
	return values
}

// SameScopes reports whether two lists contain the same scopes, in any order.
func SameScopes(a, b []Scope) bool {
	return slices.EqualFunc(sortedScopes(a), sortedScopes(b), func(x, y Scope) bool {
		return x.Value == y.Value && x.Description == y.Description
	})
}

// WithOriginals returns scopes with the original values of the tenant.
func WithOriginals(scopes, present []Scope) []Scope {
	originals := map[string]string{}
	for _, scope := range present {
		originals[scope.Value] = scope.Original
	}
	spelled := slices.Clone(scopes)
	for i := range spelled {
		spelled[i].Original = originals[spelled[i].Value]
	}
	return spelled
}

func sortedScopes(scopes []Scope) []Scope {
	return slices.SortedFunc(slices.Values(scopes), func(x, y Scope) int {
		return cmp.Or(cmp.Compare(x.Value, y.Value), cmp.Compare(x.Description, y.Description))
	})
}
