package mutants

// createGuards keep a create from ending in an object that is replaced, lost, created twice, or wider than planned.
func createGuards() []guard {
	return []guard{
		{
			name: "create that differs is no error", file: "internal/framework/diagnose/created.go", test: "TestCreated",
			line: `if !errors.As(err, &differs) {`, off: `if !errors.As(err, &differs) || true {`,
		},
		{
			name: "wider access is corrected", file: "internal/tenant/narrow.go", test: "TestCorrect",
			line: `corrected, failed := update()`, off: `corrected, failed := created, error(nil)`,
		},
		{
			name: "response about another API is not saved", file: tenant + "/apis.go", test: "TestAPIIsCreatedOnceOrReported",
			line: `if api.Identifier != wanted.Identifier {`, off: `if false {`,
		},
		{
			name: "response about another grant is not saved", file: tenant + "/grants.go", test: "TestGrantIsCreatedOnceOrReported",
			line: `if grant.ClientID != wanted.ClientID ||`, off: `if false && grant.ClientID != wanted.ClientID ||`,
		},
		{
			name: "response about another client is not saved", file: tenant + "/clients.go", test: "TestClientIsCreatedOnceOrReported",
			line: `if client.Name != "" && strings.TrimSpace(client.Name) != strings.TrimSpace(wanted.Name) {`, off: `if false {`,
		},
		{
			name: "client whose create has an unknown result stays in the state", file: client + "/create.go", test: "TestAccClient_createUnknown",
			line: `if resultUnknown(err) {`, off: `if false {`,
		},
		{
			name: "client whose create has an unknown result is searched by name", file: client + "/resource.go", test: "TestAccClient_createUnknown",
			line: `if id.ValueString() == "" {`, off: `if false {`,
		},
		{
			name: "client without an ID is neither changed nor deleted", file: client + "/create.go", test: "TestClientWithoutID",
			line: `if prior.ClientID.ValueString() != "" {`, off: `if true {`,
		},
		{
			name: "missing permission stops a create before its first request", file: client + "/create.go", test: "TestAccClient_secretDenied",
			line: `if len(scopes) == 0 {`, off: `if true {`,
		},
		{
			name: "secret that could not be set is sent by the next plan", file: client + "/create.go", test: "TestAccClient_secretUnset",
			line: `privatestate.UnsetSecret.Set(ctx, resp.Private, true,`, off: `privatestate.UnsetSecret.Set(ctx, resp.Private, false,`,
		},
		{
			name: "metadata are not changed", file: transport + "/redact.go", test: "TestRedact_metadata",
			line: `if strings.ToLower(name) == memberMetadata {`, off: `if false {`,
		},
		{
			name: "only the part that can be changed is sent for a system API", file: "internal/tenant/api.go", test: "TestAccAPI_systemSubjects", in: api,
			line: `if u.Prior.IsSystem {`, off: `if false {`,
		},
		{
			name: "scopes that are not managed are not removed", file: "internal/tenant/api.go", test: "TestAPIUpdateSendsTheChangeAlone", in: "internal/management",
			line: `if u.Planned.Scopes == nil || SameScopes(u.Prior.Scopes, u.Planned.Scopes) {`, off: `if SameScopes(u.Prior.Scopes, u.Planned.Scopes) {`,
		},
		{
			name: "grant that starts to allow all scopes keeps those it has", file: "internal/management/grants_convert.go", test: "TestGrantUpdateSendsTheChangeAlone",
			line: `if update.Planned.AllowAllScopes {`, off: `if false {`,
		},
		{
			name: "change of the other part of a system API is rejected in the plan", file: api + "/system.go", test: "TestAccAPI_systemSubjects",
			line: `planned != "" && planned != textIn(prior.SubjectTypeAuthorization, client)`, off: `planned == "" && client == ""`,
		},
		{
			name: "values of a system API come from the tenant", file: api + "/system.go", test: "TestAccAPI_systemCreated",
			line: `rejectSystemValues(name, config, &resp.Diagnostics)`, off: `_ = config`,
		},
	}
}
