package coalesce

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// maxReapplies is how often a change that another writer has undone is applied again.
const maxReapplies = 3

// execute applies the changes of all callers and answers each of them once.
func (q *queue) execute(ctx context.Context, callers []*caller) {
	if len(callers) == 0 {
		return
	}
	var tasks []task
	for _, c := range callers {
		tasks = append(tasks, task{c, c.change})
	}
	base, err := q.base(ctx, tasks)
	if err != nil {
		fail(tasks, err)
		return
	}
	for reapplies := 0; ; reapplies++ {
		outcome := q.send(ctx, &base, tasks)
		if len(outcome.sent) == 0 {
			return
		}
		verified, err := q.verify(ctx)
		if err != nil {
			if outcome.unknown == nil {
				answerUnverified(base, outcome.sent, err)
				return
			}
			fail(slices.Concat(outcome.sent, outcome.unsent), unverifiedErr(err))
			return
		}
		applied, unapplied := splitApplied(verified.Scopes, outcome.sent)
		for _, t := range applied {
			t.caller.answer(verified, nil)
		}
		if reapplies == maxReapplies {
			failUnapplied(verified, unapplied, outcome.unknown)
			fail(outcome.unsent, outcome.unknown)
			return
		}
		base, tasks = verified, append(unapplied, outcome.unsent...)
		if len(tasks) == 0 {
			return
		}
	}
}

// base returns the API to which changes are applied. A snapshot is used only if the changes result in a write, so that an
// old list never decides that a change is already made or that a scope exists.
func (q *queue) base(ctx context.Context, tasks []task) (tenant.API, error) {
	if time.Since(q.snapshot.at) < maxSnapshotAge {
		list, _, conflicts := merge(q.snapshot.api.Scopes, tasks)
		if len(conflicts) == 0 && !tenant.SameScopes(list, q.snapshot.api.Scopes) {
			return q.snapshot.api, nil
		}
	}
	return q.readShared(ctx, q.key, waitBriefly, nil)
}

// verify returns the API as it is after the last write. It sends no request if the API was read since.
func (q *queue) verify(ctx context.Context) (tenant.API, error) {
	if !q.snapshot.at.IsZero() {
		return q.snapshot.api, nil
	}
	return q.readShared(ctx, q.key, waitForAnnounced, nil)
}

// isKnown reports whether a list shows the scopes that were last read or written, or is the first read.
func (q *queue) isKnown(api tenant.API) bool {
	return !q.uncertain && (q.known == nil || tenant.SameScopes(q.known.Scopes, api.Scopes))
}

// readShared reads the API together with other queues. Lists can lag behind writes. If a list returns other scopes than were
// last read or written, or if it must be confirmed because of the scopes in the optional update, a GET decides.
func (q *queue) readShared(ctx context.Context, key tenant.APIKey, mode waitMode, update *tenant.APIUpdate) (tenant.API, error) {
	q.dropSnapshot()
	q.queues.joinIdle(ctx)
	q.setAnnounced(false)
	read := q.queues.reader.getShared(ctx, key, mode)
	api, err := read.object, read.err
	confirmed := !read.fromList || q.isKnown(api) && (update == nil || scopesChanged(api, *update) == nil)
	if err == nil && !confirmed {
		api, err = q.queues.reader.get(ctx, key)
	}
	if err == nil {
		q.setSnapshot(api)
	}
	return api, err
}

// setAnnounced announces a read of the API, so that other reads wait for it, or withdraws the announcement.
func (q *queue) setAnnounced(announced bool) {
	if q.announced != announced {
		q.announced = announced
		q.queues.reader.announce(map[bool]int{true: 1, false: -1}[announced])
	}
}

// writeOutcome is the outcome of a write. Tasks that it does not contain have been answered.
type writeOutcome struct {
	sent    []task // verified by the next read
	unsent  []task // to be sent after the next read
	unknown error  // why it is unknown whether the write was carried out
	fatal   error  // why nothing more can be sent
}

// send applies the changes of all tasks to base and writes the result, if it differs. It sets base to the response.
func (q *queue) send(ctx context.Context, base *tenant.API, tasks []task) writeOutcome {
	list, applicable, conflicts := merge(base.Scopes, tasks)
	if tenant.SameScopes(list, base.Scopes) {
		failConflicts(*base, conflicts)
		return writeOutcome{sent: applicable}
	}
	api, err := q.write(ctx, *base, list)
	result := writeOutcome{sent: applicable}
	switch {
	case err == nil:
		*base = api
	case isA[*tenant.Differs](err):
		*base = api
		result.sent = answerAltered(api, applicable, err)
	case outcomeUnknown(err):
		result.unknown = err
	case isA[*tenant.Invalid](err) && len(tasks) > 1:
		return q.sendOneByOne(ctx, base, tasks)
	case isA[*tenant.Invalid](err):
		fail(tasks, err)
		return writeOutcome{}
	default:
		fail(tasks, err)
		return writeOutcome{fatal: markRepeated(err)}
	}
	failConflicts(*base, conflicts)
	return result
}

