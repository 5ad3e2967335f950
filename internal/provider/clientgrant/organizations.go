package clientgrant

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/privatestate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// ResourceModel is the managed grant: that of the tenant, with the organizations it is associated with. Null organizations
// are neither read nor changed.
type ResourceModel struct {
	Model
	Organizations types.Set `tfsdk:"organizations"`
}

// newResourceModel is what Terraform holds of a managed grant without its organizations.
func newResourceModel(grant tenant.Grant) ResourceModel {
	return ResourceModel{Model: newModel(grant), Organizations: types.SetNull(types.StringType)}
}

// organizationIDs returns the known organizations, sorted.
func (m ResourceModel) organizationIDs(ctx context.Context) []string {
	var ids []string
	if m.Organizations.IsNull() || m.Organizations.IsUnknown() || hasUnknown(m.Organizations) {
		return nil
	}
	m.Organizations.ElementsAs(ctx, &ids, false)
	slices.Sort(ids)
	return ids
}

// permitsOrganizations reports whether tokens of the grant can be for an organization.
func permitsOrganizations(usage types.String) bool {
	return !usage.IsNull() && usage.ValueString() != tenant.DefaultOrganizationUsage
}

// readOrganizations reads the organizations of a grant: always where the state has them, and once after an import, if the
// grant permits organizations and the token may read them.
func (r *Resource) readOrganizations(ctx context.Context, held, state ResourceModel, fresh bool, diags *diag.Diagnostics) types.Set {
	managed := !held.Organizations.IsNull()
	if !managed && !(fresh && permitsOrganizations(state.OrganizationUsage)) {
		return held.Organizations
	}
	ids, err := r.Tenant.Organizations.Of(ctx, state.ID.ValueString())
	var denied *tenant.Denied
	switch {
	case !managed && (errors.As(err, &denied) || err == nil && len(ids) == 0):
		return held.Organizations
	case err != nil:
		diagnose.Error(diags, operation("read the organizations of", state.Model), err)
		return held.Organizations
	}
	return stringSet(ids)
}

// planOrganizations checks what a plan says about organizations. A list that the configuration does not contain any more
// ends in a state without one, and a warning.
func planOrganizations(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	var config ResourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	listed, found := privatestate.Organizations(ctx, req.Private)
	resp.Diagnostics.Append(found...)
	if resp.Diagnostics.HasError() {
		return
	}
	if config.Organizations.IsNull() && listed {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("organizations"), types.SetNull(types.StringType))...)
		diagnose.Advice(&resp.Diagnostics, path.Root("organizations"), "Organizations remain associated",
			"`organizations` is removed from the configuration. The grant stays associated with its organizations, and this provider does not manage them any more. "+
				"To remove all of them, apply `organizations = []` first.")
	}
	resp.Diagnostics.Append(privatestate.MarkOrganizations(ctx, resp.Private, !config.Organizations.IsNull())...)
}

// checkOrganizations rejects organizations of a grant that permits none.
func checkOrganizations(config ResourceModel, diags *diag.Diagnostics) {
	if config.Organizations.IsNull() || config.Organizations.IsUnknown() || len(config.Organizations.Elements()) == 0 {
		return
	}
	if !config.OrganizationUsage.IsUnknown() && !permitsOrganizations(config.OrganizationUsage) {
		diagnose.Refusal(diags, path.Root("organizations"), "Organizations without effect",
			"With `organization_usage = \"deny\"`, which is the default, no token can be for an organization. Set `organization_usage` to \"allow\" or \"require\".")
	}
	if config.AllowAnyOrganization.ValueBool() {
		diagnose.Advice(diags, path.Root("allow_any_organization"), "Every organization is permitted",
			"With `allow_any_organization = true` the grant is not limited to `organizations`. Remove it to permit only those listed.")
	}
}

// associations are the organizations that an update adds to a grant and removes from it.
type associations struct {
	grantID        string
	added, removed []string
}

func (m ResourceModel) associationsTo(ctx context.Context, planned ResourceModel) associations {
	changed := associations{grantID: m.ID.ValueString()}
	if planned.Organizations.IsNull() || planned.Organizations.IsUnknown() {
		return changed
	}
	before, after := m.organizationIDs(ctx), planned.organizationIDs(ctx)
	without := func(all, other []string) []string {
		return slices.DeleteFunc(slices.Clone(all), func(id string) bool { return slices.Contains(other, id) })
	}
	changed.added, changed.removed = without(after, before), without(before, after)
	return changed
}

// add associates the organizations that are new, and returns those that could not be associated.
func (r *Resource) add(ctx context.Context, a associations) (failed []string, err error) {
	for _, id := range a.added {
		if one := r.Tenant.Organizations.Associate(ctx, a.grantID, id); one != nil {
			failed, err = append(failed, id), errors.Join(err, one)
		}
	}
	return failed, err
}

func (r *Resource) remove(ctx context.Context, a associations) error {
	var err error
	for _, id := range a.removed {
		err = errors.Join(err, r.Tenant.Organizations.Dissociate(ctx, a.grantID, id))
	}
	return err
}

// updateWith changes the grant and its organizations, in an order in which no organization loses access for a moment that
// has it before and after: those that are new come first, unless the grant does not permit organizations yet, and those
// that go come last, unless it does not permit them any more.
func (r *Resource) updateWith(ctx context.Context, prior, plan ResourceModel, patch func() error) error {
	changed := prior.associationsTo(ctx, plan)
	add := func() error {
		_, err := r.add(ctx, changed)
		return err
	}
	remove := func() error { return r.remove(ctx, changed) }
	steps := []func() error{add, patch, remove}
	if !permitsOrganizations(prior.OrganizationUsage) {
		steps = []func() error{patch, add, remove}
	}
	if !permitsOrganizations(plan.OrganizationUsage) {
		steps = []func() error{remove, add, patch}
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// createdWith associates a new grant with its organizations. The grant exists, so a failure is a warning: an error would
// make Terraform replace it.
func (r *Resource) createdWith(ctx context.Context, grant tenant.Grant, plan ResourceModel, diags *diag.Diagnostics) {
	failed, err := r.add(ctx, associations{grantID: grant.ID, added: plan.organizationIDs(ctx)})
	if err != nil {
		diagnose.Advice(diags, path.Root("organizations"), "Organizations are not associated",
			"The client grant %s was created, and is not associated with %s. The next plan shows the difference, and the next apply adds what is missing. %s.",
			grant.ID, strings.Join(failed, ", "), strings.TrimSuffix(diagnose.Cause(err), "."))
	}
}
