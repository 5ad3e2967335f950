package coalesce_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// judge holds the record of a run against what was told.
func (w *world) judge() []string {
	w.judgeWrites()
	for _, c := range w.script.callers {
		w.judgeCaller(c)
	}
	for _, value := range ours {
		w.judgeEnd(value)
	}
	return w.broken
}

func (w *world) complain(format string, args ...any) {
	w.broken = append(w.broken, fmt.Sprintf(format, args...))
}

// judgeWrites: no write touches a scope that is no caller's, as it was when the tenant was last read. The exception is an
// owner, who replaces them all but may only do so when it has seen them.
func (w *world) judgeWrites() {
	var read []tenant.Scope
	for i, c := range w.calls {
		if !c.write {
			if c.err == nil {
				read = c.answer
			}
			continue
		}
		if i > 0 && w.calls[i-1].write && w.calls[i-1].err == nil {
			read = w.calls[i-1].answer // one by one, after a refusal
		}
		for _, scope := range read {
			if !slices.Contains(ours, scope.Value) && !slices.Contains(c.sent, scope) {
				w.complain("call %d does away with %v, which is no caller's", i, scope)
			}
		}
	}
}

func (w *world) judgeCaller(c *caller) {
	switch {
	case c.err == nil:
		w.judgeSuccess(c)
	case c.unsent():
		for i, call := range w.calls {
			if slices.ContainsFunc(call.sent, func(scope tenant.Scope) bool { return scope.Description == c.name }) {
				w.complain("%s was told that nothing was sent, but call %d has its change", c.name, i)
			}
		}
	default:
		w.judgeFailure(c)
	}
}

func (w *world) judgeSuccess(c *caller) {
	if !w.everHad(c, func(list []tenant.Scope) bool { return tenant.SameScopes(list, c.api.Scopes) }) {
		w.complain("%s got an API that the tenant did not have while it waited: %v", c.name, c.api.Scopes)
	}
	for _, change := range c.effects() {
		if !w.overtaken(c, change.Value) && !w.exchanged(c, change.Value) && !holds(c.api.Scopes, change) {
			w.complain("%s got an API without its change %+v: %v", c.name, change, c.api.Scopes)
		}
		if change.New && !w.everHad(c, func(list []tenant.Scope) bool { return at(list, change.Value) == nil }) && !w.overlaps(c, change.Value) {
			w.complain("%s was told that it created %q, which was there before", c.name, change.Value)
		}
		if change.Value == ours[4] && !change.Remove && !w.overtaken(c, change.Value) {
			w.complain("%s was told that %q is there, which the tenant refuses", c.name, change.Value)
		}
	}
}

// judgeFailure: each error has its reason, in the time in which the caller waited for its result.
func (w *world) judgeFailure(c *caller) {
	var (
		conflict  *tenant.Conflict
		invalid   *tenant.Invalid
		appeared  *tenant.Appeared
		contested *tenant.Contested
	)
	var reason bool
	switch {
	case errors.As(c.err, &conflict):
		reason = slices.ContainsFunc(c.changes, func(change tenant.ScopeChange) bool {
			there := func(list []tenant.Scope) bool { return at(list, change.Value) != nil }
			return change.New && (w.everHad(c, there) || w.overlaps(c, change.Value))
		})
	case errors.As(c.err, &invalid):
		reason = slices.ContainsFunc(c.changes, func(change tenant.ScopeChange) bool { return change.Value == ours[4] && !change.Remove })
	case errors.As(c.err, &appeared):
		foreign := func(scope tenant.Scope) bool { return !slices.Contains(ours, scope.Value) }
		reason = c.owner != nil && w.everHad(c, func(list []tenant.Scope) bool { return slices.ContainsFunc(list, foreign) })
	case errors.As(c.err, &contested):
		reason = w.undone(c, contested.Scopes)
	default:
		reason = slices.ContainsFunc(w.faults, func(when time.Time) bool { return within(when, c) })
	}
	if !reason {
		w.complain("%s was told %q without reason", c.name, c.err)
	}
}

// undone reports whether each of the four times that the change was sent, it was undone or lost.
func (w *world) undone(c *caller, values []string) bool {
	times := 0
	for _, e := range w.edits {
		if slices.Contains(values, e.value) && within(e.at, c) {
			times++
		}
	}
	lost := 0
	for _, when := range w.faults {
		if within(when, c) {
			lost++
		}
	}
	return times > 0 && times+lost >= 4
}

// claim is a reason why a scope may be as it is in the end.
type claim struct {
	scope *tenant.Scope // nil: not there
	by    *caller       // nil: it was so from the start, or another writer made it so
	ended time.Time
}

