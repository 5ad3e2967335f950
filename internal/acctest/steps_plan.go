package acctest

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// validateErrors validates a configuration as a Terraform version with write-only arguments does.
func (s *stepper) validateErrors(configuration map[string]any) []string {
	s.t.Helper()
	valid, err := s.server.ValidateResourceConfig(s.t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: s.typeName, Config: s.value(s.valueType, configuration),
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	return s.errors(err, valid.Diagnostics)
}

// plan plans a configuration. A replacement is planned as a create.
func (s *stepper) plan(prior Stored, configuration map[string]any) (*tfprotov6.PlanResourceChangeResponse, []string) {
	s.t.Helper()
	if s.tainted {
		prior = Stored{}
	}
	proposed := proposedBlock(s.schema.Block.Attributes, prior.State, configuration)
	planned, err := s.server.PlanResourceChange(s.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: s.typeName, Config: s.value(s.valueType, configuration), PriorState: s.state(s.typeName, prior.State),
		PriorIdentity: s.identity(s.typeName, prior.Identity), PriorPrivate: prior.Private, ProposedNewState: s.state(s.typeName, proposed),
	})
	if errs := s.errors(err, planned.Diagnostics); len(errs) > 0 {
		return planned, errs
	}
	s.expectConfigured(s.schema.Block.Attributes, "", configuration, prior.State, s.decode(planned))
	if len(planned.RequiresReplace) > 0 {
		created, errs := s.plan(Stored{Private: planned.PlannedPrivate}, configuration)
		created.RequiresReplace = planned.RequiresReplace
		return created, errs
	}
	return planned, nil
}

// action returns the action of a plan for the resource of the state.
func (s *stepper) action(planned *tfprotov6.PlanResourceChangeResponse) Action {
	s.t.Helper()
	if planned.PlannedState == nil {
		return ""
	}
	if s.stored.State == nil {
		return Create
	}
	if s.tainted || len(planned.RequiresReplace) > 0 {
		return Replace
	}
	prior, err := s.state(s.typeName, s.stored.State).Unmarshal(s.valueType)
	if err != nil {
		s.t.Fatal(err)
	}
	next, err := planned.PlannedState.Unmarshal(s.valueType)
	if err != nil {
		s.t.Fatal(err)
	}
	if prior.Equal(next) {
		return Noop
	}
	return Update
}

// proposedBlock merges a configuration with the prior state as Terraform does: omitted computed attributes keep their values.
func proposedBlock(attributes []*tfprotov6.SchemaAttribute, prior, configuration map[string]any) map[string]any {
	proposed := maps.Clone(configuration)
	for _, attribute := range attributes {
		name := attribute.Name
		switch {
		case attribute.WriteOnly:
			proposed[name] = nil
		case configuration[name] == nil:
			if attribute.Computed {
				proposed[name] = prior[name]
			}
		case attribute.NestedType != nil:
			nested, isMap := configuration[name].(map[string]any)
			if !isMap {
				continue
			}
			before, _ := prior[name].(map[string]any)
			if attribute.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeSingle {
				proposed[name] = proposedBlock(attribute.NestedType.Attributes, before, nested)
				continue
			}
			merged := map[string]any{}
			for key, element := range nested {
				merged[key] = element
				if object, ok := element.(map[string]any); ok {
					earlier, _ := before[key].(map[string]any)
					merged[key] = proposedBlock(attribute.NestedType.Attributes, earlier, object)
				}
			}
			proposed[name] = merged
		}
	}
	return proposed
}

// expectConfigured checks that a plan contains the configured values, or the prior ones, and no write-only value, as Terraform demands.
func (s *stepper) expectConfigured(attributes []*tfprotov6.SchemaAttribute, path string, configuration, prior, planned map[string]any) {
	s.t.Helper()
	for _, attribute := range attributes {
		name := attribute.Name
		set, got := configuration[name], planned[name]
		if nested, ok := set.(map[string]any); ok && attribute.NestedType != nil && attribute.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeSingle {
			before, _ := prior[name].(map[string]any)
			after, _ := got.(map[string]any)
			s.expectConfigured(attribute.NestedType.Attributes, path+name+".", nested, before, after)
			continue
		}
		want := set
		if attribute.WriteOnly {
			want = nil
		} else if set == nil && attribute.Computed || attribute.NestedType != nil || sameValue(got, prior[name]) {
			continue
		}
		if !sameValue(got, want) {
			s.t.Errorf("%s%s is planned as %v, and configured as %v", path, name, got, want)
		}
	}
}

// expectSame checks that every planned value that is known is kept, as Terraform demands.
func (s *stepper) expectSame(phase string, planned, got map[string]any) {
	s.t.Helper()
	for name, want := range planned {
		if !keepsKnown(want, got[name]) {
			s.t.Errorf("%s was planned as %v, and is %v in the %s", name, want, got[name], phase)
		}
	}
}

func keepsKnown(planned, got any) bool {
	if planned == Unknown {
		return true
	}
	wants, isMap := planned.(map[string]any)
	if !isMap {
		return sameValue(planned, got)
	}
	values, isMap := got.(map[string]any)
	if !isMap || len(values) != len(wants) {
		return false
	}
	for name, want := range wants {
		if !keepsKnown(want, values[name]) {
			return false
		}
	}
	return true
}

// sameValue compares two values. Lists are sets.
func sameValue(a, b any) bool {
	one, isList := a.([]any)
	other, areLists := b.([]any)
	if !isList || !areLists {
		return reflect.DeepEqual(a, b)
	}
	order := func(x, y any) int { return strings.Compare(fmt.Sprint(x), fmt.Sprint(y)) }
	return reflect.DeepEqual(slices.SortedFunc(slices.Values(one), order), slices.SortedFunc(slices.Values(other), order))
}

// checkState returns the state as state checks read it.
func (s *stepper) checkState() *tfjson.State {
	s.t.Helper()
	module := &tfjson.StateModule{}
	if s.stored.State != nil {
		module.Resources = []*tfjson.StateResource{{
			Address: s.typeName + ".test", Mode: tfjson.ManagedResourceMode, Type: s.typeName, Name: "test", AttributeValues: numbers(s.t, s.stored.State),
		}}
	}
	return &tfjson.State{Values: &tfjson.StateValues{RootModule: module}}
}
