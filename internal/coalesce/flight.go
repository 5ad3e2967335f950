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
		sent, unsent, doubt := q.send(ctx, &base, parts)
		if len(sent) == 0 {
			return
		}
		shown, err := q.current(ctx)
		if err != nil {
			refuse(slices.Concat(sent, unsent), unverified(err))
			return
		}
		base, parts = shown, missing(shown.Scopes, sent)
		for _, p := range without(sent, parts) {
			p.answer(shown, nil)
		}
		if redo == redos {
			giveUp(shown, parts, doubt)
			refuse(unsent, doubt)
			return
		}
		parts = append(parts, unsent...)
		if len(parts) == 0 {
			return
		}
	}
}

// base is the list to start from. What the flight before has read serves only if something is to be written on top of
// it: nobody is told "done already" or "exists" on the word of an old list.
func (q *queue) base(ctx context.Context, parts []part) (tenant.API, error) {
	if time.Since(q.last.at) < longest {
		list, _, clashing := merge(q.last.api.Scopes, parts)
		if len(clashing) == 0 && !slices.Equal(list, q.last.api.Scopes) {
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
	api, err := q.below.Get(ctx, q.key)
	if err == nil {
		q.last = snapshot{api, time.Now()}
	}
	return api, err
}

// send writes the changes of all parts on top of base, if that makes a difference, and answers those parts for which
// that ends badly. Sent are the others, to be looked for in what the tenant has afterwards, if they were not held back as
// unsent; doubt is why it is not known whether they arrived, if so. Base becomes what the tenant answered.
func (q *queue) send(ctx context.Context, base *tenant.API, parts []part) (sent, unsent []part, doubt error) {
	list, fitting, clashing := merge(base.Scopes, parts)
	if slices.Equal(list, base.Scopes) {
		refuseClashing(*base, clashing)
		return fitting, nil, nil
	}
	api, err := q.write(ctx, *base, list)
	var differs *tenant.Differs
	switch {
	case err == nil:
		*base = api
	case errors.As(err, &differs):
		*base = api
		fitting = kept(api, fitting, err)
	case uncertain(err):
		doubt = err
	case isInvalid(err) && len(parts) > 1:
		return q.singly(ctx, base, parts)
	default:
		refuse(parts, err)
		return nil, nil, nil
	}
	refuseClashing(*base, clashing)
	return fitting, nil, doubt
}

// singly sends part by part, so that one the tenant refuses does not take the others with it. After a write whose answer
// is lost, the rest waits for the next read.
func (q *queue) singly(ctx context.Context, base *tenant.API, parts []part) (sent, unsent []part, doubt error) {
	for i, p := range parts {
		arrived, _, lost := q.send(ctx, base, []part{p})
		sent = append(sent, arrived...)
		if lost != nil {
			return sent, parts[i+1:], lost
		}
	}
	return sent, nil, nil
}

func (q *queue) write(ctx context.Context, base tenant.API, list []tenant.Scope) (tenant.API, error) {
	q.forget()
	change := tenant.APIChange{Scopes: tenant.Set(tenant.ScopeList{Wanted: list, Known: tenant.ScopeValues(base.Scopes)})}
	return q.below.Update(ctx, base.Key(), change)
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
		}
	}
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
	if isNotFound(err) {
		return err
	}
	return &tenant.Unavailable{Reply: tenant.Reply{Operation: operation}, Cause: err, Unsettled: true}
}

// uncertain reports whether a write may have happened although it failed, or failed because the API was made again
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
