package api

import (
	"cmp"
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var _ resource.ResourceWithMoveState = (*Resource)(nil)

// left is what is taken of an auth0_resource_server. Whatever else it holds, the next read fills from the tenant; its
// signing secret is left behind.
type left struct {
	ID                       string `json:"id"`
	Name                     string `json:"name"`
	Identifier               string `json:"identifier"`
	SigningAlg               string `json:"signing_alg"`
	TokenLifetime            int64  `json:"token_lifetime"`
	TokenLifetimeForWeb      int64  `json:"token_lifetime_for_web"`
	AllowOfflineAccess       bool   `json:"allow_offline_access"`
	SkipConsent              bool   `json:"skip_consent_for_verifiable_first_party_clients"`
	EnforcePolicies          bool   `json:"enforce_policies"`
	TokenDialect             string `json:"token_dialect"`
	IsSystem                 bool   `json:"is_system"`
	SubjectTypeAuthorization []struct {
		User   []subjectPolicy `json:"user"`
		Client []subjectPolicy `json:"client"`
	} `json:"subject_type_authorization"`
}

type subjectPolicy struct {
	Policy string `json:"policy"`
}

// MoveState takes over an auth0_resource_server.
func (r *Resource) MoveState(context.Context) []resource.StateMover {
	const source = "auth0_resource_server"
	return []resource.StateMover{modify.MovedFrom(source, func(ctx context.Context, state left, resp *resource.MoveStateResponse) {
		if modify.MissingMoved(&resp.Diagnostics, source, state.ID, state.Identifier) {
			return
		}
		resp.Diagnostics.Append(resp.TargetState.Set(ctx, newModel(state.api(), Model{}))...)
		modify.MarkImported(ctx, resp.TargetPrivate, &resp.Diagnostics)
	})}
}

// api is what the state says, with the tenant's defaults where it says "".
func (l left) api() tenant.API {
	subjects, ordinary := modify.FirstMoved(l.SubjectTypeAuthorization), tenant.DefaultSubjectTypeAuthorization()
	return tenant.API{
		ID:                  l.ID,
		Identifier:          l.Identifier,
		Name:                l.Name,
		SigningAlg:          cmp.Or(l.SigningAlg, tenant.DefaultSigningAlg),
		TokenLifetime:       cmp.Or(l.TokenLifetime, tenant.DefaultTokenLifetime),
		TokenLifetimeForWeb: cmp.Or(l.TokenLifetimeForWeb, tenant.DefaultTokenLifetimeForWeb),
		AllowOfflineAccess:  l.AllowOfflineAccess,
		SkipConsent:         l.SkipConsent,
		EnforcePolicies:     l.EnforcePolicies,
		TokenDialect:        cmp.Or(l.TokenDialect, tenant.DefaultTokenDialect),
		SubjectTypeAuthorization: tenant.SubjectTypeAuthorization{
			User:   cmp.Or(modify.FirstMoved(subjects.User).Policy, ordinary.User),
			Client: cmp.Or(modify.FirstMoved(subjects.Client).Policy, ordinary.Client),
		},
		IsSystem: l.IsSystem,
	}
}