// sendOneByOne sends each task in a write of its own, so that a task that Auth0 rejects fails alone. It ends at any other
// error. After a write with an unknown outcome the remaining tasks wait for the next read.
func (q *queue) sendOneByOne(ctx context.Context, base *tenant.API, tasks []task) writeOutcome {
	var all writeOutcome
	for i, t := range tasks {
		one := q.send(ctx, base, []task{t})
		all.sent = append(all.sent, one.sent...)
		switch rest := tasks[i+1:]; {
		case one.fatal != nil:
			fail(rest, one.fatal)
			return all
		case one.unknown != nil:
			all.unsent, all.unknown = rest, one.unknown
			return all
		}
	}
	return all
}

func (q *queue) write(ctx context.Context, base tenant.API, list []tenant.Scope) (tenant.API, error) {
	q.dropSnapshot()
	q.setAnnounced(true)
	q.uncertain = true
	planned := base
	planned.Scopes = append([]tenant.Scope{}, list...)
	api, err := recoverPanics(func(ctx context.Context, update tenant.APIUpdate) (tenant.API, error) {
		return q.queues.below.Update(ctx, base.Key(), update)
	})(ctx, tenant.APIUpdate{Prior: base, Planned: planned})
	if err == nil {
		q.setKnown(api)
	}
	return api, err
}

// answerAltered answers the tasks whose scopes Auth0 stored with other values than were sent, with the *[tenant.Differs] of
// the write, and returns the others. Sending altered scopes again would not help, because no other writer has changed them.
func answerAltered(api tenant.API, tasks []task, err error) []task {
	applied, altered := splitApplied(api.Scopes, tasks)
	for _, t := range altered {
		t.caller.answer(api, err)
	}
	return applied
}

func fail(tasks []task, err error) {
	for _, t := range tasks {
		if isA[*tenant.NotFound](err) {
			t.caller.answerNotFound(err)
		} else {
			t.caller.answer(tenant.API{}, err)
			err = markRepeated(err)
		}
	}
}

// markRepeated returns the error for all callers but the first. Rejected credentials are explained in full only once.
func markRepeated(err error) error {
	first, ok := errors.AsType[*tenant.Unauthenticated](err)
	if !ok {
		return err
	}
	repeated := *first
	repeated.Repeat = true
	return &repeated
}

func failConflicts(api tenant.API, conflicts []task) {
	for _, t := range conflicts {
		t.caller.answer(api, &tenant.Conflict{
			Reply: tenant.Reply{Operation: changeOperation},
			Noun:  nounScope,
			Key:   api.Identifier + " " + t.change.Value,
		})
	}
}

// failUnapplied answers the tasks that are not applied after all attempts, with the reason why the outcome of the last write
// is unknown, or else because another writer undoes them.
func failUnapplied(api tenant.API, tasks []task, unknown error) {
	for _, t := range tasks {
		err := unknown
		if err == nil {
			err = &tenant.Contested{
				Reply:      tenant.Reply{Operation: changeOperation},
				Identifier: api.Identifier,
				Scopes:     []string{t.change.Value},
			}
		}
		t.caller.answer(api, err)
	}
}

// answerUnverified answers tasks whose write the tenant accepted. If the API is missing since, they have failed.
func answerUnverified(api tenant.API, tasks []task, err error) {
	if isA[*tenant.NotFound](err) {
		fail(tasks, err)
		return
	}
	for _, t := range tasks {
		t.caller.answer(api, &tenant.Unverified{Reply: tenant.Reply{Operation: changeOperation}, Cause: err})
	}
}

// unverifiedErr returns the error of changes whose write has an unknown outcome, and that could not be verified.
func unverifiedErr(err error) error {
	if isA[*tenant.NotFound](err) || isA[*tenant.Unauthenticated](err) {
		return err
	}
	return &tenant.Unavailable{Reply: tenant.Reply{Operation: changeOperation}, Cause: err, Unsettled: true}
}

// outcomeUnknown reports whether a write may have taken effect although it failed, which tenant.Unsettled reports, or failed
// because the API was re-created since it was read. The next read shows both.
func outcomeUnknown(err error) bool {
	return isA[*tenant.NotFound](err) || tenant.Unsettled(err)
}

// isA reports whether err is an error of a type.
func isA[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
