package coalesce

import (
	"maps"
	"slices"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// part is what is still to be done for a member.
type part struct {
	*member
	changes []tenant.ScopeChange
}

// among are those of the given scopes that the part changes, sorted.
func (p part) among(values map[string]bool) []string {
	var common []string
	for _, change := range p.changes {
		if values[change.Value] {
			common = append(common, change.Value)
		}
	}
	slices.Sort(common)
	return slices.Compact(common)
}

// clash is a part that wants to create a scope that is there.
type clash struct {
	part
	value string
}

// merge puts the changes of all parts, in their order, on top of a list. A part that clashes is left out as a whole,
// unless a later part removes the scope, which is then merged before it. One that fits has passed the test for new scopes
// and does not take it again.
func merge(list []tenant.Scope, parts []part) (merged []tenant.Scope, fitting []part, clashing []clash) {
	merged = list
	rest := slices.Clone(parts)
	for len(rest) > 0 {
		p := rest[0]
		changed, taken := p.on(merged)
		if taken != "" {
			if at := removal(rest, taken); at > 0 {
				remover := rest[at]
				rest = slices.Insert(slices.Delete(rest, at, at+1), 0, remover)
				continue
			}
			clashing = append(clashing, clash{p, taken})
		} else {
			merged, fitting = changed, append(fitting, p.tested())
		}
		rest = rest[1:]
	}
	return merged, fitting, clashing
}

// removal is where the first part is that only removes a scope of this value; below zero if there is none.
func removal(parts []part, value string) int {
	return slices.IndexFunc(parts, func(p part) bool {
		return len(p.changes) == 1 && p.changes[0].Remove && p.changes[0].Value == value
	})
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
		change.Original = list[at].Original
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

// amiss are the scopes that a list does not show as the last change of each wants them.
func amiss(list []tenant.Scope, parts []part) map[string]bool {
	wrong := map[string]bool{}
	for _, p := range parts {
		for _, change := range p.changes {
			wrong[change.Value] = !shows(list, change)
		}
	}
	maps.DeleteFunc(wrong, func(_ string, is bool) bool { return !is })
	return wrong
}

// missing are the parts that have to be sent again because a list does not show them. Parts that change the same scope
// stay together, and a part stays whole: its scope that is there now may be gone when its other one is.
func missing(list []tenant.Scope, parts []part) []part {
	values := amiss(list, parts)
	for size := -1; size != len(values); {
		size = len(values)
		for _, p := range parts {
			if p.among(values) == nil {
				continue
			}
			for _, change := range p.changes {
				values[change.Value] = true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(parts), func(p part) bool { return p.among(values) == nil })
}

// without are the parts whose member is not among others.
func without(parts, others []part) []part {
	return slices.DeleteFunc(slices.Clone(parts), func(p part) bool {
		return slices.ContainsFunc(others, func(other part) bool { return other.member == p.member })
	})
}
