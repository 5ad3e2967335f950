package management

import (
	"context"
	"errors"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func isNotFound(err error) bool {
	var absent *tenant.NotFound
	return errors.As(err, &absent)
}

// notFound returns the error of an object that does not exist.
func notFound(operation, noun, key string) error {
	return &tenant.NotFound{Reply: tenant.Reply{Operation: operation}, Noun: noun, Key: key}
}

// withObject adds the object to an error of the transport.
func withObject(err error, noun, key string) error {
	var absent *tenant.NotFound
	if errors.As(err, &absent) && absent.Noun == "" {
		absent.Noun, absent.Key = noun, key
	}
	var conflict *tenant.Conflict
	if errors.As(err, &conflict) && conflict.Noun == "" {
		conflict.Noun, conflict.Key = noun, key
	}
	return err
}

// ignoreNotFound returns the result of a delete, which succeeds if the object does not exist.
func ignoreNotFound(err error) error {
	if isNotFound(err) {
		return nil
	}
	return err
}

// remove sends a DELETE. Auth0's 204, and its 404 about this object, mean that the object does not exist any more; a rejection means that
// it does. After any other response, or none, one GET decides.
func remove(ctx context.Context, operation string, del, get func(context.Context) error) error {
	_, err := write(ctx, transport.Call{Operation: operation}, func(ctx context.Context) (struct{}, error) { return struct{}{}, del(ctx) })
	unknown := outcomeUnknown(err)
	if unknown == nil {
		return ignoreNotFound(err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), findLostTimeout)
	defer cancel()
	switch found := get(ctx); {
	case found == nil:
		return &tenant.Unavailable{Reply: unknown.Reply, Cause: unknown.Cause, Undone: true}
	case isNotFound(found):
		return nil
	}
	return err
}

var errIncomplete = errors.New("a list in the response contains something that cannot be read")

// incomplete returns the error of a list that must be complete, if elements were skipped.
func incomplete(operation string) error {
	return &tenant.Unavailable{Reply: tenant.Reply{Operation: operation}, Cause: errIncomplete}
}

var errAnother = errors.New("the response is about another object than the one that was to be created")

// another returns the error of a create whose response has another natural key than the request, so its result is unknown.
func another(operation string) error {
	return &tenant.Unavailable{Reply: tenant.Reply{Operation: operation}, Cause: errAnother, Unsettled: true}
}

// field is a field of an object, and whether the tenant has the sent value.
type field struct {
	name string
	same bool
}

func fields(all ...field) []string {
	var names []string
	for _, one := range all {
		if !one.same {
			names = append(names, one.name)
		}
	}
	return names
}

// differs returns the error of a write after which the tenant has other values, or nil.
func differs(operation string, names []string) error {
	if len(names) == 0 {
		return nil
	}
	return &tenant.Differs{Reply: tenant.Reply{Operation: operation}, Fields: names}
}

// addressable reports whether an ID can be part of a path. Any other value would address another object or the list.
func addressable(id string) bool {
	return id != "" && id != "." && id != ".."
}
