package modify

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// ours reports whether people come from auth0/auth0, whatever registry it was installed from. OpenTofu may name the type
// of the provider alone.
func ours(address string) bool {
	return address == "auth0" || strings.HasSuffix(address, "/auth0/auth0")
}

// predecessor is the former name of auth0/auth0.
const predecessor = "alexkappa/auth0"

// MovedFrom takes over states of a resource type of auth0/auth0. State is what is read of such a state: its JSON members,
// all of them optional, since each version of that provider wrote others. take runs in a process that was never
// configured, and can ask nobody.
func MovedFrom[State any](typeName string, take func(ctx context.Context, state State, resp *resource.MoveStateResponse)) resource.StateMover {
	return resource.StateMover{StateMover: func(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
		if req.SourceTypeName == typeName && strings.HasSuffix(req.SourceProviderAddress, "/"+predecessor) {
			resp.Diagnostics.AddError("State belongs to another provider", "The state of the "+typeName+" was written by "+predecessor+
				", whose successor is auth0/auth0. Run `terraform state replace-provider "+predecessor+" auth0/auth0`, and plan again with the same `moved` block.")
			return
		}
		if req.SourceTypeName != typeName || !ours(req.SourceProviderAddress) {
			return
		}
		var state State
		if err := json.Unmarshal(req.SourceRawState.JSON, &state); err != nil {
			unreadable(&resp.Diagnostics, typeName)
			return
		}
		take(ctx, state, resp)
	}}
}

// unreadable does not show the cause: the state may hold secrets.
func unreadable(diags *diag.Diagnostics, typeName string) {
	diags.AddError("State cannot be read", "The state of the "+typeName+" is not as any known version of auth0/auth0 writes it. "+
		"Update that provider and apply once with it; or use a `removed` block for the old resource and an `import` block for the new one.")
}

// MissingMoved refuses a state without what names its object.
func MissingMoved(diags *diag.Diagnostics, typeName string, keys ...string) bool {
	for _, key := range keys {
		if key == "" {
			unreadable(diags, typeName)
			return true
		}
	}
	return false
}

// FirstMoved is the first element of a list, which is how that provider holds a nested object; the zero value where there is
// none.
func FirstMoved[T any](list []T) T {
	var none T
	if len(list) == 0 {
		return none
	}
	return list[0]
}
