package convergence_test

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// instance is an object in the state.
type instance struct {
	state        tftypes.Value
	identity     *tfprotov6.ResourceIdentityData
	private      []byte
	tainted      bool
	dependencies []string
}

// process is a provider process. Terraform starts one for the plan and another one for the apply.
type process struct {
	server  tfprotov6.ProviderServer
	schemas map[string]*tfprotov6.Schema
}

type diagnostics = []*tfprotov6.Diagnostic

func start(ctx context.Context, tenant *acctest.Tenant) (*process, error) {
	server, err := tenant.Providers()["timesheets"]()
	if err != nil {
		return nil, err
	}
	found, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	config, err := dynamic(tftypes.NewValue(found.Provider.ValueType(), nulls(found.Provider)))
	if err != nil {
		return nil, err
	}
	configured, err := server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.14.0", Config: config})
	if err != nil {
		return nil, err
	}
	if failed(configured.Diagnostics) {
		return nil, errors.New(configured.Diagnostics[0].Detail)
	}
	return &process{server: server, schemas: found.ResourceSchemas}, nil
}

func nulls(schema *tfprotov6.Schema) map[string]tftypes.Value {
	found := map[string]tftypes.Value{}
	for name, kind := range schema.ValueType().(tftypes.Object).AttributeTypes {
		found[name] = tftypes.NewValue(kind, nil)
	}
	return found
}

func dynamic(value tftypes.Value) (*tfprotov6.DynamicValue, error) {
	encoded, err := tfprotov6.NewDynamicValue(value.Type(), value)
	return &encoded, err
}

func failed(found diagnostics) bool {
	return slices.ContainsFunc(found, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError })
}

func (p *process) null(kind string) tftypes.Value {
	return tftypes.NewValue(p.schemas[kind].ValueType(), nil)
}

// read refreshes an object. It returns nil if the tenant does not have it.
func (p *process) read(ctx context.Context, kind string, held *instance) (*instance, diagnostics, error) {
	current, err := dynamic(held.state)
	if err != nil {
		return nil, nil, err
	}
	answer, err := p.server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: kind, CurrentState: current, CurrentIdentity: held.identity, Private: held.private})
	if err != nil || failed(answer.Diagnostics) {
		return nil, answer.Diagnostics, err
	}
	state, err := answer.NewState.Unmarshal(p.schemas[kind].ValueType())
	if err != nil || state.IsNull() {
		return nil, answer.Diagnostics, err
	}
	return &instance{state, answer.NewIdentity, answer.Private, held.tainted, held.dependencies}, answer.Diagnostics, nil
}

// change is what a plan does to one object.
type change struct {
	address  string
	action   string
	prior    *instance
	planned  tftypes.Value // null if the object is deleted
	private  []byte
	identity *tfprotov6.ResourceIdentityData
}

const (
	nothing  = "no-op"
	creation = "create"
	update   = "update"
	deletion = "delete"
	replaced = "replace"
)

// plan plans one resource as written in the configuration.
func (p *process) plan(ctx context.Context, r resource, config tftypes.Value, current *instance, force bool) (change, diagnostics, error) {
	kind := kindOf(r.address)
	written, err := dynamic(config)
	if err != nil {
		return change{}, nil, err
	}
	valid, err := p.server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: kind, Config: written})
	if err != nil || failed(valid.Diagnostics) {
		return change{}, valid.Diagnostics, err
	}
	c := change{address: r.address, prior: current}
	prior, private, identity := p.null(kind), []byte(nil), (*tfprotov6.ResourceIdentityData)(nil)
	if current != nil && !current.tainted {
		prior, private, identity = current.state, current.private, current.identity
	}
	answer, found, err := p.planOnce(ctx, kind, ignoring(config, prior, r.ignore), prior, private, identity)
	if err != nil || failed(found) {
		return c, found, err
	}
	c.planned, c.private, c.identity = answer.planned, answer.PlannedPrivate, answer.PlannedIdentity
	switch {
	case prior.IsNull() && current == nil:
		c.action = creation
	case prior.IsNull():
		c.action = replaced
	case force || answer.replaces(prior):
		c.action = replaced
		second, more, err := p.planOnce(ctx, kind, config, p.null(kind), answer.PlannedPrivate, nil)
		if err != nil || failed(more) {
			return c, append(found, more...), err
		}
		c.planned, c.private, c.identity = second.planned, second.PlannedPrivate, second.PlannedIdentity
	case answer.planned.Equal(prior):
		c.action = nothing
	default:
		c.action = update
	}
	return c, found, nil
}

