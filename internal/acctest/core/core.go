// Package core does with a resource what Terraform core does: it reads, plans and applies it with a provider, and checks that the
// provider keeps configured, prior and planned values as Terraform demands.
package core

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Diagnostics are errors and warnings.
type Diagnostics []*tfprotov6.Diagnostic

// Failed reports whether there is an error among them.
func (d Diagnostics) Failed() bool {
	return slices.ContainsFunc(d, func(one *tfprotov6.Diagnostic) bool { return one.Severity == tfprotov6.DiagnosticSeverityError })
}

// Process is a provider process.
type Process struct {
	Server  tfprotov6.ProviderServer
	Schemas *tfprotov6.GetProviderSchemaResponse
}

// Start returns a provider that is not configured yet.
func Start(ctx context.Context, factory func() (tfprotov6.ProviderServer, error)) (*Process, error) {
	server, err := factory()
	if err != nil {
		return nil, err
	}
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	return &Process{server, schemas}, err
}

// Configure configures the provider with an empty provider block. It discards what it read and planned before, as between two walks of
// Terraform, each of which starts a process.
func (p *Process) Configure(ctx context.Context) (Diagnostics, error) {
	kind := p.Schemas.Provider.ValueType()
	attributes := map[string]tftypes.Value{}
	for _, attribute := range p.Schemas.Provider.Block.Attributes {
		attributes[attribute.Name] = tftypes.NewValue(attribute.ValueType(), nil)
	}
	config, err := dynamic(tftypes.NewValue(kind, attributes))
	if err != nil {
		return nil, err
	}
	configured, err := p.Server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.14.0", Config: config})
	if err != nil {
		return nil, err
	}
	return configured.Diagnostics, nil
}

// Instance is an object in the state.
type Instance struct {
	State        tftypes.Value
	Identity     *tfprotov6.ResourceIdentityData
	Private      []byte // private state of the provider
	Tainted      bool   // Terraform replaces it
	Dependencies []string
}

// value returns the prior value and what the provider stores with it. They are null for a new object.
func (i *Instance) value(kind tftypes.Type) (state tftypes.Value, private []byte, identity *tfprotov6.ResourceIdentityData) {
	if i == nil {
		return tftypes.NewValue(kind, nil), nil, nil
	}
	return i.State, i.Private, i.Identity
}

// Resource is a resource block.
type Resource struct {
	Type   string
	Config tftypes.Value
	Ignore []string // attributes of ignore_changes
}

// Action is what a plan does with an object.
type Action string

// Actions of a plan.
const (
	Noop    Action = "no-op"
	Create  Action = "create"
	Update  Action = "update"
	Delete  Action = "delete"
	Replace Action = "replace"
)

// Change is the planned change of one object.
type Change struct {
	Type     string
	Action   Action
	Prior    *Instance     // nil for a new object
	Planned  tftypes.Value // null if the object is deleted
	Private  []byte
	Identity *tfprotov6.ResourceIdentityData
}

// Aged returns the change as if it had been planned some time ago: the provider notes in private state when it plans an object that exists.
func (c Change) Aged(by time.Duration) (Change, error) {
	var members map[string][]byte
	if len(c.Private) == 0 {
		return c, nil
	}
	if err := json.Unmarshal(c.Private, &members); err != nil {
		return c, err
	}
	if at, noted := members["planned"]; noted {
		seconds, err := strconv.ParseInt(string(at), 10, 64)
		if err != nil {
			return c, err
		}
		members["planned"] = strconv.AppendInt(nil, seconds-int64(by.Seconds()), 10)
	}
	private, err := json.Marshal(members)
	c.Private = private
	return c, err
}

func (p *Process) kind(typeName string) tftypes.Type {
	return p.Schemas.ResourceSchemas[typeName].ValueType()
}

func dynamic(value tftypes.Value) (*tfprotov6.DynamicValue, error) {
	encoded, err := tfprotov6.NewDynamicValue(value.Type(), value)
	return &encoded, err
}

