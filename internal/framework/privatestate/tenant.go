package privatestate

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

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
