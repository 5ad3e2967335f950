package client

import (
	"context"
	"slices"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// maxCredentials is the number of keys that a client can have at a time (CR006).
const maxCredentials = 2

// rotation replaces the keys of a client by the planned keys. A prior or planned key is in use at any time, so that jobs can
// always authenticate: new keys are created and activated before obsolete keys are deleted, and an obsolete key is deactivated
// before it is deleted (CR007).
type rotation struct {
	ports    tenant.Tenant
	clientID string
	prior    []tenant.Credential   // in the prior state; other keys in use were added after the plan was made
	planned  []tenant.Credential   // none if the client is to use a secret
	found    tenant.Authentication // how the client authenticates before the first request
	update   tenant.ClientUpdate   // other changes of the client, sent with the last change of the keys in use

	save    func(tenant.Client, []tenant.Credential) // called after each request
	client  tenant.Client                            // the client in the latest response, without an ID before the first one
	current []tenant.Credential                      // the credentials that the tenant currently has
}

// run sends the requests of the rotation and calls save after each.
func (r *rotation) run(ctx context.Context) error {
	r.current = slices.Clone(r.found.Credentials)
	if err := r.deleteUnused(ctx); err != nil {
		return err
	}
	if err := r.create(ctx); err != nil {
		return err
	}
	if err := r.activatePlanned(ctx, r.found.AuthKind == tenant.AuthKeys); err != nil {
		return err
	}
	return r.deleteObsolete(ctx)
}

// plannedIndex returns the index of the planned key that matches a credential, or -1.
func (r *rotation) plannedIndex(credential tenant.Credential) int {
	return slices.IndexFunc(r.planned, func(planned tenant.Credential) bool {
		return planned.KeyID == credential.KeyID && (planned.Name == credential.Name || planned.Name == credential.KeyID) && planned.Algorithm == credential.Algorithm
	})
}

// isObsolete reports whether to delete a credential that is not planned: one of the prior state, or one with the same key as a
// planned credential, because a client has a key only once (CR005).
func (r *rotation) isObsolete(credential tenant.Credential) bool {
	if r.plannedIndex(credential) >= 0 {
		return false
	}
	return hasKey(r.prior, credential.KeyID) || hasKey(r.planned, credential.KeyID)
}

func hasKey(credentials []tenant.Credential, keyID string) bool {
	return slices.ContainsFunc(credentials, func(credential tenant.Credential) bool { return credential.KeyID == keyID })
}

// deleteUnused deletes the obsolete credentials that are not in use, and updates the expiry of the planned ones that exist.
func (r *rotation) deleteUnused(ctx context.Context) error {
	for _, credential := range slices.Clone(r.current) {
		if r.isObsolete(credential) && !credential.InUse {
			if err := r.delete(ctx, credential); err != nil {
				return err
			}
			continue
		}
		i := r.plannedIndex(credential)
		if i < 0 || tenant.SameMoment(r.planned[i].ExpiresAt, credential.ExpiresAt) {
			continue
		}
		changed, err := r.ports.Credentials.Expire(ctx, r.clientID, credential.ID, r.planned[i].ExpiresAt)
		if err != nil {
			return err
		}
		credential.ExpiresAt = changed.ExpiresAt
		r.replace(credential)
	}
	return nil
}

// create creates the planned credentials that do not exist. If the client has the maximum number of credentials, an obsolete one
// is deleted first. The other one stays in use.
func (r *rotation) create(ctx context.Context) error {
	for _, planned := range r.planned {
		if slices.ContainsFunc(r.current, func(credential tenant.Credential) bool {
			return credential.KeyID == planned.KeyID && r.plannedIndex(credential) >= 0
		}) {
			continue
		}
		if len(r.current) >= maxCredentials {
			if err := r.deleteOneObsolete(ctx); err != nil {
				return err
			}
		}
		created, err := r.ports.Credentials.Create(ctx, r.clientID, planned)
		if created.ID != "" {
			r.current = append(r.current, created)
			r.save(r.client, r.current)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *rotation) deleteOneObsolete(ctx context.Context) error {
	i := slices.IndexFunc(r.current, r.isObsolete)
	if i < 0 {
		return nil // no credential can be deleted: the tenant decides whether it accepts another one
	}
	obsolete := r.current[i]
	rest := slices.DeleteFunc(slices.Clone(r.current), func(credential tenant.Credential) bool { return credential.ID == obsolete.ID })
	if err := r.activate(ctx, rest, tenant.ClientUpdate{}); err != nil {
		return err
	}
	return r.delete(ctx, obsolete)
}

// activatePlanned activates exactly the planned credentials, and sends the other changes of the client in the same request.
func (r *rotation) activatePlanned(ctx context.Context, usesKeys bool) error {
	planned := slices.DeleteFunc(slices.Clone(r.current), func(credential tenant.Credential) bool { return r.plannedIndex(credential) < 0 })
	if len(r.planned) == 0 {
		update := r.update
		if usesKeys || update.Prior.TokenEndpointAuthMethod != update.Planned.TokenEndpointAuthMethod { // a client that uses keys can have none
			update.Prior.AuthKind, update.Planned.AuthKind = tenant.AuthKeys, tenant.AuthSecret
		}
		return r.write(ctx, nil, update)
	}
	active := slices.DeleteFunc(slices.Clone(r.current), func(credential tenant.Credential) bool { return !credential.InUse })
	if usesKeys && slices.Equal(sortedIDs(planned), sortedIDs(active)) {
		return r.write(ctx, planned, r.update)
	}
	return r.activate(ctx, planned, r.update)
}

// activate lets the client authenticate with the given credentials only.
func (r *rotation) activate(ctx context.Context, credentials []tenant.Credential, update tenant.ClientUpdate) error {
	update.Planned.AuthKind, update.Planned.Credentials = tenant.AuthKeys, nil
	for _, credential := range credentials {
		update.Planned.Credentials = append(update.Planned.Credentials, tenant.Credential{ID: credential.ID, InUse: true})
	}
	return r.write(ctx, credentials, update)
}

// write updates the client, unless nothing changes, and marks the given credentials as those in use.
func (r *rotation) write(ctx context.Context, active []tenant.Credential, update tenant.ClientUpdate) error {
	if update.Empty() {
		return nil
	}
	client, err := r.ports.Clients.Update(ctx, tenant.ClientKey{ClientID: r.clientID}, update)
	if client.ClientID == "" {
		return err
	}
	r.client = client
	for i := range r.current {
		r.current[i].InUse = slices.Contains(sortedIDs(active), r.current[i].ID)
	}
	r.save(r.client, r.current)
	return err
}

// deleteObsolete deletes the remaining obsolete credentials.
func (r *rotation) deleteObsolete(ctx context.Context) error {
	for _, credential := range slices.Clone(r.current) {
		if r.isObsolete(credential) {
			if err := r.delete(ctx, credential); err != nil {
				return err
			}
		}
	}
	return nil
}

// delete deletes a credential, unless the client also uses it for another purpose.
func (r *rotation) delete(ctx context.Context, obsolete tenant.Credential) error {
	if !obsolete.Shared {
		if err := r.ports.Credentials.Delete(ctx, r.clientID, obsolete.ID); err != nil {
			return err
		}
	}
	r.current = slices.DeleteFunc(slices.Clone(r.current), func(credential tenant.Credential) bool { return credential.ID == obsolete.ID })
	r.save(r.client, r.current)
	return nil
}

func (r *rotation) replace(changed tenant.Credential) {
	i := slices.IndexFunc(r.current, func(credential tenant.Credential) bool { return credential.ID == changed.ID })
	r.current[i] = changed
	r.save(r.client, r.current)
}

func sortedIDs(credentials []tenant.Credential) []string {
	ids := make([]string, 0, len(credentials))
	for _, credential := range credentials {
		ids = append(ids, credential.ID)
	}
	slices.Sort(ids)
	return ids
}
