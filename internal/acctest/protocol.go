package acctest

import (
	"encoding/json"
	"math/big"
	"reflect"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/core"
)

// Protocol calls the provider as Terraform does, without its processes, and for features that the installed CLI does not have. Values are as in
// encoding/json. Omitted attributes of an object are null.
type Protocol struct {
	t          *testing.T
	process    *core.Process
	identities map[string]*tfprotov6.ResourceIdentitySchema
}

// Protocol starts a provider for the tenant and configures it.
func (n *Tenant) Protocol(t *testing.T) *Protocol {
	t.Helper()
	p := n.Unconfigured(t)
	p.Configure()
	return p
}

// Configure configures the provider again. It discards what it read and planned before, as between two walks of Terraform,
// each of which starts a process.
func (p *Protocol) Configure() {
	p.t.Helper()
	found, err := p.process.Configure(p.t.Context())
	p.must(err, found)
}

// Configure configures a provider for the tenant, and returns the errors and warnings.
func (n *Tenant) Configure(t *testing.T) []string {
	t.Helper()
	p := n.Unconfigured(t)
	found, err := p.process.Configure(t.Context())
	return p.diagnostics(err, found)
}

// Unconfigured starts a provider without configuration, as Terraform does to move states.
func (n *Tenant) Unconfigured(t *testing.T) *Protocol {
	t.Helper()
	process, err := core.Start(t.Context(), n.Providers()["timesheets"])
	if err != nil {
		t.Fatal(err)
	}
	p := &Protocol{t: t, process: process}
	found, err := process.Server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	p.identities = found.IdentitySchemas
	return p
}

// ListResult is a result of a list resource. A result with problems has no other content.
type ListResult struct {
	Name     string
	Identity map[string]any
	Resource map[string]any // nil unless it was requested
	Problems []string
}

// List returns the results of a list resource, and stops after maxResults results, as Terraform can.
func (p *Protocol) List(typeName string, config map[string]any, include bool, limit int64, maxResults int) []ListResult {
	p.t.Helper()
	lister, ok := p.process.Server.(tfprotov6.ListResourceServer)
	if !ok {
		p.t.Fatal("the provider has no list resources")
	}
	configValue := p.value(p.process.Schemas.ListResourceSchemas[typeName].ValueType(), config)
	valid, err := lister.ValidateListResourceConfig(p.t.Context(), &tfprotov6.ValidateListResourceConfigRequest{TypeName: typeName, Config: configValue})
	if err != nil {
		p.t.Fatal(err)
	}
	if len(valid.Diagnostics) > 0 {
		return []ListResult{{Problems: problems(valid.Diagnostics)}}
	}
	stream, err := lister.ListResource(p.t.Context(), &tfprotov6.ListResourceRequest{TypeName: typeName, Config: configValue, IncludeResource: include, Limit: limit})
	if err != nil {
		p.t.Fatal(err)
	}
	results := []ListResult{}
	for result := range stream.Results {
		entry := ListResult{Name: result.DisplayName, Problems: problems(result.Diagnostics)}
		if result.Identity != nil {
			entry.Identity = p.object(result.Identity.IdentityData, p.identities[typeName].ValueType())
		}
		if result.Resource != nil {
			entry.Resource = p.object(result.Resource, p.process.Schemas.ResourceSchemas[typeName].ValueType())
		}
		if results = append(results, entry); len(results) == maxResults {
			break
		}
	}
	return results
}

// Invoke plans an action and runs it. It returns the progress messages, and the errors and warnings.
func (p *Protocol) Invoke(typeName string, config map[string]any) (progress, diags []string) {
	p.t.Helper()
	actor, ok := p.process.Server.(tfprotov6.ActionServer)
	if !ok {
		p.t.Fatal("the provider has no actions")
	}
	configValue := p.value(p.process.Schemas.ActionSchemas[typeName].Schema.ValueType(), config)
	valid, err := actor.ValidateActionConfig(p.t.Context(), &tfprotov6.ValidateActionConfigRequest{ActionType: typeName, Config: configValue})
	if err != nil || len(valid.Diagnostics) > 0 {
		return nil, p.diagnostics(err, valid.Diagnostics)
	}
	planned, err := actor.PlanAction(p.t.Context(), &tfprotov6.PlanActionRequest{ActionType: typeName, Config: configValue})
	if err != nil || len(planned.Diagnostics) > 0 {
		return nil, p.diagnostics(err, planned.Diagnostics)
	}
	stream, err := actor.InvokeAction(p.t.Context(), &tfprotov6.InvokeActionRequest{ActionType: typeName, Config: configValue})
	if err != nil {
		p.t.Fatal(err)
	}
	for event := range stream.Events {
		switch event := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			progress = append(progress, event.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			diags = append(diags, problems(event.Diagnostics)...)
		}
	}
	return progress, diags
}

// Data reads a data source, and expects no errors and warnings.
func (p *Protocol) Data(typeName string, config map[string]any) map[string]any {
	p.t.Helper()
	state, diags := p.ReadData(typeName, config)
	if len(diags) > 0 {
		p.t.Fatal(diags)
	}
	return state
}

// ExpectData reads a data source, and checks some of its attributes.
func (p *Protocol) ExpectData(typeName string, config, want map[string]any) {
	p.t.Helper()
	state := p.Data(typeName, config)
	for name, value := range want {
		if !reflect.DeepEqual(state[name], value) {
			p.t.Errorf("%s of %v is %v, want %v", name, config, state[name], value)
		}
	}
}

