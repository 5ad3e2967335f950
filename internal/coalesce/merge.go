package coalesce

import (
	"slices"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// task is what remains to be done for a caller.
type task struct {
	caller *caller
	change *tenant.ScopeChange // that of the caller, without New once it was applied; nil: it only reads
}

// merge applies the changes of all tasks, in their order, to a list. A task that creates a scope that exists is a conflict,
// unless a later task deletes that scope, which is then applied first. Tasks that are applied are returned as applicable,
// without the condition that the scope does not exist yet.
func merge(list []tenant.Scope, tasks []task) (merged []tenant.Scope, applicable, conflicts []task) {
	merged = list
	for rest := slices.Clone(tasks); len(rest) > 0; {
		next := 0
		if rest[0].conflictsWith(merged) {
			next = slices.IndexFunc(rest, func(t task) bool { return t.removes(rest[0].change.Value) })
		}
		if next < 0 {
			conflicts, rest = append(conflicts, rest[0]), rest[1:]
			continue
		}
		t := rest[next]
		merged, applicable = t.applyTo(merged), append(applicable, t.withoutNew())
		rest = slices.Delete(rest, next, next+1)
	}
	return merged, applicable, conflicts
}

// conflictsWith reports whether the task creates a scope that is in the list.
func (t task) conflictsWith(list []tenant.Scope) bool {
	return t.change != nil && t.change.New && indexOf(list, t.change.Value) >= 0
}

// removes reports whether the task deletes the scope with this value.
func (t task) removes(value string) bool {
	return t.change != nil && t.change.Remove && t.change.Value == value
}

func (t task) applyTo(list []tenant.Scope) []tenant.Scope {
	if t.change == nil {
		return list
	}
	return apply(list, *t.change)
}

func (t task) withoutNew() task {
	if t.change != nil {
		change := *t.change
		change.New = false
		t.change = &change
	}
	return t
}

// apply returns a copy of a list with one change. It keeps the order of the list and the exact value that Auth0 has.
func apply(list []tenant.Scope, change tenant.ScopeChange) []tenant.Scope {
	at := indexOf(list, change.Value)
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

func indexOf(list []tenant.Scope, value string) int {
	return slices.IndexFunc(list, func(scope tenant.Scope) bool { return scope.Value == value })
}

// splitApplied divides tasks by whether a list has their scope as its last change wants it, because another writer can undo
// an earlier change while the last one is sent.
func splitApplied(list []tenant.Scope, tasks []task) (applied, unapplied []task) {
	missing := map[string]bool{}
	for _, t := range tasks {
		if t.change != nil {
			missing[t.change.Value] = !slices.Equal(t.applyTo(list), list)
		}
	}
	for _, t := range tasks {
		if t.change != nil && missing[t.change.Value] {
			unapplied = append(unapplied, t)
		} else {
			applied = append(applied, t)
		}
	}
	return applied, unapplied
}
