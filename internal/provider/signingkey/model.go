package signingkey

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Model contains the attributes of timesheets_signing_keys.
type Model struct {
	Keys    []Key     `tfsdk:"keys"`
	Revoked types.Set `tfsdk:"revoked_key_ids"`
}

// Key contains the attributes of a public key.
type Key struct {
	ID          types.String `tfsdk:"id"`
	Algorithm   types.String `tfsdk:"algorithm"`
	Use         types.String `tfsdk:"use"`
	Type        types.String `tfsdk:"type"`
	Certificate types.String `tfsdk:"certificate"`
	Thumbprint  types.String `tfsdk:"thumbprint"`
	State       types.String `tfsdk:"state"`
}

// newModel returns the published keys with their states. Without states these are null, and so are the revoked keys.
func newModel(published []tenant.Key, states map[string]tenant.KeyState) Model {
	m := Model{Keys: make([]Key, len(published)), Revoked: revoked(states)}
	for i, key := range published {
		m.Keys[i] = modify.Flatten(key, Key{})
		m.Keys[i].State = modify.Text(string(states[key.ID]))
	}
	return m
}

// revoked returns the IDs of the revoked keys; null if the states are not known.
func revoked(states map[string]tenant.KeyState) types.Set {
	if states == nil {
		return types.SetNull(types.StringType)
	}
	ids := []attr.Value{}
	for id, state := range states {
		if state == tenant.KeyRevoked {
			ids = append(ids, types.StringValue(id))
		}
	}
	return types.SetValueMust(types.StringType, ids)
}
