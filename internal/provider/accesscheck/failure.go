package accesscheck

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// The steps of a check.
const (
	readSecret   = "read the secret for"
	requestToken = "request a token for"
	verifyToken  = "verify the token of"
)

// reasons explain which step of a check failed.
var reasons = map[string]string{
	readSecret:   "The client's secret could not be read",
	requestToken: "The token request of the client failed",
	verifyToken:  "The client gets a token, but the tenant's published keys could not be read",
}

// failure is a step of a check that could not be completed.
type failure struct {
	step string
	err  error
}

// stops reports whether the failure is an error of the provider: it lacks a permission, its credentials are rejected, or
// Terraform was interrupted. Other responses of the tenant or a gateway, and missing responses, are results, because an
// error would block the apply that fixes the cause.
func (f failure) stops(ctx context.Context) bool {
	var (
		unauthenticated *tenant.Unauthenticated
		denied          *tenant.Denied
		unavailable     *tenant.Unavailable
		throttled       *tenant.Throttled
		invalid         *tenant.Invalid
	)
	switch {
	case ctx.Err() != nil, errors.As(f.err, &unauthenticated):
		return true
	case errors.As(f.err, &denied):
		return denied.Scope != ""
	}
	return !errors.As(f.err, &unavailable) && !errors.As(f.err, &throttled) && !errors.As(f.err, &invalid)
}

// reason returns the reason of a check without a result. It is stable: it contains no time and no request ID.
func (f failure) reason() string {
	return reasons[f.step] + ": " + strings.TrimSuffix(diagnose.Cause(f.err), ".") + "."
}

// report adds the error or the warning of the failure.
func (f failure) report(ctx context.Context, diags *diag.Diagnostics, config Model) {
	if f.stops(ctx) {
		diagnose.AddOperationError(diags, diagnose.Operation{Verb: f.step, Noun: "access check", Key: config.ClientID.ValueString()}, f.err)
		return
	}
	next := "The next plan reads the check again."
	if throttled := new(tenant.Throttled); errors.As(f.err, &throttled) && f.step == requestToken {
		next = "If the quota of the client is exhausted, raise its `token_quota`, or wait until the quota is available again."
	}
	diagnose.Warn(diags, path.Empty(), "Access check has no result", "For client %q and audience %q, `authorized` is null. %s %s",
		config.ClientID.ValueString(), config.Audience.ValueString(), f.reason(), next)
}
