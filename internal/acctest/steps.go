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

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
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
	s.schema = s.schemas.ResourceSchemas[typeName]
	s.valueType = s.schema.ValueType()
	defer func() {
		if s.stored.State == nil { // as in Run, which expects such objects to stay
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

	tenant    *Tenant
	typeName  string
	schema    *tfprotov6.Schema
	valueType tftypes.Type
	stored    Stored
	tainted   bool // Terraform would replace the resource
}

func (s *stepper) run(step Step) {
	s.t.Helper()
	if step.Before != nil {
		step.Before()
	}
	if err := s.tenant.ResetJournal(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
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
	planned, errs := s.plan(s.stored, s.normalize(step.Config))
	if action := s.action(planned); len(errs) > 0 || action != Noop {
		s.t.Fatalf("the plan after the apply is %s\n%v of\n%v, errors %q", action, s.decode(planned), s.stored.State, errs)
	}
}

// apply executes a step, and returns its errors.
func (s *stepper) apply(step Step) []string {
	s.t.Helper()
	s.Configure()
	if step.Forget {
		s.stored = Stored{}
		return nil
	}
	if step.Destroy {
		return s.destroy()
	}
	configuration := s.normalize(step.Config)
	if errs := s.validateErrors(configuration); len(errs) > 0 {
		return errs
	}
	if errs := s.refresh(); len(errs) > 0 {
		return errs
	}
	if errs := s.importFirst(step); len(errs) > 0 {
		return errs
	}
	planned, errs := s.plan(s.stored, configuration)
	if len(errs) > 0 {
		return errs
	}
	action := s.action(planned)
	if step.Action != "" && step.Action != action {
		s.t.Errorf("the plan is %s, want %s:\n%v of\n%v", action, step.Action, s.decode(planned), s.stored.State)
	}
	if step.BeforeApply != nil {
		step.BeforeApply()
	}
	if action == Noop {
		return nil
	}
	s.Configure()
	if action == Replace {
		if errs := s.delete(planned.PlannedPrivate); len(errs) > 0 {
			return errs
		}
	}
	return s.write(configuration, planned)
}

// importFirst imports the object of a step that names one.
func (s *stepper) importFirst(step Step) []string {
	s.t.Helper()
	id := step.ImportID
	if step.ImportBy != nil {
		var parts []string
		for _, name := range step.ImportBy {
			parts = append(parts, fmt.Sprint(s.stored.State[name]))
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
	if s.stored.State != nil && !reflect.DeepEqual(imported.State, s.stored.State) {
		s.t.Errorf("imported as\n%v, want\n%v", imported.State, s.stored.State)
	}
	if s.stored.State == nil {
		s.stored = imported
	}
	return nil
}

// refresh reads the resource of the state.
func (s *stepper) refresh() []string {
	s.t.Helper()
	if s.stored.State == nil {
		return nil
	}
	read, err := s.server.ReadResource(s.t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: s.typeName, CurrentState: s.state(s.typeName, s.stored.State), CurrentIdentity: s.identity(s.typeName, s.stored.Identity), Private: s.stored.Private,
	})
	if errs := s.errors(err, read.Diagnostics); len(errs) > 0 {
		return errs
	}
	if s.stored = s.Protocol.stored(s.typeName, read.NewState, read.NewIdentity, read.Private); s.stored.State == nil {
		s.stored = Stored{}
	}
	return nil
}

// write plans again, as an apply of Terraform does, and applies. A planned replacement has deleted the object already.
func (s *stepper) write(configuration map[string]any, shown *tfprotov6.PlanResourceChangeResponse) []string {
	s.t.Helper()
	planned, errs := s.plan(s.stored, configuration)
	if len(errs) > 0 {
		return errs
	}
	s.expectSame("plan in the apply", s.decode(shown), s.decode(planned))
	created := s.stored.State == nil
	resp, err := s.server.ApplyResourceChange(s.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: s.typeName, Config: s.value(s.valueType, configuration), PriorState: s.state(s.typeName, s.stored.State),
		PlannedState: planned.PlannedState, PlannedPrivate: planned.PlannedPrivate, PlannedIdentity: planned.PlannedIdentity,
	})
	errs = s.errors(err, resp.Diagnostics)
	if s.stored = s.Protocol.stored(s.typeName, resp.NewState, resp.NewIdentity, resp.Private); s.stored.State == nil {
		s.stored = Stored{}
	}
	if s.tainted = created && len(errs) > 0 && s.stored.State != nil; len(errs) == 0 {
		s.expectSame("state", s.decode(planned), s.stored.State)
	}
	return errs
}

// destroy plans and applies the deletion of the resource.
func (s *stepper) destroy() []string {
	s.t.Helper()
	if s.stored.State == nil {
		return nil
	}
	none := s.state(s.typeName, nil)
	planned, err := s.server.PlanResourceChange(s.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: s.typeName, Config: none, PriorState: s.state(s.typeName, s.stored.State), PriorIdentity: s.identity(s.typeName, s.stored.Identity),
		PriorPrivate: s.stored.Private, ProposedNewState: none,
	})
	if errs := s.errors(err, planned.Diagnostics); len(errs) > 0 {
		return errs
	}
	return s.delete(planned.PlannedPrivate)
}

// delete applies a planned deletion of the resource.
func (s *stepper) delete(private []byte) []string {
	s.t.Helper()
	none := s.state(s.typeName, nil)
	resp, err := s.server.ApplyResourceChange(s.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: s.typeName, Config: none, PriorState: s.state(s.typeName, s.stored.State), PlannedState: none, PlannedPrivate: private,
	})
	if errs := s.errors(err, resp.Diagnostics); len(errs) > 0 {
		return errs
	}
	s.stored, s.tainted = Stored{}, false
	return nil
}

// errors returns the errors among diagnostics.
func (s *stepper) errors(err error, diagnostics []*tfprotov6.Diagnostic) []string {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	var failed []*tfprotov6.Diagnostic
	for _, one := range diagnostics {
		if isError(one) {
			failed = append(failed, one)
		}
	}
	return problems(failed)
}

// normalize returns a configuration with the types that decode returns.
func (s *stepper) normalize(configuration map[string]any) map[string]any {
	s.t.Helper()
	return s.object(s.value(s.valueType, configuration), s.valueType)
}

func (s *stepper) decode(planned *tfprotov6.PlanResourceChangeResponse) map[string]any {
	s.t.Helper()
	if planned == nil || planned.PlannedState == nil {
		return nil
	}
	return s.object(planned.PlannedState, s.valueType)
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
