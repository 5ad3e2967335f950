package privatestate

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// Mark is a mark without content.
type Mark string

const (
	// Planned is written by every plan that has a prior state. Terraform plans a replacement a second time, without the prior state
	// but with the private state that the first call returned: the mark distinguishes the second half of a replacement from the
	// create of another object. It is never removed, because Terraform passes no private state for a create and for a tainted object.
	Planned Mark = "planned"

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
