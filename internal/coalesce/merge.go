package coalesce

import (
	"slices"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// part is what is still to be done for a member.
type part struct {
	*member
	changes []tenant.ScopeChange
}

// values are the scopes that the part changes, sorted.
func (p part) values() []string {
	var values []string
	for _, change := range p.changes {
		values = append(values, change.Value)
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// clash is a part that wants to create a scope that is there.
type clash struct {
	part
	value string
}

// merge puts the changes of all parts, in their order, on top of a list. A part that clashes is left out as a whole; one
// that fits has passed the test for new scopes and does not take it again.
func merge(list []tenant.Scope, parts []part) (merged []tenant.Scope, fitting []part, clashing []clash) {
	merged = list
	for _, p := range parts {
		changed, taken := p.on(merged)
		if taken != "" {
			clashing = append(clashing, clash{p, taken})
			continue
		}
		merged, fitting = changed, append(fitting, p.tested())
	}
	return merged, fitting, clashing
}

// on is the list with the part's changes, or the value that exists although the part wants to create it.
func (p part) on(list []tenant.Scope) (changed []tenant.Scope, taken string) {
	for _, change := range p.changes {
		if change.New && find(list, change.Value) >= 0 {
			return nil, change.Value
		}
		list = apply(list, change)
	}
	return list, ""
}

func (p part) tested() part {
	p.changes = slices.Clone(p.changes)
	for i := range p.changes {
		p.changes[i].New = false
	}
	return p
}

// apply makes one change. It leaves the order of the list as it is and the list itself untouched.
func apply(list []tenant.Scope, change tenant.ScopeChange) []tenant.Scope {
	at := find(list, change.Value)
	others := slices.DeleteFunc(slices.Clone(list), func(scope tenant.Scope) bool { return scope.Value == change.Value })
	switch {
	case change.Remove:
		return others
	case at < 0:
		return append(others, change.Scope)
	default:
		return slices.Insert(others, at, change.Scope)
	}
}

func find(list []tenant.Scope, value string) int {
	return slices.IndexFunc(list, func(scope tenant.Scope) bool { return scope.Value == value })
}

// shows reports whether a list is as the change wants it.
func shows(list []tenant.Scope, change tenant.ScopeChange) bool {
	return slices.Equal(apply(list, change), list)
}

// missing are the parts, cut down to the scopes that a list does not show as the last change of each wants them. A part
// that was overtaken stays with the one that overtook it: what becomes of the two is decided together.
func missing(list []tenant.Scope, parts []part) []part {
	amiss := map[string]bool{}
	for _, p := range parts {
		for _, change := range p.changes {
			amiss[change.Value] = !shows(list, change)
		}
	}
	var left []part
	for _, p := range parts {
		p.changes = slices.DeleteFunc(slices.Clone(p.changes), func(change tenant.ScopeChange) bool { return !amiss[change.Value] })
		if len(p.changes) > 0 {
			left = append(left, p)
		}
	}
	return left
}

// without are the parts whose member is not among others.
func without(parts, others []part) []part {
	return slices.DeleteFunc(slices.Clone(parts), func(p part) bool {
		return slices.ContainsFunc(others, func(other part) bool { return other.member == p.member })
	})
}
