package acctest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/core"
)

// Step is a configuration of one resource, for [Tenant.Steps].
type Step struct {
	Before   func()         // changes the tenant outside Terraform
	ImportID string         // imports the object first, or compares the import with the state if there is one
	ImportBy []string       // the same, with an ID of these attributes
	Config   map[string]any // as in [Protocol]
	Destroy  bool           // deletes the object
	Forget   bool           // removes the object from the state only

	Action      Action         // of the plan; any if empty
	BeforeApply func()         // changes the tenant between plan and apply
	Error       *regexp.Regexp // of any phase, including the read after the apply
	NonEmpty    bool           // the plan after the apply is not empty
	Checks      Checks         // the resource has the name "test"; writes are those of the step
}

// Steps does with one resource what [Tenant.Run] does with the CLI: each step validates the configuration, reads the resource, plans and
// applies, each walk in its own provider process, and checks as Terraform does that configuration, plan and state are consistent. The
// next plan must be empty. Finally, it deletes the resource.
func (n *Tenant) Steps(t *testing.T, typeName string, steps ...Step) {
	t.Helper()
	s := &stepper{Protocol: n.Protocol(t), tenant: n, typeName: typeName}
	defer func() {
		if s.current == nil { // as in Run, which expects such objects to stay
			return
		}
		s.Configure()
		if errs := s.destroy(); len(errs) > 0 {
			t.Errorf("destroy: %q", errs)
		}
		if err := n.empty(t); err != nil {
			t.Error(err)
		}
	}()
	for i, step := range steps {
		t.Logf("step %d", i+1)
		s.run(step)
	}
}

// stepper contains the resource of Steps.
type stepper struct {
	*Protocol

	tenant   *Tenant
	typeName string
	current  *core.Instance
}

func (s *stepper) run(step Step) {
	s.t.Helper()
	if step.Before != nil {
		step.Before()
	}
	if err := s.tenant.ResetJournal(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	s.Configure()
	errs := s.apply(step)
	if step.Error != nil && len(errs) == 0 && !step.Destroy {
		s.Configure()
		errs = s.refresh()
	}
	if message := strings.Join(errs, "\n"); step.Error != nil {
		if !step.Error.MatchString(message) {
			s.t.Fatalf("errors %q, want %s", errs, step.Error)
		}
		return
	} else if message != "" {
		s.t.Fatalf("errors: %s", message)
	}
	state := s.checkState()
	for _, check := range step.Checks {
		var resp statecheck.CheckStateResponse
		check.CheckState(s.t.Context(), statecheck.CheckStateRequest{State: state}, &resp)
		if resp.Error != nil {
			s.t.Error(resp.Error)
		}
	}
	if step.Forget || step.Destroy || step.NonEmpty {
		return
	}
	s.Configure()
	if errs := s.refresh(); len(errs) > 0 {
		s.t.Fatalf("read after the apply: %q", errs)
	}
	next, errs := s.plan(s.block(s.typeName, step.Config))
	if len(errs) > 0 || next.Action != core.Noop {
		s.t.Fatalf("the plan after the apply is %s\n%v of\n%v, errors %q", next.Action, s.decode(next.Planned), s.decode(s.current.State), errs)
	}
}

// apply executes a step, and returns its errors.
func (s *stepper) apply(step Step) []string {
	s.t.Helper()
	if step.Forget {
		s.current = nil
		return nil
	}
	if step.Destroy {
		return s.destroy()
	}
	block := s.block(s.typeName, step.Config)
	found, err := s.process.Validate(s.t.Context(), block)
	if errs := s.errors(err, found); len(errs) > 0 {
		return errs
	}
	if errs := s.refresh(); len(errs) > 0 {
		return errs
	}
	if errs := s.importFirst(step); len(errs) > 0 {
		return errs
	}
	planned, errs := s.plan(block)
	if len(errs) > 0 {
		return errs
	}
	if step.Action != "" && step.Action != actionOf(planned.Action) {
		s.t.Errorf("the plan is %s, want %s:\n%v", planned.Action, step.Action, s.decode(planned.Planned))
	}
	if step.BeforeApply != nil {
		step.BeforeApply()
	}
	s.Configure()
	if planned.Action == core.Replace {
		if errs := s.delete(planned); len(errs) > 0 {
			return errs
		}
	}
	s.current, found, err = s.process.Apply(s.t.Context(), planned, block)
	return s.errors(err, found)
}

// importFirst imports the object of a step that names one.
func (s *stepper) importFirst(step Step) []string {
	s.t.Helper()
	id, before := step.ImportID, s.stored(s.typeName, s.current).State
	if step.ImportBy != nil {
		var parts []string
		for _, name := range step.ImportBy {
			parts = append(parts, fmt.Sprint(before[name]))
		}
		id = strings.Join(parts, " ")
	}
	if id == "" {
		return nil
	}
	imported, errs := s.Import(s.typeName, id, nil)
	if len(errs) > 0 {
		return errs
	}
	if s.current == nil {
		s.current = s.instance(s.typeName, imported)
	} else if !reflect.DeepEqual(imported.State, before) {
		s.t.Errorf("imported as\n%v, want\n%v", imported.State, before)
	}
	return nil
}

// refresh reads the resource of the state.
func (s *stepper) refresh() []string {
	s.t.Helper()
	if s.current == nil {
		return nil
	}
	read, found, err := s.process.Read(s.t.Context(), s.typeName, s.current)
	errs := s.errors(err, found)
	if len(errs) == 0 {
		s.current = read
	}
	return errs
}

func (s *stepper) plan(block core.Resource) (core.Change, []string) {
	s.t.Helper()
	planned, found, err := s.process.Plan(s.t.Context(), block, s.current, false)
	return planned, s.errors(err, found)
}

// destroy plans and applies the deletion of the resource.
func (s *stepper) destroy() []string {
	s.t.Helper()
	if s.current == nil {
		return nil
	}
	planned, found, err := s.process.PlanDelete(s.t.Context(), s.typeName, s.current)
	if errs := s.errors(err, found); len(errs) > 0 {
		return errs
	}
	return s.delete(planned)
}

// delete applies a planned deletion of the resource.
func (s *stepper) delete(planned core.Change) []string {
	s.t.Helper()
	left, found, err := s.process.Destroy(s.t.Context(), planned)
	s.current = left
	return s.errors(err, found)
}

// checkState returns the state as state checks read it.
func (s *stepper) checkState() *tfjson.State {
	s.t.Helper()
	module := &tfjson.StateModule{}
	if s.current != nil {
		module.Resources = []*tfjson.StateResource{{
			Address: s.typeName + ".test", Mode: tfjson.ManagedResourceMode, Type: s.typeName, Name: "test",
			AttributeValues: numbers(s.t, s.decode(s.current.State)),
		}}
	}
	return &tfjson.State{Values: &tfjson.StateValues{RootModule: module}}
}

// numbers returns a value with numbers as terraform-json decodes them.
func numbers(t *testing.T, value map[string]any) map[string]any {
	t.Helper()
	content, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.UseNumber()
	var decoded map[string]any
	if err := decoder.Decode(&decoded); err != nil {
		t.Fatal(err)
	}
	return decoded
}

// With returns a copy of a configuration with more attributes: names and values in turn.
func With(configuration map[string]any, more ...any) map[string]any {
	merged := map[string]any{}
	maps.Copy(merged, configuration)
	for i := 0; i < len(more); i += 2 {
		merged[fmt.Sprint(more[i])] = more[i+1]
	}
	return merged
}