// Validate validates a resource block as a Terraform version with write-only arguments does.
func (p *Process) Validate(ctx context.Context, r Resource) (Diagnostics, error) {
	config, err := dynamic(r.Config)
	if err != nil {
		return nil, err
	}
	answer, err := p.Server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{
		TypeName: r.Type, Config: config, ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil {
		return nil, err
	}
	return answer.Diagnostics, nil
}

// Read refreshes an object. It returns nil if the tenant does not have it, or after an error.
func (p *Process) Read(ctx context.Context, typeName string, stored *Instance) (*Instance, Diagnostics, error) {
	current, err := dynamic(stored.State)
	if err != nil {
		return nil, nil, err
	}
	answer, err := p.Server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
		TypeName: typeName, CurrentState: current, CurrentIdentity: stored.Identity, Private: stored.Private,
	})
	if err != nil {
		return nil, nil, err
	}
	if Diagnostics(answer.Diagnostics).Failed() {
		return nil, answer.Diagnostics, nil
	}
	state, err := answer.NewState.Unmarshal(p.kind(typeName))
	if err != nil || state.IsNull() {
		return nil, answer.Diagnostics, err
	}
	return &Instance{state, answer.NewIdentity, answer.Private, stored.Tainted, stored.Dependencies}, answer.Diagnostics, nil
}

// Plan validates and plans a resource block for the object of the state, which is nil for a new object. replace is the -replace option.
func (p *Process) Plan(ctx context.Context, r Resource, current *Instance, replace bool) (Change, Diagnostics, error) {
	c := Change{Type: r.Type, Prior: current}
	warnings, err := p.Validate(ctx, r)
	if err != nil || warnings.Failed() {
		return c, warnings, err
	}
	prior := current
	if current != nil && current.Tainted {
		prior = nil
	}
	replaces, found, err := p.propose(ctx, &c, r, prior, nil)
	found = append(warnings, found...)
	if err != nil || found.Failed() {
		return c, found, err
	}
	switch {
	case current == nil:
		c.Action = Create
	case prior == nil:
		c.Action = Replace
	case replace || replaces:
		c.Action = Replace
		_, more, err := p.propose(ctx, &c, r, nil, c.Private)
		return c, append(found, more...), err
	case c.Planned.Equal(prior.State):
		c.Action = Noop
	default:
		c.Action = Update
	}
	return c, found, nil
}

// propose asks the provider for the planned state, and reports whether an attribute changes that requires a replacement. private is that of
// a plan that turned into a replacement.
func (p *Process) propose(ctx context.Context, c *Change, r Resource, current *Instance, private []byte) (bool, Diagnostics, error) {
	schema := p.Schemas.ResourceSchemas[r.Type]
	prior, stored, identity := current.value(schema.ValueType())
	if stored != nil {
		private = stored
	}
	config := r.Config
	if current != nil {
		config = with(config, prior, r.Ignore)
	}
	written, err1 := dynamic(config)
	before, err2 := dynamic(prior)
	proposed, err3 := dynamic(propose(schema.Block.Attributes, prior, config))
	if err := errors.Join(err1, err2, err3); err != nil {
		return false, nil, err
	}
	answer, err := p.Server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: r.Type, Config: written, PriorState: before, PriorPrivate: private, PriorIdentity: identity, ProposedNewState: proposed,
	})
	if err != nil {
		return false, nil, err
	}
	if Diagnostics(answer.Diagnostics).Failed() {
		return false, answer.Diagnostics, nil
	}
	c.Private, c.Identity = answer.PlannedPrivate, answer.PlannedIdentity
	if c.Planned, err = answer.PlannedState.Unmarshal(schema.ValueType()); err != nil {
		return false, nil, err
	}
	if wrong := invalid(schema.Block.Attributes, "", prior, config, c.Planned); wrong != nil {
		return false, nil, fmt.Errorf("invalid plan of %s: %q", r.Type, wrong)
	}
	old, planned := Members(prior), Members(c.Planned)
	return !prior.IsNull() && slices.ContainsFunc(answer.RequiresReplace, func(at *tftypes.AttributePath) bool {
		name, ok := at.Steps()[0].(tftypes.AttributeName)
		return ok && !planned[string(name)].Equal(old[string(name)])
	}), answer.Diagnostics, nil
}

