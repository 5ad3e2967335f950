package server

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/privatestate"
)

// former is the former name of auth0/auth0.
const former = "alexkappa/auth0"

// Move converts states of a resource type of auth0/auth0. An attribute takes the member of the same name, which each version
// of that provider may lack. Without a value it has its default, and the next read corrects it.
type Move struct {
	Source  string            // the resource type
	Keys    []string          // attributes that a state must have
	Renamed map[string]string // from attributes to the paths of their members in the same object; empty: never taken
	Import  bool              // whether the next read is that of an import, and finds what a state lacks

	Check    func(from map[string]any, diags *diag.Diagnostics)                               // rejects a state; optional
	Complete func(ctx context.Context, from map[string]any, resp *resource.MoveStateResponse) // changes the target state; optional
}

// mover returns a state mover to the given schema. It runs in an unconfigured provider.
func (m Move) mover(to schema.Schema) resource.StateMover {
	return resource.StateMover{StateMover: func(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
		switch address := req.SourceProviderAddress; {
		case req.SourceTypeName != m.Source:
		case strings.HasSuffix(address, "/"+former):
			resp.Diagnostics.AddError("State belongs to another provider", "The state of the "+m.Source+" was written by "+former+
				", whose successor is auth0/auth0. Run `terraform state replace-provider "+former+" auth0/auth0`, and plan again with the same `moved` block.")
		case address == "auth0" || strings.HasSuffix(address, "/auth0/auth0"): // OpenTofu may omit the rest of the address
			var from map[string]any
			if err := json.Unmarshal(req.SourceRawState.JSON, &from); err != nil {
				m.unreadable(&resp.Diagnostics)
				return
			}
			m.move(ctx, from, to, resp)
		}
	}}
}

func (m Move) move(ctx context.Context, from map[string]any, to schema.Schema, resp *resource.MoveStateResponse) {
	if m.Check != nil {
		m.Check(from, &resp.Diagnostics)
	}
	if !resp.Diagnostics.HasError() {
		m.set(ctx, from, to, resp)
	}
	if m.Import {
		privatestate.Imported.Set(ctx, resp.TargetPrivate, true, &resp.Diagnostics)
	}
	if m.Complete != nil && !resp.Diagnostics.HasError() {
		m.Complete(ctx, from, resp)
	}
}

// set sets the target state.
func (m Move) set(ctx context.Context, from map[string]any, to schema.Schema, resp *resource.MoveStateResponse) {
	kind, values := to.Type().TerraformType(ctx), map[string]tftypes.Value{}
	content, err := json.Marshal(m.members("", from, to.Attributes))
	state := tftypes.Value{}
	if err == nil {
		state, err = tfprotov6.RawState{JSON: content}.Unmarshal(kind)
	}
	if err == nil {
		err = state.As(&values)
	}
	for _, key := range m.Keys {
		if values[key].IsNull() {
			err = errors.New("a key is missing")
		}
	}
	if err != nil {
		m.unreadable(&resp.Diagnostics)
		return
	}
	resp.TargetState.Raw = tftypes.NewValue(kind, omission{tfsdk.Config{Raw: state, Schema: to}}.complete(ctx, values, to.Attributes))
}

// unreadable does not show the cause, because the state can contain secrets.
func (m Move) unreadable(diags *diag.Diagnostics) {
	diags.AddError("State cannot be read", "The state of the "+m.Source+" is not as any known version of auth0/auth0 writes it. "+
		"Update that provider and apply once with it; or use a `removed` block for the old resource and an `import` block for the new one.")
}

// members returns the values of the attributes of an object. That provider writes "" and 0 for what is not set, and an
// object that is not set either as an empty list or with the member disable.
func (m Move) members(at string, from map[string]any, attributes map[string]schema.Attribute) map[string]any {
	values := map[string]any{}
	for name, attribute := range attributes {
		value := from[name]
		if path, renamed := m.Renamed[at+name]; renamed && path == "" {
			continue
		} else if found := follow(from, strings.Split(path, ".")); renamed && found != nil {
			value = found
		}
		inner, nested := attribute.(schema.SingleNestedAttribute)
		switch list, _ := value.([]any); {
		case value == "" || value == "null" || value == 0.0:
			value = nil
		case nested:
			object := first(value)
			for name, deeper := range object { // Auth0 nests some objects more deeply
				if _, known := inner.Attributes[name]; !known && len(object) == 1 && first(deeper) != nil {
					object = first(deeper)
				}
			}
			if value = nil; object != nil && object["disable"] != true {
				value = m.members(at+name+".", object, inner.Attributes)
			}
		default:
			slices.SortFunc(list, func(a, b any) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		}
		values[name] = value
	}
	return values
}

// follow returns what a path leads to.
func follow(from map[string]any, path []string) any {
	if len(path) == 1 || from == nil {
		return from[path[0]]
	}
	return follow(first(from[path[0]]), path[1:])
}

// first returns an object, which that provider stores as a list with one element.
func first(value any) map[string]any {
	if list, ok := value.([]any); ok && len(list) == 1 {
		value = list[0]
	}
	object, _ := value.(map[string]any)
	return object
}