// judgeEnd: the last one who successfully changed a scope has its way, unless another writer changed it after that. A
// caller who was told that nobody knows may have had its way too. An owner may come before or after a batch that was
// open when it arrived.
func (w *world) judgeEnd(value string) {
	claims := []claim{{scope: at(w.script.present, value)}}
	for _, c := range w.script.callers {
		change, concerned := c.effect(value)
		if !concerned || c.err != nil && !c.mayHaveHappened() {
			continue
		}
		if c.err == nil {
			claims = slices.DeleteFunc(claims, func(x claim) bool {
				return x.ended.Before(c.began) || c.owner == nil && x.by.single() && !w.exchanged(c, value)
			})
		}
		claims = append(claims, claim{change, c, c.ended})
	}
	for _, e := range w.edits {
		if e.value != value {
			continue
		}
		claims = slices.DeleteFunc(claims, func(x claim) bool { return x.ended.Before(e.at) })
		if !slices.ContainsFunc(claims, func(x claim) bool { return x.by != nil && x.by.err == nil && !w.overtaken(x.by, value) }) {
			claims = append(claims, claim{scope: e.scope, ended: e.at})
		}
	}
	has := at(w.api.Scopes, value)
	if !slices.ContainsFunc(claims, func(x claim) bool {
		return (x.scope == nil) == (has == nil) && (has == nil || *x.scope == *has)
	}) {
		w.complain("in the end %q is %v, which nobody was told", value, has)
	}
}

func (c *caller) single() bool { return c != nil && c.owner == nil }

// effects are what the caller wants, scope by scope.
func (c *caller) effects() []tenant.ScopeChange {
	if c.owner == nil {
		return c.changes
	}
	var effects []tenant.ScopeChange
	for _, value := range ours {
		if scope := at(c.owner, value); scope != nil {
			effects = append(effects, tenant.ScopeChange{Scope: *scope})
		} else {
			effects = append(effects, remove(value))
		}
	}
	return effects
}

// effect is what the caller wants of one scope; nil: that it is not there.
func (c *caller) effect(value string) (*tenant.Scope, bool) {
	for _, change := range c.effects() {
		if change.Value == value {
			if change.Remove {
				return nil, true
			}
			return &change.Scope, true
		}
	}
	return nil, false
}

// mayHaveHappened reports whether a failed change may have been made nevertheless.
func (c *caller) mayHaveHappened() bool {
	var (
		unavailable *tenant.Unavailable
		contested   *tenant.Contested
		denied      *tenant.Denied // of a change that had been made before, and was undone
	)
	return errors.As(c.err, &unavailable) && !c.unsent() || errors.As(c.err, &contested) || errors.As(c.err, &denied)
}

// overlaps reports whether another caller that concerns the scope waited at the same time.
func (w *world) overlaps(c *caller, value string) bool {
	return slices.ContainsFunc(w.script.callers, func(other *caller) bool {
		_, concerned := other.effect(value)
		return other != c && concerned && other.began.Before(c.ended) && c.began.Before(other.ended)
	})
}

// overtaken reports whether the scope was another caller's business too, in the same time and after c.
func (w *world) overtaken(c *caller, value string) bool {
	return slices.ContainsFunc(w.script.callers, func(other *caller) bool {
		_, concerned := other.effect(value)
		return concerned && other.began.After(c.began) && other.began.Before(c.ended)
	})
}

// exchanged reports whether another caller created the scope that c removes, in the same time: in one batch the removal
// comes first.
func (w *world) exchanged(c *caller, value string) bool {
	return slices.ContainsFunc(w.script.callers, func(other *caller) bool { return exchanges(c, other, value) })
}

func exchanges(c, other *caller, value string) bool {
	removes := len(c.changes) == 1 && c.changes[0].Value == value && c.changes[0].Remove
	creates := slices.ContainsFunc(other.changes, func(change tenant.ScopeChange) bool { return change.Value == value && change.New })
	return removes && creates && other.err == nil && other.began.Before(c.ended) && c.began.Before(other.ended)
}

func holds(list []tenant.Scope, change tenant.ScopeChange) bool {
	found := at(list, change.Value)
	if change.Remove || found == nil {
		return change.Remove && found == nil
	}
	return *found == change.Scope
}

// everHad reports whether the tenant ever was like that while c waited. How it was when c began shows in the call before.
func (w *world) everHad(c *caller, what func([]tenant.Scope) bool) bool {
	for i, call := range w.calls {
		if within(call.at, c) && (what(call.answer) || i > 0 && what(w.calls[i-1].answer)) {
			return true
		}
	}
	return false
}

func within(when time.Time, c *caller) bool {
	return when.After(c.began) && when.Before(c.ended)
}

// story is the run as a person would tell it.
func (w *world) story() string {
	lines := map[time.Time]string{}
	tell := func(when time.Time, format string, args ...any) { lines[when] += "\n  " + fmt.Sprintf(format, args...) }
	for _, c := range w.script.callers {
		tell(c.began, "%s begins: %+v, owner %v", c.name, c.changes, c.owner)
		tell(c.ended, "%s ends: %v, %v", c.name, c.api.Scopes, c.err)
	}
	for _, e := range w.edits {
		tell(e.at, "another writer makes %q %v", e.value, e.scope)
	}
	for i, c := range w.calls {
		tell(c.at, "call %d, write %v, sends %v, leaves %v, error %v", i, c.write, c.sent, c.answer, c.err)
	}
	told := ""
	for _, when := range slices.SortedFunc(maps.Keys(lines), time.Time.Compare) {
		told += when.Format("\n05.000000") + lines[when]
	}
	return told
}