// ReadData reads a data source, and also returns the errors and warnings. After an error there is no state.
func (p *Protocol) ReadData(typeName string, config map[string]any) (state map[string]any, diags []string) {
	p.t.Helper()
	valueType := p.process.Schemas.DataSourceSchemas[typeName].ValueType()
	configValue := p.value(valueType, config)
	valid, err := p.process.Server.ValidateDataResourceConfig(p.t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: typeName, Config: configValue})
	if err != nil || len(valid.Diagnostics) > 0 {
		return nil, p.diagnostics(err, valid.Diagnostics)
	}
	resp, err := p.process.Server.ReadDataSource(p.t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: configValue})
	if err != nil {
		p.t.Fatal(err)
	}
	if diags = p.diagnostics(nil, resp.Diagnostics); slices.ContainsFunc(resp.Diagnostics, isError) {
		return nil, diags
	}
	return p.object(resp.State, valueType), diags
}

// Open opens an ephemeral resource, and also returns the errors and warnings.
func (p *Protocol) Open(typeName string, config map[string]any) (opened map[string]any, diags []string) {
	p.t.Helper()
	valueType := p.process.Schemas.EphemeralResourceSchemas[typeName].ValueType()
	configValue := p.value(valueType, config)
	valid, err := p.process.Server.ValidateEphemeralResourceConfig(p.t.Context(), &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: typeName, Config: configValue})
	if err != nil || len(valid.Diagnostics) > 0 {
		return nil, p.diagnostics(err, valid.Diagnostics)
	}
	resp, err := p.process.Server.OpenEphemeralResource(p.t.Context(), &tfprotov6.OpenEphemeralResourceRequest{TypeName: typeName, Config: configValue})
	if err != nil {
		p.t.Fatal(err)
	}
	if diags = p.diagnostics(nil, resp.Diagnostics); slices.ContainsFunc(resp.Diagnostics, isError) {
		return nil, diags
	}
	return p.object(resp.Result, valueType), diags
}

// ExpectOpenErrors opens an ephemeral resource, and expects one error that contains these phrases.
func (p *Protocol) ExpectOpenErrors(typeName string, config map[string]any, phrases ...string) {
	p.t.Helper()
	if opened, diags := p.Open(typeName, config); opened != nil || len(diags) != 1 || !Words(phrases...).MatchString(diags[0]) {
		p.t.Errorf("%v is opened as %v with the diagnostics %q, want %q", config, opened, diags, phrases)
	}
}

// ExpectDataErrors reads a data source, and expects one error that contains these phrases.
func (p *Protocol) ExpectDataErrors(typeName string, config map[string]any, phrases ...string) {
	p.t.Helper()
	if state, diags := p.ReadData(typeName, config); state != nil || len(diags) != 1 || !Words(phrases...).MatchString(diags[0]) {
		p.t.Errorf("%v is read as %v with the diagnostics %q, want %q", config, state, diags, phrases)
	}
}

func (p *Protocol) value(valueType tftypes.Type, from map[string]any) *tfprotov6.DynamicValue {
	p.t.Helper()
	members := map[string]any{}
	if object, ok := valueType.(tftypes.Object); ok {
		for name := range object.AttributeTypes {
			members[name] = from[name]
		}
	}
	content, err := json.Marshal(members)
	if err != nil {
		p.t.Fatal(err)
	}
	return &tfprotov6.DynamicValue{JSON: content}
}

func (p *Protocol) object(from *tfprotov6.DynamicValue, valueType tftypes.Type) map[string]any {
	p.t.Helper()
	value, err := from.Unmarshal(valueType)
	if err != nil {
		p.t.Fatal(err)
	}
	object, _ := plain(p.t, value).(map[string]any)
	return object
}

// plain returns a value as encoding/json decodes it, except that numbers are integers.
func plain(t *testing.T, value tftypes.Value) any {
	t.Helper()
	if value.IsNull() {
		return nil
	}
	if !value.IsKnown() {
		return Unknown
	}
	switch valueType := value.Type(); {
	case valueType.Is(tftypes.String):
		return as[string](t, value)
	case valueType.Is(tftypes.Bool):
		return as[bool](t, value)
	case valueType.Is(tftypes.Number):
		number := as[big.Float](t, value)
		integer, _ := number.Int64()
		return integer
	case valueType.Is(tftypes.Set{}), valueType.Is(tftypes.List{}):
		list := []any{}
		for _, element := range as[[]tftypes.Value](t, value) {
			list = append(list, plain(t, element))
		}
		return list
	}
	object := map[string]any{}
	for name, attribute := range as[map[string]tftypes.Value](t, value) {
		object[name] = plain(t, attribute)
	}
	return object
}

func as[T any](t *testing.T, value tftypes.Value) T {
	t.Helper()
	var into T
	if err := value.As(&into); err != nil {
		t.Fatal(err)
	}
	return into
}

func (p *Protocol) must(err error, diagnostics []*tfprotov6.Diagnostic) {
	p.t.Helper()
	if diags := p.diagnostics(err, diagnostics); len(diags) > 0 {
		p.t.Fatal(diags)
	}
}

func (p *Protocol) diagnostics(err error, diagnostics []*tfprotov6.Diagnostic) []string {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
	return problems(diagnostics)
}

// errors returns the errors among diagnostics.
func (p *Protocol) errors(err error, diagnostics []*tfprotov6.Diagnostic) []string {
	p.t.Helper()
	return p.diagnostics(err, slices.DeleteFunc(slices.Clone(diagnostics), func(d *tfprotov6.Diagnostic) bool { return !isError(d) }))
}

// problems returns the diagnostics, each as severity, summary and detail.
func problems(diagnostics []*tfprotov6.Diagnostic) []string {
	var diags []string
	for _, d := range diagnostics {
		diags = append(diags, d.Severity.String()+": "+d.Summary+": "+d.Detail)
	}
	return diags
}
