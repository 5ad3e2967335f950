package modify

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/privatestate"
	"github.com/timesheets/terraform-provider-timesheets/internal/planstate"
)

// Protection states why an object must not be deleted or replaced. The zero value protects nothing.
type Protection struct {
	Summary string `json:"summary"` // first line of the error, such as "API is protected"
	Object  string `json:"object"`  // such as `API "https://api.example"`
	Reason  string `json:"reason"`  // a sentence
	Release string `json:"release"` // a sentence that says how to end the protection; empty if it cannot be ended
}

// Guard rejects plans and applies that delete or replace a protected object of one resource type. internal/README.md
// lists the ways in which Terraform does that.
type Guard struct {
	Type string   // the resource type
	Key  []string // attributes of the natural key; a change of one of them replaces the object
	Name string   // if Auth0 chooses the key: the attribute that suggests which object a create replaces
}

// Reason and Release of a protection by the attribute `deletion_protection`.
const (
	ProtectionSet     = "Its deletion_protection is true."
	ProtectionRelease = "To delete it, set deletion_protection = false and apply that alone first."
)

const (
	keepAdvice    = "To stop managing it without deleting it, use a `removed` block with `lifecycle { destroy = false }` in place of the resource."
	deposedAdvice = "If Terraform lists it as deposed, run `terraform state rm` with its address, then import the current object again."
)

// Read notes a protected object that was read, so that a plan that creates the same object again is recognized.
func (g Guard) Read(noted *planstate.State, p Protection, resp *resource.ReadResponse) {
	if key, ok := g.key(resp.State.Raw); ok && p != (Protection{}) {
		noted.ReadProtected(key, p.encode(&resp.Diagnostics))
	}
}

// Plan rejects a plan that deletes or replaces a protected object. prior is the protection of the prior state.
func (g Guard) Plan(ctx context.Context, noted *planstate.State, prior Protection, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.State.Raw.IsNull() {
		g.planCreate(ctx, noted, req, resp)
		return
	}
	if g.Name != "" {
		if key, ok := g.key(req.State.Raw); ok {
			noted.PlanProtected(key)
		}
	}
	if prior == (Protection{}) {
		resp.Diagnostics.Append(privatestate.MarkProtected(ctx, resp.Private, nil)...)
		return
	}
	resp.Diagnostics.Append(privatestate.MarkProtected(ctx, resp.Private, prior.encode(&resp.Diagnostics))...)
	if req.Plan.Raw.IsNull() {
		prior.reject(&resp.Diagnostics, path.Empty(), "This plan deletes the "+prior.Object+".", prior.Release, keepAdvice, deposedAdvice)
		return
	}
	before, after := attributes(req.State.Raw), attributes(req.Plan.Raw)
	for _, name := range g.Key {
		if !after[name].Equal(before[name]) {
			prior.reject(&resp.Diagnostics, path.Root(name), fmt.Sprintf("This plan replaces the %s, because `%s` changes.", prior.Object, name),
				fmt.Sprintf("Restore the value of `%s`.", name), prior.Release)
			return
		}
	}
}

// planCreate rejects a create that replaces a protected object: the second plan of a forced replacement has the mark of
// the first one, and a tainted object has the natural key of an object that was read.
func (g Guard) planCreate(ctx context.Context, noted *planstate.State, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	mark, diags := privatestate.Protected(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if p := decode(mark, &resp.Diagnostics); p != (Protection{}) {
		prior := "This plan replaces the " + p.Object + ", because of `-replace` or `replace_triggered_by`."
		p.reject(&resp.Diagnostics, path.Empty(), prior, "Plan without them.", p.Release)
		return
	}
	key, ok := g.key(req.Plan.Raw)
	if !ok {
		return
	}
	p := decode(noted.Protected(key), &resp.Diagnostics)
	untaint := fmt.Sprintf("run `terraform untaint %s.NAME`", g.Type)
	switch {
	case p == (Protection{}):
	case g.Name != "":
		diagnose.Warn(&resp.Diagnostics, path.Root(g.Name), "Protected object may be tainted", "This plan creates a second object with the %s of the %s. %s "+
			"If that object is tainted, %s before the apply: the apply deletes what depends on it before the provider can reject its deletion.",
			g.Name, p.Object, p.Reason, untaint)
	default:
		p.reject(&resp.Diagnostics, path.Empty(), "This plan creates the "+p.Object+", which is in the state already: it is tainted, or its address changed.",
			"If it is tainted, "+untaint+". If its address changed, use a `moved` block.")
	}
}

// Delete rejects the deletion of a protected object. It is the last line: only Delete detects a tainted object that was
// not read, and a tainted object without a natural key.
func (g Guard) Delete(p Protection, diags *diag.Diagnostics) {
	if p == (Protection{}) {
		return
	}
	p.reject(diags, path.Empty(), "The "+p.Object+" was not deleted.",
		fmt.Sprintf("If it is tainted, run `terraform untaint %s.NAME`.", g.Type), deposedAdvice, p.Release, keepAdvice)
}

func (p Protection) reject(diags *diag.Diagnostics, at path.Path, event string, advice ...string) {
	sentences := []string{event, p.Reason}
	for _, sentence := range advice {
		if sentence != "" {
			sentences = append(sentences, sentence)
		}
	}
	diagnose.Reject(diags, at, p.Summary, "%s", strings.Join(sentences, " "))
}

// key returns the type and the natural key of an object as text, and whether all of it is known.
func (g Guard) key(object tftypes.Value) (string, bool) {
	parts, found := []string{g.Type}, attributes(object)
	names := g.Key
	if g.Name != "" {
		names = []string{g.Name}
	}
	for _, name := range names {
		var part string
		if value, ok := found[name]; !ok || !value.IsKnown() || value.As(&part) != nil {
			return "", false
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " "), true
}

// attributes returns the attributes of an object; none of a null or unknown one.
func attributes(object tftypes.Value) map[string]tftypes.Value {
	var found map[string]tftypes.Value
	if object.As(&found) != nil {
		return nil
	}
	return found
}

func (p Protection) encode(diags *diag.Diagnostics) []byte {
	encoded, err := json.Marshal(p)
	if err != nil {
		diagnose.AddProviderBug(diags, "a protection cannot be encoded: %s", err)
	}
	return encoded
}

func decode(encoded []byte, diags *diag.Diagnostics) Protection {
	var p Protection
	if len(encoded) == 0 {
		return p
	}
	if err := json.Unmarshal(encoded, &p); err != nil {
		diagnose.AddProviderBug(diags, "a protection in private state cannot be decoded: %s", err)
	}
	return p
}
