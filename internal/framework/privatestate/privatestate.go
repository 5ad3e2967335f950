// Package privatestate stores marks about a resource in its private state, which Terraform keeps but never shows. The
// description of a mark says who writes it, who reads it, and when it is removed.
package privatestate

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// Reader reads private state. The framework's own type has no exported name.
type Reader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// Writer writes private state. A nil value removes the key.
type Writer interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// Mark is a mark without content.
type Mark string

const (
	// Imported is written by an import and by a move. The next read also fills attributes that are not managed, and removes it.
	Imported Mark = "imported"

	// Scopes is written by a create or a plan of an API whose configuration sets `scopes`. The plan that no longer finds `scopes` in
	// the configuration removes it. Without the mark, scopes in the state come from an import and belong to someone else.
	Scopes Mark = "scopes"

	// Organizations is written by a plan of a client grant whose configuration lists organizations. A later plan without the list
	// warns that the associations remain, and removes it. An import writes none: what it read stays in the state without a warning.
	Organizations Mark = "organizations"

	// UnsetSecret is written by a create whose object exists without the secret of the configuration, because the request that sets
	// it failed. Reads then report the version of the secret as null, so that the plan updates it. The update that sends the secret
	// removes it.
	UnsetSecret Mark = "unset_secret"

	// UsesMTLS is written by a read of a client that authenticates with a certificate, and rejects the next plan. The read itself does
	// not fail, because the client could not be removed from the state then.
	UsesMTLS Mark = "authenticates_otherwise"
)

// Set writes or removes the mark.
func (m Mark) Set(ctx context.Context, private Writer, set bool, diags *diag.Diagnostics) {
	var value []byte
	if set {
		value = []byte("true")
	}
	diags.Append(private.SetKey(ctx, string(m), value)...)
}

// In reports whether the mark is set.
func (m Mark) In(ctx context.Context, private Reader, diags *diag.Diagnostics) bool {
	value, found := private.GetKey(ctx, string(m))
	diags.Append(found...)
	return len(value) > 0
}

// plannedKey is the key under which every plan that has a prior state writes when it was made. Terraform plans a replacement a second
// time, without the prior state but with the private state that the first call returned: the key distinguishes the second half of a
// replacement from the create of another object. A deletion compares the time. The key is never removed, because Terraform passes no
// private state for a create and for a tainted object.
const plannedKey = "planned"

// MarkPlanned writes that a plan is made now, in seconds since 1970.
func MarkPlanned(ctx context.Context, private Writer, diags *diag.Diagnostics) {
	diags.Append(private.SetKey(ctx, plannedKey, strconv.AppendInt(nil, time.Now().Unix(), 10))...)
}

// PlannedAt returns when the last plan that had a prior state was made, and whether there was one.
func PlannedAt(ctx context.Context, private Reader, diags *diag.Diagnostics) (at time.Time, planned bool) {
	value, found := private.GetKey(ctx, plannedKey)
	diags.Append(found...)
	seconds, _ := strconv.ParseInt(string(value), 10, 64) // 0 if another version wrote it
	return time.Unix(seconds, 0), len(value) > 0
}

// protectedKey is the key under which every plan of a protected object that has a prior state writes why the object is
// protected. Terraform plans a forced replacement (-replace, replace_triggered_by) twice in one process: first with the
// prior state, then as a create without it, but with the private state that the first call returned. The second call
// finds the mark although there is no prior state. Every plan with a prior state writes or removes the mark, so the mark
// ends with the protection.
const protectedKey = "protected"

// MarkProtected writes reason, which is JSON, into the private state of a plan that has a prior state. Nil removes the
// mark.
func MarkProtected(ctx context.Context, private Writer, reason []byte) diag.Diagnostics {
	return private.SetKey(ctx, protectedKey, reason)
}

// Protected returns the reason that the plan with the prior state wrote; nil if there is none.
func Protected(ctx context.Context, private Reader) ([]byte, diag.Diagnostics) {
	return private.GetKey(ctx, protectedKey)
}

// removedKey is the key under which an update of an API writes the scopes that it removed. The next read looks for client
// grants that still contain them, and removes the mark: during the update, grants of the same plan may not be written yet.
const removedKey = "removed_scopes"

// MarkRemovedScopes writes the removed scopes. None removes the mark.
func MarkRemovedScopes(ctx context.Context, private Writer, values []string) diag.Diagnostics {
	if len(values) == 0 {
		return private.SetKey(ctx, removedKey, nil)
	}
	encoded, err := json.Marshal(values)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Bug in the provider", err.Error())}
	}
	return private.SetKey(ctx, removedKey, encoded)
}

// RemovedScopes returns the scopes that the last update removed; none if there is no mark.
func RemovedScopes(ctx context.Context, private Reader) (values []string, diags diag.Diagnostics) {
	encoded, diags := private.GetKey(ctx, removedKey)
	if len(encoded) > 0 && json.Unmarshal(encoded, &values) != nil {
		return nil, diags // written by another version
	}
	return values, diags
}

// tenantKey is the key under which every create and every successful read writes the tenant of the object: the identifier
// of its Management API, which stays the same under a custom domain. A read that does not find the object by its id
// compares it with the tenant that the provider uses. It is never removed.
const tenantKey = "tenant"

// Origin is where an object comes from, and where the provider looks for it. Both are identifiers of a Management API.
type Origin struct {
	Tenant  string // that private state remembers; empty in an older state, and after an import or a move
	Current string // that the provider uses
}

// OriginOf returns what private state remembers of an object, next to the current tenant.
func OriginOf(ctx context.Context, private Reader, current string, diags *diag.Diagnostics) Origin {
	value, found := private.GetKey(ctx, tenantKey)
	diags.Append(found...)
	origin := Origin{Current: current}
	if json.Unmarshal(value, &origin.Tenant) != nil {
		origin.Tenant = ""
	}
	return origin
}

// Same reports whether the object is known to come from the current tenant.
func (o Origin) Same() bool { return o.Tenant != "" && o.Tenant == o.Current }

// Other reports whether the object is known to come from another tenant.
func (o Origin) Other() bool { return o.Tenant != "" && o.Tenant != o.Current }

// RememberTenant writes the tenant of an object that exists there. There is none where the provider is not configured.
func RememberTenant(ctx context.Context, private Writer, current string, diags *diag.Diagnostics) {
	value, err := json.Marshal(current)
	if err == nil && current != "" {
		diags.Append(private.SetKey(ctx, tenantKey, value)...)
	}
}
