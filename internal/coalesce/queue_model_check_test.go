package coalesce_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// check compares the recorded requests of a run with the results that the callers received, and returns all violations.
func (r *run) check() []string {
	r.checkWrites()
	for _, c := range r.callers {
		r.checkCaller(c)
	}
	for _, value := range values {
		r.checkFinalScope(value)
	}
	return r.violations
}

func (r *run) violation(format string, args ...any) {
	r.violations = append(r.violations, fmt.Sprintf(format, args...))
}

// checkWrites checks that no write changes or deletes a scope of another writer that the queue must know: one that the last
// read of the API alone has shown, or that is older than the largest age of a snapshot and the latency of two requests when
// the first write since the last such read was sent. An update of all scopes can delete it only if it knows it.
func (r *run) checkWrites() {
	var read []tenant.Scope
	var firstWrite time.Time
	for i, request := range r.requests {
		if !request.write {
			switch {
			case request.list:
				read = nil // it is unknown whether the queue uses the list
			case request.err == nil:
				read, firstWrite = request.answer, time.Time{}
			}
			continue
		}
		if firstWrite.IsZero() || r.requests[max(0, i-1)].list {
			firstWrite = request.at
		}
		if i > 0 && r.requests[i-1].write && r.requests[i-1].err == nil {
			read = r.requests[i-1].answer // changes are sent one by one after a rejection
		}
		must := slices.Clone(read)
		for _, scope := range r.requests[max(0, i-1)].answer {
			if firstWrite.Sub(r.added[scope.Value]) > 250*time.Millisecond+2*r.latency {
				must = append(must, scope)
			}
		}
		for _, scope := range must {
			if !slices.Contains(values, scope.Value) && !slices.Contains(request.sent, scope) {
				r.violation("request %d deletes %v, which no caller changes", i, scope)
			}
		}
	}
}

func (r *run) checkCaller(c *modelCaller) {
	switch {
	case c.err == nil:
		r.checkSuccess(c)
	case c.unsent():
		for i, request := range r.requests {
			if slices.ContainsFunc(request.sent, func(scope tenant.Scope) bool { return scope.Description == c.name }) {
				r.violation("the error of %s says that nothing was sent, but request %d contains its change", c.name, i)
			}
		}
	default:
		r.checkError(c)
	}
}

func (r *run) checkSuccess(c *modelCaller) {
	if !r.wasDuring(c, func(list []tenant.Scope) bool { return tenant.SameScopes(list, c.api.Scopes) }) {
		r.violation("%s received an API as it never was while it waited: %v", c.name, c.api.Scopes)
	}
	for _, change := range c.effects() {
		if !r.overridden(c, change.Value) && !r.canceledOut(c, change.Value) && !contains(c.api.Scopes, change) {
			r.violation("%s received an API without its change %+v: %v", c.name, change, c.api.Scopes)
		}
		if change.New && !r.wasDuring(c, func(list []tenant.Scope) bool { return find(list, change.Value) == nil }) && !r.overlaps(c, change.Value) {
			r.violation("%s succeeded to create %q, which existed before", c.name, change.Value)
		}
		if change.Value == rejected && !change.Remove && !r.overridden(c, change.Value) {
			r.violation("%s succeeded with %q, which the tenant rejects", c.name, change.Value)
		}
	}
}

// checkError checks that each error has its cause, while the caller waited for its result.
func (r *run) checkError(c *modelCaller) {
	contested, _ := errors.AsType[*tenant.Contested](c.err)
	var justified bool
	switch {
	case isA[*tenant.Conflict](c.err):
		exists := func(list []tenant.Scope) bool { return find(list, c.change.Value) != nil }
		justified = c.change != nil && c.change.New && (r.wasDuring(c, exists) || r.overlaps(c, c.change.Value))
	case isA[*tenant.Invalid](c.err):
		justified = c.change != nil && c.change.Value == rejected && !c.change.Remove
	case isA[*tenant.ScopesChanged](c.err):
		foreign := func(scope tenant.Scope) bool { return !slices.Contains(values, scope.Value) }
		justified = c.all != nil && r.wasDuring(c, func(list []tenant.Scope) bool { return slices.ContainsFunc(list, foreign) })
	case contested != nil:
		justified = r.undone(c, contested.Scopes)
	default:
		justified = slices.ContainsFunc(r.faults, func(at time.Time) bool { return during(at, c) })
	}
	if !justified {
		r.violation("%s received the error %q without a cause", c.name, c.err)
	}
}

// undone reports whether a change was undone, and whether each of the four times that the batch was sent, one of its changes
// was undone or lost.
func (r *run) undone(c *modelCaller, values []string) bool {
	own, edits, last := false, 0, time.Time{}
	for _, e := range r.edits {
		if !during(e.at, c) {
			continue
		}
		own = own || slices.Contains(values, e.value)
		if e.at != last {
			edits++
		}
		last = e.at
	}
	lost := 0
	for _, at := range r.faults {
		if during(at, c) {
			lost++
		}
	}
	return own && edits+lost >= 4
}

// possibility is a valid final version of a scope.
type possibility struct {
	scope *tenant.Scope // nil: it does not exist
	by    *modelCaller  // nil: it was so at the start, or another writer changed it
	ended time.Time
}

