package coalesce

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	operation = "change scopes of API"
	redos     = 3 // how often a change is made again that another writer undid
)

// fly carries out the changes of all members and answers each of them once.
func (q *queue) fly(ctx context.Context, members []*member) {
	var parts []part
	for _, m := range members {
		parts = append(parts, part{m, m.changes})
	}
	base, err := q.base(ctx, parts)
	if err != nil {
		refuse(parts, err)
		return
	}
	for redo := 0; ; redo++ {
		out := q.send(ctx, &base, parts)
		if len(out.sent) == 0 {
			return
		}
		shown, err := q.current(ctx)
		if err != nil {
			refuse(slices.Concat(out.sent, out.unsent), unverified(err))
			return
		}
		base, parts = shown, missing(shown.Scopes, out.sent)
		for _, p := range without(out.sent, parts) {
			p.answer(shown, nil)
		}
		if redo == redos {
			giveUp(shown, parts, out.doubt)
			refuse(out.unsent, out.doubt)
			return
		}
		parts = append(parts, out.unsent...)
		if len(parts) == 0 {
			return
		}
	}
}

// base is the list to start from. What the flight before has read serves only if something is to be written on top of
// it: nobody is told "done already" or "exists" on the word of an old list.
func (q *queue) base(ctx context.Context, parts []part) (tenant.API, error) {
	if time.Since(q.last.at) < fresh {
		list, _, clashing := merge(q.last.api.Scopes, parts)
		if len(clashing) == 0 && !tenant.SameScopes(list, q.last.api.Scopes) {
			return q.last.api, nil
		}
	}
	return q.read(ctx)
}

// current is the API as it is: as it was read, unless something was written since.
func (q *queue) current(ctx context.Context) (tenant.API, error) {
	if !q.last.at.IsZero() {
		return q.last.api, nil
	}
	return q.read(ctx)
}

func (q *queue) read(ctx context.Context) (tenant.API, error) {
	q.forget()
	api, err := caught(q.below.Get)(ctx, q.key)
	if err == nil {
		q.last = snapshot{api, time.Now()}
	}
	return api, err
}

// sending is what became of parts that were to be written. Those it does not list have their answer.
type sending struct {
	sent   []part // to be looked for in what the tenant has afterwards
	unsent []part // held back until the tenant has been read again
	doubt  error  // why it is not known whether what was sent arrived
	ended  error  // why nothing more shall be sent
}

// send writes the changes of all parts on top of base, if that makes a difference. Base becomes what the tenant answers.
func (q *queue) send(ctx context.Context, base *tenant.API, parts []part) sending {
	list, fitting, clashing := merge(base.Scopes, parts)
	if tenant.SameScopes(list, base.Scopes) {
		refuseClashing(*base, clashing)
		return sending{sent: fitting}
	}
	api, err := q.write(ctx, *base, list)
	out := sending{sent: fitting}
	var differs *tenant.Differs
	switch {
	case err == nil:
		*base = api
	case errors.As(err, &differs):
		*base = api
		out.sent = kept(api, fitting, err)
	case uncertain(err):
		out.doubt = err
	case isInvalid(err) && len(parts) > 1:
		return q.singly(ctx, base, parts)
	case isInvalid(err):
		refuse(parts, err)
		return sending{}
	default:
		refuse(parts, err)
		return sending{ended: repeated(err)}
	}
	refuseClashing(*base, clashing)
	return out
}

// singly sends part by part, so that one the tenant refuses does not take the others with it. It stops at any other
// trouble: after a write whose answer is lost the rest waits for the next read.
func (q *queue) singly(ctx context.Context, base *tenant.API, parts []part) sending {
	var all sending
	for i, p := range parts {
		one := q.send(ctx, base, []part{p})
		all.sent = append(all.sent, one.sent...)
		switch rest := parts[i+1:]; {
		case one.ended != nil:
			refuse(rest, one.ended)
			return all
		case one.doubt != nil:
			all.unsent, all.doubt = rest, one.doubt
			return all
		}
	}
	return all
}

func (q *queue) write(ctx context.Context, base tenant.API, list []tenant.Scope) (tenant.API, error) {
	q.forget()
	planned := base
	planned.Scopes = append([]tenant.Scope{}, list...)
	return caught(func(ctx context.Context, update tenant.APIUpdate) (tenant.API, error) {
		return q.below.Update(ctx, base.Key(), update)
	})(ctx, tenant.APIUpdate{Prior: base, Planned: planned})
}

// kept tells those parts whose scopes the tenant took in another form, which is the doing of no other writer, and
// returns the rest.
func kept(api tenant.API, parts []part, err error) []part {
	altered := amiss(api.Scopes, parts)
	return slices.DeleteFunc(slices.Clone(parts), func(p part) bool {
		hit := p.among(altered) != nil
		if hit {
			p.answer(api, err)
		}
		return hit
	})
}

func refuse(parts []part, err error) {
	for _, p := range parts {
		if isNotFound(err) {
			p.gone(err)
		} else {
			p.answer(tenant.API{}, err)
			err = repeated(err)
		}
	}
}

// repeated is err for those who are told after the first: credentials that are refused are explained once.
func repeated(err error) error {
	var told *tenant.Unauthenticated
	if !errors.As(err, &told) {
		return err
	}
	again := *told
	again.Repeat = true
	return &again
}

func refuseClashing(api tenant.API, clashing []clash) {
	for _, c := range clashing {
		c.answer(api, &tenant.Conflict{
			Reply: tenant.Reply{Operation: operation},
			Noun:  nounScope,
			Key:   api.Identifier + " " + c.value,
		})
	}
}

// giveUp tells the parts that did not stay, however often they were sent.
func giveUp(api tenant.API, parts []part, doubt error) {
	wrong := amiss(api.Scopes, parts)
	for _, p := range parts {
		lost := p.among(wrong)
		switch {
		case lost == nil:
			p.answer(api, nil)
		case doubt != nil:
			p.answer(api, doubt)
		default:
			p.answer(api, &tenant.Contested{
				Reply:      tenant.Reply{Operation: operation},
				Identifier: api.Identifier,
				Scopes:     lost,
			})
		}
	}
}

// unverified is the error of changes that were sent, but could not be looked for afterwards.
func unverified(err error) error {
	var refused *tenant.Unauthenticated
	if isNotFound(err) || errors.As(err, &refused) {
		return err
	}
	return &tenant.Unavailable{Reply: tenant.Reply{Operation: operation}, Cause: err, Unsettled: true}
}

// uncertain reports whether a write may have happened although it failed, or failed because the API was re-created
// since it was read. Both show in the next read.
func uncertain(err error) bool {
	var unavailable *tenant.Unavailable
	return isNotFound(err) || errors.As(err, &unavailable) && unavailable.Unsettled
}

func isNotFound(err error) bool {
	var absent *tenant.NotFound
	return errors.As(err, &absent)
}

func isInvalid(err error) bool {
	var invalid *tenant.Invalid
	return errors.As(err, &invalid)
}
