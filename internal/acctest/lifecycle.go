package acctest

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/core"
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
	Action   core.Action
	Warnings []string
}

// Import imports an object by its ID, or by its identity if the ID is empty, and reads it, as a plan does. It also returns
// the errors.
func (p *Protocol) Import(typeName, id string, identity map[string]any) (Stored, []string) {
	p.t.Helper()
	req := &tfprotov6.ImportResourceStateRequest{TypeName: typeName, ID: id}
	if id == "" {
		req.Identity = p.identity(typeName, identity)
	}
	resp, err := p.process.Server.ImportResourceState(p.t.Context(), req)
	if err != nil || len(resp.Diagnostics) > 0 {
		return Stored{}, p.diagnostics(err, resp.Diagnostics)
	}
	if len(resp.ImportedResources) != 1 {
		p.t.Fatalf("%d resources are imported, want 1", len(resp.ImportedResources))
	}
	imported := resp.ImportedResources[0]
	return p.read(typeName, p.received(typeName, imported.State, imported.Identity, imported.Private))
}

// Move moves a state of another provider to a resource of this one. It returns the state, or the errors.
func (p *Protocol) Move(address, source string, version int64, state, target string) (Stored, []string) {
	p.t.Helper()
	resp, err := p.process.Server.MoveResourceState(p.t.Context(), &tfprotov6.MoveResourceStateRequest{
		SourceProviderAddress: address, SourceTypeName: source, SourceSchemaVersion: version, TargetTypeName: target,
		SourceState: &tfprotov6.RawState{JSON: []byte(state)},
	})
	if err != nil || len(resp.Diagnostics) > 0 {
		return Stored{}, p.diagnostics(err, resp.Diagnostics)
	}
	return p.received(target, resp.TargetState, resp.TargetIdentity, resp.TargetPrivate), nil
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
	read, found, err := p.process.Read(p.t.Context(), typeName, p.instance(typeName, stored))
	return p.stored(typeName, read), p.diagnostics(err, found)
}

// Plan plans a configuration of a resource.
func (p *Protocol) Plan(typeName string, prior Stored, config map[string]any) Planned {
	p.t.Helper()
	change, found, err := p.process.Plan(p.t.Context(), p.block(typeName, config), p.instance(typeName, prior), false)
	diags := p.diagnostics(err, found)
	if found.Failed() {
		p.t.Fatal(diags)
	}
	return Planned{State: p.decode(change.Planned), Action: change.Action, Warnings: diags}
}

// PlanErrors refreshes a resource and plans a configuration for it, and returns the errors and warnings.
func (p *Protocol) PlanErrors(typeName string, stored Stored, config map[string]any) []string {
	p.t.Helper()
	read, diags := p.read(typeName, stored)
	if len(diags) > 0 {
		return diags
	}
	_, found, err := p.process.Plan(p.t.Context(), p.block(typeName, config), p.instance(typeName, read), false)
	return p.diagnostics(err, found)
}

// Ignore plans a configuration with ignore_changes of some attributes. It returns the planned state and the errors.
func (p *Protocol) Ignore(typeName string, prior Stored, config map[string]any, attributes ...string) (map[string]any, []string) {
	p.t.Helper()
	block := p.block(typeName, config)
	block.Ignore = attributes
	change, found, err := p.process.Plan(p.t.Context(), block, p.instance(typeName, prior), false)
	return p.decode(change.Planned), p.errors(err, found)
}

func isError(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError }

// Apply plans and applies a configuration of a resource, each in its own provider process.
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
	block := p.block(typeName, config)
	change, found, err := p.process.Plan(p.t.Context(), block, p.instance(typeName, prior), false)
	if diags := p.diagnostics(err, found); found.Failed() {
		p.t.Fatal(diags)
	}
	p.Configure()
	if change.Action == core.Replace {
		if left, found, err := p.process.Destroy(p.t.Context(), change); left != nil || found.Failed() {
			return p.stored(typeName, left), p.diagnostics(err, found)
		}
	}
	made, found, err := p.process.Apply(p.t.Context(), change, block)
	return p.stored(typeName, made), p.diagnostics(err, found)
}

// block returns a resource block.
func (p *Protocol) block(typeName string, config map[string]any) core.Resource {
	p.t.Helper()
	return core.Resource{Type: typeName, Config: p.resource(typeName, config)}
}

// resource returns the value of a resource; null of nil.
func (p *Protocol) resource(typeName string, from map[string]any) tftypes.Value {
	p.t.Helper()
	kind := p.process.Schemas.ResourceSchemas[typeName].ValueType()
	if from == nil {
		return tftypes.NewValue(kind, nil)
	}
	value, err := p.value(kind, from).Unmarshal(kind)
	if err != nil {
		p.t.Fatal(err)
	}
	return value
}

// instance returns an object of the state; nil of the zero value.
func (p *Protocol) instance(typeName string, stored Stored) *core.Instance {
	p.t.Helper()
	if stored.State == nil {
		return nil
	}
	return &core.Instance{State: p.resource(typeName, stored.State), Identity: p.identity(typeName, stored.Identity), Private: stored.Private}
}

// stored returns what a test sees of an object of the state.
func (p *Protocol) stored(typeName string, instance *core.Instance) Stored {
	p.t.Helper()
	if instance == nil {
		return Stored{}
	}
	stored := Stored{State: p.decode(instance.State), Private: instance.Private}
	if instance.Identity != nil {
		stored.Identity = p.object(instance.Identity.IdentityData, p.identities[typeName].ValueType())
	}
	return stored
}

// received returns an object of a response.
func (p *Protocol) received(typeName string, state *tfprotov6.DynamicValue, identity *tfprotov6.ResourceIdentityData, private []byte) Stored {
	p.t.Helper()
	value, err := state.Unmarshal(p.process.Schemas.ResourceSchemas[typeName].ValueType())
	if err != nil {
		p.t.Fatal(err)
	}
	return p.stored(typeName, &core.Instance{State: value, Identity: identity, Private: private})
}

func (p *Protocol) decode(value tftypes.Value) map[string]any {
	p.t.Helper()
	object, _ := plain(p.t, value).(map[string]any)
	return object
}

// identity encodes an identity for the provider. nil is null.
func (p *Protocol) identity(typeName string, identity map[string]any) *tfprotov6.ResourceIdentityData {
	p.t.Helper()
	if identity == nil {
		return nil
	}
	return &tfprotov6.ResourceIdentityData{IdentityData: p.value(p.identities[typeName].ValueType(), identity)}
}
