package mutants

// destroyGuards keep protected objects from being deleted and replaced.
func destroyGuards() []guard {
	return []guard{
		{
			name: "plan that deletes a protected object", file: modify + "/guard.go", test: "TestDestroy_apiScope", in: provider,
			line: `if req.Plan.Raw.IsNull() {`, off: `if req.Plan.Raw.IsNull() { return }; if false {`,
		},
		{
			name: "plan that changes the key of a protected object", file: modify + "/guard.go", test: "TestDestroy_apiScope", in: provider,
			line: `if !after[name].Equal(before[name]) {`, off: `if false && !after[name].Equal(before[name]) {`,
		},
		{
			name: "mark of a protected object is written", file: modify + "/guard.go", test: "TestDestroy_client", in: provider,
			line: `privatestate.MarkProtected(ctx, resp.Private, prior.encode(&resp.Diagnostics))`, off: `privatestate.MarkProtected(ctx, resp.Private, nil)`,
		},
		{
			name: "mark of a protected object is found", file: modify + "/guard.go", test: "TestDestroy_client", in: provider,
			line: `if p := decode(mark, &resp.Diagnostics); p != (Protection{}) {`, off: `if p := decode(mark, &resp.Diagnostics); false {`,
		},
		{
			name: "mark is removed with the protection", file: modify + "/guard.go", test: "TestDestroy_unprotected", in: provider,
			line: `resp.Diagnostics.Append(privatestate.MarkProtected(ctx, resp.Private, nil)...)`, off: `_ = privatestate.MarkProtected`,
		},
		{
			name: "tainted object is recognized by its key", file: modify + "/guard.go", test: "TestDestroy_api", in: provider,
			line: `case p == (Protection{}):`, off: `case true:`,
		},
		{
			name: "tainted client causes a warning", file: modify + "/guard.go", test: "TestDestroy_taintedBefore", in: provider,
			line: `diagnose.Warn(&resp.Diagnostics, path.Root(g.Name),`, off: `func(...any) {}(&resp.Diagnostics, path.Root(g.Name),`,
		},
		{
			name: "client that is planned is not tainted", file: modify + "/guard.go", test: "TestDestroy_sameName", in: provider,
			line: `noted.PlanProtected(key)`, off: `_ = key`,
		},
		{
			name: "unprotected object can be deleted", file: modify + "/guard.go", test: "TestDestroy_unprotected", in: provider,
			line: `if p == (Protection{}) {
		return
	}
	p.reject(diags`, off: `if false {
		return
	}
	p.reject(diags`,
		},
		{
			name: "protected API, client and grant are not deleted in an apply", file: server + "/resource.go", test: "TestDestroy_tainted", in: provider,
			line: `r.Kind.Guard.Delete(r.Kind.Protection(prior), &resp.Diagnostics)`, off: `_ = r.Kind.Guard.Delete`,
		},
		{
			name: "plan of a protected API is checked", file: api + "/plan.go", test: "TestDestroy_api", in: provider,
			line: `guard.Plan(ctx, r.PlanState, prior.protection(), req, resp)`, off: `_ = guard.Plan`,
		},
		{
			name: "protected API that is read is noted", file: server + "/resource.go", test: "TestDestroy_api", in: provider,
			line: `r.Kind.Guard.Read(r.PlanState, r.Kind.Protection(state), resp)`, off: `_ = r.Kind.Guard.Read`,
		},
		{
			name: "protected scope is not deleted in an apply", file: server + "/resource.go", test: "TestDestroy_tainted", in: provider,
			line: `r.Kind.Guard.Delete(r.Kind.Protection(prior), &resp.Diagnostics)`, off: `_ = r.Kind.Guard.Delete`,
		},
		{
			name: "plan of a protected scope is checked", file: apiScope + "/plan.go", test: "TestDestroy_apiScope", in: provider,
			line: `guard.Plan(ctx, r.PlanState, r.protection(prior), req, resp)`, off: `_ = guard.Plan`,
		},
		{
			name: "plan of a protected client is checked", file: client + "/plan.go", test: "TestDestroy_client", in: provider,
			line: `guard.Plan(ctx, r.PlanState, r.protection(prior), req, resp)`, off: `_ = guard.Plan`,
		},
		{
			name: "protected client that is read is noted", file: server + "/resource.go", test: "TestDestroy_taintedBefore", in: provider,
			line: `r.Kind.Guard.Read(r.PlanState, r.Kind.Protection(state), resp)`, off: `_ = r.Kind.Guard.Read`,
		},
		{
			name: "plan of a protected grant is checked", file: grant + "/plan.go", test: "TestDestroy_clientGrant", in: provider,
			line: `guard.Plan(ctx, r.PlanState, r.protection(prior.Model), req, resp)`, off: `_ = guard.Plan`,
		},
		{
			name: "protected grant that is read is noted", file: server + "/resource.go", test: "TestDestroy_clientGrant", in: provider,
			line: `r.Kind.Guard.Read(r.PlanState, r.Kind.Protection(state), resp)`, off: `_ = r.Kind.Guard.Read`,
		},
		{
			name: "system API is protected", file: api + "/plan.go", test: "TestDestroy_api", in: provider,
			line: `case m.IsSystem.ValueBool():`, off: `case false:`,
		},
		{
			name: "API with deletion_protection is protected", file: api + "/plan.go", test: "TestDestroy_api", in: provider,
			line: `case m.DeletionProtection.ValueBool():`, off: `case false:`,
		},
		{
			name: "protected client is not deleted", file: client + "/plan.go", test: "TestDestroy_client", in: provider,
			line: `case m.DeletionProtection.ValueBool():`, off: `case false:`,
		},
		{
			name: "scope of a system API is protected", file: apiScope + "/plan.go", test: "TestDestroy_apiScope", in: provider,
			line: `if !r.Self.IsSystemAPI(m.Identifier.ValueString()) {`, off: `if true {`,
		},
		{
			name: "own client is protected", file: client + "/plan.go", test: "TestDestroy_client", in: provider,
			line: `case r.isOwn(m):`, off: `case false:`,
		},
		{
			name: "system grant is protected", file: grant + "/plan.go", test: "TestDestroy_clientGrant", in: provider,
			line: `case m.IsSystem.ValueBool():`, off: `case false:`,
		},
		{
			name: "ignored scopes are not managed", file: api + "/plan.go", test: "TestIgnoreChanges_scopes", in: provider,
			line: `ignored := !config.Scopes.IsNull() &&`, off: `ignored := false &&`,
		},
		{
			name: "API that is deleted reports what depends on it", file: api + "/plan.go", test: "TestOrder", in: "internal/convergence",
			line: `if deleted || replaced {`, off: `if false {`,
		},
		{
			name: "scope reports that its API is deleted", file: apiScope + "/plan.go", test: "TestOrder", in: "internal/convergence",
			line: `if r.PlanState.PlanDependent(parent, scope) {`, off: `if r.PlanState.PlanDependent(parent, scope) && false {`,
		},
		{
			name: "client that is deleted reports what depends on it", file: client + "/plan.go", test: "TestOrder", in: "internal/convergence",
			line: `r.PlanState.PlanParentDelete(parent)...)`, off: `r.PlanState.PlanParentDelete(parent)[:0]...)`,
		},
		{
			name: "grant reports that its API or its client is deleted", file: grant + "/plan.go", test: "TestOrder", in: "internal/convergence",
			line: `r.PlanState.PlanDependent(parent, grant) {`, off: `r.PlanState.PlanDependent(parent, grant) && false {`,
		},
	}
}