// PlanDelete plans the deletion of an object.
func (p *Process) PlanDelete(ctx context.Context, typeName string, current *Instance) (Change, Diagnostics, error) {
	c := Change{Type: typeName, Action: Delete, Prior: current, Planned: tftypes.NewValue(p.kind(typeName), nil)}
	none, err1 := dynamic(c.Planned)
	before, err2 := dynamic(current.State)
	if err := errors.Join(err1, err2); err != nil {
		return c, nil, err
	}
	answer, err := p.Server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, Config: none, PriorState: before, PriorPrivate: current.Private, PriorIdentity: current.Identity, ProposedNewState: none,
	})
	if err != nil {
		return c, nil, err
	}
	c.Private = answer.PlannedPrivate
	return c, answer.Diagnostics, nil
}

// Destroy applies the deletion of a change that deletes or replaces an object. It returns what is left: nil, or the object after an error.
func (p *Process) Destroy(ctx context.Context, c Change) (*Instance, Diagnostics, error) {
	none := tftypes.NewValue(p.kind(c.Type), nil)
	left, found, err := p.send(ctx, c, none, none)
	if left != nil {
		left.Tainted, left.Dependencies = c.Prior.Tainted, c.Prior.Dependencies
	}
	return left, found, err
}

// Apply applies a change that creates or updates an object, or creates it anew after [Process.Destroy]. A no-op does nothing. As Terraform does, it plans the
// block once more, with the values that are known by now. It returns the object, which is tainted if its creation failed.
func (p *Process) Apply(ctx context.Context, c Change, r Resource) (*Instance, Diagnostics, error) {
	switch c.Action {
	case Noop:
		return c.Prior, nil, nil
	case Update:
	default:
		c.Prior = nil
	}
	final, found, err := p.Plan(ctx, r, c.Prior, false)
	if err != nil || found.Failed() {
		return c.Prior, found, err
	}
	if changed := Difference(c.Planned, final.Planned); changed != nil || final.Action == Replace {
		return c.Prior, nil, fmt.Errorf("inconsistent final plan of %s: %s, %q", c.Type, final.Action, changed)
	}
	made, found, err := p.send(ctx, final, r.Config, final.Planned)
	if made != nil {
		made.Tainted = c.Prior == nil && (err != nil || found.Failed())
	}
	return made, found, err
}

// send applies a change.
func (p *Process) send(ctx context.Context, c Change, config, planned tftypes.Value) (*Instance, Diagnostics, error) {
	prior, _, _ := c.Prior.value(p.kind(c.Type))
	written, err1 := dynamic(config)
	before, err2 := dynamic(prior)
	after, err3 := dynamic(planned)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, nil, err
	}
	answer, err := p.Server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: c.Type, Config: written, PriorState: before, PlannedState: after, PlannedPrivate: c.Private, PlannedIdentity: c.Identity,
	})
	if err != nil {
		return nil, nil, err
	}
	state, err := answer.NewState.Unmarshal(p.kind(c.Type))
	if err != nil {
		return nil, nil, err
	}
	if !Diagnostics(answer.Diagnostics).Failed() && !planned.IsNull() {
		if changed := Difference(planned, state); changed != nil || !state.IsFullyKnown() {
			return nil, nil, fmt.Errorf("inconsistent result of the apply of %s: %q", c.Type, changed)
		}
	}
	if state.IsNull() {
		return nil, answer.Diagnostics, nil
	}
	return &Instance{State: state, Identity: answer.NewIdentity, Private: answer.Private}, answer.Diagnostics, nil
}
