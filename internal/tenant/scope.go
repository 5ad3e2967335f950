package tenant

import (
	"cmp"
	"slices"
)

// Scope is one right on an API. Auth0's dashboard calls it a permission.
type Scope struct {
	Value       string
	Description string // empty: none
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

// SameScopes reports whether two lists hold the same scopes, in whatever order.
func SameScopes(a, b []Scope) bool {
	return slices.Equal(sortedScopes(a), sortedScopes(b))
}

func sortedScopes(scopes []Scope) []Scope {
	return slices.SortedFunc(slices.Values(scopes), func(x, y Scope) int {
		return cmp.Or(cmp.Compare(x.Value, y.Value), cmp.Compare(x.Description, y.Description))
	})
}
