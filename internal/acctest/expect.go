package acctest

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/core"
)

// Actions of a plan.
const (
	Noop    = plancheck.ResourceActionNoop
	Create  = plancheck.ResourceActionCreate
	Update  = plancheck.ResourceActionUpdate
	Replace = plancheck.ResourceActionReplace
)

// Action is the action of a plan for a resource.
type Action = plancheck.ResourceActionType

// actionOf returns the name of an action in plan checks.
func actionOf(action core.Action) Action {
	return map[core.Action]Action{
		core.Noop: Noop, core.Create: Create, core.Update: Update, core.Replace: Replace, core.Delete: plancheck.ResourceActionDestroy,
	}[action]
}

// Check is a check of the state, or with [CheckTenant] of the tenant, after a step.
type Check = statecheck.StateCheck

// Checks are the checks of a step.
type Checks = []Check

// Value returns a check of an attribute in the state. The path contains the name of the attribute, and keys within it.
func Value(address string, want knownvalue.Check, path ...string) Check {
	at := tfjsonpath.New(path[0])
	for _, key := range path[1:] {
		at = at.AtMapKey(key)
	}
	return statecheck.ExpectKnownValue(address, at, want)
}

// ExpectAction returns a check of a plan before the apply of a step of [Tenant.Run].
func ExpectAction(address string, want Action) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, want)}}
}

// Same returns a function that returns checks that an attribute keeps its value from step to step.
func Same(address, attribute string) func() Check {
	return compared(address, attribute, compare.ValuesSame())
}

// Differ returns a function that returns checks that an attribute changes from step to step.
func Differ(address, attribute string) func() Check {
	return compared(address, attribute, compare.ValuesDiffer())
}

func compared(address, attribute string, comparer compare.ValueComparer) func() Check {
	values := statecheck.CompareValue(comparer)
	return func() Check { return values.AddStateValue(address, tfjsonpath.New(attribute)) }
}

// CheckNow runs checks of the tenant.
func CheckNow(ctx context.Context, checks ...Check) error {
	var errs []error
	for _, check := range checks {
		var resp statecheck.CheckStateResponse
		check.CheckState(ctx, statecheck.CheckStateRequest{}, &resp)
		errs = append(errs, resp.Error)
	}
	return errors.Join(errs...)
}
