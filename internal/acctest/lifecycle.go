package acctest

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Stored contains what Terraform stores of a resource. The zero value is no resource.
type Stored struct {
	State    map[string]any
	Identity map[string]any
	Private  []byte // private state of the provider
}

// Unknown is the planned value of an attribute that is known after the apply.
const Unknown = "(known after apply)"

// Planned contains the result of a plan for a resource.
type Planned struct {
	State    map[string]any
	Replaces []string // attributes that require a replacement
	Warnings []string

	resp *tfprotov6.PlanResourceChangeResponse
}

// Import imports an object by its ID, or by its identity if the ID is empty, and reads it, as a plan does. It also returns
// the errors.
func (p *Protocol) Import(typeName, id string, identity map[string]any) (Stored, []string) {
	p.t.Helper()
	req := &tfprotov6.ImportResourceStateRequest{TypeName: typeName, ID: id}
	if id == "" {
		req.Identity = p.identity(typeName, identity)
	}
	resp, err := p.server.ImportResourceState(p.t.Context(), req)
	if err != nil || len(resp.Diagnostics) > 0 {
		return Stored{}, p.diagnostics(err, resp.Diagnostics)
	}
	if len(resp.ImportedResources) != 1 {
		p.t.Fatalf("%d resources are imported, want 1", len(resp.ImportedResources))
	}
	imported := resp.ImportedResources[0]
	return p.read(typeName, p.stored(typeName, imported.State, imported.Identity, imported.Private))
}

// Move moves a state of another provider to a resource of this one. It returns the state, or the errors.
func (p *Protocol) Move(address, source string, version int64, state, target string) (Stored, []string) {
	p.t.Helper()
	resp, err := p.server.MoveResourceState(p.t.Context(), &tfprotov6.MoveResourceStateRequest{
		SourceProviderAddress: address, SourceTypeName: source, SourceSchemaVersion: version, TargetTypeName: target,
		SourceState: &tfprotov6.RawState{JSON: []byte(state)},
	})
	if err != nil || len(resp.Diagnostics) > 0 {
		return Stored{}, p.diagnostics(err, resp.Diagnostics)
	}
	return p.stored(target, resp.TargetState, resp.TargetIdentity, resp.TargetPrivate), nil
}

// Read refreshes a resource.
func (p *Protocol) Read(typeName string, stored Stored) Stored {
	p.t.Helper()
	read, diags := p.read(typeName, stored)
	if len(diags) > 0 {
		p.t.Fatal(diags)
	}
	return read
}

func (p *Protocol) read(typeName string, stored Stored) (Stored, []string) {
	p.t.Helper()
	resp, err := p.server.ReadResource(p.t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: typeName, CurrentState: p.state(typeName, stored.State), CurrentIdentity: p.identity(typeName, stored.Identity), Private: stored.Private,
	})
	if err != nil || len(resp.Diagnostics) > 0 {
		return Stored{}, p.diagnostics(err, resp.Diagnostics)
	}
	return p.stored(typeName, resp.NewState, resp.NewIdentity, resp.Private), nil
}

// Plan plans a configuration of a resource.
func (p *Protocol) Plan(typeName string, prior Stored, config map[string]any) Planned {
	p.t.Helper()
	configValue := p.value(p.schemas.ResourceSchemas[typeName].ValueType(), config)
	p.validate(typeName, configValue)
	resp, err := p.server.PlanResourceChange(p.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, Config: configValue, PriorState: p.state(typeName, prior.State), PriorIdentity: p.identity(typeName, prior.Identity),
		PriorPrivate: prior.Private, ProposedNewState: p.state(typeName, p.proposed(typeName, prior.State, config)),
	})
	if err != nil || slices.ContainsFunc(resp.Diagnostics, isError) {
		p.t.Fatal(p.diagnostics(err, resp.Diagnostics))
	}
	planned := Planned{State: p.stored(typeName, resp.PlannedState, nil, nil).State, Warnings: p.diagnostics(nil, resp.Diagnostics), resp: resp}
	for _, at := range resp.RequiresReplace {
		planned.Replaces = append(planned.Replaces, at.String())
	}
	return planned
}

// PlanErrors refreshes a resource and plans a configuration for it, and returns the errors and warnings.
func (p *Protocol) PlanErrors(typeName string, stored Stored, config map[string]any) []string {
	p.t.Helper()
	read, diags := p.read(typeName, stored)
	if len(diags) > 0 {
		return diags
	}
	configValue := p.value(p.schemas.ResourceSchemas[typeName].ValueType(), config)
	planned, err := p.server.PlanResourceChange(p.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, PriorState: p.state(typeName, read.State), PriorIdentity: p.identity(typeName, read.Identity),
		PriorPrivate: read.Private, Config: configValue, ProposedNewState: configValue,
	})
	return p.diagnostics(err, planned.Diagnostics)
}

func isError(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError }

// proposed returns the configuration with the prior values of omitted computed attributes.
func (p *Protocol) proposed(typeName string, prior, config map[string]any) map[string]any {
	planned := maps.Clone(config)
	for _, attribute := range p.schemas.ResourceSchemas[typeName].Block.Attributes {
		if attribute.Computed && config[attribute.Name] == nil {
			planned[attribute.Name] = prior[attribute.Name]
		}
	}
	return planned
}

// Apply plans and applies a configuration of a resource, in its own provider process.
func (p *Protocol) Apply(typeName string, prior Stored, config map[string]any) Stored {
	p.t.Helper()
	stored, diags := p.ApplyWithDiagnostics(typeName, prior, config)
	if len(diags) > 0 {
		p.t.Fatal(diags)
	}
	return stored
}

// ApplyWithDiagnostics does the same as Apply, and also returns the errors and warnings of the apply.
func (p *Protocol) ApplyWithDiagnostics(typeName string, prior Stored, config map[string]any) (Stored, []string) {
	p.t.Helper()
	p.Configure()
	plan := p.Plan(typeName, prior, config).resp
	resp, err := p.server.ApplyResourceChange(p.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: typeName, Config: p.value(p.schemas.ResourceSchemas[typeName].ValueType(), config), PriorState: p.state(typeName, prior.State),
		PlannedState: plan.PlannedState, PlannedPrivate: plan.PlannedPrivate, PlannedIdentity: plan.PlannedIdentity,
	})
	return p.stored(typeName, resp.NewState, resp.NewIdentity, resp.Private), p.diagnostics(err, resp.Diagnostics)
}

func (p *Protocol) stored(typeName string, state *tfprotov6.DynamicValue, identity *tfprotov6.ResourceIdentityData, private []byte) Stored {
	p.t.Helper()
	stored := Stored{State: p.object(state, p.schemas.ResourceSchemas[typeName].ValueType()), Private: private}
	if identity != nil {
		stored.Identity = p.object(identity.IdentityData, p.identities[typeName].ValueType())
	}
	return stored
}

// state encodes a state for the provider. nil is null.
func (p *Protocol) state(typeName string, state map[string]any) *tfprotov6.DynamicValue {
	p.t.Helper()
	if state == nil {
		return &tfprotov6.DynamicValue{JSON: []byte("null")}
	}
	return p.value(p.schemas.ResourceSchemas[typeName].ValueType(), state)
}

// identity encodes an identity for the provider. nil is null.
func (p *Protocol) identity(typeName string, identity map[string]any) *tfprotov6.ResourceIdentityData {
	p.t.Helper()
	if identity == nil {
		return nil
	}
	return &tfprotov6.ResourceIdentityData{IdentityData: p.value(p.identities[typeName].ValueType(), identity)}
}
