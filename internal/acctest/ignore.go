package acctest

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Ignore plans a configuration with ignore_changes of some attributes: Terraform validates the configuration as written, and
// plans it with the prior values of those attributes. It returns the planned state and the errors.
func (p *Protocol) Ignore(typeName string, prior Stored, config map[string]any, attributes ...string) (map[string]any, []string) {
	p.t.Helper()
	valueType := p.schemas.ResourceSchemas[typeName].ValueType()
	p.validate(typeName, p.value(valueType, config))
	planned := maps.Clone(config)
	for _, name := range attributes {
		planned[name] = prior.State[name]
	}
	resp, err := p.server.PlanResourceChange(p.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, Config: p.value(valueType, planned), PriorState: p.state(typeName, prior.State), PriorIdentity: p.identity(typeName, prior.Identity),
		PriorPrivate: prior.Private, ProposedNewState: p.state(typeName, p.proposed(typeName, prior.State, planned)),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	var failed []*tfprotov6.Diagnostic
	for _, one := range resp.Diagnostics {
		if isError(one) {
			failed = append(failed, one)
		}
	}
	return p.stored(typeName, resp.PlannedState, nil, nil).State, problems(failed)
}

// validate validates a configuration as a Terraform version with write-only arguments does.
func (p *Protocol) validate(typeName string, config *tfprotov6.DynamicValue) {
	p.t.Helper()
	valid, err := p.server.ValidateResourceConfig(p.t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: typeName, Config: config, ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	p.must(err, valid.Diagnostics)
}
