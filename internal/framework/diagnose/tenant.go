package diagnose

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/privatestate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Identities are the ids of an object: the one in the state, and the one that an object with the same key has in the
// current tenant.
type Identities struct {
	State   string
	Current string // empty: no such object exists there
}

// AddOtherTenant rejects an object that is not in the current tenant under the id that the state has, unless the state is
// known to be about this tenant. Terraform ignores an import block for an address that is still in the state.
func AddOtherTenant(diags *diag.Diagnostics, o Operation, origin privatestate.Origin, ids Identities) {
	about := "and does not record its tenant"
	if origin.Other() {
		about = fmt.Sprintf("and is about the tenant %q", origin.Tenant)
	}
	found, commands := "has none with this id", fmt.Sprintf("  terraform state rm %s.NAME", o.Type)
	next := "remove it from the state and plan again, which creates a new one:"
	if ids.Current != "" {
		found = "has another one with the same key, whose id is " + ids.Current
		commands += "\n\n" + ImportBlock(o.Type, o.Key)
		next = "remove it from the state first, then add the import block and plan again:"
	}
	detail := fmt.Sprintf("The state of the %s %q has the id %s %s. The provider uses the tenant %q, which %s. "+
		"Nothing was changed.\n\nCheck first whether this is the right tenant: `domain` (AUTH0_DOMAIN), the credentials, the provider alias and the workspace. "+
		"If it is, %s\n\n%s", o.Noun, o.Key, ids.State, about, origin.Current, found, next, commands)
	if origin.Other() {
		diags.AddError(fmt.Sprintf("%s belongs to another tenant", capitalized(o.Noun)), detail)
		return
	}
	diags.AddError(fmt.Sprintf("%s has another id", capitalized(o.Noun)), detail)
}

// RemoveMissing removes an object from the state that is not in the tenant any more, and reports whether it did. In another tenant
// than the state is about, its absence means nothing.
func RemoveMissing(ctx context.Context, resp *resource.ReadResponse, o Operation, origin privatestate.Origin, id string) bool {
	if origin.Other() {
		AddOtherTenant(&resp.Diagnostics, o, origin, Identities{State: id})
		return false
	}
	AddMissing(&resp.Diagnostics, o)
	resp.State.RemoveResource(ctx)
	return true
}

// SameTenant reports whether a write without a read before it may be sent: the state is about the current tenant, or
// find finds the object there by its id. Otherwise it adds an error.
func SameTenant(diags *diag.Diagnostics, o Operation, origin privatestate.Origin, id string, find func() error) bool {
	if origin.Same() {
		return true
	}
	err := find()
	missing := new(tenant.NotFound)
	switch {
	case errors.As(err, &missing):
		AddOtherTenant(diags, o, origin, Identities{State: id})
	case err != nil:
		AddOperationError(diags, o, err)
	}
	return err == nil
}

// foreign explains a response that is not from Auth0: what it looks like, what is known about the request, and what to
// check.
func (o Operation) foreign(e *tenant.Unavailable, response *tenant.ForeignResponse) string {
	var text strings.Builder
	text.WriteString(appearance(response))
	text.WriteString("\n")
	switch {
	case e.Undone:
		text.WriteString(o.undone())
	case e.Unsettled:
		text.WriteString(o.mayHaveHappened())
	default:
		text.WriteString("The request changed nothing, and the state keeps what it has.")
	}
	text.WriteString(" " + checkNetwork)
	if response.Status == http.StatusNotFound && response.Object && o.Type != "" {
		fmt.Fprintf(&text, " If the %s really does not exist any more, remove it from the state: `terraform state rm %s.NAME`, "+
			"or a `removed` block with `lifecycle { destroy = false }`.", o.Noun, o.Type)
	}
	if e.RequestID != "" {
		fmt.Fprintf(&text, "\n\nRequest id: %s", e.RequestID)
	}
	return text.String()
}

// Unconfirmed returns why it is unknown whether a write took effect: there was no response, or one that is not from Auth0.
func Unconfirmed(err error) string {
	if response := new(tenant.ForeignResponse); errors.As(err, &response) {
		return appearance(response)
	}
	return "Auth0 did not respond to the request.\n"
}

// appearance states what a response looks like that is not from Auth0.
func appearance(response *tenant.ForeignResponse) string {
	var text strings.Builder
	text.WriteString("The response is not from Auth0, or not about this object: something between the provider and Auth0 responded, such as a gateway, a proxy or a login page.\n\n")
	fmt.Fprintf(&text, "  Status: %s\n", strings.TrimSpace(fmt.Sprintf("%d %s", response.Status, http.StatusText(response.Status))))
	fmt.Fprintf(&text, "  Content-Type: %s\n", cmp.Or(response.ContentType, "(none)"))
	fmt.Fprintf(&text, "  Server: %s\n", cmp.Or(response.Server, "(none)"))
	fmt.Fprintf(&text, "  Body: %s\n", cmp.Or(response.Excerpt, "(empty)"))
	if response.Reason != nil {
		fmt.Fprintf(&text, "  Reason: %s\n", response.Reason)
	}
	return text.String()
}

func (o Operation) mayHaveHappened() string {
	return fmt.Sprintf("The tenant may have carried it out all the same. Plan again to see what it has of the %s %q before you apply.", o.Noun, o.Key)
}

func (o Operation) undone() string {
	return fmt.Sprintf("A read afterwards shows that the tenant did not carry it out: the %s %q still exists, and the state keeps it. Apply again.", o.Noun, o.Key)
}