// checkFinalScope checks that a scope is as its last successful change wants it, unless another writer changed it later. A
// change with an unknown outcome may also be the last one. An update of all scopes can be executed before or after a batch
// that was open when it was called, and is not verified by a read.
func (r *run) checkFinalScope(value string) {
	possible := []possibility{{scope: find(r.script.existing, value)}}
	for _, c := range r.callers {
		change, changes := c.effect(value)
		if !changes || c.err != nil && !c.outcomeUnknown() {
			continue
		}
		if c.err == nil {
			possible = slices.DeleteFunc(possible, func(p possibility) bool {
				return p.ended.Before(c.began) || c.all == nil && p.by.single() && !r.canceledOut(c, value)
			})
		}
		possible = append(possible, possibility{change, c, c.ended})
	}
	for _, e := range r.edits {
		if e.value != value {
			continue
		}
		possible = slices.DeleteFunc(possible, func(p possibility) bool { return p.ended.Before(e.at) })
		if !slices.ContainsFunc(possible, func(p possibility) bool { return p.by.single() && p.by.err == nil && !r.overridden(p.by, value) }) {
			possible = append(possible, possibility{scope: e.scope, ended: e.at})
		}
	}
	final := find(r.api.Scopes, value)
	if !slices.ContainsFunc(possible, func(p possibility) bool {
		return (p.scope == nil) == (final == nil) && (final == nil || *p.scope == *final)
	}) {
		r.violation("the final state of %q is %v, which no result explains", value, final)
	}
}

func (c *modelCaller) single() bool { return c != nil && c.all == nil }

// effects returns what the caller changes, as one change for each scope.
func (c *modelCaller) effects() []tenant.ScopeChange {
	if c.change != nil {
		return []tenant.ScopeChange{*c.change}
	}
	var effects []tenant.ScopeChange
	if c.all == nil {
		return nil
	}
	for _, value := range values {
		if scope := find(c.all, value); scope != nil {
			effects = append(effects, tenant.ScopeChange{Scope: *scope})
		} else {
			effects = append(effects, remove(value))
		}
	}
	return effects
}

// effect returns the version of a scope that the caller wants, nil if it deletes it, and whether it changes it.
func (c *modelCaller) effect(value string) (*tenant.Scope, bool) {
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

// outcomeUnknown reports whether a failed change may have been made.
func (c *modelCaller) outcomeUnknown() bool {
	return isA[*tenant.Unavailable](c.err) && !c.unsent() || isA[*tenant.Contested](c.err) ||
		isA[*tenant.Denied](c.err) || // of a change that had been made before, and was undone
		isA[*tenant.Unverified](c.err) // another writer may have undone it since
}

// overlaps reports whether another caller that changes the scope waited at the same time.
func (r *run) overlaps(c *modelCaller, value string) bool {
	return slices.ContainsFunc(r.callers, func(other *modelCaller) bool {
		_, changes := other.effect(value)
		return other != c && changes && other.began.Before(c.ended) && c.began.Before(other.ended)
	})
}

// overridden reports whether another caller that changes the scope began while c waited.
func (r *run) overridden(c *modelCaller, value string) bool {
	return slices.ContainsFunc(r.callers, func(other *modelCaller) bool {
		_, changes := other.effect(value)
		return changes && other.began.After(c.began) && other.began.Before(c.ended)
	})
}

// canceledOut reports whether another caller created the scope that c deletes at the same time. In one batch the deletion
// is applied first.
func (r *run) canceledOut(c *modelCaller, value string) bool {
	return slices.ContainsFunc(r.callers, func(other *modelCaller) bool { return cancelOut(c, other, value) })
}

func cancelOut(c, other *modelCaller, value string) bool {
	deletes := c.change != nil && c.change.Value == value && c.change.Remove
	creates := other.change != nil && other.change.Value == value && other.change.New
	return deletes && creates && other.err == nil && other.began.Before(c.ended) && c.began.Before(other.ended)
}

func contains(list []tenant.Scope, change tenant.ScopeChange) bool {
	found := find(list, change.Value)
	if change.Remove || found == nil {
		return change.Remove && found == nil
	}
	return *found == change.Scope
}

// wasDuring reports whether the scopes of the API matched at any time while c waited. The request before the first one
// shows how they were when c began.
func (r *run) wasDuring(c *modelCaller, match func([]tenant.Scope) bool) bool {
	for i, request := range r.requests {
		if during(request.at, c) && (match(request.answer) || i > 0 && match(r.requests[i-1].answer)) {
			return true
		}
	}
	return false
}

func during(at time.Time, c *modelCaller) bool {
	return at.After(c.began) && at.Before(c.ended)
}

// log returns all events of the run in their order.
func (r *run) log() string {
	events := map[time.Time]string{}
	add := func(at time.Time, format string, args ...any) { events[at] += "\n  " + fmt.Sprintf(format, args...) }
	for _, c := range r.callers {
		add(c.began, "%s begins: %+v", c.name, c.effects())
		add(c.ended, "%s ends: %v, %v", c.name, c.api.Scopes, c.err)
	}
	for _, e := range r.edits {
		add(e.at, "another writer sets %q to %v", e.value, e.scope)
	}
	for i, request := range r.requests {
		add(request.at, "request %d, write %v, sends %v, results in %v, error %v", i, request.write, request.sent, request.answer, request.err)
	}
	log := ""
	for _, at := range slices.SortedFunc(maps.Keys(events), time.Time.Compare) {
		log += at.Format("\n05.000000") + events[at]
	}
	return log
}