type planAnswer struct {
	*tfprotov6.PlanResourceChangeResponse
	planned tftypes.Value
}

// replaces reports whether an attribute changes that requires a replacement.
func (a planAnswer) replaces(prior tftypes.Value) bool {
	before, after := members(prior), members(a.planned)
	for _, path := range a.RequiresReplace {
		name := string(path.Steps()[0].(tftypes.AttributeName))
		if !after[name].Equal(before[name]) {
			return true
		}
	}
	return false
}

func (p *process) planOnce(ctx context.Context, kind string, config, prior tftypes.Value, private []byte, identity *tfprotov6.ResourceIdentityData) (planAnswer, diagnostics, error) {
	written, err1 := dynamic(config)
	before, err2 := dynamic(prior)
	wanted, err3 := dynamic(proposed(p.schemas[kind].Block.Attributes, prior, config))
	if err := errors.Join(err1, err2, err3); err != nil {
		return planAnswer{}, nil, err
	}
	answer, err := p.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: kind, Config: written, PriorState: before, PriorPrivate: private, PriorIdentity: identity, ProposedNewState: wanted,
	})
	if err != nil || failed(answer.Diagnostics) {
		return planAnswer{}, answer.Diagnostics, err
	}
	planned, err := answer.PlannedState.Unmarshal(p.schemas[kind].ValueType())
	if err != nil {
		return planAnswer{}, nil, err
	}
	given, old, found := members(config), members(prior), members(planned)
	for name, value := range given {
		if !follows(value, found[name]) && !found[name].Equal(old[name]) {
			return planAnswer{}, nil, fmt.Errorf("invalid plan of %s: %s is %s in the configuration and %s in the plan", kind, name, value, found[name])
		}
	}
	return planAnswer{answer, planned}, answer.Diagnostics, nil
}

// ignoring returns the configuration with the prior values of the attributes of ignore_changes, if there are prior values.
func ignoring(config, prior tftypes.Value, attributes []string) tftypes.Value {
	if prior.IsNull() {
		return config
	}
	merged, before := members(config), members(prior)
	for _, name := range attributes {
		merged[name] = before[name]
	}
	return tftypes.NewValue(config.Type(), merged)
}

// planDelete plans the deletion of an object.
func (p *process) planDelete(ctx context.Context, address string, current *instance) (change, diagnostics, error) {
	kind := kindOf(address)
	none, err1 := dynamic(p.null(kind))
	before, err2 := dynamic(current.state)
	if err := errors.Join(err1, err2); err != nil {
		return change{}, nil, err
	}
	answer, err := p.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: kind, Config: none, PriorState: before, PriorPrivate: current.private, PriorIdentity: current.identity, ProposedNewState: none,
	})
	return change{address: address, action: deletion, prior: current, planned: p.null(kind), private: answer.PlannedPrivate}, answer.Diagnostics, err
}

// apply applies one change. It returns the new object, nil if there is none.
func (p *process) apply(ctx context.Context, c change, config, prior tftypes.Value) (*instance, diagnostics, error) {
	kind := kindOf(c.address)
	written, err1 := dynamic(config)
	before, err2 := dynamic(prior)
	planned, err3 := dynamic(c.planned)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, nil, err
	}
	answer, err := p.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: kind, Config: written, PriorState: before, PlannedState: planned, PlannedPrivate: c.private, PlannedIdentity: c.identity,
	})
	if err != nil {
		return nil, nil, err
	}
	state, err := answer.NewState.Unmarshal(p.schemas[kind].ValueType())
	if err != nil {
		return nil, nil, err
	}
	if !failed(answer.Diagnostics) && !c.planned.IsNull() {
		if changed := differing(c.planned, state); changed != nil || !state.IsFullyKnown() {
			return nil, nil, fmt.Errorf("inconsistent result of the apply of %s: %v", c.address, changed)
		}
	}
	if state.IsNull() {
		return nil, answer.Diagnostics, nil
	}
	return &instance{state: state, identity: answer.NewIdentity, private: answer.Private}, answer.Diagnostics, nil
}
