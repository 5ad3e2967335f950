package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// most is how many keys a client can have at a time (CR006).
const most = 2

// rotation brings a client from the keys it has to those that are planned. At every moment a key that is planned or was
// there before is in use, so that no job is locked out: a new key is added and brought into use before an old one goes,
// and the one that goes is taken out of use first (CR007).
type rotation struct {
	ports    tenant.Tenant
	clientID string
	known    []string            // key ids that the state held: whatever else is in use appeared since the plan
	wanted   []tenant.Credential // as planned; none lets the client use a secret
	update   tenant.ClientUpdate // what else changes of the client; sent along with the last change of what is in use

	saved   func(tenant.Client, []tenant.Credential) // told after each request
	client  tenant.Client                            // the last answer about the client; no id before there is one
	present []tenant.Credential                      // what the tenant has by now
}

// appeared says that a client has keys in use that no plan has shown.
type appeared struct{ names []string }

// Error implements error.
func (e *appeared) Error() string {
	return fmt.Sprintf("since this plan was made somebody gave the client other keys: %s. Nothing was changed. Plan again: they show as drift",
		strings.Join(e.names, ", "))
}

// run makes the change, one request after another, and tells after each what the tenant has.
func (r *rotation) run(ctx context.Context) error {
	authentication, err := r.ports.Credentials.Of(ctx, tenant.Client{ClientID: r.clientID})
	if err != nil {
		return err
	}
	if authentication.Proof == tenant.ProofOtherwise {
		return errors.New("since this plan was made somebody switched the client to certificates (mTLS), which this change would switch off. Nothing was changed. Plan again")
	}
	r.present = authentication.Credentials
	if err := r.unseen(); err != nil {
		return err
	}
	if err := r.clear(ctx); err != nil {
		return err
	}
	if err := r.add(ctx); err != nil {
		return err
	}
	if err := r.use(ctx, authentication.Proof == tenant.ProofKeys); err != nil {
		return err
	}
	return r.drop(ctx)
}

func (r *rotation) unseen() error {
	var names []string
	for _, one := range r.present {
		if one.InUse && !slices.Contains(r.known, one.KeyID) && r.match(one) < 0 {
			names = append(names, cmp.Or(one.Name, one.KeyID))
		}
	}
	if len(names) > 0 {
		return &appeared{names}
	}
	return nil
}

// match is the place of the planned key that a credential is; -1 where it is none.
func (r *rotation) match(one tenant.Credential) int {
	return slices.IndexFunc(r.wanted, func(want tenant.Credential) bool {
		return want.KeyID == one.KeyID && (want.Name == one.Name || want.Name == one.KeyID) && want.Algorithm == one.Algorithm
	})
}

// leaving reports whether a credential is to go: one that the state held, or that stands in the way of a planned one,
// because the tenant takes a key once (CR005).
func (r *rotation) leaving(one tenant.Credential) bool {
	if r.match(one) >= 0 {
		return false
	}
	return slices.Contains(r.known, one.KeyID) ||
		slices.ContainsFunc(r.wanted, func(want tenant.Credential) bool { return want.KeyID == one.KeyID })
}

// clear takes away what goes and is not in use, and sets when those expire that stay.
func (r *rotation) clear(ctx context.Context) error {
	for _, one := range slices.Clone(r.present) {
		if r.leaving(one) && !one.InUse {
			if err := r.delete(ctx, one); err != nil {
				return err
			}
			continue
		}
		at := r.match(one)
		if at < 0 || tenant.SameMoment(r.wanted[at].ExpiresAt, one.ExpiresAt) {
			continue
		}
		changed, err := r.ports.Credentials.Expire(ctx, r.clientID, one.ID, r.wanted[at].ExpiresAt)
		if err != nil {
			return err
		}
		one.ExpiresAt = changed.ExpiresAt
		r.replace(one)
	}
	return nil
}

