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
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/privatestate"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

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

// readOrganizations reads the organizations of a grant if the prior state contains them, or after an import if the token can read
// them. They can exist without effect in a grant that permits none.
func (r *Resource) readOrganizations(ctx context.Context, prior, state ResourceModel, imported bool, diags *diag.Diagnostics) types.Set {
	managed := !prior.Organizations.IsNull()
	if !managed && !imported {
		return prior.Organizations
	}
	ids, err := r.Tenant.Organizations.Of(ctx, state.ID.ValueString())
	var denied *tenant.Denied
	switch {
	case !managed && (errors.As(err, &denied) || err == nil && len(ids) == 0):
		return prior.Organizations
	case err != nil:
		diagnose.AddOperationError(diags, operation("read the organizations of", state.Model), err)
		return prior.Organizations
	}
	return modify.StringSet(ids)
}

// planOrganizations plans null organizations, with a warning, if they were removed from the configuration. It rejects a plan that starts
// to manage them and does not contain all that the grant has, because the state does not show those.
func (r *Resource) planOrganizations(ctx context.Context, prior, plan ResourceModel, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	starts := prior.Organizations.IsNull() && !plan.Organizations.IsNull() && !plan.Organizations.IsUnknown() && !hasUnknown(plan.Organizations)
	replaced := !plan.ClientID.Equal(prior.ClientID) || !plan.Audience.Equal(prior.Audience) || !plan.SubjectType.Equal(prior.SubjectType)
	if starts && !replaced && !req.State.Raw.IsNull() {
		r.takeOver(ctx, plan, &resp.Diagnostics)
	}
	var config ResourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	managed := privatestate.Organizations.In(ctx, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if config.Organizations.IsNull() && managed {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("organizations"), types.SetNull(types.StringType))...)
		diagnose.Warn(&resp.Diagnostics, path.Root("organizations"), "Organizations remain associated",
			"`organizations` was removed from the configuration. The grant stays associated with its organizations, but they are no longer managed. "+
				"To remove all of them, apply `organizations = []` first.")
	}
	privatestate.Organizations.Set(ctx, resp.Private, !config.Organizations.IsNull(), &resp.Diagnostics)
}

// takeOver rejects organizations that do not contain those of the tenant.
func (r *Resource) takeOver(ctx context.Context, plan ResourceModel, diags *diag.Diagnostics) {
	existing, err := r.Tenant.Organizations.Of(ctx, plan.ID.ValueString())
	if err != nil {
		diagnose.AddOperationErrorAt(diags, path.Root("organizations"), operation("read the organizations of", plan.Model), err)
		return
	}
	planned := plan.organizationIDs(ctx)
	missing := slices.DeleteFunc(existing, func(id string) bool { return slices.Contains(planned, id) })
	if len(missing) > 0 {
		diagnose.Reject(diags, path.Root("organizations"), "Existing organizations are missing", "`organizations` starts to manage all organizations of the client grant %s, "+
			"but does not contain %s, with which the grant is associated. Add all of them first. Organizations that you do not need can be removed by the next apply, "+
			"whose plan shows the removal.", plan.ID.ValueString(), validate.Choices(missing))
	}
}

// validateOrganizations rejects organizations of a grant that does not permit any.
func validateOrganizations(config ResourceModel, diags *diag.Diagnostics) {
	if config.Organizations.IsNull() || config.Organizations.IsUnknown() || len(config.Organizations.Elements()) == 0 {
		return
	}
	if !config.OrganizationUsage.IsUnknown() && !permitsOrganizations(config.OrganizationUsage) {
		diagnose.Reject(diags, path.Root("organizations"), "Organizations without effect",
			"With `organization_usage = \"deny\"`, which is the default, no token can be for an organization. Set `organization_usage` to \"allow\" or \"require\".")
	}
	if config.AllowAnyOrganization.ValueBool() {
		diagnose.Warn(diags, path.Root("allow_any_organization"), "Every organization is permitted",
			"With `allow_any_organization = true`, the grant is not limited to `organizations`. Remove `allow_any_organization` to permit only the listed organizations.")
	}
}

// associationChange contains the organizations that an update adds to a grant and removes from it.
type associationChange struct {
	grantID        string
	added, removed []string
}

func (m ResourceModel) associationChange(ctx context.Context, planned ResourceModel) associationChange {
	change := associationChange{grantID: m.ID.ValueString()}
	if planned.Organizations.IsNull() || planned.Organizations.IsUnknown() {
		return change
	}
	before, after := m.organizationIDs(ctx), planned.organizationIDs(ctx)
	without := func(all, other []string) []string {
		return slices.DeleteFunc(slices.Clone(all), func(id string) bool { return slices.Contains(other, id) })
	}
	change.added, change.removed = without(after, before), without(before, after)
	return change
}

// associate associates the added organizations, and returns those that could not be associated.
func (r *Resource) associate(ctx context.Context, change associationChange) (failed []string, err error) {
	for _, id := range change.added {
		if associateErr := r.Tenant.Organizations.Associate(ctx, change.grantID, id); associateErr != nil {
			failed, err = append(failed, id), errors.Join(err, associateErr)
		}
	}
	return failed, err
}

func (r *Resource) dissociate(ctx context.Context, change associationChange) error {
	var err error
	for _, id := range change.removed {
		err = errors.Join(err, r.Tenant.Organizations.Dissociate(ctx, change.grantID, id))
	}
	return err
}

// checkRemovals returns an error if an update only removes organizations from a grant that does not exist, because Auth0 confirms such
// removals (OR007).
func (r *Resource) checkRemovals(ctx context.Context, prior, plan ResourceModel) error {
	if change := prior.associationChange(ctx, plan); len(change.removed) == 0 || len(change.added) > 0 {
		return nil
	}
	return r.Kind.Find(ctx, prior)
}

// updateWith changes the grant and its organizations, in an order in which no organization temporarily loses access that it has
// before and after the update. Organizations are added first, unless the prior grant does not permit organizations, and removed
// last, unless the planned grant does not permit them.
func (r *Resource) updateWith(ctx context.Context, prior, plan ResourceModel, patch func() error) error {
	change := prior.associationChange(ctx, plan)
	add := func() error {
		_, err := r.associate(ctx, change)
		return err
	}
	remove := func() error { return r.dissociate(ctx, change) }
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

// associateCreated associates a new grant with its organizations. A failure is a warning, because Terraform would replace the grant
// after an error.
func (r *Resource) associateCreated(ctx context.Context, grant tenant.Grant, plan ResourceModel, diags *diag.Diagnostics) {
	failed, err := r.associate(ctx, associationChange{grantID: grant.ID, added: plan.organizationIDs(ctx)})
	if err != nil {
		diagnose.Warn(diags, path.Root("organizations"), "Organizations are not associated",
			"The client grant %s was created, but is not associated with %s: %s. The next plan shows the difference, and the next apply adds the missing organizations.",
			grant.ID, strings.Join(failed, ", "), strings.TrimSuffix(diagnose.Cause(err), "."))
	}
}
