package tenant

import (
	"cmp"
	"slices"
)

// Scope is one right on an API. Auth0's dashboard calls it a permission.
type Scope struct {
	Value       string // in Unicode normalization form C, as Terraform has every string
	Description string // empty: none

	// Original is the value as the tenant has it, if that is not in normalization form C; otherwise empty. It is what a write
	// sends, so that it does not replace the scope by another one that looks the same.
	Original string
}

// ScopeChange adds, changes or removes one scope of an API. Without New it is all the same whether the API has the scope
// already. A removal succeeds where there is nothing to remove, be it that the API itself is gone.
type ScopeChange struct {
	Scope
	Remove bool
	New    bool // the API must not have the scope yet: else a *[Conflict], and none of the caller's changes is made
}

// ScopeValues are the values of scopes, sorted.
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

// WithOriginals returns scopes with the originals that the tenant has of them.
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