// add makes the keys that are missing. Where the client has as many as it can have, one that goes makes room first; the
// other one stays in use meanwhile.
func (r *rotation) add(ctx context.Context) error {
	for _, want := range r.wanted {
		if slices.ContainsFunc(r.present, func(one tenant.Credential) bool { return one.KeyID == want.KeyID && r.match(one) >= 0 }) {
			continue
		}
		if len(r.present) >= most {
			if err := r.makeRoom(ctx); err != nil {
				return err
			}
		}
		made, err := r.ports.Credentials.Create(ctx, r.clientID, want)
		if made.ID != "" {
			r.present = append(r.present, made)
			r.saved(r.client, r.present)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *rotation) makeRoom(ctx context.Context) error {
	at := slices.IndexFunc(r.present, r.leaving)
	if at < 0 {
		return nil // all that is there stays: the tenant decides whether there is room
	}
	goes := r.present[at]
	rest := slices.DeleteFunc(slices.Clone(r.present), func(one tenant.Credential) bool { return one.ID == goes.ID })
	if err := r.name(ctx, rest, tenant.ClientUpdate{}); err != nil {
		return err
	}
	return r.delete(ctx, goes)
}

// use brings exactly the planned keys into use, and sends what else changes of the client in the same request.
func (r *rotation) use(ctx context.Context, byKeys bool) error {
	stay := slices.DeleteFunc(slices.Clone(r.present), func(one tenant.Credential) bool { return r.match(one) < 0 })
	if len(r.wanted) == 0 {
		update := r.update
		if byKeys || update.Prior.TokenEndpointAuthMethod != update.Planned.TokenEndpointAuthMethod { // it may be by keys and have none
			update.Prior.Proof, update.Planned.Proof = tenant.ProofKeys, tenant.ProofSecret
		}
		return r.write(ctx, nil, update)
	}
	used := slices.DeleteFunc(slices.Clone(r.present), func(one tenant.Credential) bool { return !one.InUse })
	if byKeys && slices.Equal(ids(stay), ids(used)) {
		return r.write(ctx, stay, r.update)
	}
	return r.name(ctx, stay, r.update)
}

// name lets the client authenticate with the given keys and no others.
func (r *rotation) name(ctx context.Context, keys []tenant.Credential, update tenant.ClientUpdate) error {
	update.Planned.Proof, update.Planned.Credentials = tenant.ProofKeys, nil
	for _, one := range keys {
		update.Planned.Credentials = append(update.Planned.Credentials, tenant.Credential{ID: one.ID, InUse: true})
	}
	return r.write(ctx, keys, update)
}

// write updates the client, unless nothing changes. Afterwards the given keys are those in use.
func (r *rotation) write(ctx context.Context, used []tenant.Credential, update tenant.ClientUpdate) error {
	if update.Empty() {
		return nil
	}
	client, err := r.ports.Clients.Update(ctx, tenant.ClientKey{ClientID: r.clientID}, update)
	if client.ClientID == "" {
		return err
	}
	r.client = client
	for i := range r.present {
		r.present[i].InUse = slices.Contains(ids(used), r.present[i].ID)
	}
	r.saved(r.client, r.present)
	return err
}

// drop takes away what is left of the keys that go.
func (r *rotation) drop(ctx context.Context) error {
	for _, one := range slices.Clone(r.present) {
		if r.leaving(one) {
			if err := r.delete(ctx, one); err != nil {
				return err
			}
		}
	}
	return nil
}

// delete leaves alone a key that the client uses for something else besides.
func (r *rotation) delete(ctx context.Context, goes tenant.Credential) error {
	if !goes.Shared {
		if err := r.ports.Credentials.Delete(ctx, r.clientID, goes.ID); err != nil {
			return err
		}
	}
	r.present = slices.DeleteFunc(slices.Clone(r.present), func(one tenant.Credential) bool { return one.ID == goes.ID })
	r.saved(r.client, r.present)
	return nil
}

func (r *rotation) replace(changed tenant.Credential) {
	at := slices.IndexFunc(r.present, func(one tenant.Credential) bool { return one.ID == changed.ID })
	r.present[at] = changed
	r.saved(r.client, r.present)
}

// ids are sorted.
func ids(credentials []tenant.Credential) []string {
	list := make([]string, 0, len(credentials))
	for _, one := range credentials {
		list = append(list, one.ID)
	}
	slices.Sort(list)
	return list
}
