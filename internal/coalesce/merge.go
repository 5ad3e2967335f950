package coalesce

import (
	"maps"
	"slices"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// task is the changes of a caller that are not applied yet.
type task struct {
	*caller
	changes []tenant.ScopeChange
}

// conflict is a task that creates a scope that exists.
type conflict struct {
	task
	value string
}

// merge applies the changes of all tasks, in their order, to a list. A task that creates a scope that exists is a conflict
// and is not applied at all, unless later tasks only delete such scopes, which are then applied first. Tasks that are applied
// are returned as applicable, without the condition that the scope does not exist yet.
func merge(list []tenant.Scope, tasks []task) (merged []tenant.Scope, applicable []task, conflicts []conflict) {
	merged = list
	rest := slices.Clone(tasks)
	for len(rest) > 0 {
		t := rest[0]
		changed, existing := t.applyTo(merged)
		if existing != "" {
			if moved, ok := moveRemovals(merged, rest); ok {
				rest = moved
				continue
			}
			conflicts = append(conflicts, conflict{t, existing})
		} else {
			merged, applicable = changed, append(applicable, t.withoutNew())
		}
		rest = rest[1:]
	}
	return merged, applicable, conflicts
}

// moveRemovals moves tasks that delete scopes that the first task creates before it. It reports false, and moves nothing, if
// that does not resolve all conflicts of the first task.
func moveRemovals(list []tenant.Scope, tasks []task) ([]task, bool) {
	first, others := tasks[0], slices.Clone(tasks[1:])
	var removals []task
	for {
		_, existing := first.applyTo(list)
		if existing == "" {
			return slices.Concat(removals, []task{first}, others), true
		}
		at := findRemoval(others, existing)
		if at < 0 {
			return nil, false
		}
		removals = append(removals, others[at])
		list, _ = others[at].applyTo(list)
		others = slices.Delete(others, at, at+1)
	}
}

// findRemoval returns the index of the first task that only deletes the scope with this value, or -1.
func findRemoval(tasks []task, value string) int {
	return slices.IndexFunc(tasks, func(t task) bool {
		return len(t.changes) == 1 && t.changes[0].Remove && t.changes[0].Value == value
	})
}

// applyTo returns the list with the changes of the task, or the value of a scope that the task creates but that exists.
func (t task) applyTo(list []tenant.Scope) (changed []tenant.Scope, existing string) {
	for _, change := range t.changes {
		if change.New && indexOf(list, change.Value) >= 0 {
			return nil, change.Value
		}
		list = apply(list, change)
	}
	return list, ""
}

func (t task) withoutNew() task {
	t.changes = slices.Clone(t.changes)
	for i := range t.changes {
		t.changes[i].New = false
	}
	return t
}

// changedAmong returns those of the given values that the task changes, sorted.
func (t task) changedAmong(values map[string]bool) []string {
	var changed []string
	for _, change := range t.changes {
		if values[change.Value] {
			changed = append(changed, change.Value)
		}
	}
	slices.Sort(changed)
	return slices.Compact(changed)
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

// isApplied reports whether a list already has a change.
func isApplied(list []tenant.Scope, change tenant.ScopeChange) bool {
	return slices.Equal(apply(list, change), list)
}

// unapplied returns the values of scopes whose last change is not applied in a list.
func unapplied(list []tenant.Scope, tasks []task) map[string]bool {
	values := map[string]bool{}
	for _, t := range tasks {
		for _, change := range t.changes {
			values[change.Value] = !isApplied(list, change)
		}
	}
	maps.DeleteFunc(values, func(_ string, missing bool) bool { return !missing })
	return values
}

// pending returns the tasks that must be sent again because a list does not have their changes. It includes all tasks that
// change a scope of such a task, because another writer can undo one of the changes while the other one is sent.
func pending(list []tenant.Scope, tasks []task) []task {
	values := unapplied(list, tasks)
	for size := -1; size != len(values); {
		size = len(values)
		for _, t := range tasks {
			if t.changedAmong(values) == nil {
				continue
			}
			for _, change := range t.changes {
				values[change.Value] = true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(tasks), func(t task) bool { return t.changedAmong(values) == nil })
}

// except returns the tasks whose caller is not among those of others.
func except(tasks, others []task) []task {
	return slices.DeleteFunc(slices.Clone(tasks), func(t task) bool {
		return slices.ContainsFunc(others, func(other task) bool { return other.caller == t.caller })
	})
}
