package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// changesKeys reports whether an update needs the requests of a rotation.
func changesKeys(prior, plan Model) bool {
	return !plan.PrivateKeyJWT.Equal(prior.PrivateKeyJWT) || prior.TokenEndpointAuthMethod.IsNull() != plan.TokenEndpointAuthMethod.IsNull()
}

// startRotation returns the rotation of an update, which has written nothing yet. If the update changes how the client authenticates,
// it reads how the client does now, and reports an error if that was changed after the plan was made.
func (r *Resource) startRotation(ctx context.Context, prior, plan Model, diags *diag.Diagnostics) (steps rotation, ok bool) {
	steps = rotation{ports: r.Tenant, clientID: prior.ClientID.ValueString(), prior: prior.credentials(ctx), planned: plan.credentials(ctx)}
	if !changesKeys(prior, plan) && plan.TokenEndpointAuthMethod.Equal(prior.TokenEndpointAuthMethod) {
		return steps, true
	}
	found, err := r.readAuthentication(ctx, prior, plan)
	if err != nil {
		diagnose.AddOperationError(diags, operation("update", plan), err)
		return steps, false
	}
	steps.found = found
	steps.rejectOutdated(prior.TokenEndpointAuthMethod.IsNull(), diags)
	return steps, !diags.HasError()
}

// readAuthentication reads how a client authenticates now. An update that concerns no keys needs no permission to read them if the
// client has an authentication method: it uses a secret then (CL011).
func (r *Resource) readAuthentication(ctx context.Context, prior, plan Model) (tenant.Authentication, error) {
	client := tenant.Client{ClientID: prior.ClientID.ValueString()}
	if !changesKeys(prior, plan) {
		var err error
		if client, err = r.Tenant.Clients.Get(ctx, prior.key()); err != nil {
			return tenant.Authentication{}, err
		}
		if client.AuthKind == tenant.AuthUnknown && client.TokenEndpointAuthMethod != "" {
			client.AuthKind = tenant.AuthSecret
		}
		if client.AuthKind == tenant.AuthSecret || client.AuthKind == tenant.AuthUnsupported {
			return tenant.Authentication{AuthKind: client.AuthKind}, nil
		}
	}
	found, err := r.Tenant.Credentials.Of(ctx, client)
	if denied := new(tenant.Denied); errors.As(err, &denied) && !changesKeys(prior, plan) { // as a read, which then assumes a secret
		return tenant.Authentication{AuthKind: tenant.AuthSecret}, nil
	}
	return found, err
}

// rejectOutdated rejects an update that would undo what was changed outside Terraform after the plan was made, which the plan does
// not show. usedKeys is whether the client of the prior state authenticates with keys.
func (r *rotation) rejectOutdated(usedKeys bool, diags *diag.Diagnostics) {
	const summary = "Unable to update client"
	added, changed := r.addedSincePlan(), r.changedSincePlan(usedKeys)
	switch {
	case r.found.AuthKind == tenant.AuthUnsupported:
		diagnose.Reject(diags, path.Empty(), summary, "The client was switched to certificates (mTLS) after this plan was made, "+
			"and this change would disable that. Nothing was changed. Plan again, with a refresh.")
	case len(added) > 0:
		diagnose.Reject(diags, path.Root("private_key_jwt"), summary, "Keys were added to the client after this plan was made: %s. "+
			"Nothing was changed. Plan again, with a refresh: the added keys show as drift.", strings.Join(added, ", "))
	case r.found.AuthKind == tenant.AuthKeys && !usedKeys && len(r.planned) == 0:
		diagnose.Reject(diags, path.Empty(), summary, "The client was switched to keys after this plan was made, "+
			"and this change would disable that. Nothing was changed. Plan again, with a refresh.")
	case len(changed) > 0:
		diagnose.Reject(diags, path.Root("private_key_jwt"), summary, "Keys of the client were changed after this plan was made, "+
			"and this update would undo that: %s. Nothing was changed. Plan again, with a refresh.", strings.Join(changed, ", "))
	}
}

// addedSincePlan returns the names of the keys in use that are neither in the prior state nor planned.
func (r *rotation) addedSincePlan() []string {
	var names []string
	for _, credential := range r.found.Credentials {
		if credential.InUse && !hasKey(r.prior, credential.KeyID) && r.plannedIndex(credential) < 0 {
			names = append(names, cmp.Or(credential.Name, credential.KeyID))
		}
	}
	return names
}

// changedSincePlan describes how the keys that the plan keeps differ from the prior state. What the plan changes does not count, nor
// does a key that an interrupted rotation has not activated yet: it has no PEM text in the state.
func (r *rotation) changedSincePlan(usedKeys bool) []string {
	if usedKeys && len(r.prior) > 0 && len(r.planned) > 0 && r.found.AuthKind == tenant.AuthSecret && len(r.found.Credentials) > 0 {
		return []string{"the client was switched to a secret"}
	}
	var changes []string
	for _, before := range r.prior {
		planned := r.plannedIndex(before)
		if planned < 0 {
			continue
		}
		at := slices.IndexFunc(r.found.Credentials, func(credential tenant.Credential) bool { return r.plannedIndex(credential) == planned })
		if at < 0 {
			changes = append(changes, fmt.Sprintf("%q was removed", before.Name))
			continue
		}
		now := r.found.Credentials[at]
		keepsExpiry := tenant.SameMoment(before.ExpiresAt, r.planned[planned].ExpiresAt)
		switch {
		case before.PEM != "" && !now.InUse:
			changes = append(changes, fmt.Sprintf("%q was deactivated", before.Name))
		case keepsExpiry && !tenant.SameMoment(before.ExpiresAt, now.ExpiresAt) && now.ExpiresAt.IsZero():
			changes = append(changes, fmt.Sprintf("%q never expires", before.Name))
		case keepsExpiry && !tenant.SameMoment(before.ExpiresAt, now.ExpiresAt):
			changes = append(changes, fmt.Sprintf("%q expires at %s", before.Name, now.ExpiresAt.UTC().Format(time.RFC3339)))
		}
	}
	return changes
}
